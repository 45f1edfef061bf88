"""What a simulated day came to: counts and durations by agent, and the planner's queue."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from precall_cli.simulate.histogram import Histogram


@dataclass(slots=True)
class Tally:
    """What became of one agent's triggers."""

    triggers: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    dialled: int = 0
    late: int = 0
    """Dialled after the SLA."""
    plans: Counter[str] = field(default_factory=Counter)
    """By where the plan came from: `live`, `batch`, `standing`, `trivial`, or `fallback`."""
    fallbacks: Counter[str] = field(default_factory=Counter)
    """By reason."""
    asked: int = 0
    """Requests to a model: paid, used or not."""
    to_dial: Histogram = field(default_factory=Histogram)
    planner_wait: Histogram = field(default_factory=Histogram)
    line_wait: Histogram = field(default_factory=Histogram)


@dataclass(slots=True)
class Queue:
    """The planner as a queue, measured in two ways: contacts counted over time, and their own times."""

    asked: int = 0
    time_in_s: float = 0.0
    """Sum of all times from asking to having."""
    waited_s: float = 0.0
    """Sum of all times from asking to a worker."""
    area: float = 0.0
    """Contacts that wait or are served, summed over time."""
    inside: int = 0
    first: float = 0.0
    last: float = 0.0

    def turn(self, now: float, change: int) -> None:
        """One more or one less from now on."""
        if self.asked == 0:
            self.first = self.last = now
        self.area += self.inside * (now - self.last)
        self.inside += change
        self.last = now


@dataclass(slots=True)
class DayResult:
    """What a day came to."""

    agents: dict[str, Tally]
    planner: Queue
    busy_workers_s: float
    busy_lines_s: dict[str, float]
    """By pool: `dialler`, or the agent with lines of its own."""
    batches: int
    batch_last_s: float | None
    """When the last batch was done."""
    span_s: float
