"""A runtime's own table of outcomes: columns that nobody told us of, each row as an outcome's document.

Every field keeps its name and its type. What JSON cannot hold is written so that nothing is lost: a BLOB as
`{"base64": …}`, a whole number beyond 2^53 as text with the same digits.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from precall_cli.errors import BadInput, IntegrityError
from precall_cli.records.json_text import Json, parse_json
from precall_cli.store.database import Cell, Database
from precall_cli.store.migrations import APPLICATION_ID, OUTCOME_COLUMNS
from precall_cli.store.schema import find_stand_ins

_LARGEST = 2**53 - 1
_AS_JSON = ("plan", "plan_deviation_reasons")
_WAL = 2
MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class RuntimeRow:
    """One row of a runtime's table."""

    place: str
    """`file: table row N`."""
    read: Callable[[], Json]
    """Gives its fields, not checked; raises BadInput where JSON cannot hold them."""


def row_document(columns: Sequence[str], values: Sequence[Cell], place: str) -> Json:
    """The fields of one row. Of our own columns those are left out that hold nothing.

    Raises BadInput for an infinite number, and for a plan or a list of reasons that is no JSON.
    """
    document: dict[str, Json] = {}
    for column, value in zip(columns, values, strict=True):
        if column == "call_id" and isinstance(value, int):
            document[column] = str(value)
        elif column in OUTCOME_COLUMNS and value is None:
            continue
        elif column in _AS_JSON and isinstance(value, str | bytes):
            document[column] = parse_json(value, f"{place}: {column}")
        else:
            document[column] = _kept(value, f"{place}: {column}")
    return document


def _kept(value: Cell, place: str) -> Json:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput("holds an infinite number, which no JSON can hold", place=place)
    return exact(value)


def exact(value: Json) -> Json:
    """`value` with every whole number beyond 2^53 as text: JSON readers would not agree on it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return str(value)
    if isinstance(value, list):
        return [exact(child) for child in value]
    if isinstance(value, dict):
        return {key: exact(child) for key, child in value.items()}
    return value


def cell_of(value: Json) -> Cell:
    """A field as a runtime's own column holds it: `row_document` undone; lists and objects as JSON."""
    if isinstance(value, dict) and list(value) == ["base64"] and isinstance(value["base64"], str):
        with suppress(binascii.Error):
            return base64.b64decode(value["base64"], validate=True)
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    from precall_cli.store.rows import cell_text

    return cell_text(value)


def same_cell(stored: Cell, said: Json) -> bool:
    """Whether a runtime's column holds what an outcome says, in whatever type the column keeps it."""
    wanted = cell_of(said)
    if stored == wanted or stored is None or wanted is None:
        return stored == wanted
    if isinstance(stored, bytes) or isinstance(wanted, bytes):
        return False
    try:
        return str(stored) == str(wanted) or float(stored) == float(wanted)
    except ValueError:
        return False


def read_runtime_file(path: Path, table: str | None = None) -> Iterator[RuntimeRow]:
    """The rows of the table of outcomes in a SQLite file, which is only read: no byte of it changes.

    `table` names a table or view; without it the one table that has a `call_id` is taken. Of a store of ours
    come the versions as they were sealed, and the runtime's rows that are not. Raises BadInput.
    """
    try:
        with closing(Database.connect(path, mode=_mode(path), wait_s=5.0)) as database:
            ours = database.number("PRAGMA application_id") == APPLICATION_ID
            name = table or ("outcomes" if ours else _find_table(database))
            if ours and name == "outcomes":
                if stand_ins := find_stand_ins(database):
                    raise BadInput(f"{stand_ins[0]} is no table: it was changed", place=str(path))
                for seq, cell in database.rows(
                    "SELECT seq, CAST(outcome_json AS BLOB) FROM outcome_versions ORDER BY seq"
                ):
                    place = f"{path}: outcome_versions row {seq}"
                    yield RuntimeRow(place, partial(parse_json, cell, place))
                yield from unsealed_rows(database)
                return
            if "call_id" not in _columns(database, name):
                problem = f"has no table {name!r} with a call_id"
                raise BadInput(problem, place=str(path), hint=_known(database))
            yield from _rows(database, name)
    except IntegrityError as error:  # of a file of others, which is no store
        raise BadInput(error.problem, place=error.place) from None


