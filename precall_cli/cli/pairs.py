"""Streaming pairs through the audit: chunks in a window over the workers, results in input order."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.json_text import MAX_BYTES

CHUNK = 100
"""Pairs that a worker takes at a time: enough to hide the cost of passing them over."""
Row = tuple[int, bytes]


@dataclass(slots=True)
class Tally:
    """What came of a file of pairs."""

    pairs: int = 0
    errors: int = 0


def audit_file(pairs: Path, output: Path, *, workers: int) -> Tally:
    """Audits every pair of `pairs` into `output`, in input order.

    At most `workers` + 2 chunks are held at once, whatever the length. The output appears whole or not at
    all. Raises BadInput when the input cannot be opened, Unavailable when the disk refuses.
    """
    tally = Tally()
    name = "standard input" if str(pairs) == "-" else str(pairs)
    with _reading(pairs) as source, _writing(output) as sink:
        for results in _run(_chunks(source, name), name, workers):
            for row in results:
                tally.pairs += 1
                tally.errors += b'"schema"' not in row
                sink.write(row + b"\n")
    return tally


def audit_chunk(rows: list[Row], name: str) -> list[bytes]:
    """The audits of some numbered lines, in their order. Runs in a worker."""
    from precall_cli.audit import audit_pair

    return [audit_pair(row, f"{name}:{number}") for number, row in rows]


def _run(chunks: Iterator[list[Row]], name: str, workers: int) -> Iterator[list[bytes]]:
    if workers == 1:
        for chunk in chunks:
            yield audit_chunk(chunk, name)
        return
    with ProcessPoolExecutor(max_workers=workers) as pool:
        window: deque[Future[list[bytes]]] = deque()
        for chunk in chunks:
            window.append(pool.submit(audit_chunk, chunk, name))
            if len(window) >= workers + 2:
                yield window.popleft().result()
        while window:
            yield window.popleft().result()


def _chunks(source: IO[bytes], name: str) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    number = 0
    while True:
        number += 1
        try:
            row = source.readline(MAX_BYTES + 1)
        except (OSError, EOFError) as error:
            raise BadInput(f"cannot be read on: {error}", place=f"{name}:{number}") from None
        if not row:
            break
        if len(row) > MAX_BYTES:
            raise BadInput(f"the line is over the limit of {MAX_BYTES:,} bytes", place=f"{name}:{number}")
        if row.strip():
            chunk.append((number, row.rstrip(b"\r\n")))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@contextmanager
def _reading(path: Path) -> Iterator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    if not path.is_file():
        problem = "is not a regular file" if path.exists() else "no such file"
        raise BadInput(problem, place=str(path))
    try:
        file = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BadInput(error.strerror or "may not be read", place=str(path)) from None
    with file:
        yield file  # type: ignore[misc]  # a GzipFile reads like any binary file


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise BadInput("is not a regular file", place=str(path), hint="Name another file to write to.")
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as plain:
            if path.suffix == ".gz":
                # A fixed time and no name, so that the same audits are the same file.
                with gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield plain
        Path(temporary).replace(path)
        temporary = None
    except FileNotFoundError:
        raise BadInput("the folder does not exist", place=str(path.parent), hint="Create it first.") from None
    except OSError as error:
        raise Unavailable(error.strerror or "cannot be written", place=str(path)) from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
