"""Files of lines as a stream: one line at a time, whatever the length of the file or of a line."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from precall_cli.errors import BadInput
from precall_cli.records.limits import limits, split_hint

MOST_BLANK = 1_000_000
"""Blank lines one after another; a small packed file can unpack to a thousand million."""
MOST_OVER = 8
"""How many times the limit of a line is read on over, to find the end of a longer one."""
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
    """Lines of at most `limits.max_bytes`; of a longer one the beginning, which no reader takes.

    Raises BadInput, its place the number of the line, where a line or a run of blank ones has no end worth
    waiting for.
    """
    most = limits().max_bytes
    number = blank = 0
    while row := file.readline(most + 1):
        number += 1
        blank = blank + 1 if row.isspace() else 0
        if blank > MOST_BLANK:
            problem = f"stands after {MOST_BLANK:,} blank lines one after another"
            raise BadInput(problem, place=str(number), hint="Take them out.")
        yield row
        length = len(row)
        while length > most and not row.endswith(b"\n"):
            row = file.readline(most + 1)
            length = length + len(row) if row else 0
            if length > MOST_OVER * most:
                problem = f"is a line of more than {MOST_OVER * most:,} bytes"
                raise BadInput(problem, place=str(number), hint="Write a document a line.")


def numbered_lines(file: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers. Raises BadInput where the file breaks off."""
    number = 0
    try:
        for number, row in enumerate(read_lines(file), start=1):
            if not row.isspace():
                yield number, row
    except BROKEN as error:
        raise BadInput(f"cannot be read on: {error}", place=f"{name}:{number + 1}") from None
    except BadInput as error:
        raise BadInput(error.problem, place=f"{name}:{error.place}", hint=error.hint) from None


def unpacked(data: bytes, name: str, most: int) -> bytes:
    """What a gzip file holds, packed in one piece or several, of at most `most` bytes.

    Raises BadInput, naming the file, where it is none, is damaged or cut off, or holds more.
    """
    try:
        with gzip.open(io.BytesIO(data), "rb") as file:
            found = file.read(most + 1)
    except EOFError:
        raise BadInput("is cut off", place=name, hint="Pack it again.") from None
    except BROKEN as error:
        raise BadInput(f"is no whole gzip file: {error}", place=name, hint="Pack it again.") from None
    if len(found) > most:
        raise BadInput(
            f"unpacks to more than {most:,} bytes",
            place=name,
            hint=split_hint(None if most == limits().max_bytes else most),
        )
    return found
