"""The call as a strip: a bar for each turn, by time where the transcript tells it, else by its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from precall_cli.records.transcript import Turn

NARROWEST = 0.35
"""Least width of a bar, in per cent of the strip."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a turn stands on the strip, in per cent of its width."""

    turn: int
    speaker: str
    x: str
    width: str
    middle: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The bars of a call and what stands at both ends."""

    bars: tuple[Bar, ...]
    begins: str
    ends: str
    timed: bool
    """Whether the bars are drawn to time."""


def lay_out(turns: Sequence[Turn]) -> Strip:
    """The strip of a call. Without usable times a turn is as wide as its words are many."""
    spans = _by_time(turns)
    timed = spans is not None
    if spans is None:
        spans = _by_words(turns)
    whole = max((end for _, end in spans), default=0.0) or 1.0
    bars = []
    for turn, (start, end) in zip(turns, spans, strict=True):
        width = max(NARROWEST, 100 * (end - start) / whole)
        x = min(100 * start / whole, 100 - width)
        bars.append(Bar(turn.i, turn.speaker, _per_cent(x), _per_cent(width), _per_cent(x + width / 2)))
    if timed:
        return Strip(tuple(bars), "0:00", clock(whole), True)
    return Strip(tuple(bars), "#0" if turns else "", f"#{turns[-1].i}" if turns else "", False)


def clock(seconds: float) -> str:
    """`1:05`, or `1:02:05` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _by_time(turns: Sequence[Turn]) -> list[tuple[float, float]] | None:
    """Start and end of each turn in seconds; None where the transcript does not tell the starts, in order."""
    starts = [turn.start_s for turn in turns]
    told = [start for start in starts if start is not None]
    if len(told) < len(starts) or told != sorted(told) or not told:
        return None
    spans = []
    for number, turn in enumerate(turns):
        after = told[number + 1] if number + 1 < len(told) else None
        end = turn.end_s if turn.end_s is not None and turn.end_s > told[number] else after
        spans.append((told[number], end if end is not None else told[number] + len(turn.text.split()) / 2.5))
    return spans


def _by_words(turns: Sequence[Turn]) -> list[tuple[float, float]]:
    spans, at = [], 0.0
    for turn in turns:
        spans.append((at, at + max(1, len(turn.text.split()))))
        at = spans[-1][1]
    return spans


def _per_cent(value: float) -> str:
    return f"{value:.2f}%"
