"""Outcomes out of a store: merged, or as a runtime wrote them by itself."""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.errors import BadInput
from precall_cli.records.outcome import CallOutcome
from precall_cli.store.database import Database
from precall_cli.store.reading import read_record
from precall_cli.store.runtime_table import unsealed_rows


def find_plan_for_call(database: Database, call_id: str) -> str | None:
    """The plan that a call was dialled with: as its outcome says, else its transcript."""
    outcome = load_outcome(database, call_id)
    if outcome and outcome.plan_id:
        return outcome.plan_id
    row = database.one(
        "SELECT said_plan_id FROM transcripts WHERE call_id = ? AND said_plan_id IS NOT NULL "
        "ORDER BY seq DESC LIMIT 1",
        (call_id,),
    )
    return str(row[0]) if row else None


def load_outcome(database: Database, call_id: str) -> CallOutcome | None:
    """All that the runtime said of a call, merged; None when it said nothing.

    Of a row that the runtime wrote by itself, and nothing has sealed yet, what it says.
    """
    row = database.one(
        "SELECT CAST(outcome_json AS BLOB) FROM outcomes WHERE call_id = ? AND outcome_json IS NOT NULL",
        (call_id,),
    )
    if row:
        return read_record(database, "outcomes", call_id, row[0], CallOutcome)
    return next(load_unsealed(database, call_id), None)


def load_outcomes(database: Database) -> Iterator[CallOutcome]:
    """Every call's outcome, by call id: merged, or of a runtime's own row that is not sealed yet."""
    sealed = (
        read_record(database, "outcomes", call_id, cell, CallOutcome)
        for call_id, cell in database.rows(
            "SELECT call_id, CAST(outcome_json AS BLOB) FROM outcomes "
            "WHERE outcome_json IS NOT NULL GROUP BY call_id ORDER BY call_id"
        )
    )
    unsealed = {outcome.call_id: outcome for outcome in load_unsealed(database)}
    if not unsealed:
        yield from sealed
        return
    yield from sorted((*sealed, *unsealed.values()), key=lambda outcome: outcome.call_id)


def load_unsealed(database: Database, call_id: str | None = None) -> Iterator[CallOutcome]:
    """Outcomes of calls of which only rows speak that a runtime wrote by itself."""
    for row in unsealed_rows(database, call_id):
        try:
            outcome, _ = CallOutcome.examine(row.read())
        except BadInput:
            continue  # `db migrate` and `outcome import` name it
        if outcome is not None:
            yield outcome
