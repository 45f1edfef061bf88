"""Where the marks of the charts stand: shares with their intervals on one scale, and weeks in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from precall_cli.records.rate import Share, TrendPoint
from precall_cli.report.layout import percent

TREND_HEIGHT = 120
"""Height of the trend in pixels; the rates take the upper part of it."""
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A share on the scale: its point and its interval, in per cent of the width."""

    point: str
    low: str
    width: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A line from one week with a rate to the next one."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the trend. Without anything due it has no rate, no dot and no bar."""

    name: str
    x: str
    y: str
    bar: str
    """Height of the bar for the items due, in pixels."""
    said: str
    """`2026-W46: 3 of 41 due, 7.3 %`."""
    empty: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The weeks of a group, their rates joined."""

    weeks: tuple[Week, ...]
    segments: tuple[Segment, ...]
    top: str
    """The rate at the upper edge."""

    @property
    def drawn(self) -> bool:
        """Whether two weeks or more have a rate: less is no trend."""
        return sum(not week.empty for week in self.weeks) > 1


def scale_for(shares: Sequence[Share]) -> float:
    """The rate at the right edge: the least round one that holds every interval."""
    most = max((share.high or 0.0 for share in shares), default=0.0)
    return next((step for step in _STEPS if step >= most), 1.0)


def place(share: Share, scale: float) -> Interval | None:
    """A share on a scale; None where it has no rate."""
    if share.rate is None or share.low is None or share.high is None:
        return None
    low, high = share.low / scale * 100, min(100.0, share.high / scale * 100)
    return Interval(f"{min(100.0, share.rate / scale * 100):.2f}%", f"{low:.2f}%", f"{high - low:.2f}%")


def draw_trend(points: Sequence[TrendPoint], *, width: float = 100.0, height: float = TREND_HEIGHT) -> Trend:
    """The trend of a group. Positions are in per cent across and in pixels down."""
    room = height * 0.72
    most = max((point.rate or 0.0 for point in points), default=0.0)
    scale = next((step for step in _STEPS if step >= most), 1.0)
    busiest = max((point.due for point in points), default=0) or 1
    step = width / max(1, len(points))
    weeks = tuple(
        Week(
            name=point.week,
            x=f"{step * (number + 0.5):.2f}%",
            y=f"{4 + (room - 8) * (1 - (point.rate or 0.0) / scale):.1f}",
            bar=f"{(height - room) * point.due / busiest:.1f}",
            said=f"{point.week}: {point.deviated:,} of {point.due:,} due"
            + (f", {percent(point.rate)}" if point.rate is not None else ""),
            empty=point.rate is None,
        )
        for number, point in enumerate(points)
    )
    return Trend(weeks, tuple(_segments(weeks)), percent(scale))


def _segments(weeks: Sequence[Week]) -> Iterator[Segment]:
    for one, other in pairwise(weeks):
        if not one.empty and not other.empty:
            yield Segment(one.x, one.y, other.x, other.y)
