"""Several calls at a time, in threads that never hold up the end of the process."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def each_in_threads(call: Callable[[A], R], given: Sequence[A], threads: int) -> list[R]:
    """What `call` gives for each, in order, at most `threads` at a time.

    The first error is raised once the others that began are done. A break (Ctrl-C) is felt at once: the
    threads are abandoned, and what they still wait for is lost.
    """
    waiting: queue.SimpleQueue[tuple[int, A]] = queue.SimpleQueue()
    for pair in enumerate(given):
        waiting.put(pair)
    done: queue.SimpleQueue[tuple[int, R | None, BaseException | None]] = queue.SimpleQueue()
    failed = threading.Event()

    def work() -> None:
        while not failed.is_set():
            try:
                index, each = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((index, call(each), None))
            except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
                failed.set()
                done.put((index, None, error))

    workers = [
        threading.Thread(target=work, name="precall-plan", daemon=True)
        for _ in range(min(threads, len(given)))
    ]
    for worker in workers:
        worker.start()
    found: dict[int, R | None] = {}
    while len(found) < len(given):
        index, value, error = done.get()
        if error is not None:
            for worker in workers:
                worker.join()
            raise error
        found[index] = value
    return [found[index] for index in range(len(given))]  # type: ignore[misc]  # each has its value
