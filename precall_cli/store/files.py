"""The file of a store before SQLite sees it: is it there, is it a regular file, is it ours?

Nothing here changes a file that exists. A FIFO, a folder or a device is refused without being opened.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from precall_cli.errors import BadInput, Unavailable
from precall_cli.store.migrations import APPLICATION_ID

_MAGIC = b"SQLite format 3\0"
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a file without opening it as a database."""

    exists: bool
    """There is a regular file."""
    empty: bool
    """It has no byte: a store that is yet to be made."""
    application_id: int
    """From the header; 0 where none is set."""


def look_at(path: Path) -> Look:
    """What lies at `path`.

    Raises Unavailable for what is no regular file, no SQLite database, or another application's; BadInput for
    a path that can name no file.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise Unavailable("is a link to nothing", place=str(path)) from None
        return Look(False, False, 0)
    except ValueError:
        raise BadInput("is no file name", place=repr(str(path))) from None
    except OSError as error:
        raise os_error(error, path) from None
    if not stat.S_ISREG(status.st_mode):
        what = _KINDS.get(stat.S_IFMT(status.st_mode), "no regular file")
        raise Unavailable(f"is {what}, not a store", place=str(path), hint="Name a file with --db.")
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise os_error(error, path) from None
    if not head:
        return Look(True, True, 0)
    if not head.startswith(_MAGIC) or len(head) < 100:
        what = "is cut off in its header" if head.startswith(_MAGIC) else "is not a SQLite database"
        raise Unavailable(f"{what}; it was not touched", place=str(path), hint="Name another file with --db.")
    found = int.from_bytes(head[68:72], "big")
    if found not in (0, APPLICATION_ID):
        raise foreign(path, found)
    return Look(True, False, found)


def foreign(path: Path, application_id: int) -> Unavailable:
    """The refusal of another application's database."""
    return Unavailable(
        f"belongs to another application (id 0x{application_id:08x}, not 0x{APPLICATION_ID:08x}); "
        "it was not touched",
        place=str(path),
        hint="Name another file with --db.",
    )


def make_file(path: Path) -> None:
    """An empty file for a new store, readable by its owner alone.

    Another process may make it first: that is as well. Raises BadInput where the folder is not there: a
    mistyped name must not become a new store in a new place. Raises Unavailable.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        look_at(path)
    except FileNotFoundError:
        raise BadInput(
            f"the folder {path.parent} does not exist", place=str(path), hint="Create it, or name another."
        ) from None
    except OSError as error:
        raise os_error(error, path) from None


def os_error(error: OSError, path: Path) -> Unavailable:
    """What the operating system said, in one line."""
    said = (error.strerror or type(error).__name__).lower()
    return Unavailable(f"cannot be used: {said}", place=str(path), hint="Name another file with --db.")


def who_locks(path: Path) -> str:
    """`process 1234` where the system tells which one holds a write lock on the store, else nothing."""
    inodes = set()
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            inodes.add(Path(f"{path}{suffix}").stat().st_ino)
    found: set[int] = set()
    with suppress(OSError, ValueError, IndexError):
        for row in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            fields = row.split()
            if "->" not in fields and fields[3] == "WRITE" and int(fields[5].rsplit(":", 1)[1]) in inodes:
                found.add(int(fields[4]))
    others = sorted(pid for pid in found if pid > 0 and pid != os.getpid())
    return f"process {others[0]}" if others else ""
