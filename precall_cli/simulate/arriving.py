"""What a day brings: the triggers of each agent in the order of time, and the batches of the night before."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import accumulate

from precall_cli.simulate.desk import Desk, Means
from precall_cli.simulate.randomness import Stream

PIECE = 8_192
"""Arrivals that are drawn at a time."""


def triggers_of(desk: Desk, seed: int, start_s: float, end_s: float) -> Iterator[list[float]]:
    """Rows in the order of time: when; three numbers between 0 and 1; four durations, the first unused.

    Each hour has its exact part of the day's triggers, uniformly within; an hour is cut into slices so that
    none holds more than a piece.
    """
    import numpy as np

    stream = Stream(seed, desk.agent)
    whole = sum(desk.hours)
    before = 0
    for hour, upto in enumerate(accumulate(desk.hours)):
        count = round(desk.triggers * (upto / whole)) - before
        before += count
        slices = max(1, -(-count // PIECE))
        drawn = 0
        for part in range(slices):
            size = count * (part + 1) // slices - drawn
            drawn += size
            left = (hour + part / slices) * 3_600.0
            if not size or left >= end_s or left + 3_600.0 / slices <= start_s:
                continue
            rows = stream.uniform(size, 8)
            rows[:, 0] = np.sort(left + rows[:, 0] * (3_600.0 / slices))
            inside = rows[(rows[:, 0] >= start_s) & (rows[:, 0] < end_s)]
            spreads = (desk.before_gate, desk.planner, desk.call)
            for column, spread in zip((5, 6, 7), spreads, strict=True):
                inside[:, column] = spread.draw(inside[:, column])
            yield from inside.tolist()


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
    through = desk.triggers * (1 - sum(share for _, share in desk.refused)) * (1 - desk.standing)
    return -(-int(through * 1.01 + 3) // means.batch_size)
