"""How long something takes, as a distribution that a file can state in one line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING

from precall_cli.simulate.randomness import natural_log

if TYPE_CHECKING:
    from precall_cli.simulate.randomness import Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """A duration in seconds.

    Either `mean` alone, for an exponential one, or `points`: shares from 0 to 1 with the duration that this
    share does not exceed, straight lines between them; a single point is a fixed duration.
    """

    points: tuple[tuple[float, float], ...] = ()
    exponential: float | None = None
    origin: str = ""
    """Where it comes from, in words."""

    @property
    def mean(self) -> float:
        """The average."""
        if self.exponential is not None:
            return self.exponential
        if len(self.points) == 1:
            return self.points[0][1]
        return fsum((a + b) / 2 * (to - at) for (at, a), (to, b) in pairwise(self.points))

    def draw(self, uniform: Floats) -> Floats:
        """Durations for numbers between 0 and 1."""
        import numpy as np

        if self.exponential is not None:
            found: Floats = natural_log(uniform) * -self.exponential
            return found
        if len(self.points) == 1:
            return np.full(len(uniform), self.points[0][1])
        shares = np.array([share for share, _ in self.points])
        times = np.array([time for _, time in self.points])
        at = np.clip(np.searchsorted(shares, uniform, side="right") - 1, 0, len(shares) - 2)
        part = (uniform - shares[at]) / (shares[at + 1] - shares[at])
        between: Floats = times[at] + part * (times[at + 1] - times[at])
        return between


def fixed(seconds: float, origin: str) -> Spread:
    """Always the same duration."""
    return Spread(points=((0.0, seconds),), origin=origin)


def between(points: list[tuple[float, float]], origin: str) -> Spread:
    """Percentiles with straight lines between; the ends that are missing are set by a rule of thumb.

    The least is three quarters of the lowest percentile, the most twice the highest.
    """
    if points[0][0] > 0:
        points = [(0.0, 0.75 * points[0][1]), *points]
    if points[-1][0] < 1:
        points = [*points, (1.0, 2 * points[-1][1])]
    return Spread(points=tuple(points), origin=origin)


def measured(seconds: list[float], origin: str) -> Spread:
    """As it was measured: the percentiles of a sample of at least two."""
    ordered = sorted(seconds)
    last = len(ordered) - 1
    shares = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
    return Spread(points=tuple((share, ordered[round(share * last)]) for share in shares), origin=origin)
