"""An output that grows over hours: kept beside its place until it is whole, and taken up again if it was not.

For `audits.jsonl` there are, while it is made, `audits.jsonl.partial` with the rows so far, and
`audits.jsonl.progress`: a line that says what the rows are made from, then a line for each chunk that is on
disk, with how many rows there are, how many bytes, and the digests of what was read and of what was written.
A later run goes on behind the last of these lines that is true. When all is there the output takes its name,
and both are gone. Nothing here knows a clock.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Self

from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.regular_file import is_store

SCHEMA = "precall.partial/1"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """What an output is made from, besides the lines themselves."""

    source: str
    """The input, as messages in the rows name it."""
    signature: str
    """Of the audits."""
    precall: str
    """Version of this package."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an output is: true once its rows are on disk."""

    pairs: int = 0
    errors: int = 0
    read: str = ""
    """SHA-256 of the lines that the rows are made from."""
    bytes: int = 0
    written: str = ""
    """SHA-256 of the rows."""


class Partial:
    """The two files beside an output, in a context: leaving it keeps them, `finish` makes them the output."""

    def __init__(self, output: Path, made: Made) -> None:
        self.output = output
        self.made = made
        self.rows_path = output.with_name(output.name + ".partial")
        self.marks_path = output.with_name(output.name + ".progress")
        self.mark = Mark()
        self._rows: IO[bytes] | None = None
        self._marks: IO[bytes] | None = None
        self._written = hashlib.sha256()
        self._ours = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._rows, self._marks):
            if file is not None:
                with suppress(OSError):
                    file.close()
        if self._ours and not self.mark.pairs:  # nothing worth keeping
            self._discard()

    def _discard(self) -> None:
        for path in (self.rows_path, self.marks_path):
            path.unlink(missing_ok=True)

    def open(self, *, restart: bool = False) -> Mark:
        """Makes the files, or finds how far those are that are there; with `restart` they are emptied.

        Raises BadInput where what is there was made from something else, or when another run is at it.
        """
        with self._guard():
            self._marks = _open_own(self.marks_path)
            _lock(self._marks, self.marks_path)
            self._rows = _open_own(self.rows_path)
            header = json.dumps({"schema": SCHEMA, **asdict(self.made)}, ensure_ascii=False).encode() + b"\n"
            kept = self._marks.readline()
            if restart or not kept.endswith(b"\n"):
                self._marks.seek(0)
                self._marks.truncate()
                self._rows.truncate(0)
                self._marks.write(header)
                _to_disk(self._marks)
                self._ours = True
                return self.mark
            if kept != header:
                raise self._another(kept)
            place = self._last_true_mark()
            self._marks.seek(place)
            self._marks.truncate()
            self._rows.seek(self.mark.bytes)
            self._rows.truncate()
            self._ours = True
        return self.mark

    def add(self, rows: list[bytes], errors: int, read: str) -> None:
        """Puts rows behind the others; `read` is the digest of all lines that they are made from so far."""
        assert self._rows is not None and self._marks is not None
        data = b"".join(row + b"\n" for row in rows)
        self._written.update(data)
        mark = Mark(
            self.mark.pairs + len(rows),
            self.mark.errors + errors,
            read,
            self.mark.bytes + len(data),
            self._written.hexdigest(),
        )
        with self._guard():
            self._rows.write(data)
            _to_disk(self._rows)
            self._marks.write(json.dumps(asdict(mark)).encode() + b"\n")
            _to_disk(self._marks)
        self.mark = mark

    def finish(self) -> None:
        """Gives the whole output its name, packed where the name ends in `.gz`, and removes the files."""
        assert self._rows is not None
        with self._guard():
            self._rows.close()
            if self.output.suffix == ".gz":
                self._pack()
            else:
                self.rows_path.replace(self.output)
            self._discard()

    def _pack(self) -> None:
        handle, temporary = tempfile.mkstemp(prefix=f".{self.output.name[:40]}.", dir=self.output.parent)
        try:
            with os.fdopen(handle, "wb") as plain, self.rows_path.open("rb") as rows:
                # A fixed time and no name, so that the same audits are the same file.
                with gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as packed:
                    shutil.copyfileobj(rows, packed, BLOCK)
                _to_disk(plain)
            Path(temporary).replace(self.output)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _last_true_mark(self) -> int:
        """Sets the mark to the last one whose rows are all there; gives where the next one goes."""
        assert self._rows is not None and self._marks is not None
        place = self._marks.tell()
        digest, at = hashlib.sha256(), 0
        while (line := self._marks.readline()).endswith(b"\n"):
            mark = _mark(line)
            if mark is None or mark.bytes < at:
                break
            if not _feed(digest, self._rows, mark.bytes - at) or digest.hexdigest() != mark.written:
                break
            self.mark, at, place = mark, mark.bytes, self._marks.tell()
            self._written = digest.copy()
        return place

    def _another(self, kept: bytes) -> BadInput:
        try:
            there = json.loads(kept)
        except ValueError:
            there = None
        told = there if isinstance(there, dict) and there.get("schema") == SCHEMA else {}
        differs = [key for key, value in asdict(self.made).items() if told.get(key) != value]
        if not told:
            return BadInput("is no file of ours", place=str(self.marks_path), hint="Name another output.")
        return BadInput(
            f"was made from another {differs[0]}: {str(told.get(differs[0]))[:120]}",
            place=str(self.rows_path),
            hint="Run what made it to finish it, or give --restart to throw it away.",
        )

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise BadInput(
                "the folder does not exist", place=str(self.output.parent), hint="Create it first."
            ) from None
        except OSError as error:
            raise Unavailable(error.strerror or "cannot be written", place=str(self.output)) from None


def check_place(output: Path, pairs: Path) -> None:
    """Raises BadInput where an output cannot be put: an odd file, a store, the input."""
    hint = "Name another file to write to."
    if output.is_symlink() or (output.exists() and not output.is_file()):
        raise BadInput("is not a regular file", place=str(output), hint=hint)
    if output.exists() and str(pairs) != "-" and output.samefile(pairs):
        raise BadInput("is the file that is read", place=str(output), hint=hint)
    if output.exists() and is_store(output):
        raise BadInput("is a database", place=str(output), hint=hint)


def _open_own(path: Path) -> IO[bytes]:
    """A file of ours, made 0600 if it is not there, read and written from its beginning."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise BadInput("is not a regular file", place=str(path), hint="Name another output.")
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.fdopen(os.open(path, flags, 0o600), "r+b")


def _lock(file: IO[bytes], path: Path) -> None:
    """Nobody else writes this output meanwhile; the system forgets it when the process ends."""
    try:
        import fcntl
    except ImportError:  # a system without such locks
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unavailable(
            "another run is writing this output", place=str(path), hint="Wait for it, or name another output."
        ) from None


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _mark(line: bytes) -> Mark | None:
    try:
        found: Any = json.loads(line)
        mark = Mark(**found)
    except (ValueError, TypeError, RecursionError):
        return None
    plain = type(mark.pairs) is int and type(mark.errors) is int and type(mark.bytes) is int
    return mark if plain and type(mark.read) is str else None


def _feed(digest: Any, file: IO[bytes], size: int) -> bool:
    """Takes `size` bytes of the file into the digest; whether there were so many."""
    while size:
        block = file.read(min(size, BLOCK))
        if not block:
            return False
        digest.update(block)
        size -= len(block)
    return True
