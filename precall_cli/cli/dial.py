"""The check at the dial, for the command line: a plan that no longer stands is refused by name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from precall_cli.cli.files import read_bytes
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan

if TYPE_CHECKING:
    from precall_cli.settings import Settings


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


def refuse_at_dial(
    plan: str, brief: Path | None, settings: Settings, now: datetime | None, *, as_json: bool
) -> None:
    """Ends the command with exit code 1, naming what speaks against the call, unless the plan still stands.

    Without `now` nobody dials at this moment, and only the roll-out is asked: an agent that was switched off,
    a version that is not adopted. Nothing but the JSON record goes to stdout, so that no runtime takes a
    refusal for instructions.
    """
    from precall_cli.batch.dial import check_dial, check_rollout
    from precall_cli.cli.rollout import rollout_of
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import note, write_text
    from precall_cli.report.moved_text import say_move
    from precall_cli.store import Store

    today = Brief.from_json(read_bytes(brief), str(brief)) if brief else None
    with Store.open(settings.db, create=False, read_only=True) as store:
        rollout = rollout_of(store, settings)
        if now is None:
            found = check_rollout(store, plan, rollout)
        else:
            found = check_dial(store, plan, today, rollout=rollout, now=now)
    if not found.refused:
        return
    if as_json:
        write_text(readable_json(found.document()))
    note(("do not dial: ", "bold red"), f"plan {found.plan_id} no longer stands")
    for reason in found.barred:
        note("  ", reason)
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
