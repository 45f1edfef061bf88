"""Objections: raised or not, and whether the answer carried the planned handling.

Raised: a reason against buying or going on, however indirect. A diary clash, a bare no, "are you a robot?"
are none.
Kept:   planned "ask what they would change about it", heard "if you could change one thing in it, what?"
handled
Broken: "a lot of clients just pay it" takes another line (`handled_differently`); "our app has a dark mode"
(`ignored`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from precall_cli.audit.candidates import considered
from precall_cli.audit.examination import Judgement
from precall_cli.audit.features import handles, objects
from precall_cli.audit.fusion import log_odds_of, probability
from precall_cli.audit.loose import unplanned_objection
from precall_cli.audit.reading import Features, Reading
from precall_cli.records.plan import Objection

ON_STOP = 3.0
"""How much likelier an objection has to be in the very turn that asks to stop: a stop gives reasons too."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A planned objection that was raised: the contact's turn and the agent's answer to it."""

    turn: int
    replies: tuple[int, ...]
    chances: Mapping[str, float]
    """The probability of every status, with `not_raised` for what only sounds like this objection."""

    @property
    def status(self) -> str:
        """The likeliest one."""
        return max(self.chances, key=lambda status: self.chances[status])


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
    dropped: dict[tuple[int, int], float] = {}
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
            hit = Raised(
                turns[best],
                tuple(answer_to(reading, turns[best])),
                chances_of(reading, item, turns[best], float(matrix[row, best])),
            )
            if hit.status != "not_raised":
                found[item.id] = hit
            else:
                dropped[row, best] = log_odds_of(1 - hit.chances["not_raised"])
    for place, value in dropped.items():
        matrix[place] = value
    return found, {
        i: dict(zip(turns, map(float, row), strict=True)) for i, row in zip(ids, matrix, strict=True)
    }


def chances_of(reading: Reading, item: Objection, turn: int, odds: float) -> dict[str, float]:
    """The probability of every status of an objection that `turn` seems to raise with these log-odds.

    Raised and answered are looked at together: one that is answered as planned was hardly another one, and of
    those that are not, many were never this objection.
    """
    replies = answer_to(reading, turn)
    meant = 1.0
    if "meant" in reading.fusion.layers:
        meant = probability(float(reading.fusion.log_odds("meant", meaning(reading, item, turn, odds))))
    if not replies:
        return {"ignored": 0.6 * meant, "not_raised": 1 - meant}
    limits, features = reading.fusion.thresholds, handles(reading, item, replies)
    handled = probability(float(reading.fusion.log_odds("handled", features)) - limits["handled"])
    ignored = probability(float(reading.fusion.log_odds("ignored", features)) - limits["ignored"])
    return {
        "handled": meant * handled,
        "handled_differently": meant * (1 - handled) * (1 - ignored),
        "ignored": meant * (1 - handled) * ignored,
        "not_raised": 1 - meant,
    }


def meaning(reading: Reading, item: Objection, turn: int, odds: float) -> Features:
    """How an objection looks at the turn that seems to raise it, with the answer to it: numbers for one."""
    turns, raised = objects(reading, item, [o.id for o in reading.plan.objections if o.id != item.id])
    at = turns.index(turn)
    here = {name: float(np.broadcast_to(np.asarray(row), (len(turns),))[at]) for name, row in raised.items()}
    answer = handles(reading, item, answer_to(reading, turn))
    other = unplanned_objection(reading, turn)
    return {
        **{
            name: here[name]
            for name in (
                "cue", "words", "net", "margin", "lead", "act", "refuses",
                "handled_after", "handled_margin", "handled_surely",
            )
        },
        "odds": odds,
        "handled": float(reading.fusion.log_odds("handled", answer)),
        "ignored": float(reading.fusion.log_odds("ignored", answer)),
        "answer_words": float(answer["words"]),
        "answer_echo": float(answer["echo"]),
        "answer_net": float(answer["net"]),
        "unplanned": float(reading.fusion.log_odds("unplanned", other)),
        "further": float(other["further"]),
    }  # fmt: skip


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
    for item in reading.plan.objections:
        hit = raised.get(item.id)
        taken = {other.turn: name for name, other in raised.items() if name != item.id}

        def lost(turn: int, taken: Mapping[int, str] = taken) -> str:
            return (
                f"lost: the turn raises {taken[turn]}" if turn in taken else "lost: too unlike the objection"
            )

        row = odds.get(item.id, {})
        look_up = considered(reading, item.id, "objects", row, [hit.turn] if hit is not None else [], lost)
        if hit is None:
            best = max((o for turn, o in row.items() if turn not in taken), default=-8.0)
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
        why = _WHY[hit.status] if hit.replies else "the agent said nothing to it"
        found.append(
            Judgement(
                item.id,
                "objection",
                hit.status,
                (hit.turn, *hit.replies[:1]),
                round(hit.chances[hit.status], 3),
                why,
                proof=hit.turn,
                considered=look_up,
            )
        )
    return found


_WHY = {
    "handled": "the answer carries the planned handling",
    "handled_differently": "the answer takes another line",
    "ignored": "the answer does not address it",
}
