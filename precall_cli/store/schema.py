"""Is the schema of an open database ours, and of which version? A changed table, view or trigger is named."""

from __future__ import annotations

import hashlib
import sqlite3
from functools import cache

from precall_cli.errors import IntegrityError, Unavailable
from precall_cli.store.database import Database
from precall_cli.store.files import foreign
from precall_cli.store.migrations import APPLICATION_ID, OUTCOME_COLUMNS, VERSIONS

VERSION = len(VERSIONS)
"""The version that this precall makes and reads."""

_BOOKKEEPING = "_sqlite_migrations"


def check_version(database: Database) -> bool:
    """True for a store of this version, False for a database without any table.

    Raises Unavailable for a database of another application, or of a newer or an older version.
    """
    application_id = database.number("PRAGMA application_id")
    version = database.number("PRAGMA user_version")
    place = str(database.path)
    if application_id == APPLICATION_ID:
        if version > VERSION:
            raise Unavailable(
                f"is a store of version {version}; this precall knows versions up to {VERSION}. "
                "It was not touched",
                place=place,
                hint="Use the newer precall.",
            )
        if version < 1:
            raise IntegrityError("is a store without a version", place=place, hint="Restore a backup.")
        if version < VERSION:
            raise Unavailable(
                f"is a store of version {version}; this precall needs version {VERSION}",
                place=place,
                hint="Run `precall db migrate`: it makes a backup first.",
            )
        return True
    if application_id:
        raise foreign(database.path, application_id)
    tables = [str(row[0]) for row in database.rows("SELECT name FROM sqlite_schema ORDER BY name")]
    if version == 0 and not tables:
        return False
    if is_outcomes_only(database):
        raise Unavailable(
            "holds outcomes from before there were plans",
            place=place,
            hint="Run `precall db migrate`: it makes a backup, then adds what is missing.",
        )
    shown = ", ".join(tables[:3]) or f"user_version {version}"
    raise Unavailable(
        f"is another application's database ({shown}); it was not touched",
        place=place,
        hint="Name another file with --db.",
    )


def is_outcomes_only(database: Database) -> bool:
    """Whether it is a runtime's own database with a table `outcomes` that has a `call_id`."""
    kind = database.one("SELECT type FROM sqlite_schema WHERE name = 'outcomes'")
    return kind == ("table",) and "call_id" in outcome_columns(database)


def outcome_columns(database: Database) -> list[str]:
    """The columns of the table `outcomes`, in order."""
    return [str(row[0]) for row in database.rows("SELECT name FROM pragma_table_info('outcomes')")]


def schema_faults(database: Database, version: int = VERSION) -> list[str]:
    """What differs from the schema of that version, in words; empty when it is ours.

    Tables, views and indices of others beside ours are no fault; a trigger that is not ours is, wherever.
    """
    wanted = _expected(version)
    found = {
        str(name): (str(kind), str(table), _plain(sql))
        for kind, name, table, sql in database.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema")
        if not str(name).startswith("sqlite_")
    }
    faults = []
    for name, (kind, table, sql) in wanted.items():
        if name not in found:
            faults.append(f"the {kind} {name} is missing")
        elif found[name][0] != kind:
            faults.append(f"{name} is a {found[name][0]}, not a {kind}")
        elif found[name] != (kind, table, sql) and not (name == "outcomes" and _is_adopted(database)):
            faults.append(f"the {kind} {name} is not as it was made")
    ours = {table for kind, table, _ in wanted.values() if kind != "view"}
    for name, (kind, table, sql) in sorted(found.items()):
        if name in wanted:
            continue
        if kind == "trigger":
            faults.append(f"the trigger {name} on {table} is not ours")
        elif kind == "index" and table in ours - {"outcomes"} and "UNIQUE" in sql.upper():
            faults.append(f"the unique index {name} on {table} is not ours")
    if found.get(_BOOKKEEPING, ("", "", ""))[0] != "table":
        faults.append(f"the table {_BOOKKEEPING} is missing")
    return faults


def find_stand_ins(database: Database, version: int = VERSION) -> list[str]:
    """The tables of ours in whose place another kind of thing stands: to read from one may never end."""
    found = {
        str(name): str(kind) if not str(sql).upper().startswith("CREATE VIRTUAL") else "virtual table"
        for kind, name, sql in database.rows("SELECT type, name, sql FROM sqlite_schema")
    }
    wanted = [_BOOKKEEPING, *(name for name, (kind, *_) in _expected(version).items() if kind == "table")]
    return [name for name in wanted if found.get(name, "table") != "table"]


def check_schema(database: Database) -> None:
    """Raises IntegrityError, naming the first difference, unless the schema is ours."""
    faults = schema_faults(database)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise IntegrityError(
            f"its schema was changed by another tool: {faults[0]}{more}",
            place=str(database.path),
            hint="Restore a backup; `precall verify` says which rows still hold.",
        )


def fingerprint(version: int = VERSION) -> str:
    """`sha256:` over what the schema of a version is made of; the same on every machine."""
    text = "\n".join(f"{name}|{'|'.join(parts)}" for name, parts in sorted(_expected(version).items()))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def ours() -> dict[str, str | None]:
    """Every table and view of this version by name, with the query that makes a view."""
    return {
        name: sql.split(" AS ", 1)[1] if kind == "view" else None
        for name, (kind, _, sql) in _expected(VERSION).items()
        if kind in ("table", "view")
    }


@cache
def view_columns(name: str) -> tuple[tuple[str, str], ...]:
    """Name and declared type of a view's columns. The connection to a store may not look: views use JSON."""
    memory = _in_memory(VERSION)
    try:
        return tuple(memory.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall())
    finally:
        memory.close()


def _is_adopted(database: Database) -> bool:
    """A table of outcomes that was there first has further columns, and types of its own."""
    return set(outcome_columns(database)) > {"call_id", *OUTCOME_COLUMNS}


@cache
def _expected(version: int) -> dict[str, tuple[str, str, str]]:
    """Name to (type, table, SQL), from running the statements in memory."""
    memory = _in_memory(version)
    try:
        rows = memory.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    finally:
        memory.close()
    return {
        name: (kind, table, _plain(sql)) for kind, name, table, sql in rows if not name.startswith("sqlite_")
    }


def _in_memory(version: int) -> sqlite3.Connection:
    """An empty store of a version."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    for _, statements in VERSIONS[:version]:
        for statement in statements:
            memory.execute(statement)
    return memory


def _plain(sql: object) -> str:
    return " ".join(str(sql).split())
