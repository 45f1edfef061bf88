"""Workers as processes of this machine: started afresh, never outliving the run, replaced when they die."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing.connection import Connection
from typing import Self

from precall_cli.pairs.chunks import Chunk, audit_chunk


class Processes:
    """So many processes.

    None is forked from this one, which may have threads (a progress bar has): they begin from a server
    process, or from nothing where the system has none. Each holds one end of a pipe, the leash. When this
    process lets go of the other, on purpose or because it was killed, they end at once.
    """

    chunk_rows = 20

    def __init__(self, workers: int, name: str) -> None:
        self._workers = workers
        self._name = name
        known = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")
        self._leash: Connection | None = None
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)
        self._let_go()

    def width(self) -> int:
        """Each has one to work on and one to go on with."""
        return 2 * self._workers + 1

    def submit(self, chunk: Chunk) -> Future[list[bytes]]:
        """Gives a chunk to whoever is free; a pool of which one died is replaced."""
        if self._pool is not None:
            try:
                return self._pool.submit(audit_chunk, chunk, self._name)
            except BrokenExecutor:
                self._pool.shutdown(wait=False, cancel_futures=True)
        return self._begin().submit(audit_chunk, chunk, self._name)

    def wait(self, future: Future[list[bytes]]) -> list[bytes]:
        """The result. Raises BrokenExecutor."""
        return future.result()

    def _begin(self) -> ProcessPoolExecutor:
        self._let_go()
        theirs, self._leash = self._context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(
            self._workers, mp_context=self._context, initializer=_start, initargs=(theirs,)
        )
        return self._pool

    def _let_go(self) -> None:
        if self._leash is not None:
            self._leash.close()
            self._leash = None


def _start(leash: Connection) -> None:
    """In a worker, before its first chunk: loads the matcher, and watches the leash."""
    from precall_cli.audit import load_matcher

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that holds the leash
    threading.Thread(target=_end_with, args=(leash,), name="leash", daemon=True).start()
    load_matcher()


def _end_with(leash: Connection) -> None:
    leash.poll(None)  # nothing is ever sent: it becomes readable when the other end is closed
    os._exit(1)
