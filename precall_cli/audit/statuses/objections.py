"""Objections: raised or not, and whether the answer carried the planned handling.

Raised: a reason against buying or going on, however indirect. A diary clash, a bare no, "are you a robot?"
are none.
Kept:   planned "ask what they would change about it", heard "if you could change one thing in it, what?"
handled
Broken: "a lot of clients just pay it" takes another line (`handled_differently`); "our app has a dark mode"
(`ignored`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from precall_cli.audit.candidates import considered
from precall_cli.audit.examination import Judgement
from precall_cli.audit.features import handles, objects
from precall_cli.audit.fusion import probability
from precall_cli.audit.loose import unplanned_objection
from precall_cli.audit.reading import Reading

ON_STOP = 3.0
"""How much likelier an objection has to be in the very turn that asks to stop: a stop gives reasons too."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A planned objection that was raised: the contact's turn and the agent's answer to it."""

    turn: int
    odds: float
    replies: tuple[int, ...]


CUED = 1.0
"""Least log-odds of a turn with a cue word that is answered as planned; in training 158 of 159 raised it."""


def find_raised(reading: Reading, end: int) -> tuple[dict[str, Raised], dict[str, dict[int, float]]]:
    """Which objections were raised, where, and the log-odds of every pair."""
    items = reading.plan.objections
    turns = list(reading.contact)
    if not items or not turns:
        return {}, {o.id: {} for o in items}
    ids = [o.id for o in items]
    rows = []
    for item in items:
        _, features = objects(reading, item, [i for i in ids if i != item.id])
        odds = reading.fusion.log_odds("objects", features)
        cued = (features["cue"] > 0) & (features["net"] > -2) & (features["handled_after"] > 0)
        rows.append(np.where(cued, np.maximum(odds, CUED), odds))
    matrix = np.vstack(rows)
    threshold = reading.fusion.thresholds["objects"]
    other = [float(reading.fusion.log_odds("unplanned", unplanned_objection(reading, t))) for t in turns]
    rival = np.array(other) - reading.fusion.thresholds["objects_rival"]
    found: dict[str, Raised] = {}
    for row, item in enumerate(items):
        hits = [
            k
            for k, t in enumerate(turns)
            if matrix[row, k] > threshold + (ON_STOP if t == end - 1 and end < len(reading.turns) else 0.0)
            and t < end
            and matrix[row, k] >= matrix[:, k].max() - 1e-9
            and matrix[row, k] > rival[k]
        ]
        if hits:
            best = max(hits, key=lambda k: (float(matrix[row, k]), -k))
            found[item.id] = Raised(
                turns[best], float(matrix[row, best]), tuple(answer_to(reading, turns[best]))
            )
    return found, {
        i: dict(zip(turns, map(float, row), strict=True)) for i, row in zip(ids, matrix, strict=True)
    }


def answer_to(reading: Reading, turn: int) -> list[int]:
    """The agent's turns that can answer an objection: the next ones, with at most one reply in between."""
    found: list[int] = []
    spoken = 0
    for later in reading.turns[turn + 1 : turn + 7]:
        if not later.clauses or later.speaker in ("tool", "system"):
            continue
        if later.speaker == "agent":
            found.append(later.i)
            if len(found) == 2:
                break
        elif found:
            spoken += 1
            if spoken > 1:
                break
    return found


def judge_objections(
    reading: Reading, raised: dict[str, Raised], odds: dict[str, dict[int, float]]
) -> list[Judgement]:
    """Every planned objection."""
    found: list[Judgement] = []
    limits = reading.fusion.thresholds
    for item in reading.plan.objections:
        hit = raised.get(item.id)
        look_up = considered(
            reading,
            item.id,
            "objects",
            odds.get(item.id, {}),
            [hit.turn] if hit is not None else [],
            "lost: too unlike the objection",
        )
        if hit is None:
            best = max(odds.get(item.id, {}).values(), default=-8.0)
            found.append(
                Judgement(
                    item.id,
                    "objection",
                    "not_raised",
                    confidence=probability(-best),
                    why="the contact did not raise it",
                    considered=look_up,
                )
            )
            continue
        features = handles(reading, item, list(hit.replies))
        handled = float(reading.fusion.log_odds("handled", features))
        ignored = float(reading.fusion.log_odds("ignored", features))
        turns = (hit.turn, *hit.replies[:1])
        if not hit.replies:
            found.append(
                Judgement(
                    item.id,
                    "objection",
                    "ignored",
                    (hit.turn,),
                    0.6,
                    "the agent said nothing to it",
                    proof=hit.turn,
                    considered=look_up,
                )
            )
        elif handled > limits["handled"]:
            found.append(
                Judgement(
                    item.id,
                    "objection",
                    "handled",
                    turns,
                    probability(handled),
                    "the answer carries the planned handling",
                    proof=hit.turn,
                    considered=look_up,
                )
            )
        elif ignored > limits["ignored"]:
            found.append(
                Judgement(
                    item.id,
                    "objection",
                    "ignored",
                    turns,
                    probability(ignored),
                    "the answer does not address it",
                    proof=hit.turn,
                    considered=look_up,
                )
            )
        else:
            found.append(
                Judgement(
                    item.id,
                    "objection",
                    "handled_differently",
                    turns,
                    probability(-handled),
                    "the answer takes another line",
                    proof=hit.turn,
                    considered=look_up,
                )
            )
    return found
