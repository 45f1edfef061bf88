"""Durations counted in buckets, so that a million of them take no more room than a thousand."""

from __future__ import annotations

from collections import Counter
from math import frexp, fsum, ldexp

PARTS = 128
"""Buckets in each doubling: a quantile is off by at most 1/256 of itself, 0.4 %."""


class Histogram:
    """Counts of durations in seconds. Adding two gives the same in any order."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.count = 0
        self.most = 0.0

    def add(self, seconds: float) -> None:
        """Counts one duration, zero or more."""
        mantissa, exponent = frexp(seconds)
        self.counts[exponent * PARTS + int((mantissa - 0.5) * 2 * PARTS) if seconds > 0 else _ZERO] += 1
        self.count += 1
        self.most = max(self.most, seconds)

    def quantile(self, share: float) -> float | None:
        """The duration that this share does not exceed; None where nothing was counted."""
        if not self.count:
            return None
        wanted, seen = max(1, -int(-share * self.count // 1)), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= wanted:
                return min(_middle(bucket), self.most)
        return self.most

    @property
    def mean(self) -> float | None:
        """The average, from the buckets; None where nothing was counted."""
        if not self.count:
            return None
        return fsum(_middle(bucket) * number for bucket, number in self.counts.items()) / self.count

    def shares(self, edges: list[float]) -> list[int]:
        """How many lie below each of the edges, and above the last."""
        found = [0] * (len(edges) + 1)
        for bucket, count in self.counts.items():
            middle = _middle(bucket)
            found[next((i for i, edge in enumerate(edges) if middle < edge), len(edges))] += count
        return found


_ZERO = -2_000 * PARTS


def _middle(bucket: int) -> float:
    if bucket == _ZERO:
        return 0.0
    exponent, part = divmod(bucket, PARTS)
    return ldexp(0.5 + (part + 0.5) / (2 * PARTS), exponent)
