"""A file of pairs into a file of audits: constant memory, input order, and on again where it broke off."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from precall_cli.errors import BadInput
from precall_cli.lines import numbered_lines, open_lines, shown_name
from precall_cli.pairs.chunks import Chunk, EngineFacts, make_chunks
from precall_cli.pairs.crew import Crew, in_order
from precall_cli.pairs.partial import Made, Mark, Partial, check_place


@dataclass(slots=True)
class Tally:
    """What came of a file of pairs."""

    pairs: int = 0
    errors: int = 0
    """Lines that could not be read as a pair."""
    kept: int = 0
    """Of all, those that an earlier run had done."""


@dataclass(slots=True)
class _Read:
    """What was read and given out: the digest of all lines up to each chunk under way."""

    digest: hashlib._Hash
    after: list[str]

    def note(self, chunk: Chunk) -> None:
        for number, row in chunk:
            self.digest.update(b"%d:" % number + row)
        self.after.append(self.digest.hexdigest())


def audit_pairs(
    pairs: Path,
    output: Path,
    crew: Crew,
    facts: EngineFacts,
    *,
    restart: bool = False,
    watch: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Audits every pair of `pairs` into `output`, in input order.

    A file appears whole or not at all; one that broke off is taken up again, or with `restart` begun anew.
    Standard output (`-`) gets its rows as they come. At most `crew.width()` chunks are held at once. Raises
    BadInput when the input cannot be read, or is not the one that an unfinished output was made from;
    Unavailable when disk or workers refuse. `watch` is told after each chunk.
    """
    name = shown_name(pairs)
    with open_lines(pairs) as file:
        if str(output) == "-":
            return _to_stdout(file, name, crew, watch)
        check_place(output, pairs)
        with Partial(output, Made(name, facts.signature, facts.precall)) as partial:
            return _to_file(file, name, crew, partial, partial.open(restart=restart), watch)


def _to_stdout(file: IO[bytes], name: str, crew: Crew, watch: Callable[[Tally], None]) -> Tally:
    tally = Tally()
    for found in in_order(crew, make_chunks(numbered_lines(file, name), crew.chunk_rows), name):
        tally.pairs += len(found)
        tally.errors += _errors(found)
        sys.stdout.buffer.write(b"".join(row + b"\n" for row in found))
        watch(tally)
    sys.stdout.buffer.flush()
    return tally


def _to_file(
    file: IO[bytes], name: str, crew: Crew, partial: Partial, mark: Mark, watch: Callable[[Tally], None]
) -> Tally:
    tally = Tally(mark.pairs, mark.errors, mark.pairs)
    rows = numbered_lines(file, name)
    read = _Read(hashlib.sha256(), [])
    for number, row in islice(rows, mark.pairs):
        read.digest.update(b"%d:" % number + row)
    if mark.pairs and read.digest.hexdigest() != mark.read:
        raise BadInput(
            f"its first {mark.pairs:,} pairs are not those that {partial.rows_path} was made from",
            place=name,
            hint="Give the same input to finish it, or --restart to throw it away.",
        )
    watch(tally)
    for found in in_order(crew, _noted(make_chunks(rows, crew.chunk_rows), read), name):
        errors = _errors(found)
        partial.add(found, errors, read.after.pop(0))
        tally.pairs += len(found)
        tally.errors += errors
        watch(tally)
    if tally.pairs:
        partial.finish()
    return tally


def _noted(chunks: Iterator[Chunk], read: _Read) -> Iterator[Chunk]:
    for chunk in chunks:
        read.note(chunk)
        yield chunk


def _errors(rows: list[bytes]) -> int:
    """How many are `{"id", "error"}` and no audit."""
    return sum(_is_error(row) for row in rows)


def _is_error(row: bytes) -> bool:
    if row.startswith((b'{"id":{', b'{"id":[')):  # an id that could itself look like an audit
        return "error" in json.loads(row)
    return b'"schema":"precall.audit/' not in row


def count_rows(pairs: Path) -> int | None:
    """How many pairs there are, for the progress bar; None where looking would use them up."""
    if str(pairs) == "-":
        return None
    try:
        with open_lines(pairs) as file:
            return sum(1 for _ in numbered_lines(file, str(pairs)))
    except BadInput:
        return None
