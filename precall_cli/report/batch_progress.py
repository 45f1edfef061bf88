"""How far a batch is, on stderr: a bar on a terminal, a plain line now and then in a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from precall_cli.report.console import line, make_console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY_S = 5.0
"""Seconds between two plain lines."""


class BatchProgress:
    """Shows counts as they grow. `total` None: nobody knows how many there will be."""

    def __init__(self, total: int | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = make_console(stderr=True)
        self._total = total
        self._clock = clock
        self._started = self._said = clock()
        self._first: int | None = None
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
            from rich.table import Column

            self._bar = Progress(
                BarColumn(bar_width=10),
                TextColumn("{task.percentage:>3.0f} %" if self._total else "", markup=False),
                TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
                TextColumn("left" if self._total else "", markup=False),
                # On a narrow terminal the counts take two lines; nothing of them is cut.
                TextColumn("{task.fields[counts]}", markup=False, table_column=Column(no_wrap=False)),
                console=self._console,
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total, counts="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def note(self, text: str) -> None:
        """One line beside the bar."""
        self._console.print(line(text))

    def show(self, seen: int, counts: str) -> None:
        """So many were seen; `counts` says what came of them."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=seen, counts=counts)
            return
        now = self._clock()
        if now - self._said < EVERY_S:
            return
        self._said = now
        of = f" of {self._total:,}" if self._total is not None else ""
        self._console.print(line(f"{seen:,}{of}: {counts}{self._remaining(seen, now)}"))

    def waiting(self, text: str) -> None:
        """Why nothing moves: in place of the counts on a terminal, a line now and then in a pipe."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, counts=text)
        elif self._clock() - self._said >= EVERY_S:
            self._said = self._clock()
            self._console.print(line(text))

    def _remaining(self, seen: int, now: float) -> str:
        if not self._total or not seen:
            return ""
        left = (now - self._started) / seen * (self._total - seen)
        return f", about {round(left)} s left"
