"""The ladder: which rungs were offered, when, and what the contact said to each.

A rung is offered when the agent proposes this step, in any words. A new slot for the same step is the same
rung.
`accepted` agrees, also with a counter-slot; `declined` says no, also for a clash with no counter-slot;
`open` puts it off,
hedges or is not heard. A higher rung that was accepted makes the lower ones `not_needed`.

Kept:   "Would Thursday suit for half an hour with Sam?" - "Thursday's bad, Friday at ten."   accepted
Broken: the email is offered first and the meeting never: `rung_skipped`
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from precall_cli.audit.candidates import considered
from precall_cli.audit.ending import Ending
from precall_cli.audit.examination import Judgement, LookUp
from precall_cli.audit.features import offers
from precall_cli.audit.fusion import probability
from precall_cli.audit.ladder import climb
from precall_cli.audit.match import Array
from precall_cli.audit.reading import Reading
from precall_cli.audit.statuses.results import result_of, results_of


@dataclass(frozen=True, slots=True)
class Offering:
    """Which agent turns offer which rung, with the log-odds of every pair."""

    turns: dict[str, list[int]]
    odds: dict[str, dict[int, float]]

    def first(self, item: str) -> int | None:
        return self.turns[item][0] if self.turns.get(item) else None


def find_offering(reading: Reading, taken: dict[int, float], *, closed: bool = False) -> Offering:
    """The offers of every rung. `taken` holds turns that ask a question of the plan, with their log-odds.

    In a call that was `closed` something was nearly always offered: where nothing stands out, the likeliest
    turn is taken if it is not too unlikely.
    """
    steps = reading.plan.next_steps
    if not steps or not reading.agent:
        return Offering({n.id: [] for n in steps}, {n.id: {} for n in steps})
    ids = [n.id for n in steps]
    rows: list[Array] = []
    for rank, step in enumerate(steps):
        _, features = offers(reading, step, rank, [i for i in ids if i != step.id])
        rows.append(reading.fusion.log_odds("offers", features))
    matrix = np.vstack(rows)
    limits = reading.fusion.thresholds
    damped = matrix - np.array([max(0.0, 0.5 * taken.get(turn, -9.0)) for turn in reading.agent])
    answers: dict[int, bool] = {}

    def agreed(turn: int) -> bool:
        if turn not in answers:
            answers[turn] = result_of(reading, turn)[0] == "accepted"
        return answers[turn]

    won = climb(
        reading.agent,
        damped,
        reading.fusion.layers["ladder"].weights,
        agreed,
        limits["offers"],
        limits["offers_second"],
    )
    turns: dict[str, list[int]] = {i: [t for t, _ in won.get(row, [])] for row, i in enumerate(ids)}
    if closed and not any(turns.values()):
        likeliest, column = divmod(int(matrix.argmax()), len(reading.agent))
        turn = reading.agent[column]
        if matrix[likeliest, column] > limits["offers_only"] and turn not in taken:
            turns[ids[likeliest]].append(turn)
    odds = {
        i: dict(zip(reading.agent, map(float, row), strict=True)) | dict(won.get(rank, []))
        for rank, (i, row) in enumerate(zip(ids, matrix, strict=True))
    }
    return Offering(turns, odds)


def judge_rungs(reading: Reading, offering: Offering, ending: Ending) -> list[Judgement]:
    """Every rung of the ladder."""
    found: list[Judgement] = []
    accepted = False
    results = results_of(reading, offering.turns)
    for step in reading.plan.next_steps:
        turns = offering.turns.get(step.id, [])
        best = max(offering.odds.get(step.id, {}).items(), key=lambda p: (p[1], -p[0]), default=(None, -8.0))
        look_up = _candidates(reading, offering, step.id)
        if turns:
            result = results[step.id]
            found.append(
                Judgement(
                    step.id,
                    "next_step",
                    "offered",
                    tuple(turns),
                    probability(offering.odds[step.id][turns[0]]),
                    "the agent offered it",
                    result,
                    turns[0],
                    look_up,
                )
            )
            accepted = accepted or result == "accepted"
        elif accepted:
            found.append(
                Judgement(
                    step.id,
                    "next_step",
                    "not_needed",
                    confidence=probability(-best[1]),
                    why="a higher rung was accepted",
                    considered=look_up,
                )
            )
        else:
            status = "not_reached" if ending.cut else "skipped"
            found.append(
                Judgement(
                    step.id,
                    "next_step",
                    status,
                    confidence=probability(-best[1]),
                    why=f"not offered: {ending.why}",
                    considered=look_up,
                )
            )
    return found


def _candidates(reading: Reading, offering: Offering, item: str) -> LookUp:
    """The likeliest turns for a rung, with why each won or lost."""

    def lost(turn: int) -> str:
        others = [o for o, turns in offering.turns.items() if turn in turns and o != item]
        return f"lost: the turn offers {', '.join(others)}" if others else "lost: too unlike the step"

    odds = offering.odds.get(item, {})
    return considered(reading, item, "offers", odds, offering.turns.get(item, []), lost, asks=True)


def judge_objective(reading: Reading, rungs: list[Judgement], ending: Ending, conceded: bool) -> Judgement:
    """The objective, which is what the first rung asks for.

    `pursued` when it was asked for; `achieved` when the contact agreed; `not_pursued` when the agent had
    the chance, that
    is offered anything else or closed the call, and never asked for it.
    """
    item = reading.plan.objective.id
    top = rungs[0] if rungs else None
    if top is not None and top.status == "offered":
        first = next((t for t in top.turns if result_of(reading, t)[0] == top.result), top.turns[0])
        if top.result == "accepted":
            return Judgement(
                item,
                "objective",
                "achieved",
                (first, *reading.replies(first, 1)),
                top.confidence,
                "asked for, and the contact agreed",
                proof=(reading.replies(first, 1) or [first])[0],
                considered=top.considered,
            )
        return Judgement(
            item,
            "objective",
            "pursued",
            top.turns,
            top.confidence,
            "asked for, but not agreed to",
            proof=top.turns[0],
            considered=top.considered,
        )
    if top is None:
        return _without_ladder(reading, ending)
    chance = not ending.cut or any(r.status == "offered" for r in rungs) or conceded
    status = "not_pursued" if chance else "not_reached"
    why = "the agent had the chance and never asked for it" if chance else f"it had not come up: {ending.why}"
    return replace(
        top, item=item, kind="objective", status=status, why=why, turns=(), proof=None, result=None
    )


def _without_ladder(reading: Reading, ending: Ending) -> Judgement:
    """The objective of a plan without rungs: looked for by its own statement."""
    item = reading.plan.objective.id
    row = reading.table.row(item, "offers")
    odds_of = {t: float(row[t]) for t in reading.agent}
    best = max(reading.agent, key=lambda t: (float(row[t]), -t), default=None)
    if best is not None and float(row[best]) > 0:
        result, odds = result_of(reading, best)
        status = "achieved" if result == "accepted" else "pursued"
        turns = (best, *reading.replies(best, 1)) if status == "achieved" else (best,)
        return Judgement(
            item,
            "objective",
            status,
            turns,
            probability(odds),
            "asked for by its own words",
            proof=turns[-1],
            considered=considered(
                reading, item, "offers", odds_of, [best], "lost: too unlike the objective", asks=True
            ),
        )
    status = "not_reached" if ending.cut else "not_pursued"
    return Judgement(
        item,
        "objective",
        status,
        confidence=0.6,
        why="nothing in the call asks for it",
        considered=considered(
            reading, item, "offers", odds_of, [], "lost: too unlike the objective", asks=True
        ),
    )
