"""One call, examined: the order in which the detectors run, and what each hands to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from precall_cli.audit.acts import QUESTION
from precall_cli.audit.ending import Ending, find_ending
from precall_cli.audit.examination import Examination, Judgement, Loose, TurnView
from precall_cli.audit.fusion import Fusion, probability
from precall_cli.audit.loose import off_ladder, off_plan, repeats, unplanned_objection
from precall_cli.audit.match import Matcher
from precall_cli.audit.plain import plain_asking, plain_loose, plain_odds, plain_offering
from precall_cli.audit.reading import Reading
from precall_cli.audit.statuses.asking import Asking, find_asking
from precall_cli.audit.statuses.objections import Raised, find_raised, judge_objections
from precall_cli.audit.statuses.questions import Left, find_left, judge_known, judge_questions
from precall_cli.audit.statuses.rungs import Offering, find_offering, judge_objective, judge_rungs
from precall_cli.audit.statuses.stops import Stop, judge_stops
from precall_cli.audit.statuses.words_due import find_said, judge_disclosures, judge_opening, judge_withheld
from precall_cli.audit.words import content
from precall_cli.records.plan import CallPlan, Question
from precall_cli.records.transcript import Transcript

NEEDS_SIDES = "no side is named in this transcript, so nothing can be said about who asked and who answered"


def examine(plan: CallPlan, transcript: Transcript, matcher: Matcher, fusion: Fusion) -> Examination:
    """Everything that can be found in one call."""
    return examine_reading(Reading(plan, transcript, fusion, matcher))


def examine_reading(reading: Reading) -> Examination:
    """Everything that can be found in a call that is laid open."""
    if not reading.has_sides:
        return _without_sides(reading)
    stops = judge_stops(reading)
    triggered = [s for s in stops if isinstance(s, Stop)]
    stop_judgements = {j.item: j for j in (s.judgement if isinstance(s, Stop) else s for s in stops)}
    if reading.line.live_from is None:
        return _not_live(reading, stop_judgements)
    ending = find_ending(reading, bool(triggered))
    heard_stop = min((s.heard for s in triggered), default=None)
    if reading.plain:
        odds = plain_odds(reading)
        asking, offering = plain_asking(reading, odds), plain_offering(reading, odds)
    else:
        odds, asking = {}, find_asking(reading)
        offering = find_offering(reading, taken_by(asking), closed=not ending.cut)
    left = find_left(reading, asking, ending)
    raised, objects = find_raised(reading, len(reading.turns) if heard_stop is None else heard_stop + 1)
    if reading.plain:
        loose = plain_loose(reading, odds)
    else:
        loose = find_loose(reading, asking, left, offering, raised, heard_stop)
    first_put, inside = first_put_of(reading, asking, offering, loose)
    questions = _with_repeats(judge_questions(reading, asking, left, ending), loose)
    rungs = judge_rungs(reading, offering, ending)
    said = {d.id: odds[d.id] for d in reading.plan.disclosures} if reading.plain else find_said(reading)
    judged: list[Judgement] = [
        judge_objective(reading, rungs, ending, any(x.kind == "offer" for x in loose)),
        *questions,
        *judge_disclosures(reading, said, first_put, inside, ending),
        *judge_objections(reading, raised, objects),
        *rungs,
        *stop_judgements.values(),
        *judge_known(reading, asking),
        *judge_withheld(reading),
    ]
    opening = judge_opening(reading, first_put)
    if opening is not None:
        judged.append(opening)
    order = _asked_order(reading, asking)
    return _examination(reading, ending, judged, loose, order, ())


def find_loose(
    reading: Reading,
    asking: Asking,
    left: Mapping[str, Left],
    offering: Offering,
    raised: dict[str, Raised],
    heard_stop: int | None,
) -> tuple[Loose, ...]:
    """What no item explains: questions and offers off the plan, repeats, objections nobody anticipated."""
    limits = reading.fusion.thresholds
    found: list[Loose] = []
    asked_at = set(asking.first.turn.values())
    asked_at |= {hidden.asked_at for hidden in left.values() if hidden.fate == "asked" and hidden.asked_at}
    offered_at = {t for turns in offering.turns.values() for t in turns}
    confirming = set(asking.confirmed.values())
    answering = {t for hit in raised.values() for t in hit.replies[:1]}
    for turn in reading.agent:
        rung_odds = max((row.get(turn, -8.0) for row in offering.odds.values()), default=-8.0)
        if turn not in answering:
            odds = float(reading.fusion.log_odds("off_ladder", off_ladder(reading, turn, rung_odds)))
            if odds > limits["off_ladder"] and (turn not in offered_at or reading.is_concession(turn)):
                found.append(Loose("offer", turn, probability(odds)))
        if turn in asked_at or turn in offered_at or turn in confirming or turn in answering:
            continue
        again = _repeat_at(reading, asking, turn)
        if again is not None:
            found.append(again)
            continue
        asks_odds = max((row.get(turn, -8.0) for row in asking.odds.values()), default=-8.0)
        odds = float(reading.fusion.log_odds("off_plan", off_plan(reading, turn, asks_odds, rung_odds)))
        if odds > limits["off_plan"]:
            found.append(Loose("question", turn, probability(odds)))
    taken = {hit.turn for hit in raised.values()}
    for turn in reading.contact:
        if turn in taken or turn == heard_stop:
            continue
        odds = float(reading.fusion.log_odds("unplanned", unplanned_objection(reading, turn)))
        if odds > limits["unplanned"]:
            found.append(Loose("objection", turn, probability(odds)))
    return tuple(found)


def _repeat_at(reading: Reading, asking: Asking, turn: int) -> Loose | None:
    """A turn that asks again for what was asked before and answered."""
    best: tuple[float, str] | None = None
    for item, first in asking.first.turn.items():
        if not isinstance(reading.items[item][1], Question) or first >= turn:
            continue
        if not any(first < t < turn for t in reading.contact):
            continue
        chosen = turn in asking.first.again.get(item, ())
        odds = float(
            reading.fusion.log_odds("repeats", repeats(reading, turn, item, asking.odds, first, chosen))
        )
        if odds > reading.fusion.thresholds["repeats"] and (best is None or odds > best[0]):
            best = (odds, item)
    return Loose("repeat", turn, probability(best[0]), best[1]) if best else None


def taken_by(asking: Asking) -> dict[int, float]:
    return {turn: asking.first.log_odds[item] for item, turn in asking.first.turn.items()}


def _with_repeats(questions: list[Judgement], loose: tuple[Loose, ...]) -> list[Judgement]:
    """The turns of a question's repeats stand among its turns."""
    again = {x.item: x.turn for x in loose if x.kind == "repeat"}
    return [
        replace(q, turns=(*q.turns, again[q.item])) if q.item in again and q.status == "asked" else q
        for q in questions
    ]