def unsealed_rows(database: Database, call_id: str | None = None) -> Iterator[RuntimeRow]:
    """Rows of the store's own `outcomes` that a runtime wrote and nothing has sealed yet."""
    where = (
        "call_id IS NOT NULL AND call_id NOT IN "
        "(SELECT call_id FROM outcomes WHERE outcome_json IS NOT NULL AND call_id IS NOT NULL)"
    )
    if call_id is not None:
        where += " AND call_id = ?"
    yield from _rows(database, "outcomes", where, call_id)


def row_number(database: Database) -> str | None:
    """The column of the store's own `outcomes` that SQLite numbers by itself, if a runtime has one."""
    for name, declared, pk in database.rows("SELECT name, type, pk FROM pragma_table_info('outcomes')"):
        if pk == 1 and str(declared).upper() == "INTEGER" and name != "call_id":
            return str(name)
    return None


def runtime_rows(database: Database) -> Iterator[RuntimeRow]:
    """Every row of the store's own `outcomes` in the runtime's columns alone."""
    yield from _rows(database, "outcomes", "call_id IS NOT NULL", None, OUTCOME_COLUMNS)


def _rows(
    database: Database,
    table: str,
    where: str = "1",
    value: str | None = None,
    without: Sequence[str] = (),
) -> Iterator[RuntimeRow]:
    columns = [name for name in _columns(database, table) if name not in without]
    chosen = ", ".join(_quoted(name) for name in columns)
    key = "rowid" if _has_rowid(database, table) else "NULL"
    sql = f"SELECT {key}, {chosen} FROM {_quoted(table)} WHERE {where}"
    found = database.rows(sql, () if value is None else (value,))
    for count, (rowid, *values) in enumerate(found, start=1):
        place = f"{database.path}: {table} row {count if rowid is None else rowid}"
        yield RuntimeRow(place, partial(row_document, columns, values, place))


def _mode(path: Path) -> str:
    """How to open a file that others own: where nobody writes to it, without even a lock beside it."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
        waits = any(Path(f"{path}{suffix}").exists() for suffix in ("-wal", "-journal"))
    except OSError as error:
        raise BadInput(error.strerror or "may not be read", place=str(path)) from None
    if not head.startswith(MAGIC) or len(head) < 100:
        raise BadInput("is not a SQLite database", place=str(path))
    return "immutable" if head[18] == _WAL and not waits else "ro"


def _find_table(database: Database) -> str:
    tables = [
        str(name)
        for (name,) in database.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "ORDER BY name"
        )
    ]
    found = [name for name in tables if "call_id" in _columns(database, name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadInput("no table of it has a call_id", place=str(database.path), hint=_known(database))
    raise BadInput(
        f"several tables have a call_id: {', '.join(found)}",
        place=str(database.path),
        hint="Say which with --table.",
    )


def _known(database: Database) -> str:
    rows = database.rows(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name LIMIT 9"
    )
    names = ", ".join(str(name) for (name,) in rows)
    return f"It holds: {names}." if names else "It holds no table."


def _columns(database: Database, table: str) -> list[str]:
    return [str(row[0]) for row in database.rows("SELECT name FROM pragma_table_info(?)", (table,))]


def _has_rowid(database: Database, table: str) -> bool:
    kind = database.one("SELECT type FROM sqlite_schema WHERE name = ?", (table,))
    listed = database.one("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", (table,))
    own = {name.lower() for name in _columns(database, table)}
    return kind == ("table",) and listed == (0,) and "rowid" not in own


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
