"""The statistics that rates rest on. Counts come in; an interval, a p-value or a correction goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt
from typing import Literal

from precall_cli.records.tally import Tally

Z95 = 1.959963984540054
"""The quantile of the normal distribution that a two-sided 95 % interval needs."""
SMALL = 30
"""Below so many due, a rate is shown with a warning and no change is called one."""
FEW = 5.0
"""Below so many expected in any of the four cells, the exact test stands in for the approximate one."""
_TIES = 1 + 1e-7
"""Outcomes as likely as the one seen count with it, whatever the last bits of their floats say."""


def wilson(count: int, of: int) -> tuple[float, float]:
    """The Wilson score interval, 95 %, for `count` of `of`; from 0 to 1 where `of` is 0.

    >>> [round(bound, 4) for bound in wilson(0, 10)]
    [0.0, 0.2775]
    """
    if not 0 <= count <= of:
        raise ValueError("a count lies between 0 and what it is of")
    if of == 0:
        return 0.0, 1.0
    share, spread = count / of, Z95 * Z95 / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return low, high


def fisher_exact(count_a: int, of_a: int, count_b: int, of_b: int) -> float:
    """Two-sided p-value that two shares are one: the weight of all tables no likelier than this one.

    >>> round(fisher_exact(1, 10, 11, 14), 6)
    0.002759
    """
    both = count_a + count_b
    if of_a == 0 or of_b == 0 or both in (0, of_a + of_b):
        return 1.0

    def weight(first: int) -> float:
        return _log_choose(of_a, first) + _log_choose(of_b, both - first)

    whole = _log_choose(of_a + of_b, both)
    seen = weight(count_a) + log(_TIES)
    least, most = max(0, both - of_b), min(of_a, both)
    return min(
        1.0, sum(exp(weight(first) - whole) for first in range(least, most + 1) if weight(first) <= seen)
    )


def _log_choose(of: int, count: int) -> float:
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)


def two_proportions(count_a: int, of_a: int, count_b: int, of_b: int, effect: float = 1.0) -> float:
    """Two-sided p-value of the pooled two-proportion z-test, its variance times `effect`."""
    if of_a == 0 or of_b == 0:
        return 1.0
    pooled = (count_a + count_b) / (of_a + of_b)
    variance = pooled * (1 - pooled) * (1 / of_a + 1 / of_b) * effect
    if variance == 0:
        return 1.0
    return erfc(abs(count_a / of_a - count_b / of_b) / sqrt(2 * variance))


def design_effect(tally: Tally) -> float:
    """How much wider the spread of a rate is than if every item stood for itself; 1 at least.

    Items of one call hang together: a hurried agent skips several. The spread is that of a ratio estimator
    between calls, over that of so many independent items. 1 where the sums over calls were not taken.
    """
    calls, due, off = tally.live, tally.due, tally.deviated
    if calls < 2 or tally.nn == 0 or off in (0, due):
        return 1.0
    rate = off / due
    between = calls / (calls - 1) * (tally.xx - 2 * rate * tally.xn + rate * rate * tally.nn)
    return max(1.0, between / (rate * (1 - rate) * due))


def holm(values: Sequence[float]) -> list[float]:
    """p-values adjusted for their number (Holm's step-down), in the order given.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(values)), key=lambda index: (values[index], index))
    adjusted, highest = [1.0] * len(values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = highest
    return adjusted


@dataclass(frozen=True, slots=True)
class Tested:
    """A test of one rate against another."""

    test: Literal["fisher", "z"]
    p: float
    effect: float
    """The design effect that went into it; 1 for the exact test, which has none."""


def compare_tallies(before: Tally, after: Tally) -> Tested:
    """Whether two rates may be one: the z-test with the spread between calls, or Fisher's for few."""
    whole, off = before.due + after.due, before.deviated + after.deviated
    expected = [
        size * part / whole if whole else 0.0
        for size in (before.due, after.due)
        for part in (off, whole - off)
    ]
    if min(expected) < FEW:
        p = fisher_exact(before.deviated, before.due, after.deviated, after.due)
        return Tested("fisher", p, 1.0)
    effect = (before.due * design_effect(before) + after.due * design_effect(after)) / whole
    p = two_proportions(before.deviated, before.due, after.deviated, after.due, effect)
    return Tested("z", p, effect)
