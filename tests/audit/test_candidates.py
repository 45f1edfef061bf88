"""What was considered for each item, and the joint reading of questions: doubles, repeats, known topics."""

from __future__ import annotations

import numpy as np
import pytest

from precall_cli.audit import audit_call, examine_call
from precall_cli.audit.acts import count_questions
from precall_cli.audit.assign import Assignment, Prior, assign
from precall_cli.audit.ending import find_ending
from precall_cli.audit.statuses.asking import Asking, find_asking
from precall_cli.audit.statuses.questions import Left, judge_questions
from tests.audit.calls import PLAN, SPOKEN, call, plan
from tests.audit.test_laws import kinds, statuses

PRIOR = Prior(following=0.5, jumped=-0.5, behind=-0.5, second=-1.5, least=-3.0, asked=0.0, again=-1.5)


def test_every_item_shows_what_was_considered_in_words_of_the_turn() -> None:
    the_call = call(SPOKEN)
    _, found = examine_call(plan(), the_call)
    for item, judged in found.judgements.items():
        assert judged.candidates, item
        for candidate in judged.candidates:
            assert candidate.clause and candidate.clause in the_call.turns[candidate.turn].text
            assert candidate.won == candidate.why.startswith("won")


def test_what_won_is_among_the_candidates() -> None:
    _, found = examine_call(plan(), call(SPOKEN))
    for item in ("opening", "d1", "q1", "q4", "n1", "objective"):
        won = [c.turn for c in found.judgements[item].candidates if c.won]
        assert won and found.judgements[item].turns[0] in won


def test_a_question_hidden_in_other_words_shows_its_turn_as_the_one_that_won() -> None:
    reading = examine_call(plan(), call(SPOKEN))[1].reading
    nothing_sure = Asking(Assignment({}, {}), find_asking(reading).odds, {})
    hidden = {
        f"q{k}": Left({"asked": 0.6, "volunteered": 0.3, "absent": 0.1}, 2 * k, None) for k in range(1, 5)
    }
    for judged in judge_questions(reading, nothing_sure, hidden, find_ending(reading, False)):
        assert judged.status == "asked" and judged.confidence == 0.6
        assert (
            [c.turn for c in judged.candidates if c.won]
            == list(judged.turns)
            == [hidden[judged.item].asked_at]
        )


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("How many reps are there?", 1),
        ("And who signs, you or your boss?", 1),
        ("how big a team are we talking and by which date you want them?", 2),
        ("Thirty. Great.", 0),
    ],
)
def test_the_questions_of_a_turn_are_counted(text: str, most: int) -> None:
    assert count_questions(text) == most


def test_a_turn_with_one_question_asks_for_one_item() -> None:
    odds = np.array([[3.0], [2.5]])
    one = assign(["a", "b"], [0, 1], [4], odds, PRIOR, [False])
    two = assign(["a", "b"], [0, 1], [4], odds, PRIOR, [True])
    assert dict(one.turn) == {"a": 4}
    assert dict(two.turn) == {"a": 4, "b": 4}


def test_a_repeat_is_not_taken_for_the_first_asking() -> None:
    odds = np.array([[2.0, -6.0, 5.0], [-6.0, 3.0, 1.0]])
    found = assign(["a", "b"], [0, 1], [2, 4, 6], odds, PRIOR, [False] * 3)
    assert dict(found.turn) == {"a": 2, "b": 4}
    assert dict(found.again) == {"a": (6,)}


KNOWN = {"id": "k1", "topic": "team_size", "answer": "thirty reps", "told_by": "Sarah Lin"}


def test_a_planned_question_on_a_known_topic_asks_it_again() -> None:
    coordination = PLAN["coordination"] | {"known": [KNOWN]}
    audit = audit_call(plan(coordination=coordination), call(SPOKEN))
    assert statuses(audit)["q1"] == "asked"
    assert statuses(audit)["k1"] == "asked_again"
    assert kinds(audit) == [("asked_known_answer", "k1")]


def test_naming_the_known_answer_respects_it() -> None:
    coordination = PLAN["coordination"] | {"known": [KNOWN]}
    turns = list(SPOKEN)
    turns[2] = ("agent", "Sarah told us thirty reps are on the phones, is that still right?")
    audit = audit_call(plan(coordination=coordination), call(turns))
    assert statuses(audit)["k1"] == "respected"
