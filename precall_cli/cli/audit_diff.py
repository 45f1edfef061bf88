"""`precall audit-diff`: two audits of one call, and only what differs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson, Db
from precall_cli.errors import BadInput

if TYPE_CHECKING:
    from precall_cli.records.audit import Audit
    from precall_cli.records.plan import CallPlan
    from precall_cli.settings import Settings

app = typer.Typer(rich_markup_mode=None)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two audits, and what to call it."""

    audit: Audit
    name: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """That the second audit is to be made now, and from which log."""

    log: Path | None


@app.command(name="audit-diff")
def audit_diff(
    call: Annotated[
        str, typer.Argument(metavar="CALL|FILE", help="The call_id; or an audit that `audit --json` printed.")
    ],
    one: Annotated[
        str | None, typer.Argument(metavar="AUDIT|FILE", help="An audit of the call; or the second file.")
    ] = None,
    other: Annotated[str | None, typer.Argument(metavar="AUDIT", help="The other one.")] = None,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh", help="Against an audit made now, by this version and policy; it is not kept."
        ),
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="FILE", help="With --fresh: the runtime's log, as for `audit`."),
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Compare two audits of one call: what differs, item by item with both evidences.

    \b
    Two policies, engines or versions can judge one call differently: the
    signature says what changed. Without AUDIT the last two stored are
    compared; with one, that one against the last.
    Example: precall audit-diff call_88 --fresh
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.audit_diff import (
        audit_difference_document,
        compare_audits,
        render_audit_difference,
    )
    from precall_cli.report.console import make_console, write_text

    if log is not None and not fresh:
        raise BadInput("a log is read for an audit made now", place="--log", hint="Add --fresh.")
    settings = settings_for(db=db)
    if _is_file(call):
        if one is None or other is not None or fresh:
            raise BadInput("two files are compared with each other", place=call, hint="Name two audits.")
        before, after, plan = _from_file(call), _from_file(one), _plan_of(_from_file(one).audit, settings)
    else:
        before, after, plan = _from_store(call, one, other, Fresh(log) if fresh else None, settings)
    if before.audit.call_id != after.audit.call_id:
        raise BadInput(
            f"these are audits of two calls: {before.audit.call_id} and {after.audit.call_id}",
            place="audit-diff",
            hint="Compare two audits of one call; `precall rate` compares many.",
        )
    found = compare_audits(before.audit, after.audit)
    if as_json:
        write_text(readable_json(audit_difference_document(found)))
        return
    console = make_console()
    lines = render_audit_difference(found, plan, (before.name, after.name), console.width)
    console.print(*lines, sep="\n")


def _is_file(name: str) -> bool:
    return name == "-" or name.endswith(".json") or Path(name).is_file()


def _from_file(name: str) -> Side:
    from precall_cli.cli.files import read_bytes
    from precall_cli.records.audit import Audit

    audit = Audit.from_json(read_bytes(Path(name)), name)
    return Side(audit, f"{audit.audit_id}  {name}")


def _plan_of(audit: Audit, settings: Settings) -> CallPlan | None:
    """The plan of an audit from a file, where the store here happens to have it."""
    from precall_cli.store import Store

    if not (audit.plan_id and settings.db.exists()):
        return None
    with Store.open(settings.db, create=False, read_only=True) as store:
        return store.load_plan(audit.plan_id).plan if store.has_plan(audit.plan_id) else None


def _from_store(
    call: str, one: str | None, other: str | None, fresh: Fresh | None, settings: Settings
) -> tuple[Side, Side, CallPlan | None]:
    from precall_cli.cli.audited import audit_afresh
    from precall_cli.store import Store

    if fresh is not None and other is not None:
        raise BadInput("--fresh is the second audit: name one at most", place="audit-diff")
    with Store.open(settings.db, create=False, read_only=True) as store:
        last = store.load_audit(call)
        stored = [
            Side(s.audit, f"{s.audit.audit_id}  sealed {s.sealed_at}  verdict {s.audit.verdict}")
            for s in store.load_audits(call)
        ]
        before = _named(stored, one) if one else stored[0]
        if fresh is not None:
            made = audit_afresh(last, fresh.log, store, settings)
            after = Side(made, f"{made.audit_id}  made now  verdict {made.verdict}")
        elif other is not None:
            after = _named(stored, other)
        else:
            after = stored[0]
            before = before if one else _before_last(stored, call)
        plan_id = after.audit.plan_id
        plan = store.load_plan(plan_id).plan if plan_id and store.has_plan(plan_id) else None
    return before, after, plan


def _before_last(stored: list[Side], call: str) -> Side:
    if len(stored) > 1:
        return stored[1]
    raise BadInput(
        "has one audit in this store",
        place=f"call {call}",
        hint="Add --fresh to compare it with what this version and policy make of the call.",
    )


def _named(stored: list[Side], name: str) -> Side:
    found = [side for side in stored if side.audit.audit_id.startswith(name)]
    if len(found) == 1:
        return found[0]
    problem = "is no audit of this call" if not found else "is the beginning of several"
    known = ", ".join(side.audit.audit_id for side in stored[:5])
    raise BadInput(problem, place=f"audit {name}", hint=f"It has: {known}.")
