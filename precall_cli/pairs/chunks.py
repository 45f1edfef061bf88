"""What a worker gets and what it gives: some numbered lines of pairs, and their audits in the same order."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_BYTES = 4 * 1024 * 1024
"""Lines of a chunk are at most so long together, save a single longer one."""
Row = tuple[int, bytes]
"""A line and its number, from 1."""
Chunk = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What two machines must have in common to give the same audits."""

    precall: str
    """Version of this package."""
    signature: str
    """Everything that can change a verdict, as it stands in each audit."""
    python: str
    """Major and minor version, since what is sent between machines is pickled."""

    def difference(self, other: EngineFacts) -> str:
        """What the other has that is not as here, in words; empty when nothing is."""
        for name in ("precall", "python", "signature"):
            ours, theirs = getattr(self, name), getattr(other, name)
            if ours != theirs:
                return f"{name} {theirs}, and here it is {ours}"
        return ""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A worker that is not as we are did nothing, and says what it is."""

    facts: EngineFacts
    host: str


def engine_facts() -> EngineFacts:
    """Those of this process."""
    from precall_cli import __version__
    from precall_cli.audit import load_matcher
    from precall_cli.audit.fusion import load_fusion
    from precall_cli.audit.signature import signature
    from precall_cli.records.policy import Judging

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return EngineFacts(__version__, signature(load_matcher(), load_fusion(), Judging()), python)


def make_chunks(rows: Iterable[Row], most: int) -> Iterator[Chunk]:
    """Chunks of at most `most` lines and about MOST_BYTES."""
    chunk: list[Row] = []
    size = 0
    for row in rows:
        if chunk and (len(chunk) >= most or size + len(row[1]) > MOST_BYTES):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(row)
        size += len(row[1])
    if chunk:
        yield tuple(chunk)


def audit_chunk(chunk: Chunk, name: str) -> list[bytes]:
    """The audit of each line, in order: a pure function of the lines, their numbers and the file's name."""
    from precall_cli.audit import audit_pair

    return [audit_pair(row.rstrip(b"\r\n"), f"{name}:{number}") for number, row in chunk]


def audit_chunk_as(wanted: EngineFacts, chunk: Chunk, name: str) -> list[bytes] | Mismatch:
    """The same on another machine, which may turn out not to be the one that was meant."""
    import platform

    facts = engine_facts()
    return Mismatch(facts, platform.node()) if wanted.difference(facts) else audit_chunk(chunk, name)


def span(chunk: Chunk, name: str) -> str:
    """The lines of a chunk, for a message."""
    return f"{name}:{chunk[0][0]}-{chunk[-1][0]}"
