"""The turns that were considered for an item, likeliest first, each with the clause that speaks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from precall_cli.audit.evidence import quote_of
from precall_cli.audit.examination import Candidate, LookUp
from precall_cli.audit.fusion import probability
from precall_cli.audit.match import queries_of
from precall_cli.audit.reading import Reading

MOST = 3
"""How many are kept for an item; what won is always among them."""


def considered(
    reading: Reading,
    item: str,
    relation: str,
    odds: Mapping[int, float],
    won: Collection[int],
    lost: str | Callable[[int], str],
    *,
    asks: bool = False,
) -> LookUp:
    """Looks up, when called, the likeliest turns for an item in a relation, and those that won.

    `odds` are log-odds by turn; `lost` says why a turn did not win, for all of them or turn by turn; `asks`
    prefers the clause that asks.
    """
    return partial(_look_up, reading, item, relation, odds, won, lost, asks)


def _look_up(
    reading: Reading,
    item: str,
    relation: str,
    odds: Mapping[int, float],
    won: Collection[int],
    lost: str | Callable[[int], str],
    asks: bool,
) -> tuple[Candidate, ...]:
    kind, planned = reading.items[item]
    wanted = " ".join(f"{query.text} {' '.join(query.cues)}" for query in queries_of(kind, planned))
    best = sorted(odds, key=lambda turn: (-odds[turn], turn))
    shown = [t for t in best if t in won] + [t for t in best if t not in won]
    found = []
    for turn in shown[: max(MOST, len([t for t in best if t in won]))]:
        why = "won" if turn in won else lost if isinstance(lost, str) else lost(turn)
        clause = quote_of(reading.turns[turn], wanted, asks=asks)
        found.append(Candidate(turn, relation, clause, probability(odds[turn]), turn in won, why))
    return tuple(found)
