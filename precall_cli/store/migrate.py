"""Making a store, bringing an older one up to date after a backup, and copying one while it is used."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from precall_cli.errors import BadInput, IntegrityError, PrecallError, Unavailable
from precall_cli.store.adopting import Adopted, seal_runtime_rows
from precall_cli.store.database import Database, our_error
from precall_cli.store.files import foreign, look_at, os_error
from precall_cli.store.migrations import APPLICATION_ID, OUTCOME_COLUMNS, VERSIONS, make_migrations
from precall_cli.store.schema import (
    VERSION,
    check_schema,
    check_version,
    is_outcomes_only,
    outcome_columns,
    schema_faults,
)


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a migration did."""

    path: Path
    version: int
    """The version that the store has now."""
    applied: tuple[str, ...]
    """What was added, by name; empty when it was up to date."""
    backup: Path | None
    """The file as it was before; None when nothing was done."""
    adopted: Adopted
    """The runtime's own rows that were sealed, and those that could not be."""


def create(database: Database) -> None:
    """Makes the tables of a new store in one transaction; another process may have been first."""
    with database.writing():
        if not check_version(database):
            _apply(database, adopted=False)


def use_wal(database: Database) -> None:
    """Write-ahead logging, where the disk allows it: readers and a writer do not wait for each other."""
    deadline = time.monotonic() + database.wait_s
    while True:
        try:
            if database.one("PRAGMA journal_mode") != ("wal",):
                database.run("PRAGMA journal_mode = WAL")
            return
        except Unavailable:
            # SQLite does not wait here for a process that reads at this moment.
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.02)


def _apply(database: Database, *, adopted: bool) -> None:
    from sqlite_utils import Database as Wrapped

    with database.guard():
        make_migrations(adopted=adopted).apply(Wrapped(database.connection, execute_plugins=False))


def migrate_store(path: Path, *, now: datetime, wait_s: float = 5.0) -> MigrationReport:
    """Brings a store of an older version, or a runtime's own table of outcomes, up to this version.

    First a backup is made beside it; then all is added in one transaction, or nothing. No row, column or
    query of before is lost; the runtime's rows are sealed as outcomes, at the time `now`. Raises Unavailable
    or IntegrityError as `Store.open` does.
    """
    look = look_at(path)
    if not look.exists or look.empty:
        raise Unavailable("there is no store here", place=str(path), hint="`precall init` makes one.")
    database = Database.connect(path, mode="rw", wait_s=wait_s)
    try:
        application_id = database.number("PRAGMA application_id")
        version = database.number("PRAGMA user_version")
        adopted = application_id == 0 and version == 0 and is_outcomes_only(database)
        if application_id not in (0, APPLICATION_ID):
            raise foreign(path, application_id)
        if not adopted and not (application_id == APPLICATION_ID and 0 < version < VERSION):
            if not check_version(database):
                raise Unavailable("there is no store here", place=str(path), hint="`precall init` makes one.")
            check_schema(database)
            with database.writing():
                return MigrationReport(path, VERSION, (), None, seal_runtime_rows(database, now))
        faults = _obstacles(database) if adopted else schema_faults(database, version)
        if faults:
            raise IntegrityError(
                f"cannot be migrated: {faults[0]}", place=str(path), hint="Nothing was changed."
            )
        kept = _backup_name(path, version)
        backup(database, kept)
        with database.writing():
            _apply(database, adopted=adopted)
            sealed = seal_runtime_rows(database, now)
        check_schema(database)
        use_wal(database)
        database.one("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    return MigrationReport(path, VERSION, tuple(name for name, _ in VERSIONS[version:]), kept, sealed)


def _obstacles(database: Database) -> list[str]:
    """What stands in the way of adding our tables to a database that has outcomes."""
    wanted = {name for _, statements in VERSIONS for name in map(_made_by, statements)} - {"outcomes"}
    found = [
        f"it has a {kind} named {name} already"
        for kind, name in database.rows("SELECT type, name FROM sqlite_schema ORDER BY name")
        if name in wanted
    ]
    found += [
        f"it has the trigger {name}"
        for (name,) in database.rows("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
    ]
    found += [
        f"its outcomes have a column {name} already"
        for name in outcome_columns(database)
        if name in OUTCOME_COLUMNS
    ]
    return found


def _made_by(statement: str) -> str:
    words = statement.replace("(", " ").split()
    return words[3] if words[1] == "UNIQUE" else words[2]


def _backup_name(path: Path, version: int) -> Path:
    name = path.with_name(f"{path.name}.v{version}.bak")
    number = 1
    while name.exists() or name.is_symlink():
        number += 1
        name = path.with_name(f"{path.name}.v{version}-{number}.bak")
    return name


def backup(database: Database, to: Path) -> None:
    """Copies the open database to a new file, readable by its owner alone.

    Raises BadInput when the file exists, Unavailable when it cannot be written; then nothing is left of it.
    """
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise BadInput("exists already; a backup overwrites nothing", place=str(to)) from None
    except ValueError:
        raise BadInput("is no file name", place=repr(str(to))) from None
    except OSError as error:
        raise os_error(error, to) from None
    try:
        target = sqlite3.connect(to, isolation_level=None)
        try:
            database.connection.backup(target)
        finally:
            target.close()
    except (sqlite3.Error, PrecallError) as error:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{to}{suffix}").unlink()
        if isinstance(error, sqlite3.Error):
            raise our_error(error, to, database.wait_s) from None
        raise
