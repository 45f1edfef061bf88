"""Where the milliseconds of one plan went."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from precall_cli.records.plan import Phase


class Ledger:
    """A stopwatch that starts when it is made; `phases` are what was timed, in order.

    `clock` gives seconds that only go forward. A ledger that is `silent` times nothing, so that what is
    played back from cassettes is the same byte for byte.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, silent: bool = False) -> None:
        self._clock = clock
        self.silent = silent
        self.started = clock()
        self._phases: list[Phase] = []

    def elapsed_ms(self) -> float:
        """Milliseconds since it was made."""
        return (self._clock() - self.started) * 1000

    def remaining_ms(self, budget_ms: float) -> float:
        """Milliseconds of a budget that are left; never below 0."""
        return max(0.0, budget_ms - self.elapsed_ms())

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Times what happens inside."""
        start = self._clock()
        try:
            yield
        finally:
            self.add(name, (self._clock() - start) * 1000)

    def add(self, name: str, ms: float, note: str = "") -> None:
        """Notes a phase that was timed elsewhere."""
        self._phases.append(Phase(phase=name, ms=round(max(0.0, ms), 1), note=note))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What was timed; nothing when silent."""
        return () if self.silent else tuple(self._phases)

    @property
    def latency_ms(self) -> float | None:
        """Milliseconds so far; None when silent."""
        return None if self.silent else round(self.elapsed_ms(), 1)
