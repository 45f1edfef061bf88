"""What the features of every subject are built with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from precall_cli.audit.match import Array
from precall_cli.audit.reading import Reading
from precall_cli.records.plan import Item

_Found = TypeVar("_Found")
_ItemT = TypeVar("_ItemT", bound=Item)
_Rest = ParamSpec("_Rest")


def once(
    function: Callable[Concatenate[Reading, _ItemT, _Rest], _Found],
) -> Callable[Concatenate[Reading, _ItemT, _Rest], _Found]:
    """Features of an item are worked out once for a reading; all they depend on is fixed by its plan."""

    @wraps(function)
    def kept(reading: Reading, item: _ItemT, *rest: _Rest.args, **named: _Rest.kwargs) -> _Found:
        store = reading.__dict__.setdefault("_features", {})
        key = (function.__name__, item.id)
        if key not in store:
            store[key] = function(reading, item, *rest, **named)
        found: _Found = store[key]
        return found

    return kept  # type: ignore[return-value]  # the same call, which `wraps` cannot say


def once_a_call(function: Callable[[Reading], _Found]) -> Callable[[Reading], _Found]:
    """What is the same for every item is worked out once for a reading."""

    @wraps(function)
    def kept(reading: Reading) -> _Found:
        store = reading.__dict__.setdefault("_once", {})
        key = f"{function.__module__}.{function.__name__}"
        if key not in store:
            store[key] = function(reading)
        found: _Found = store[key]
        return found

    return kept


def turns_of(reading: Reading, agent: bool) -> list[int]:
    return list(reading.agent if agent else reading.contact)


def after(turns: Sequence[int], turn: int, most: int = 1) -> Sequence[int]:
    """The next ones of ascending `turns`, at most so many; found by halving, since a call can be long."""
    first = bisect_right(turns, turn)
    return turns[first : first + most]


def flags(reading: Reading, turns: list[int], *names: str) -> Array:
    return np.array([float(reading.turns[t].does(*names)) for t in turns])


def margin_of(row: Array, others: Array) -> Array:
    """How far an item leads the best other item, at each turn."""
    return within(row - (others.max(axis=0) if len(others) else -8.0), -6, 6)


def lead_of(row: Array) -> Array:
    """How far a turn leads the best other turn, for one item."""
    if len(row) < 2:
        return np.zeros(len(row))
    order = np.sort(row)
    best, second = order[-1], order[-2]
    return within(row - np.where(row == best, second, best), -6, 6)


def within(x: Array, low: float, high: float) -> Array:
    """`np.clip`, which on the few turns of a call takes more than twice as long as its two halves."""
    kept: Array = np.minimum(np.maximum(x, low), high)
    return kept
