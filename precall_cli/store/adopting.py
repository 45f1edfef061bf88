"""A runtime's own rows in `outcomes`, sealed as outcomes: from before there were plans, and later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.outcome import CallOutcome
from precall_cli.records.record import format_time
from precall_cli.store.database import Database
from precall_cli.store.migrations import OUTCOME_COLUMNS
from precall_cli.store.runtime_table import cell_of, row_number, runtime_rows, same_cell
from precall_cli.store.schema import outcome_columns
from precall_cli.store.writing import save_outcomes


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of the rows that a runtime wrote into our table by itself."""

    sealed: int = 0
    """Rows that said something new."""
    left: tuple[str, ...] = ()
    """Rows that are no outcome, and why; they stay as they are."""


def seal_runtime_rows(database: Database, now: datetime) -> Adopted:
    """Seals every row of a runtime that says what no sealed outcome of its call says.

    A row that the runtime changed after it was sealed is the latest word: it is sealed again with
    `logged_at` set to `now`, unless it carries an `updated_at`. The caller holds the transaction.
    """
    if not set(outcome_columns(database)) > {"call_id", *OUTCOME_COLUMNS}:
        return Adopted()  # a table of our own making, in which no runtime writes
    found: list[CallOutcome] = []
    left: list[str] = []
    several = _calls_with_several_rows(database)
    for row in runtime_rows(database):
        try:
            news = _news(database, row.read(), several, now)
            if news is not None:
                found.append(CallOutcome.from_document(news, row.place))
        except BadInput as error:
            left.append(str(error))
    return Adopted(save_outcomes(database, found, now), tuple(left))


def _calls_with_several_rows(database: Database) -> frozenset[str]:
    rows = database.rows("SELECT call_id FROM outcomes")
    return frozenset(call for call, number in Counter(str(row[0]) for row in rows).items() if number > 1)


def _news(database: Database, own: Json, several: frozenset[str], now: datetime) -> Json | None:
    """What is to be sealed of a row; None where all that it says is known."""
    call_id = own["call_id"]
    numbered = row_number(database)
    said = {key: value for key, value in own.items() if value is not None and key != numbered}
    merged = database.one(
        "SELECT outcome_json FROM outcomes WHERE call_id = ? AND outcome_json IS NOT NULL", (call_id,)
    )
    if merged is None:
        return own
    cells = [merged[0]]
    if call_id in several:  # they differ from one another, so not each is what the merged outcome says
        versions = database.rows("SELECT outcome_json FROM outcome_versions WHERE call_id = ?", (call_id,))
        cells += [row[0] for row in versions]
    for cell in cells:
        known = parse_json(cell, f"{database.path}: outcomes of call {call_id}")
        if all(key in known and same_cell(cell_of(value), known[key]) for key, value in said.items()):
            return None
    return own | {"logged_at": format_time(now)}
