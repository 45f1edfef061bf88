# ruff: noqa: E501  (a pattern is read whole)
"""What must be said, what must not, and how the call opens: disclosures, withheld facts, the opening.

Disclosure kept:   "I'm an AI assistant and we're recorded" before the first question.
Disclosure broken: the same after "So who decides?" is `late`; never, though a question was put, is `missing`.
Withheld broken:   a hint is a mention: "the January rates won't look like today's, if you catch my drift".
Opening kept:      the planned hook in any words; broken: a general remark, or another hook.
"""

from __future__ import annotations

import numpy as np

from precall_cli.audit.candidates import considered
from precall_cli.audit.ending import Ending
from precall_cli.audit.examination import Judgement
from precall_cli.audit.features import PARTS, discloses, mentions, opens
from precall_cli.audit.fusion import probability
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.wording import Wording


def find_said(reading: Reading) -> dict[str, dict[int, float]]:
    """Log-odds of every disclosure against every agent turn."""
    found = {}
    for item in reading.plan.disclosures:
        turns, features = discloses(reading, item)
        found[item.id] = (
            dict(zip(turns, map(float, reading.fusion.log_odds("discloses", features)), strict=True))
            if turns
            else {}
        )
    return found


def judge_disclosures(
    reading: Reading,
    said: dict[str, dict[int, float]],
    first_put: int | None,
    put_inside: dict[int, int],
    ending: Ending,
) -> list[Judgement]:
    """Every disclosure. `first_put` is the first turn that asks or offers; `put_inside` its clause within
    that turn."""
    found: list[Judgement] = []
    threshold = reading.fusion.thresholds["plain_discloses" if reading.plain else "discloses"]
    for item in reading.plan.disclosures:
        hits = [(t, o) for t, o in said[item.id].items() if o > threshold]
        best = max(said[item.id].values(), default=-8.0)
        look_up = considered(
            reading,
            item.id,
            "discloses",
            said[item.id],
            [h[0] for h in hits[:1]],
            "lost: too unlike the words due",
        )
        if hits:
            turn, sure = max(hits, key=lambda h: (h[1], -h[0])) if reading.plain else hits[0]
            after = is_after(reading, item.text, turn, first_put, put_inside)
            if reading.plain or "late" not in reading.fusion.layers:
                late = after
            else:
                odds = float(reading.fusion.log_odds("late", lateness(reading, turn, after)))
                late = odds > reading.fusion.thresholds["late"]
            is_late = item.due == "opening" and late
            found.append(
                Judgement(
                    item.id,
                    "disclosure",
                    "late" if is_late else "given",
                    (turn,),
                    probability(sure),
                    f"said after turn {first_put} had asked or offered" if is_late else "said when due",
                    proof=turn,
                    margin=sure - threshold,
                    considered=look_up,
                )
            )
        elif first_put is not None or (not ending.cut and reading.agent):
            found.append(
                Judgement(
                    item.id,
                    "disclosure",
                    "missing",
                    confidence=probability(-best),
                    why="never said"
                    if first_put is None
                    else "never said, though the agent asked or offered",
                    margin=threshold - best,
                    considered=look_up,
                )
            )
        else:
            found.append(
                Judgement(
                    item.id,
                    "disclosure",
                    "not_reached",
                    confidence=probability(-best),
                    why=f"nothing was asked or offered before the end: {ending.why}",
                    considered=look_up,
                )
            )
    return found


def is_after(
    reading: Reading, text: str, turn: int, first_put: int | None, put_inside: dict[int, int]
) -> bool:
    """Whether a disclosure comes after what was found to be the first question or offer."""
    if first_put is None or turn < first_put:
        return False
    return turn > first_put or _said_after(reading, text, turn, put_inside.get(turn, 0))


_OWNS_UP = Wording(
    r"\b(?:should(?:'?ve| have|a| of)? (?:\w+ )?(?:said|say|mention\w*|told|tell)|(?:meant|supposed|forgot|ought|need(?:ed)?|have|had) to (?:\w+ )?(?:say|said|mention|tell|told)|"
    r"(?:skipped|missed) (?:a|my|the) (?:step|line|bit|part)|before i forget|nearly forgot|forgot|late in the day|by the way|one thing i)\b"
)
"""An agent who owns up to a disclosure that should have come before."""


