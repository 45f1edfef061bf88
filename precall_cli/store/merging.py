"""The row of a call in `outcomes`: all that was ever said of it, merged, and the runtime's own columns."""

from __future__ import annotations

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.outcome import CallOutcome
from precall_cli.store import rows
from precall_cli.store.database import Cell, Database
from precall_cli.store.migrations import OUTCOME_COLUMNS
from precall_cli.store.outcomes import merge_outcomes
from precall_cli.store.reading import read_record
from precall_cli.store.runtime_table import cell_of, row_number, same_cell
from precall_cli.store.schema import outcome_columns


def insert(database: Database, table: str, row: rows.Row) -> None:
    """One row, its columns named."""
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    database.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def stored_plan(database: Database, document: Json) -> Cell:
    """The plan that a document names, if it is stored here."""
    found = database.one("SELECT plan_id FROM plans WHERE plan_id = ?", (document.get("plan_id"),))
    return str(found[0]) if found else None


def merged_outcome(database: Database, call_id: str) -> Json:
    """All that the runtime said of a call, as one document; empty when it said nothing."""
    found = database.rows(
        "SELECT seq, CAST(outcome_json AS BLOB) FROM outcome_versions WHERE call_id = ? ORDER BY seq",
        (call_id,),
    )
    return merge_outcomes(
        read_record(database, "outcome_versions", seq, cell, CallOutcome).document() for seq, cell in found
    )


def outcome_cells(database: Database, merged: Json) -> tuple[Cell, ...]:
    """`plan_id`, `plan`, `plan_deviation_reasons` and `outcome_json` that a merged outcome calls for."""
    plan_id = stored_plan(database, merged)
    plan = database.one("SELECT plan_json FROM plans WHERE plan_id = ?", (plan_id,))
    own = merged.get("plan")
    reasons = merged.get("plan_deviation_reasons")
    return (
        plan_id,
        str(plan[0]) if plan else rows.cell_text(own) if own else None,
        rows.cell_text(reasons) if reasons else None,
        rows.cell_text(merged),
    )


def merge_call(database: Database, call_id: str) -> None:
    """Writes the row of a call anew.

    In a table that a runtime made, its own columns follow: a column that still holds what the last merge
    said, or nothing, gets what this one says. What the runtime wrote meanwhile is left alone, and so are
    all columns where it keeps several rows for a call.
    """
    merged = merged_outcome(database, call_id)
    row: rows.Row = dict(zip(OUTCOME_COLUMNS, outcome_cells(database, merged), strict=True))
    own = _own_columns(database, merged)
    if not (there := _rows_of(database, call_id, own)):
        _check_demands(database, merged)
        row |= {_quoted(column): cell_of(merged[column]) for column in own}
        insert(database, "outcomes", {"call_id": call_id, **row})
        return
    if len(there) == 1:
        before = _last_merge(there[0][0])
        for column, value in zip(own, there[0][1:], strict=True):
            if value is None or same_cell(value, before.get(column)):
                row[_quoted(column)] = cell_of(merged[column])
    changes = ", ".join(f"{column} = ?" for column in row)
    database.run(f"UPDATE outcomes SET {changes} WHERE call_id = ?", (*row.values(), call_id))


def _own_columns(database: Database, merged: Json) -> list[str]:
    """The runtime's columns for which the merged outcome has a value; never its row number."""
    own = set(outcome_columns(database)) - {row_number(database)}
    said = {column for column, value in merged.items() if value is not None}
    return sorted(own & said - {"call_id", *OUTCOME_COLUMNS})


def _rows_of(database: Database, call_id: str, own: list[str]) -> list[tuple[Cell, ...]]:
    columns = ", ".join(["outcome_json", *map(_quoted, own)])
    return list(database.rows(f"SELECT {columns} FROM outcomes WHERE call_id = ?", (call_id,)))


def _last_merge(cell: Cell) -> Json:
    if not isinstance(cell, str):
        return {}
    try:
        document = parse_json(cell, "outcomes")
    except BadInput:
        return {}
    return document if isinstance(document, dict) else {}


def _check_demands(database: Database, merged: Json) -> None:
    """Raises BadInput where the runtime's table demands a column that nothing fills."""
    numbered = row_number(database)
    missing = [
        str(name)
        for name, demanded, default in database.rows(
            "SELECT name, \"notnull\", dflt_value FROM pragma_table_info('outcomes')"
        )
        if demanded and default is None and merged.get(str(name)) is None and name != numbered
    ]
    if missing:
        raise BadInput(
            f"the runtime's table of outcomes demands {', '.join(missing)}, which nothing says of this call",
            place=f"{database.path}: call {merged.get('call_id')}",
            hint="Import the call's outcome with these fields first.",
        )


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
