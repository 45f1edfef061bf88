"""Plans that are a bare list of things to ask, say and offer: each item is looked for by itself, in any
order."""

from __future__ import annotations

import numpy as np

from precall_cli.audit.assign import Assignment
from precall_cli.audit.examination import Loose
from precall_cli.audit.features import plain
from precall_cli.audit.fusion import probability
from precall_cli.audit.match import queries_of
from precall_cli.audit.reading import Reading
from precall_cli.audit.statuses.asking import Asking
from precall_cli.audit.statuses.rungs import Offering

RELATION = {"qualification": "asks", "next_step": "offers", "disclosure": "discloses"}


def plain_odds(reading: Reading) -> dict[str, dict[int, float]]:
    """Log-odds of every question, step and disclosure against every agent turn."""
    found: dict[str, dict[int, float]] = {}
    kinds = {kind: [i for i, (k, _) in reading.items.items() if k == kind] for kind in RELATION}
    for kind, ids in kinds.items():
        for item in ids:
            query = next(q for q in queries_of(kind, reading.items[item][1]) if q.relation == RELATION[kind])  # type: ignore[arg-type]
            turns, features = plain(
                reading, reading.items[item][1], RELATION[kind], query.text, [i for i in ids if i != item]
            )
            odds = reading.fusion.log_odds(f"plain_{RELATION[kind]}", features) if turns else np.zeros(0)
            found[item] = dict(zip(turns, map(float, odds), strict=True))
    return found


def best_of(row: dict[int, float], threshold: float) -> tuple[int, float] | None:
    """The likeliest turn of an item, if it is likely enough."""
    turn = max(row, key=lambda t: (row[t], -t), default=None)
    return (turn, row[turn]) if turn is not None and row[turn] > threshold else None


def plain_asking(reading: Reading, odds: dict[str, dict[int, float]]) -> Asking:
    """What was asked."""
    ids = [q.id for q in reading.plan.qualification]
    hits = {i: best_of(odds[i], reading.fusion.thresholds["plain_asks"]) for i in ids}
    return Asking(
        Assignment({i: h[0] for i, h in hits.items() if h}, {i: h[1] for i, h in hits.items() if h}),
        {i: odds[i] for i in ids},
        {},
    )


def plain_offering(reading: Reading, odds: dict[str, dict[int, float]]) -> Offering:
    """What was offered."""
    ids = [n.id for n in reading.plan.next_steps]
    hits = {i: best_of(odds[i], reading.fusion.thresholds["plain_offers"]) for i in ids}
    return Offering({i: [h[0]] if h else [] for i, h in hits.items()}, {i: odds[i] for i in ids})


def plain_loose(reading: Reading, odds: dict[str, dict[int, float]]) -> tuple[Loose, ...]:
    """The agent's turns that ask something no item comes near."""
    found = []
    for turn in reading.agent:
        best = max((row.get(turn, -8.0) for row in odds.values()), default=-8.0)
        if best < reading.fusion.thresholds["plain_off_plan"] and reading.table.question[turn] > -1.0:
            found.append(Loose("question", turn, probability(-best)))
    return tuple(found)
