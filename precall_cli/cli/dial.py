"""The check at the dial, for the command line: a plan that no longer stands is refused by name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from precall_cli.cli.files import read_bytes
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan


def sealed_plan(name: str, db: Path) -> str | None:
    """The id of a plan that the store has sealed: the name itself, or what a plan file says of itself."""
    path = Path(name)
    if name != "-" and path.suffix != ".json" and not path.is_file():
        return name
    if name == "-" or not db.is_file():
        return None
    plan = CallPlan.from_json(read_bytes(path), name)
    from precall_cli.store import Store

    if plan.plan_id is None or plan.plan_id != plan.content_id():
        return None
    with Store.open(db, create=False, read_only=True) as store:
        return plan.plan_id if store.has_plan(plan.plan_id) else None


def refuse_if_moved(plan: str, brief: Path | None, db: Path, now: datetime, *, as_json: bool) -> None:
    """Ends the command with exit code 1, naming every field with both values, unless the plan still stands.

    Nothing but the JSON record goes to stdout, so that no runtime takes a refusal for instructions.
    """
    from precall_cli.batch.dial import check_dial
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import note, write_text
    from precall_cli.report.moved_text import say_move
    from precall_cli.store import Store

    today = Brief.from_json(read_bytes(brief), str(brief)) if brief else None
    with Store.open(db, create=False, read_only=True) as store:
        found = check_dial(store, plan, today, now=now)
    if not found.refused:
        return
    if as_json:
        write_text(readable_json(found.document()))
    note(("do not dial: ", "bold red"), f"plan {found.plan_id} no longer stands")
    for move in found.staleness.moves:
        note("  ", say_move(move))
    if found.staleness.expired_at:
        note(f"  expired at {found.staleness.expired_at}")
    if found.superseded_by:
        note(f"  superseded by {found.superseded_by}")
    if found.opted_out:
        note("  the contact asked not to be called again")
    with_briefs = f" --briefs {brief}" if brief else ""
    note(("next: ", "dim"), f"precall plan refresh {found.plan_id}{with_briefs}")
    raise typer.Exit(1)
