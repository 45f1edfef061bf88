"""Files of lines as a stream: one line at a time, whatever the length of the file or of a line."""

from __future__ import annotations

import gzip
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from precall_cli.errors import BadInput
from precall_cli.records.limits import limits

BROKEN = (OSError, EOFError, zlib.error)
"""What reading on can raise where a disk fails or a packed file is damaged."""


def shown_name(path: Path) -> str:
    """A file as messages name it."""
    return "standard input" if str(path) == "-" else str(path)


def open_lines(path: Path) -> IO[bytes]:
    """A regular file, unpacked where its name ends in `.gz`, or standard input for `-`. Raises BadInput."""
    if str(path) == "-":
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # looked at before opening: a FIFO would hang
            raise BadInput("is not a regular file", place=str(path), hint="Use `-` for standard input.")
        return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]
    except FileNotFoundError:
        raise BadInput("no such file", place=str(path), hint="Check the name.") from None
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or "is no usable file name"
        raise BadInput(str(problem), place=str(path)) from None


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines of at most `limits.max_bytes`; of a longer one the beginning, which no reader takes."""
    most = limits().max_bytes
    while row := file.readline(most + 1):
        yield row
        while len(row) > most and not row.endswith(b"\n"):
            row = file.readline(most + 1)


def numbered_lines(file: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers. Raises BadInput where the file breaks off."""
    number = 0
    try:
        for number, row in enumerate(read_lines(file), start=1):
            if row.strip():
                yield number, row
    except BROKEN as error:
        raise BadInput(f"cannot be read on: {error}", place=f"{name}:{number + 1}") from None
