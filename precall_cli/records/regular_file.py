"""Files that somebody names, read only if regular and of an allowed size; folders for their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.limits import limits, split_hint


def read_regular(path: Path, *, max_bytes: int | None = None, missing: str = "Check the name.") -> bytes:
    """The bytes of a regular file; a FIFO, a device, a socket or a folder is never waited for.

    At most `max_bytes` bytes, else as many as the limits allow. `missing` is the hint for a name that is not
    there. Raises BadInput, or Unavailable where the disk refuses.
    """
    most = limits().max_bytes if max_bytes is None else max_bytes
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        hint = missing if isinstance(error, FileNotFoundError) else ""
        raise BadInput(_why(error), place=str(path), hint=hint) from None
    if stat.S_ISDIR(os.fstat(handle).st_mode):  # looked at first: Python makes no file object of a folder
        os.close(handle)
        raise BadInput("is a folder, expected a file", place=str(path), hint="Name a file in it.")
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise BadInput("is not a regular file", place=str(path), hint="Use `-` to read standard input.")
        if status.st_size > most:
            problem = f"{status.st_size:,} bytes is over the limit of {most:,}"
            raise BadInput(problem, place=str(path), hint=split_hint(max_bytes))
        try:
            return file.read(most + 1)
        except OSError as error:
            raise Unavailable(_why(error), place=str(path)) from None


def is_store(path: Path) -> bool:
    """Whether a regular file is a SQLite database, by its first bytes; one that cannot be read is none."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


_SQLITE = b"SQLite format 3\0"


def make_folders(folder: Path) -> None:
    """Makes a folder and those above it that are missing, for their owner alone whatever the umask.

    A folder that is there keeps its mode. Raises OSError.
    """
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "may not be read"
    return getattr(error, "strerror", None) or "is no usable file name"
