"""The runtime's words taken into the store: single reasons, and whole outcomes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from precall_cli.cli.files import read_bytes
from precall_cli.errors import BadInput, NothingCollected
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.outcome import CallOutcome


def log_reason(db: Path, call: str, entry: dict[str, Json], plan: str | None, now: datetime) -> bool:
    """Adds one reason to a call's outcome; False when it stands there already.

    Raises BadInput for a reason that is none, and for an item that the call's plan does not have, naming
    the ids that it has.
    """
    from precall_cli.store import Store

    given = {key: value for key, value in entry.items() if value is not None}
    document: dict[str, Json] = {"call_id": call, "plan_deviation_reasons": [given]}
    outcome = CallOutcome.from_document(document, "outcome log")
    reason = outcome.plan_deviation_reasons[0]
    with Store.open(db, create=False) as store:
        stored = store.load_outcome(call)
        named = plan or (stored.plan_id if stored else None) or store.find_plan_for_call(call)
        if named is None:
            raise BadInput(
                f"nothing says which plan call {call!r} was dialled with",
                place="outcome log",
                hint="Add --plan.",
            )
        known = store.load_plan(named).plan
        ids = [item.id for _, item in known.items()]
        if reason.item is not None and reason.item not in ids:
            raise BadInput(
                f"plan {known.plan_id} has no item {reason.item!r}",
                place="--item",
                hint=f"It has: {', '.join(ids)}.",
            )
        before = stored.plan_deviation_reasons if stored else ()
        if reason in before:
            return False
        changed = outcome.model_copy(
            update={"plan_id": known.plan_id, "plan_deviation_reasons": (*before, reason)}
        )
        base = stored.document() if stored else {}
        merged = CallOutcome.from_document(
            base | changed.document() | {"plan_id": known.plan_id}, "outcome log"
        )
        return store.save_outcome(merged, now=now).new


def import_rows(file: Path, db: Path, now: datetime) -> tuple[int, int]:
    """Stores every outcome of a `.jsonl` file: how many were read, how many said something new.

    All rows are read before the first is stored. Raises BadInput for a row that is no outcome,
    NothingCollected for a file without one.
    """
    from precall_cli.store import Store

    name = "standard input" if str(file) == "-" else str(file)
    rows = read_bytes(file).split(b"\n")
    outcomes = [
        CallOutcome.from_document(parse_json(row, f"{name}:{number}"), f"{name}:{number}")
        for number, row in enumerate(rows, start=1)
        if row.strip()
    ]
    if not outcomes:
        raise NothingCollected("no outcome found", place=name)
    with Store.open(db) as store:
        new = sum(store.save_outcome(outcome, now=now).new for outcome in outcomes)
    return len(outcomes), new
