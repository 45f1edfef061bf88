"""Who audits the chunks, and in which order the results come: input order, a bounded number under way.

A crew is anything that takes chunks and gives futures. A chunk whose worker died is given out again; since
the work is a pure function of the chunk, a second time gives the same bytes, and only one of the two results
is ever taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from types import TracebackType
from typing import Protocol, Self

from precall_cli.errors import Unavailable
from precall_cli.pairs.chunks import Chunk, audit_chunk, span

TRIES = 3
"""So many workers may die of the first chunk that is waited for."""


class Crew(Protocol):
    """Use it as a context manager; leaving it ends all work."""

    chunk_rows: int
    """Lines that it wants in a chunk."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def width(self) -> int:
        """How many chunks keep all of it busy; more wait in the file."""

    def submit(self, chunk: Chunk) -> Future[list[bytes]]:
        """Takes a chunk."""

    def wait(self, future: Future[list[bytes]]) -> list[bytes]:
        """The result. Raises BrokenExecutor where a worker died, Unavailable where there is no way on."""


class Alone:
    """This process: no other is started."""

    chunk_rows = 8

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def width(self) -> int:
        """One, so that nothing waits."""
        return 1

    def submit(self, chunk: Chunk) -> Future[list[bytes]]:
        """Audits it at once."""
        future: Future[list[bytes]] = Future()
        future.set_result(audit_chunk(chunk, self._name))
        return future

    def wait(self, future: Future[list[bytes]]) -> list[bytes]:
        """It is there already."""
        return future.result()


def in_order(crew: Crew, chunks: Iterable[Chunk], name: str) -> Iterator[list[bytes]]:
    """The audits of each chunk, in the order of the chunks.

    Raises Unavailable when workers keep dying of the same chunk.
    """
    window: deque[tuple[Chunk, Future[list[bytes]]]] = deque()
    for chunk in chunks:
        window.append((chunk, crew.submit(chunk)))
        while len(window) >= crew.width():
            yield _first(crew, window, name)
    while window:
        yield _first(crew, window, name)


def _first(crew: Crew, window: deque[tuple[Chunk, Future[list[bytes]]]], name: str) -> list[bytes]:
    for _ in range(TRIES):
        try:
            found = crew.wait(window[0][1])
        except BrokenExecutor:
            for index, (each, under_way) in enumerate(window):
                if _lost(under_way):
                    window[index] = (each, crew.submit(each))
            continue
        window.popleft()
        return found
    raise Unavailable(
        f"{TRIES} workers died one after the other; the lines are among those that they were at",
        place=span(window[0][0], name),
        hint="Look at the machine's memory, or use fewer workers; run it again, and it does only the rest.",
    )


def _lost(future: Future[list[bytes]]) -> bool:
    """Whether a future will never have its result."""
    try:
        return future.done() and future.exception() is not None
    except CancelledError:
        return True
