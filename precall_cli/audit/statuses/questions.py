"""Questions and known answers: who asked what, what was volunteered, what was asked though a colleague had
told it.

Asked: the agent asks for this information, in any words, answered or not; a statement on the contact's own
case that
leaves the gap open asks too. Reading back, clarifying, or naming a fact to confirm it does not.

Kept:   plan "How many reps are on the phones?"  heard "roughly how many folks do you have dialing?"
Broken: plan "What is your timeline?"            never asked, though the call ran to a normal close
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from precall_cli.audit.candidates import considered
from precall_cli.audit.ending import Ending
from precall_cli.audit.examination import Judgement, LookUp
from precall_cli.audit.features import answers
from precall_cli.audit.fusion import probability
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.statuses.asking import Asking, can_ask, volunteering
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import Question


@dataclass(frozen=True, slots=True)
class Left:
    """A question for which no turn was found that surely asks it: the probability of what became of it."""

    chances: Mapping[str, float]
    """Of `asked`, `volunteered` and `absent`."""
    asked_at: int | None
    told_at: int | None

    @property
    def fate(self) -> str:
        """The likeliest of the three."""
        return max(self.chances, key=lambda fate: self.chances[fate])


def find_left(reading: Reading, asking: Asking, ending: Ending) -> dict[str, Left]:
    """What became of every question that no turn surely asks: asked in words that hide it, told unasked, or
    neither.
    """
    found = {}
    for question in reading.plan.qualification:
        if question.id in asking.first.turn:
            continue
        if reading.plain or "left_asked" not in reading.fusion.layers:
            found[question.id] = _told_or_absent(reading, asking, question)
            continue
        features, asked_at, told_at = remainder(reading, asking, question, ending)
        odds = {
            "asked": float(reading.fusion.log_odds("left_asked", features))
            if asked_at is not None
            else -30.0,
            "volunteered": float(reading.fusion.log_odds("left_volunteered", features))
            if told_at is not None
            else -30.0,
            "absent": 0.0,
        }
        total = sum(math.exp(min(o, 30.0)) for o in odds.values())
        chances = {fate: round(math.exp(min(o, 30.0)) / total, 3) for fate, o in odds.items()}
        found[question.id] = Left(chances, asked_at, told_at)
    return found


def _told_or_absent(reading: Reading, asking: Asking, question: Question) -> Left:
    """The same for a bare list, where a question is asked by its own turn or not at all."""
    told = volunteering(reading, question)
    at = max(told, key=lambda t: (told[t], -t), default=None)
    if at is not None and told[at] > reading.fusion.thresholds["answers"]:
        return Left({"volunteered": probability(told[at])}, None, at)
    best = max(asking.odds.get(question.id, {}).values(), default=-8.0)
    return Left({"absent": probability(-best)}, None, at)


def remainder(
    reading: Reading, asking: Asking, question: Question, ending: Ending
) -> tuple[Features, int | None, int | None]:
    """What is left for a question that no turn surely asks: numbers for one item, with the likeliest turn
    that asks it after all and the likeliest that tells it.
    """
    questions = reading.plan.qualification
    taken = set(asking.first.turn.values()) | {t for turns in asking.first.again.values() for t in turns}
    row = asking.odds.get(question.id, {})
    free = {t: row[t] for t in reading.agent if t not in taken and t in row}
    orphans = [
        t
        for t in free
        if reading.table.question[t] > 0
        and reading.offers_best[t] < 0
        and not reading.turns[t].does("small_talk", "permission")
    ]
    told = volunteering(reading, question)
    told_at = max(told, key=lambda t: (told[t], -t), default=None)
    least = reading.fusion.thresholds["asks_least"]
    asking_turns = [t for t in free or row if row[t] > least and can_ask(reading, t)]
    asked_at = max(asking_turns, key=lambda t: (row[t], -t), default=None)
    wanted = content(f"{question.question} {question.topic.replace('_', ' ')} " + " ".join(question.cues))
    given = reading.table.row(question.id, "answers")
    missing = [q for q in questions if q.id not in asking.first.turn]
    rank = questions.index(question)
    turns, telling = answers(reading, question, [q.id for q in questions if q.id != question.id])
    at = turns.index(told_at) if told_at is not None else None
    here = {
        f"told_{name}": float(np.broadcast_to(np.asarray(telling[name]), (len(turns),))[at])
        if at is not None
        else 0.0
        for name in (
            "net",
            "unasked",
            "follows_own",
            "long",
            "words",
            "question_before",
            "asked_here",
            "lead",
            "margin",
        )
    }
    before = max((t for t in reading.agent if told_at is not None and t < told_at), default=None)
    ranked = sorted(told.values())
    return (
        {
            **here,
            "told": ranked[-1] if ranked else -6.0,
            "told_second": ranked[-2] if len(ranked) > 1 else -6.0,
            "told_after": row.get(before, -8.0) if before is not None else -8.0,
            "told_taken": float(before in taken),
            "answered": max((float(given[t]) for t in reading.contact), default=-8.0),
            "words": max((shared(wanted, reading.heard[t]) for t in reading.contact), default=0.0),
            "best": max(row.values(), default=-8.0),
            "free": max(free.values(), default=-8.0),
            "orphan": max((row[t] for t in orphans), default=-8.0),
            "orphans": min(len(orphans), 4) / 4,
            "missing": float(len(missing)),
            "share": len(missing) / max(len(questions), 1),
            "rank": rank / max(len(questions), 1),
            "last": float(rank == len(questions) - 1),
            "earlier": float(any(q.id in asking.first.turn for q in questions[:rank])),
            "later": float(any(q.id in asking.first.turn for q in questions[rank + 1 :])),
            "turns": min(len(reading.agent), 30) / 30,
            "cut": float(ending.cut),
        },
        asked_at,
        told_at,
    )  # fmt: skip


def judge_questions(
    reading: Reading, asking: Asking, left: Mapping[str, Left], ending: Ending
) -> list[Judgement]:
    """Every question of the plan."""
    return [
        _judge(reading, asking, left.get(question.id), question.id, ending)
        for question in reading.plan.qualification
    ]


def _judge(reading: Reading, asking: Asking, left: Left | None, item: str, ending: Ending) -> Judgement:
    """One question: asked where a turn surely asks it, else what became of it."""

    def judged(status: str, confidence: float, why: str, turn: int | None = None) -> Judgement:
        turns = () if turn is None else (turn,)
        look_up = _candidates(reading, asking, item, turn if status == "asked" else None)
        return Judgement(
            item, "qualification", status, turns, confidence, why, proof=turn, considered=look_up
        )

    turn = asking.turns_of(item)
    if turn is not None:
        return judged("asked", probability(asking.first.log_odds[item]), "the agent asked for it", turn)
    assert left is not None, "what no turn asks is left"
    fate = left.fate
    confidence = left.chances[fate]
    if len(left.chances) > 1 and confidence < reading.fusion.thresholds["left"]:
        return judged("uncertain", 0.5, "asked in other words, told unasked or neither: nothing decides it")
    if fate == "asked":
        return judged("asked", confidence, "likely asked, in words that hide it", left.asked_at)
    if fate == "volunteered":
        return judged("volunteered", confidence, "the contact gave it unasked", left.told_at)
    if ending.cut:
        return judged("not_reached", confidence, f"not asked: {ending.why}")
    return judged("skipped", confidence, f"never asked, though {ending.why}")


def _candidates(reading: Reading, asking: Asking, item: str, won: int | None) -> LookUp:
    """The likeliest turns for an item, with why each won or lost; `won` is the turn that asks it, if any."""

    def lost(turn: int) -> str:
        taken = [other for other, at in asking.first.turn.items() if at == turn and other != item]
        if taken:
            return f"lost: the turn asks {', '.join(taken)}"
        return "lost: too unlike the question" if won is None else f"lost to turn {won}"

    odds = asking.odds.get(item, {})
    return considered(reading, item, "asks", odds, [] if won is None else [won], lost, asks=True)


def judge_known(reading: Reading, asking: Asking) -> list[Judgement]:
    """Every known answer: `respected`, or `asked_again`."""
    found: list[Judgement] = []
    for item in reading.plan.coordination.known if reading.plan.coordination else ():
        turn = asking.turns_of(item.id)
        look_up = _candidates(reading, asking, item.id, turn)
        if turn is not None:
            odds = asking.first.log_odds[item.id]
            found.append(
                Judgement(
                    item.id,
                    "known",
                    "asked_again",
                    (turn,),
                    probability(odds),
                    "the agent asked for what a colleague had told",
                    proof=turn,
                    considered=look_up,
                )
            )
            continue
        at = asking.confirmed.get(item.id)
        best = max(asking.odds.get(item.id, {}).values(), default=-8.0)
        why = "the agent named it to confirm it" if at is not None else "the agent did not ask for it"
        found.append(
            Judgement(
                item.id,
                "known",
                "respected",
                () if at is None else (at,),
                probability(-best),
                why,
                proof=at,
                considered=look_up,
            )
        )
    return found
