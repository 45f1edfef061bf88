"""Opening a store's file: made if need be, refused untouched if it is not ours."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path

from precall_cli.errors import PrecallError, Unavailable
from precall_cli.store import migrate
from precall_cli.store.database import Database
from precall_cli.store.files import look_at, make_file
from precall_cli.store.schema import check_version


def open_store(path: Path, create: bool, read_only: bool, wait_s: float) -> Database:
    """The open file of a store of this version, as `Store.open` describes it."""
    look = look_at(path)
    if not look.exists and create:
        make_file(path)
        look = look_at(path)
    if not look.exists or (look.empty and not create):
        raise Unavailable(
            "there is no store here" if not look.exists else "is empty: nothing was ever stored here",
            place=str(path),
            hint="`precall init` makes one, and so does the first plan; or name another with --db.",
        )
    if look.application_id == 0 and not look.empty:
        # It may be anybody's: read it as it stands, so that no journal of theirs is touched.
        with closing(Database.connect(path, mode="immutable", wait_s=wait_s)) as database:
            is_ours = check_version(database)
        if not is_ours and not create:
            raise Unavailable("is a database without a table", place=str(path))
    if read_only:
        return _open_for_reading(path, wait_s)
    database = Database.connect(path, mode="rw", wait_s=wait_s)
    try:
        if not check_version(database):
            migrate.create(database)
        migrate.use_wal(database)
    except PrecallError:
        database.close()
        raise
    return database


def _open_for_reading(path: Path, wait_s: float) -> Database:
    """Opens a store that will only be read, also where neither the file nor its folder can be written.

    SQLite leaves its side files behind when a reader may not write, so a reader that may opens for writing
    and forbids itself to.
    """
    for mode in ("rw", "ro", "immutable"):
        database = Database.connect(path, mode=mode, wait_s=wait_s)
        try:
            database.run("PRAGMA query_only = ON")
            check_version(database)
        except Unavailable:
            database.close()
            if mode == "immutable" or not _is_write_protected(path, mode):
                raise
        except PrecallError:
            database.close()
            raise
        else:
            return database
    raise AssertionError("the last mode returns or raises")


def _is_write_protected(path: Path, mode: str) -> bool:
    """Whether another way to open may help: the file, or the folder for its side files, is read-only."""
    if mode == "ro":
        with suppress(OSError):
            if (Path(f"{path}-wal")).stat().st_size:
                return False  # what it holds would not be seen
    return not os.access(path, os.W_OK) or not os.access(path.absolute().parent, os.W_OK)
