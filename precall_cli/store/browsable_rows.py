"""Rows of a store read for the database to browse, masked where that is wanted, and put there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from precall_cli.errors import IntegrityError
from precall_cli.records.json_text import canonical_bytes
from precall_cli.records.redaction import Redaction
from precall_cli.store.database import Cell, Database
from precall_cli.store.masking import Masking, parse_cell


def records(database: Database, table: str, order: str) -> Iterator[dict[str, Cell]]:
    """The rows of a table by column, the JSON as it is."""
    columns = [str(name) for (name,) in database.rows("SELECT name FROM pragma_table_info(?)", (table,))]
    chosen = ", ".join(columns)
    for row in database.rows(f"SELECT {chosen} FROM {table} ORDER BY {order}"):
        yield dict(zip(columns, row, strict=True))


def redaction_of(masking: Masking | None, row: dict[str, Cell]) -> Redaction | None:
    """What is masked in a row; None where nothing is."""
    return masking.redaction_for(row) if masking else None


def document(redaction: Redaction | None, row: dict[str, Cell], column: str) -> dict[str, Any]:
    """The record in a cell of a row. Raises IntegrityError when it holds none."""
    cell = row[column]
    said = parse_cell(cell if isinstance(cell, str | bytes) else "", column)
    if not isinstance(said, dict):
        raise IntegrityError(
            "holds no record",
            place=column,
            hint="`precall verify` looks at every row and names the first bad.",
        )
    masked: Any = redaction.document(said) if redaction is not None else said
    return dict(masked)


def texts(redaction: Redaction | None, row: dict[str, Cell], *without: str) -> dict[str, Cell]:
    """The cells of a row but for some columns, texts masked."""
    return {
        name: redaction.value(name, cell) if redaction is not None and isinstance(cell, str) else cell
        for name, cell in row.items()
        if name not in without
    }


def array(values: list[str]) -> str:
    """A list as Datasette facets it: JSON."""
    return canonical_bytes(values).decode()


def put(target: sqlite3.Connection, table: str, **values: Cell) -> None:
    """One row; of accounts and contacts the last brief's."""
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    target.execute(f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
