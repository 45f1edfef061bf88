"""Which turn asks which question: all questions and known answers together, then each asking looked at again.

What is asked by one turn of the agent is found by `assign`; an asking that, seen with everything around it,
was none is taken back; a known answer that a question of the plan asks for anew counts as asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from precall_cli.audit.acts import READ_BACK, count_questions
from precall_cli.audit.assign import Assignment, Prior, assign
from precall_cli.audit.features import answers, asks
from precall_cli.audit.forms import same_form
from precall_cli.audit.match import Array
from precall_cli.audit.reading import Features, Reading, gives, wanted_answer
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


NO_QUESTION = 3.0
"""Log-odds taken from a turn that has no form of a question and leaves no gap."""


def can_ask(reading: Reading, turn: int) -> bool:
    """Whether a turn has the form of a question, leaves a gap or invites, or acts like one."""
    return reading.turns[turn].does("question", "gap", "invites") or bool(reading.table.question[turn] > 0)


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
        rows.append(np.where([can_ask(reading, turn) for turn in turns], odds, odds - NO_QUESTION))
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
    found = _known_too(reading, found, confirmed)
    return Asking(found, odds_of, confirmed)


def _known_too(reading: Reading, found: Assignment, confirmed: Mapping[str, int]) -> Assignment:
    """The assignment with the known answers that a question of the plan on the same topic asks for anew.

    A plan may ask for what a colleague told; then one turn does both, unless it names the known value.
    """
    turn_of, odds_of = dict(found.turn), dict(found.log_odds)
    for known in reading.plan.coordination.known if reading.plan.coordination else ():
        if known.id in turn_of or known.id in confirmed:
            continue
        for question in reading.plan.qualification:
            turn = found.turn.get(question.id)
            if turn is None or content(question.topic.replace("_", " ")) != content(
                known.topic.replace("_", " ")
            ):
                continue
            value, planned = content(known.answer), content(question.question)
            asks_for_more = any(stem.isdigit() for stem in value & planned)
            if not asks_for_more and not (value - planned) & reading.heard[turn]:
                turn_of[known.id], odds_of[known.id] = turn, found.log_odds[question.id]
                break
    return Assignment(turn_of, odds_of, found.again)


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
        "form": 0.0 if known else same_form(reading.items[item][1].question, acts.text),  # type: ignore[attr-defined]
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