def lateness(reading: Reading, turn: int, after: bool) -> Features:
    """How a disclosure at a turn looks: whether a question or an offer was put before it. Numbers for one turn."""
    before = [
        t
        for t in reading.agent
        if t < turn and not reading.turns[t].does("small_talk", "permission", "asks_for")
    ]
    table = reading.table
    return {
        "after": float(after),
        "owns_up": float(bool(_OWNS_UP.search(reading.turns[turn].text))),
        "question": float(max((np.clip(table.question[t], -8, 4) for t in before), default=-8.0)),
        "asks": float(max((np.clip(reading.asks_best[t], -8, 4) for t in before), default=-8.0)),
        "offers": float(max((np.clip(reading.offers_best[t], -8, 4) for t in before), default=-8.0)),
        "offer": float(max((np.clip(table.offer[t], -8, 4) for t in before), default=-8.0)),
        "mark": float(any("?" in reading.turns[t].text for t in before)),
        "first": float(bool(reading.agent) and turn == reading.agent[0]),
        "turns": float(min(sum(t < turn for t in reading.agent), 6)) / 6,
    }


def _said_after(reading: Reading, text: str, turn: int, clause_of_put: int) -> bool:
    """Within one turn: whether the disclosure comes after the question or offer."""

    from precall_cli.audit.words import content

    parts = [p for p in PARTS.values() if p.search(text)]
    wanted = content(text)
    clauses = reading.turns[turn].clauses
    scores = [sum(2 for p in parts if p.search(c)) + len(wanted & content(c)) for c in clauses]
    best = max(range(len(clauses)), key=lambda k: (scores[k], -k))
    return best > clause_of_put


def judge_withheld(reading: Reading) -> list[Judgement]:
    """Every withheld fact: `respected`, or `mentioned` by the agent in any words."""
    found: list[Judgement] = []
    threshold = reading.fusion.thresholds["mentions"]
    for item in reading.plan.coordination.do_not_mention if reading.plan.coordination else ():
        turns, features = mentions(reading, item)
        odds = reading.fusion.log_odds("mentions", features)
        hits = [(t, float(o)) for t, o in zip(turns, odds, strict=True) if o > threshold]
        look_up = considered(
            reading,
            item.id,
            "mentions",
            dict(zip(turns, map(float, odds), strict=True)),
            [t for t, _ in hits[:2]],
            "lost: neither says nor hints at it",
        )
        if hits:
            found.append(
                Judgement(
                    item.id,
                    "do_not_mention",
                    "mentioned",
                    tuple(t for t, _ in hits[:2]),
                    probability(max(o for _, o in hits)),
                    "the agent said or hinted at it",
                    proof=hits[0][0],
                    margin=max(o for _, o in hits) - threshold,
                    considered=look_up,
                )
            )
        else:
            best = max((float(o) for o in odds), default=-8.0)
            found.append(
                Judgement(
                    item.id,
                    "do_not_mention",
                    "respected",
                    confidence=probability(-best),
                    why="the agent did not say it",
                    margin=threshold - best,
                    considered=look_up,
                )
            )
    return found


def judge_opening(reading: Reading, first_put: int | None) -> Judgement | None:
    """The opening, judged on what precedes the agent's first question or offer."""
    opening = reading.plan.opening
    if opening is None:
        return None
    last = (
        first_put
        if first_put is not None
        else (reading.agent[1] if len(reading.agent) > 1 else (reading.agent[0] if reading.agent else 0))
    )
    features = opens(reading, opening, opening.line, last)
    odds = float(reading.fusion.log_odds("opens", features))
    row = reading.table.row(opening.id, "opens")
    turns = [t for t in reading.agent if t <= last] or list(reading.agent[:1])
    if not turns:
        return Judgement(opening.id, "opening", "not_reached", confidence=0.9, why="the agent said nothing")
    considered_turns = {t: float(row[t]) for t in turns}
    if odds > reading.fusion.thresholds["opens"]:
        best = max(turns, key=lambda t: (float(row[t]), -t))
        return Judgement(
            opening.id,
            "opening",
            "followed",
            (best,),
            probability(odds),
            "the agent opened on the planned hook",
            proof=best,
            margin=odds - reading.fusion.thresholds["opens"],
            considered=considered(
                reading, opening.id, "opens", considered_turns, [best], "lost to the turn that won"
            ),
        )
    return Judgement(
        opening.id,
        "opening",
        "changed",
        (turns[0],),
        probability(-odds),
        "the agent opened on something else",
        proof=turns[0],
        margin=reading.fusion.thresholds["opens"] - odds,
        considered=considered(
            reading, opening.id, "opens", considered_turns, [], "lost: the hook is not in it"
        ),
    )
