"""Which agent turn asks which item: all questions at once, in competition, with the plan's order as a prior.

A turn may ask two things, a thing may be asked once for the first time; asking in the plan's order is
likelier than not.
The best joint reading is found by a beam over the agent's turns, from the first to the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from precall_cli.audit.match import Array

BEAM = 24
SHORTLIST = 4


@dataclass(frozen=True, slots=True)
class Assignment:
    """For each item asked: the turn of its first asking and the log-odds with which it won."""

    turn: Mapping[str, int]
    log_odds: Mapping[str, float]
    again: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Later turns that are best read as asking the same item once more."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What the state of the call adds to a pair's own log-odds; learned together with them."""

    following: float
    """The item is the plan's next one that was not asked."""
    jumped: float
    """For each unasked item that is passed over, up to three."""
    behind: float
    """The item stands before one that was already asked."""
    second: float
    """It is the second item in one turn."""
    least: float
    """Log-odds under which a pair is not looked at."""
    asked: float = 0.0
    """Added to every pair."""
    again: float = -1.5
    """The item was asked before: this turn would ask it once more."""


def assign(
    items: Sequence[str],
    ranks: Sequence[int | None],
    turns: Sequence[int],
    odds: Array,
    prior: Prior,
    doubles: Sequence[bool] | None = None,
    reminded: Sequence[float] | None = None,
) -> Assignment:
    """The likeliest joint reading of `odds` `[items, turns]`: log-odds of "this turn asks this item"
    against "none".

    `ranks` gives each item's place in the plan's order, None for an item that has none. `doubles` says of
    each turn whether it puts two questions; a turn that puts one asks for one item. A turn may also ask anew
    what was asked before, so that a repeat does not pass for the first asking of it, or of its neighbour;
    `reminded` is what its own words ("did you say", "again") add to that.
    """
    states: list[_State] = [(0.0, (), -1, ())]
    for column in range(len(turns)):
        options = [row for row in range(len(items)) if odds[row, column] > prior.least]
        options = sorted(options, key=lambda row: (-odds[row, column], row))[:SHORTLIST]
        if not options:
            continue
        double = doubles is None or doubles[column]
        grown = list(states)
        for state in states:
            used = {row for row, _, _ in state[1]}
            free = [row for row in options if row not in used]
            for row in free:
                first = _grow(state, row, column, ranks, odds, prior, 0.0)
                grown.append(first)
                for other in free if double else ():
                    if row != other and _earlier(row, other, ranks):
                        grown.append(_grow(first, other, column, ranks, odds, prior, prior.second))
            for row in options:
                gain = float(odds[row, column]) + prior.again + (reminded[column] if reminded else 0.0)
                if row in used and ranks[row] is not None and gain > 0:
                    score, taken, last, again = state
                    grown.append((score + gain, taken, last, (*again, (row, column))))
        states = sorted(grown, key=lambda s: (-s[0], s[1], s[3]))[:BEAM]
    _, best, _, repeated = states[0]
    return Assignment(
        {items[row]: turns[column] for row, column, _ in best},
        {items[row]: gain for row, _, gain in best},
        {
            items[row]: tuple(turns[c] for r, c in repeated if r == row)
            for row in sorted({r for r, _ in repeated})
        },
    )


_State = tuple[float, tuple[tuple[int, int, float], ...], int, tuple[tuple[int, int], ...]]
"""Score; askings as (row, column, gain); the last place in the plan's order; repeats as (row, column)."""


def _earlier(row: int, other: int, ranks: Sequence[int | None]) -> bool:
    """Of two items in one turn, whether this one is taken first: in plan order, those without an order
    last."""
    mine, theirs = ranks[row], ranks[other]
    return (mine if mine is not None else len(ranks) + row) < (
        theirs if theirs is not None else len(ranks) + other
    )


def state_features(rank: int | None, last: int, used: Sequence[int]) -> tuple[float, float, float]:
    """`following`, `jumped` and `behind` for asking the item of this rank now; zeros where order means
    nothing."""
    if rank is None:
        return 0.0, 0.0, 0.0
    if rank < last:
        return 0.0, 0.0, 1.0
    jumped = sum(1 for r in range(last + 1, rank) if r not in used)
    return float(jumped == 0), float(min(jumped, 3)), 0.0


def _grow(
    state: _State, row: int, column: int, ranks: Sequence[int | None], odds: Array, prior: Prior, extra: float
) -> _State:
    score, taken, last, again = state
    rank = ranks[row]
    used = [r for taken_row, _, _ in taken if (r := ranks[taken_row]) is not None]
    following, jumped, behind = state_features(rank, last, used)
    gain = (
        float(odds[row, column])
        + prior.asked
        + extra
        + prior.following * following
        + prior.jumped * jumped
        + prior.behind * behind
    )
    after = last if rank is None else max(last, rank)
    return score + gain, (*taken, (row, column, gain)), after, again
