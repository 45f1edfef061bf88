"""One connection to a store's file: its settings, its transactions, and SQLite's faults in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from precall_cli.errors import BadInput, IntegrityError, PrecallError, Unavailable
from precall_cli.store.files import os_error, who_locks

Cell: TypeAlias = str | int | float | bytes | None
"""A value as SQLite holds it."""

_OLDEST = (3, 37, 0)
_PRIMARY = 0xFF


class Database:
    """A connection whose every failure is a PrecallError that names the file."""

    def __init__(self, connection: sqlite3.Connection, path: Path, wait_s: float) -> None:
        self.connection = connection
        self.path = path
        self.wait_s = wait_s
        self._depth = 0

    @classmethod
    def connect(cls, path: Path, *, mode: str, wait_s: float) -> Database:
        """Opens an existing file. `mode` is `rw`, `ro`, or `immutable`: as it stands, whoever writes to it.

        Raises Unavailable or IntegrityError.
        """
        if sqlite3.sqlite_version_info < _OLDEST:
            raise Unavailable(
                f"SQLite {sqlite3.sqlite_version} is too old; 3.37 is needed", hint="Use a newer Python."
            )
        flags = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
        try:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{flags}", uri=True, timeout=wait_s, isolation_level=None
            )
        except sqlite3.Error as error:
            raise our_error(error, path, wait_s) from None
        # Text that is no UTF-8 shows as escapes instead of failing in mid-query; verify names its row.
        connection.text_factory = lambda data: data.decode("utf-8", "backslashreplace")
        database = cls(connection, path, wait_s)
        try:
            for pragma in (
                "trusted_schema = OFF",
                "cell_size_check = ON",
                "foreign_keys = ON",
                "mmap_size = 0",
            ):
                database.run(f"PRAGMA {pragma}")
        except PrecallError:
            connection.close()
            raise
        return database

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turns what SQLite and the system raise into our errors."""
        try:
            yield
        except sqlite3.Error as error:
            raise our_error(error, self.path, self.wait_s) from None
        except OSError as error:
            raise os_error(error, self.path) from None
        except UnicodeDecodeError:  # SQLite's own message quotes bytes of the file that are no text
            raise _damaged("its schema holds bytes that are no text", self.path) from None
        except UnicodeEncodeError:
            raise BadInput("holds bytes that are no text", place="an id or a name") from None
        except OverflowError:
            raise BadInput("a number is too large to be stored", place=str(self.path)) from None

    def run(self, sql: str, values: Sequence[Cell] = ()) -> None:
        """Executes one statement."""
        with self.guard():
            self.connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterator[Sequence[Cell]] | Sequence[Sequence[Cell]]) -> None:
        """Executes one statement for each row."""
        with self.guard():
            self.connection.executemany(sql, rows)

    def one(self, sql: str, values: Sequence[Cell] = ()) -> tuple[Any, ...] | None:
        """The first row, or None."""
        with self.guard():
            row: tuple[Any, ...] | None = self.connection.execute(sql, values).fetchone()
            return row

    def rows(self, sql: str, values: Sequence[Cell] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows, one after the other."""
        with self.guard():
            # `yield from` would close the cursor of a reader who stopped early, after the connection.
            for row in self.connection.execute(sql, values):  # noqa: UP028
                yield row

    def number(self, sql: str, values: Sequence[Cell] = ()) -> int:
        """The one number that a query gives; 0 where it gives none."""
        row = self.one(sql, values)
        return int(row[0]) if row and isinstance(row[0], int) else 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing, and nobody else writes meanwhile. May be nested: the outermost one commits."""
        if self._depth == 0:
            self.run("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                self.run("COMMIT")
        except BaseException:
            if self._depth == 1 and self.connection.in_transaction:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
            raise
        finally:
            self._depth -= 1

    def close(self) -> None:
        """Closes the connection; a second time does nothing."""
        with suppress(sqlite3.Error):
            self.connection.close()


def our_error(error: sqlite3.Error, path: Path, wait_s: float) -> PrecallError:
    """What SQLite said, as one of our errors, in one line."""
    place, said = str(path), " ".join(str(error).split())
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & _PRIMARY if code is not None else None
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Unavailable(
            f"is locked: waited {wait_s:g} s, and {who_locks(path) or 'another process'} still writes",
            place=place,
            hint="Try again when it is done; nothing was changed.",
        )
    if primary == sqlite3.SQLITE_FULL:
        return Unavailable("the disk is full", place=place, hint="Free some space; nothing was changed.")
    if primary == sqlite3.SQLITE_READONLY:
        return Unavailable("cannot be written: it is read-only", place=place, hint="Change its permissions.")
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return Unavailable(f"cannot be opened: {said}", place=place, hint="Check the file and its folder.")
    if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_TOOBIG):
        return Unavailable(
            f"cannot be read or written: {said}", place=place, hint="Check the disk; nothing was changed."
        )
    if primary is None and isinstance(error, sqlite3.ProgrammingError):
        return Unavailable(f"cannot be used: {said}", place=place)
    return _damaged(said, path)


def _damaged(said: str, path: Path) -> IntegrityError:
    return IntegrityError(
        f"is damaged or was changed by another tool: {said}",
        place=str(path),
        hint="Restore a backup; `precall verify` says more where the file can still be read.",
    )
