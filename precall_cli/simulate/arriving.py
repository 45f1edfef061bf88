"""What a day brings: the triggers of each agent in the order of time, and the batches of the night before."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from math import fsum
from typing import TYPE_CHECKING

from precall_cli.simulate.desk import Desk, Means
from precall_cli.simulate.randomness import Stream

if TYPE_CHECKING:
    from precall_cli.simulate.randomness import Floats

PIECE = 8_192
"""Arrivals that are drawn at a time, about."""
_COUNTED = 65_536


def triggers_of(
    desk: Desk, seed: int, hour: int | None = None, seconds: float = 0.0
) -> Iterator[list[float]]:
    """Rows in the order of time: when; three numbers between 0 and 1, one unused; three durations.

    Of the whole day each trigger has its own chance of each hour, so that they come as a Poisson process with
    exactly so many. With `hour` only the first `seconds` of that hour are played, with the number that is to
    be expected.
    """
    stream = Stream(seed, desk.agent)
    for left, length, size in _slices(desk, seed, hour, seconds):
        if size:
            yield from _rows(desk, stream.uniform(size, 8), left, length)


def _rows(desk: Desk, rows: Floats, left: float, length: float) -> list[list[float]]:
    import numpy as np

    rows[:, 0] = np.sort(left + rows[:, 0] * length)
    for column, spread in ((5, desk.before_gate), (6, desk.planner), (7, desk.call)):
        rows[:, column] = spread.draw(rows[:, column])
    found: list[list[float]] = rows.tolist()
    return found


def _slices(desk: Desk, seed: int, hour: int | None, seconds: float) -> Iterator[tuple[float, float, int]]:
    """Start, length and number of triggers of pieces of time that hold about a piece of rows each."""
    import numpy as np

    whole = fsum(desk.hours)
    if hour is not None:
        expected = round(desk.triggers * desk.hours[hour] / whole * seconds / 3_600)
        parts = max(1, -(-expected // PIECE))
        for part in range(parts):
            size = expected * (part + 1) // parts - expected * part // parts
            yield hour * 3_600.0 + seconds * part / parts, seconds / parts, size
        return
    starts, lengths, chances = [], [], []
    for place, weight in enumerate(desk.hours):
        parts = max(1, -(-int(desk.triggers * weight / whole) // PIECE))
        starts += [(place + part / parts) * 3_600.0 for part in range(parts)]
        lengths += [3_600.0 / parts] * parts
        chances += [weight / whole / parts] * parts
    upto = np.cumsum(np.array(chances))
    upto[-1] = 1.0
    counts = np.zeros(len(starts), dtype=np.int64)
    stream = Stream(seed, f"hours of {desk.agent}")
    for done in range(0, desk.triggers, _COUNTED):
        drawn = stream.uniform(min(_COUNTED, desk.triggers - done), 1)[:, 0]
        counts += np.bincount(np.searchsorted(upto, drawn, side="right"), minlength=len(starts))
    yield from zip(starts, lengths, counts.tolist(), strict=True)


def batch_times(desks: Sequence[Desk], means: Means, seed: int) -> list[list[float]]:
    """When each batch of each agent is done; the agents take turns, in the order of the file.

    A batch holds plans in the order in which their contacts will be called. What the window leaves no time
    to send is not in the list.
    """
    stream = Stream(seed, "the batch window")
    slots = [means.batch_opens_s] * means.batches_in_flight
    done: list[list[float]] = [[] for _ in desks]
    left = [batches_needed(desk, means) for desk in desks]
    while any(left):
        for who, count in enumerate(left):
            if not count:
                continue
            left[who] -= 1
            if slots[0] >= means.batch_closes_s:
                continue
            takes = float(means.batch_takes.draw(stream.uniform(1, 1)[:, 0])[0])
            finished = slots[0] + takes
            heapq.heapreplace(slots, finished)
            done[who].append(finished)
    return done


def batches_needed(desk: Desk, means: Means) -> int:
    """Batches that hold a plan for every trigger that the gate lets through and for which none stands."""
    if desk.mode != "precomputed":
        return 0
    through = desk.triggers * (1 - fsum(share for _, share in desk.refused)) * (1 - desk.standing)
    return -(-int(through * 1.01 + 3) // means.batch_size)
