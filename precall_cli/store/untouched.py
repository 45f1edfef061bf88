"""Reading a store without leaving a trace: not a byte of it, nor of its side files, is another one after.

An ordinary reader writes: it makes SQLite's side files, or folds a journal that was left behind into the main
file. What a dry-run looks at must be as it was.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from precall_cli.errors import Unavailable
from precall_cli.store.database import Database
from precall_cli.store.files import look_at, os_error
from precall_cli.store.schema import check_schema, check_version
from precall_cli.store.store import WAIT_S, Store


@contextmanager
def untouched(path: Path, *, wait_s: float = WAIT_S) -> Iterator[Store | None]:
    """The store at `path` for reading, or None where there is none yet.

    Raises what `Store.open` raises for a file that is not ours, and Unavailable at the end when another
    process wrote to it meanwhile: then what was read may not belong together.
    """
    look = look_at(path)
    if not look.exists or look.empty:
        yield None
        return
    journal, shared = Path(f"{path}-wal"), Path(f"{path}-shm")
    if not _size(journal):
        before = _stamp(path)
        with _opened(path, "immutable", wait_s) as store:
            yield store
        if _stamp(path) != before or _size(journal):
            raise Unavailable(
                "was written to while it was read", place=str(path), hint="Run it again; nothing was changed."
            )
    elif shared.exists():  # somebody has it open, or left it so: read along, sharing what is there
        with _opened(path, "ro&readonly_shm=1", wait_s) as store:
            yield store
    else:
        with tempfile.TemporaryDirectory(prefix="precall-") as folder:
            copy = Path(folder) / "copy.db"
            try:
                shutil.copyfile(path, copy)
                shutil.copyfile(journal, f"{copy}-wal")
            except OSError as error:
                raise os_error(error, path) from None
            with _opened(copy, "rw", wait_s) as store:
                yield store


@contextmanager
def _opened(path: Path, mode: str, wait_s: float) -> Iterator[Store | None]:
    database = Database.connect(path, mode=mode, wait_s=wait_s)
    try:
        if not check_version(database):
            yield None
            return
        check_schema(database)
        yield Store(database)
    finally:
        database.close()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise os_error(error, path) from None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise os_error(error, path) from None
    return status.st_mtime_ns, status.st_size
