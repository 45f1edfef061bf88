"""What breaks first as volume grows: how much of each means the busiest hour takes, and that hour played.

The first is arithmetic: offered load by capacity, so a means breaks at one by that share of today's volume.
The second plays the start of the busiest hour at ten and a hundred times the volume, from an empty system:
it is at least so bad, since what would already have been waiting is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum

from precall_cli.simulate.day import run_day
from precall_cli.simulate.desk import Desk, Means
from precall_cli.simulate.tally import DayResult

FACTORS = (10, 100)
SLICE = 100_000
"""Most triggers that are played for one factor."""


@dataclass(frozen=True, slots=True)
class Load:
    """One means in the busiest hour of the day for it."""

    name: str
    used: float
    """Offered load by capacity; 1 is all of it."""
    then: str
    """What happens past that."""

    @property
    def breaks_at(self) -> float | None:
        """The multiple of the volume at which nothing is left; None where nothing is asked of it."""
        return 1 / self.used if self.used else None


@dataclass(frozen=True, slots=True)
class Slice:
    """The start of the busiest hour at a multiple of the volume."""

    factor: int
    seconds: float
    result: DayResult


def loads_of(desks: Sequence[Desk], means: Means) -> list[Load]:
    """Every means that is used, the first to break first."""
    live = [(desk, _through(desk) * (1 - desk.standing)) for desk in desks if desk.live]
    found = []
    if live:
        used = _busiest([(d, part * min(d.planner.mean, d.budget_s)) for d, part in live]) / means.workers
        found.append(Load("planner workers", used, "live plans give way to offline ones"))
        if means.per_second:
            used = _busiest(live) / means.per_second
            found.append(Load("the provider's rate limit", used, "live plans give way to offline ones"))
    pools: dict[str, list[tuple[Desk, float]]] = {}
    for desk in desks:
        name = "dialler lines" if desk.lines is None else f"lines of {desk.agent}"
        pools.setdefault(name, []).append((desk, _through(desk) * desk.call.mean))
    for name, users in pools.items():
        lines = users[0][0].lines or means.lines
        found.append(Load(name, _busiest(users) / lines, "contacts wait for a line"))
    night = fsum(d.triggers * _through(d) * (1 - d.standing) for d in desks if d.mode == "precomputed")
    if night:
        rounds = (means.batch_closes_s - means.batch_opens_s) / max(means.batch_takes.mean, 1e-9)
        capacity = rounds * means.batches_in_flight * means.batch_size
        found.append(Load("batch window", night / capacity, "precomputed plans are missing in the morning"))
    return sorted(found, key=lambda load: (-load.used, load.name))


def _through(desk: Desk) -> float:
    return 1 - fsum(share for _, share in desk.refused)


def _busiest(users: Sequence[tuple[Desk, float]]) -> float:
    """The most in any hour, per second, of triggers times what each of them weighs."""
    hours = [
        fsum(d.triggers * d.hours[hour] / fsum(d.hours) / 3_600 * weight for d, weight in users)
        for hour in range(24)
    ]
    return max(hours)


def play_growth(desks: Sequence[Desk], means: Means, seed: int) -> list[Slice]:
    """The busiest hour, or the start of it, at each factor."""
    rates = [fsum(d.triggers * d.hours[hour] / fsum(d.hours) for d in desks) for hour in range(24)]
    hour = rates.index(max(rates))
    found = []
    for factor in FACTORS:
        seconds = min(3_600.0, SLICE / max(rates[hour] * factor, 1e-9) * 3_600)
        grown = [replace(desk, triggers=desk.triggers * factor) for desk in desks]
        found.append(Slice(factor, seconds, run_day(grown, means, seed, hour=hour, seconds=seconds)))
    return found
