"""Questions and known answers: who asked what, what was volunteered, what was asked though a colleague had
told it.

Asked: the agent asks for this information, in any words, answered or not; a statement on the contact's own
case that
leaves the gap open asks too. Reading back, clarifying, or naming a fact to confirm it does not.

Kept:   plan "How many reps are on the phones?"  heard "roughly how many folks do you have dialing?"
Broken: plan "What is your timeline?"            never asked, though the call ran to a normal close
"""

from __future__ import annotations

from precall_cli.audit.candidates import considered
from precall_cli.audit.ending import Ending
from precall_cli.audit.examination import Judgement, LookUp
from precall_cli.audit.features import answers
from precall_cli.audit.fusion import probability
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.statuses.asking import Asking, volunteering
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import Question


def judge_questions(reading: Reading, asking: Asking, ending: Ending) -> list[Judgement]:
    """Every question of the plan."""
    found: list[Judgement] = []
    questions = reading.plan.qualification
    ids = [q.id for q in questions]
    given = _volunteered(reading, asking)
    for question in questions:
        look_up = _candidates(reading, asking, question.id)
        turn = asking.turns_of(question.id)
        if turn is not None:
            odds = asking.first.log_odds[question.id]
            found.append(
                Judgement(
                    question.id,
                    "qualification",
                    "asked",
                    (turn,),
                    probability(odds),
                    "the agent asked for it",
                    proof=turn,
                    considered=look_up,
                )
            )
            continue
        best = max(asking.odds.get(question.id, {}).values(), default=-8.0)
        if question.id in given:
            at, odds = given[question.id]
            found.append(
                Judgement(
                    question.id,
                    "qualification",
                    "volunteered",
                    (at,),
                    probability(odds),
                    "the contact gave it unasked",
                    proof=at,
                    considered=look_up,
                )
            )
        elif ending.cut:
            found.append(
                Judgement(
                    question.id,
                    "qualification",
                    "not_reached",
                    confidence=probability(-best),
                    why=f"not asked: {ending.why}",
                    considered=look_up,
                )
            )
        else:
            found.append(_skipped(reading, asking, question, best, ending, look_up))
    assert [j.item for j in found] == ids
    return found


def _skipped(
    reading: Reading,
    asking: Asking,
    question: Question,
    best: float,
    ending: Ending,
    look_up: LookUp,
) -> Judgement:
    """A question that nothing was found for: `skipped`, or `uncertain` where something may well be it."""
    why = f"never asked, though {ending.why}"
    if reading.plain or "skipped" not in reading.fusion.layers:
        odds, limit = -best, -9.0
    else:
        odds = float(reading.fusion.log_odds("skipped", absence(reading, asking, question)))
        limit = reading.fusion.thresholds["skipped"]
    if odds > limit:
        return Judgement(
            question.id,
            "qualification",
            "skipped",
            confidence=probability(odds),
            why=why,
            considered=look_up,
        )
    return Judgement(
        question.id,
        "qualification",
        "uncertain",
        confidence=0.5,
        why="nothing asks for it in so many words, but something in the call may be it",
        considered=look_up,
    )


def absence(reading: Reading, asking: Asking, question: Question) -> Features:
    """How sure it is that a question was neither asked nor answered: numbers for one item."""
    taken = set(asking.first.turn.values()) | {t for turns in asking.first.again.values() for t in turns}
    row = asking.odds.get(question.id, {})
    free = [t for t in reading.agent if t not in taken]
    orphans = [
        t
        for t in free
        if reading.table.question[t] > 0
        and reading.offers_best[t] < 0
        and not reading.turns[t].does("small_talk", "permission")
    ]
    told = volunteering(reading, question)
    wanted = content(f"{question.question} {question.topic.replace('_', ' ')} " + " ".join(question.cues))
    answers_row = reading.table.row(question.id, "answers")
    missing = [q for q in reading.plan.qualification if q.id not in asking.first.turn]
    return {
        "best": max(row.values(), default=-8.0),
        "free": max((row[t] for t in free if t in row), default=-8.0),
        "orphan": max((row[t] for t in orphans if t in row), default=-8.0),
        "orphans": min(len(orphans), 4) / 4,
        "told": max(told.values(), default=-6.0),
        "answered": max((float(answers_row[t]) for t in reading.contact), default=-8.0),
        "words": max((shared(wanted, reading.heard[t]) for t in reading.contact), default=0.0),
        "missing": float(len(missing)),
        "share": len(missing) / max(len(reading.plan.qualification), 1),
        "last": float(question.id == reading.plan.qualification[-1].id),
        "turns": min(len(reading.agent), 30) / 30,
    }


def _volunteered(reading: Reading, asking: Asking) -> dict[str, tuple[int, float]]:
    """For each question that was not asked: the contact's turn that gives it, if one does."""
    open_questions = [q for q in reading.plan.qualification if asking.turns_of(q.id) is None]
    threshold = reading.fusion.thresholds["answers"]
    found: dict[str, tuple[int, float]] = {}
    ids = [q.id for q in reading.plan.qualification]
    for question in open_questions:
        turns, features = answers(reading, question, [i for i in ids if i != question.id])
        odds = reading.fusion.log_odds("answers", features)
        if len(turns) and float(odds.max()) > threshold:
            best = int(odds.argmax())
            found[question.id] = (turns[best], float(odds[best]))
    return found


def _candidates(reading: Reading, asking: Asking, item: str) -> LookUp:
    """The likeliest turns for an item, with why each won or lost."""
    won = asking.turns_of(item)

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
        look_up = _candidates(reading, asking, item.id)
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
