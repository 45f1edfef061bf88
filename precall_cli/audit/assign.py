"""Which agent turn asks which item: all questions at once, in competition, with the plan's order as a prior.

A turn may ask two things, a thing may be asked once for the first time; asking in the plan's order is likelier than not.
The best joint reading is found by a beam over the agent's turns, from the first to the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from precall_cli.audit.match import Array

BEAM = 24
SHORTLIST = 4


@dataclass(frozen=True, slots=True)
class Assignment:
    """For each item asked: the turn of its first asking and the log-odds with which it won."""

    turn: Mapping[str, int]
    log_odds: Mapping[str, float]


def assign(
    items: Sequence[str], ranks: Sequence[int | None], turns: Sequence[int], odds: Array, prior: Mapping[str, float]
) -> Assignment:
    """The likeliest joint reading of `odds` `[items, turns]`.

    `ranks` gives each item's place in the plan's order, None for an item that has none. `prior` holds `asked` (added to
    every pair), `in_order`, `out_of_order`, `second` (a second item in one turn) and `least` (log-odds under which a pair
    is not looked at).
    """
    states: list[tuple[float, tuple[tuple[int, int], ...], int]] = [(0.0, (), -1)]
    for column in range(len(turns)):
        options = [row for row in range(len(items)) if odds[row, column] > prior["least"]]
        options = sorted(options, key=lambda row: (-odds[row, column], row))[:SHORTLIST]
        if not options:
            continue
        grown = list(states)
        for score, taken, last in states:
            used = {row for row, _ in taken}
            free = [row for row in options if row not in used]
            for row in free:
                gain, after = _gain(row, column, last, ranks, odds, prior)
                grown.append((score + gain, (*taken, (row, column)), after))
                for other in free:
                    if other != row and odds[other, column] <= odds[row, column]:
                        pair = sorted((row, other), key=lambda r: -1 if ranks[r] is None else ranks[r])  # type: ignore[arg-type,return-value]
                        first, mid = _gain(pair[0], column, last, ranks, odds, prior)
                        then, end = _gain(pair[1], column, mid, ranks, odds, prior)
                        grown.append((score + first + then + prior["second"], (*taken, *((r, column) for r in pair)), end))
        states = sorted(grown, key=lambda s: (-s[0], s[1]))[:BEAM]
    best = states[0][1]
    return Assignment(
        {items[row]: turns[column] for row, column in best},
        {items[row]: float(odds[row, column] + prior["asked"]) for row, column in best},
    )


def _gain(
    row: int, column: int, last: int, ranks: Sequence[int | None], odds: Array, prior: Mapping[str, float]
) -> tuple[float, int]:
    rank = ranks[row]
    gain = float(odds[row, column]) + prior["asked"]
    if rank is None:
        return gain, last
    return (gain + prior["in_order"], rank) if rank > last else (gain + prior["out_of_order"], last)
