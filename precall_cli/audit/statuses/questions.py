"""Questions and known answers: who asked what, what was volunteered, what was asked though a colleague had
told it.

Asked: the agent asks for this information, in any words, answered or not; a statement on the contact's own
case that
leaves the gap open asks too. Reading back, clarifying, or naming a fact to confirm it does not.

Kept:   plan "How many reps are on the phones?"  heard "roughly how many folks do you have dialing?"
Broken: plan "What is your timeline?"            never asked, though the call ran to a normal close
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from precall_cli.audit.acts import READ_BACK, count_questions
from precall_cli.audit.assign import Assignment, Prior, assign
from precall_cli.audit.ending import Ending
from precall_cli.audit.examination import Candidate, Judgement
from precall_cli.audit.features import Features, answers, asks
from precall_cli.audit.fusion import probability
from precall_cli.audit.match import Array
from precall_cli.audit.reading import Reading, gives, wanted_answer
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import Known, Question


@dataclass(frozen=True, slots=True)
class Asking:
    """What the agent asked: the joint assignment and the log-odds behind it, by item and turn."""

    first: Assignment
    odds: dict[str, dict[int, float]]
    confirmed: dict[str, int]
    """Known items that were named to be confirmed, with the turn."""

    def turns_of(self, item: str) -> int | None:
        return self.first.turn.get(item)


def find_asking(reading: Reading) -> Asking:
    """Which question or known answer each agent turn asks for."""
    questions = list(reading.plan.qualification)
    known = list(reading.plan.coordination.known) if reading.plan.coordination else []
    items: list[Question | Known] = [*questions, *known]
    if not items or not reading.agent:
        return Asking(Assignment({}, {}), {}, {})
    ids = [item.id for item in items]
    rows: list[Array] = []
    confirmed: dict[str, int] = {}
    for rank, item in enumerate(items):
        turns, features = asks(reading, item, rank, len(questions), [i for i in ids if i != item.id])
        odds = reading.fusion.log_odds("known" if isinstance(item, Known) else "asks", features)
        if isinstance(item, Known):
            odds = odds.copy()
            for column, turn in enumerate(turns):
                if names_to_confirm(reading, item, turn):
                    confirmed.setdefault(item.id, turn)
                    odds[column] = -8.0
        rows.append(odds)
    ranks: list[int | None] = [*range(len(questions)), *([None] * len(known))]
    limits, order = reading.fusion.thresholds, reading.fusion.layers["order"].weights
    prior = Prior(
        order["following"],
        order["jumped"],
        order["behind"],
        limits["asks_second"],
        limits["asks_least"],
        limits["asks_asked"],
        limits["asks_again"],
    )
    matrix = np.vstack(rows)
    doubles = [count_questions(reading.turns[turn].text) > 1 for turn in reading.agent]
    reminded = [limits["asks_reminded"] * reading.turns[t].does("reminds") for t in reading.agent]
    found = assign(ids, ranks, reading.agent, matrix, prior, doubles, reminded)
    odds_of = {
        i: dict(zip(reading.agent, map(float, row), strict=True)) for i, row in zip(ids, matrix, strict=True)
    }
    if "verified" in reading.fusion.layers:
        found = _verified(reading, found, odds_of)
    return Asking(found, odds_of, confirmed)


def _verified(reading: Reading, found: Assignment, odds_of: Mapping[str, Mapping[int, float]]) -> Assignment:
    """The assignment without those askings that, seen with everything around them, were none."""
    kept = {}
    for item, turn in found.turn.items():
        odds = float(reading.fusion.log_odds("verified", verification(reading, found, item, odds_of)))
        if odds > reading.fusion.thresholds["verified"]:
            kept[item] = (turn, odds)
    again = {i: turns for i, turns in found.again.items() if i in kept}
    return Assignment({i: t for i, (t, _) in kept.items()}, {i: o for i, (_, o) in kept.items()}, again)


def verification(
    reading: Reading, found: Assignment, item: str, odds_of: Mapping[str, Mapping[int, float]]
) -> Features:
    """How an asking looks once all are known: numbers for one item at the turn it was given.

    `odds_of` gives the log-odds of every item at every agent turn.
    """
    turn = found.turn[item]
    known = reading.items[item][0] == "known"
    acts = reading.turns[turn]
    before = reading.before(turn)
    given = np.full(1, -8.0) if known else reading.table.row(item, "answers")
    earlier = max((float(given[t]) for t in reading.contact if t < turn), default=-8.0) if not known else -8.0
    just = float(given[before]) if before is not None and not known else -8.0
    reply = max((float(given[t]) for t in reading.replies(turn)), default=-8.0) if not known else -8.0
    asks_row = reading.table.row(item, "asks")
    wants = "any" if known else wanted_answer(reading.items[item][1].question)  # type: ignore[attr-defined]
    elsewhere = (
        max(
            (float(given[t]) for t in reading.contact if t > turn and t not in reading.replies(turn)),
            default=-8.0,
        )
        if not known
        else -8.0
    )
    rival = max((row.get(turn, -8.0) for other, row in odds_of.items() if other != item), default=-8.0)
    free = max(
        (row.get(turn, -8.0) for other, row in odds_of.items() if other != item and other not in found.turn),
        default=-8.0,
    )
    told = {} if known else volunteering(reading, reading.items[item][1])  # type: ignore[arg-type]
    return {
        "rival": float(np.clip(odds_of[item].get(turn, -8.0) - rival, -6, 6)),
        "rival_free": float(np.clip(free, -6, 6)),
        "told_before": max((o for t, o in told.items() if t < turn), default=-6.0),
        "told_in_reply": max((o for t, o in told.items() if t in reading.replies(turn)), default=-6.0),
        "told_after": max(
            (o for t, o in told.items() if t > turn and t not in reading.replies(turn)), default=-6.0
        ),
        "questions": float(count_questions(acts.text)),
        "gain": found.log_odds[item],
        "net": float(asks_row[turn]),
        "lead": float(asks_row[turn])
        - max((float(asks_row[t]) for t in reading.agent if t != turn), default=-8.0),
        "given_earlier": earlier,
        "given_just": just,
        "given_reply": reply,
        "given_later": elsewhere,
        "act": float(reading.table.question[turn]),
        "question": float(acts.does("question")),
        "mark": float("?" in acts.text),
        "gap": float(acts.does("gap", "invites")),
        "read_back": float(acts.does("read_back")),
        "again": float(acts.does("again")),
        "echo": shared(reading.heard[turn], reading.heard[before]) if before is not None else 0.0,
        "offers": float(np.clip(reading.offers_best[turn], -8, 4)),
        "offer": float(acts.does("offer")),
        "handles": float(np.clip(reading.handles_best[turn], -8, 4)),
        "objected": float(np.clip(reading.objects_best[before], -8, 4)) if before is not None else -8.0,
        "small_talk": float(acts.does("small_talk")),
        "scheduling": float(acts.does("scheduling", "permission")),
        "shares": float(sum(t == turn for t in found.turn.values()) > 1),
        "type": gives(wants, reading.reply_text(turn)),
        "short": float(reading.length(turn) < 7),
        "known": float(known),
        "first": float(bool(reading.agent) and turn == reading.agent[0]),
        "left": float(len(reading.plan.qualification) - len(found.turn)),
    }


def volunteering(reading: Reading, item: Question) -> dict[int, float]:
    """Log-odds of "this turn of the contact gives what the question is after", by turn."""
    ids = [q.id for q in reading.plan.qualification]
    turns, features = answers(reading, item, [i for i in ids if i != item.id])
    if not turns:
        return {}
    odds = np.clip(reading.fusion.log_odds("answers", features), -6, 6)
    return dict(zip(turns, map(float, odds), strict=True))


def names_to_confirm(reading: Reading, item: Known, turn: int) -> bool:
    """Whether a turn names the known value to confirm it, which respects it."""
    named = reading.names_value(item.answer, turn)
    text = reading.turns[turn].text
    teller = bool(item.told_by) and any(
        part.lower() in text.lower() for part in (item.told_by or "").split() if len(part) > 2
    )
    return (
        (named >= 0.5 and (bool(READ_BACK.search(text)) or teller))
        or (named > 0 and bool(READ_BACK.search(text)) and teller)
        or named >= 0.75
    )


def judge_questions(reading: Reading, asking: Asking, ending: Ending) -> list[Judgement]:
    """Every question of the plan."""
    found: list[Judgement] = []
    questions = reading.plan.qualification
    ids = [q.id for q in questions]
    given = _volunteered(reading, asking)
    for question in questions:
        candidates = _candidates(reading, asking, question.id)
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
                    candidates=candidates,
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
                    candidates=candidates,
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
                    candidates=candidates,
                )
            )
        else:
            found.append(_skipped(reading, asking, question, best, ending, candidates))
    assert [j.item for j in found] == ids
    return found


def _skipped(
    reading: Reading,
    asking: Asking,
    question: Question,
    best: float,
    ending: Ending,
    candidates: tuple[Candidate, ...],
) -> Judgement:
    """A question that nothing was found for: `skipped`, or `uncertain` where the call holds what may well be it."""
    why = f"never asked, though {ending.why}"
    if "skipped" not in reading.fusion.layers:
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
            candidates=candidates,
        )
    return Judgement(
        question.id,
        "qualification",
        "uncertain",
        confidence=0.5,
        why="nothing asks for it in so many words, but something in the call may be it",
        candidates=candidates,
    )


def absence(reading: Reading, asking: Asking, question: Question) -> Features:
    """How sure it is that a question was neither asked nor answered: numbers for one item of the whole call."""
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


def _candidates(reading: Reading, asking: Asking, item: str) -> tuple[Candidate, ...]:
    """The likeliest turns for an item, with why each won or lost."""
    row = sorted(asking.odds.get(item, {}).items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    won = asking.turns_of(item)
    holders: dict[int, list[str]] = {}
    for other, turn in asking.first.turn.items():
        holders.setdefault(turn, []).append(other)
    found = []
    for turn, odds in row:
        taken = [o for o in holders.get(turn, []) if o != item]
        if turn == won:
            why = "won: the likeliest reading of all questions together"
        elif taken:
            why = f"lost: the turn asks {', '.join(taken)}"
        elif won is not None:
            why = f"lost to turn {won}"
        else:
            why = "lost: too unlike the question"
        found.append(Candidate(turn, "asks", reading.turns[turn].text, probability(odds), turn == won, why))
    return tuple(found)


def judge_known(reading: Reading, asking: Asking) -> list[Judgement]:
    """Every known answer: `respected`, or `asked_again`."""
    found: list[Judgement] = []
    for item in reading.plan.coordination.known if reading.plan.coordination else ():
        turn = asking.turns_of(item.id)
        candidates = _candidates(reading, asking, item.id)
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
                    candidates=candidates,
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
                candidates=candidates,
            )
        )
    return found