def first_put_of(
    reading: Reading, asking: Asking, offering: Offering, loose: tuple[Loose, ...]
) -> tuple[int | None, dict[int, int]]:
    """The first turn that puts a question or an offer, and which of its clauses does."""
    puts = [
        *asking.first.turn.values(),
        *(t for turns in offering.turns.values() for t in turns),
        *(x.turn for x in loose if x.kind in ("question", "offer")),
    ]
    first = min(puts, default=None)
    if first is None:
        return None, {}
    clauses = reading.turns[first].clauses
    asking_clauses = [k for k, c in enumerate(clauses) if "?" in c] or [
        k for k, c in enumerate(clauses) if QUESTION.search(c)
    ]
    return first, {first: asking_clauses[-1] if asking_clauses else len(clauses) - 1}


def _asked_order(reading: Reading, asking: Asking) -> tuple[str, ...]:
    """The asked questions in the order of their first asking; within one turn, by where their words stand."""
    plan = [q.id for q in reading.plan.qualification]
    words = {q.id: content(q.question) for q in reading.plan.qualification}

    def place(item: str) -> tuple[int, int, int]:
        turn = asking.first.turn[item]
        common = [len(words[item] & content(c)) for c in reading.turns[turn].clauses]
        most = max(common, default=0)
        return turn, common.index(most) if most else 0, plan.index(item)

    return tuple(sorted((i for i in asking.first.turn if i in words), key=place))


def _examination(
    reading: Reading,
    ending: Ending,
    judged: list[Judgement],
    loose: tuple[Loose, ...],
    order: tuple[str, ...],
    notes: tuple[str, ...],
) -> Examination:
    by_item = {j.item: _decided(j, reading.fusion.thresholds) for j in judged}
    ordered = {item: by_item[item] for item in reading.items}
    at: dict[int, list[str]] = {}
    for judgement in ordered.values():
        for turn in judgement.turns:
            at.setdefault(turn, []).append(judgement.item)
    off = {x.turn for x in loose if x.kind in ("question", "offer")}
    views = tuple(TurnView(t.i, t.speaker, tuple(at.get(t.i, ())), t.i in off) for t in reading.turns)
    return Examination(reading, reading.line, ending, ordered, order, loose, views, notes)


_ALARMS = frozenset(
    {"skipped", "not_pursued", "changed", "late", "handled_differently", "ignored", "asked_again"}
)
"""Statuses that hold a deviation of the agent which is not critical."""


def _decided(judgement: Judgement, limits: Mapping[str, float]) -> Judgement:
    """The judgement, or `uncertain` where the evidence lies within the band around its threshold.

    The band is wider where the all-clear would be given to what may be a stop talked past or a withheld fact
    let out. A deviation that is not critical and less likely than `alarm` is not claimed either.
    """
    grave = judgement.status == "not_triggered" or (
        judgement.kind == "do_not_mention" and judgement.status == "respected"
    )
    doubtful = judgement.status in _ALARMS and judgement.confidence < limits["alarm"]
    if not doubtful and abs(judgement.margin) >= limits["uncertain_critical" if grave else "uncertain"]:
        return judgement
    return replace(
        judgement,
        status="uncertain",
        nearest=judgement.status,
        result=None,
        turns=(),
        proof=None,
        confidence=0.5,
        why=f"the evidence does not decide it; nearest: {judgement.status}, {judgement.why}",
    )


def _not_live(reading: Reading, stops: dict[str, Judgement]) -> Examination:
    """A call in which no live conversation came about: nothing was due, save a stop that was itself
    triggered."""
    why = f"no live conversation: {reading.line.why}"
    judged = [
        stops.get(i) or Judgement(i, kind, "not_reached", confidence=0.95, why=why)
        for i, (kind, _) in reading.items.items()
    ]
    return _examination(reading, Ending(True, reading.line.why), judged, (), (), ())


def _without_sides(reading: Reading) -> Examination:
    """A transcript that does not tell who spoke: nothing is decided."""
    judged = [
        Judgement(i, kind, "uncertain", confidence=0.0, why=NEEDS_SIDES)
        for i, (kind, _) in reading.items.items()
    ]
    return _examination(reading, Ending(False, "unknown"), judged, (), (), (NEEDS_SIDES,))
