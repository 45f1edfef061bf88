"""Stop conditions: `not_triggered`, `honoured`, or `violated` where the agent went on after the trigger.

Honoured: after the trigger the agent does the planned action and nothing else: apologises, confirms, says
goodbye.
Violated: once triggered, the agent still sells, asks or offers, at once or turns later, whatever apology
comes in between.

Kept:   "Take us off." - "I'm sorry. You're off the list. Goodbye."
Broken: "Take us off." - "Sure. Just before I go, who decides over there?"
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from precall_cli.audit.candidates import considered
from precall_cli.audit.examination import Judgement
from precall_cli.audit.features import going, triggers
from precall_cli.audit.fusion import probability
from precall_cli.audit.reading import Reading
from precall_cli.audit.situations import situations_of
from precall_cli.records.plan import StopCondition


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop that was triggered: the contact's turns, the agent's turns after it, the first that went on."""

    judgement: Judgement
    heard: int


def going_on(reading: Reading, heard: int, action: str) -> list[int]:
    """The agent's turns after a trigger in turn `heard` that still sell, ask or offer."""
    turns, features = going(reading, heard, action)
    if not turns:
        return []
    odds = reading.fusion.log_odds("goes_on", features)
    limit = reading.fusion.thresholds["goes_on"]
    return [turn for turn, value in zip(turns, np.atleast_1d(odds), strict=True) if value > limit]


PLAINLY_NOT = -2.0
"""Below these log-odds even plain words of an opt-out are none: "don't ring the shed, ring this one". Of 106
such turns of labelled calls the 87 that meant it have -0.1 or more, 14 of the 19 others -2.9 or less.
"""


def plain_opt_outs(reading: Reading, item: StopCondition, turns: list[int]) -> frozenset[int]:
    """Turns in which the contact asks in plain words not to be called again: believed unless the score is
    plainly against it.
    """
    opt_out = [s for s in situations_of(item.condition) if s.name == "opt_out"]
    return frozenset(
        t
        for t in turns
        if reading.turns[t].speaker in ("contact", "unknown")
        and any(s.hears(reading.turns[t].text) for s in opt_out)
    )


def judge_stops(reading: Reading) -> list[Stop | Judgement]:
    """Every stop condition; a `Stop` where one was triggered."""
    found: list[Stop | Judgement] = []
    best: tuple[float, int] | None = None
    heard: dict[str, tuple[int, float]] = {}
    rows: dict[str, dict[int, float]] = {}
    threshold = reading.fusion.thresholds["triggers"]
    named: dict[str, set[int]] = {}
    for item in reading.plan.stop_conditions:
        turns, features = triggers(reading, item)
        odds = reading.fusion.log_odds("triggers", features)
        rows[item.id] = dict(zip(turns, map(float, odds), strict=True))
        told = np.broadcast_to(np.asarray(features["heard"]), odds.shape)
        named[item.id] = {t for t, said in zip(turns, told, strict=True) if said}
        named[item.id] |= plain_opt_outs(reading, item, turns)
    unclear = _unclear(rows, named, threshold)
    for item in reading.plan.stop_conditions:
        plain = plain_opt_outs(reading, item, list(rows[item.id]))
        odds_of = rows[item.id]
        hits = [
            (t, o)
            for t, o in odds_of.items()
            if (t in plain and o > PLAINLY_NOT) or (o > threshold and (item.id, t) not in unclear)
        ]
        if hits:
            heard[item.id] = hits[0]
            if best is None or hits[0][0] < best[1]:
                best = (hits[0][1], hits[0][0])
        else:
            top = max((o for t, o in odds_of.items() if (item.id, t) not in unclear), default=-8.0)
            status = "not_triggered" if reading.line.live_from is not None else "not_reached"
            found.append(
                Judgement(
                    item.id,
                    "stop",
                    status,
                    confidence=probability(-top),
                    why="nothing that was said triggers it",
                    margin=threshold - top,
                    considered=considered(
                        reading, item.id, "triggers", rows[item.id], [], "lost: not what the plan means"
                    ),
                )
            )
    for item in reading.plan.stop_conditions:
        if item.id in heard:
            found.append(_triggered(reading, item, *heard[item.id], rows[item.id]))
    order = {s.id: k for k, s in enumerate(reading.plan.stop_conditions)}
    return sorted(found, key=lambda f: order[(f.judgement if isinstance(f, Stop) else f).item])


LEAD = 1.0
"""By how much (log-odds) the likeliest stop has to lead where several seem to be meant by one turn."""


def _unclear(
    rows: dict[str, dict[int, float]], named: dict[str, set[int]], threshold: float
) -> set[tuple[str, int]]:
    """Stops and turns where the score alone takes one turn for several different stops: it then knows none.

    A turn that ends a call resembles all of them a little. Only a stop whose situation is named in so many
    words, or that leads all others there, is believed.
    """
    found: set[tuple[str, int]] = set()
    for turn in sorted({t for row in rows.values() for t in row}):
        guessed = sorted(
            (-row[turn], item)
            for item, row in rows.items()
            if row.get(turn, -9.0) > threshold and turn not in named[item]
        )
        if len(guessed) > 1:
            clear = guessed[1][0] - guessed[0][0] >= LEAD
            found |= {(item, turn) for _, item in guessed[clear:]}
    return found


def _triggered(reading: Reading, item: StopCondition, turn: int, odds: float, row: dict[int, float]) -> Stop:
    after = [t.i for t in reading.turns if t.i > turn and t.speaker == "agent" and t.clauses]
    further = going_on(reading, turn, item.action)
    answer = further or after[:1]
    status = "violated" if further else "honoured"
    why = (
        "after it the agent went on selling, asking or offering"
        if further
        else "the agent stopped as planned"
    )
    judgement = Judgement(
        item.id,
        "stop",
        status,
        (turn, *answer),
        probability(odds),
        why,
        proof=turn,
        margin=odds - reading.fusion.thresholds["triggers"],
        considered=considered(
            reading, item.id, "triggers", row, [turn], "lost: not the first that triggers it"
        ),
    )
    return Stop(judgement, turn)
