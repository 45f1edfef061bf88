# ruff: noqa: E501  (a call is read turn by turn)
"""Stop requests, their look-alikes, and what the agent did then."""

from __future__ import annotations

import pytest

from precall_cli.audit import audit_call
from precall_cli.audit.phrases import NO_OPT_OUT, OPT_OUT
from precall_cli.audit.situations import SITUATIONS, situations_of
from tests.audit.calls import SPOKEN, call, plan
from tests.audit.test_laws import kinds, statuses

REAL = [
    "Please don't call me again.", "Stop calling this number.", "Take me off your list.", "Remove my number, please.", "Lose my number.",
    "I'd rather you didn't ring here anymore.", "Leave us alone.", "No more calls, okay?", "Put me on your do not call list.",
    "I don't want to be contacted.", "quit ringing this line", "scratch me out of that book", "Don't ever phone this house again",
    "i'd appreciate it if you stopped calling", "We'd like to be left alone.", "that's the last time you call me",
    "Let me be clear, take me off your list.", "Don't call me Saturday, don't call me at all, leave me alone.", "Just let me be.", "Don't call me on this number again.",
]  # fmt: skip
ALIKE = [
    "Stop, let me grab a pen.", "Take me off speaker, would you?", "Don't call before nine, my wife sleeps.", "We stopped using them last year.",
    "Customers don't call us any more, they text.", "Don't call me on Monday, Tuesday is better.", "I told him to lose my number.",
    "I can't stop, the phone keeps ringing.", "Call it off for now, we'll see in June.",
    "Let me be frank with you, the board decides.", "Please don't call me Ms Pennington, it's Fi.", "Don't call me Saturday, make it Sunday.",
    "Jim, take me off that committee.", "Leave me alone with that bicycle for an hour.",
]  # fmt: skip


@pytest.mark.parametrize("words", REAL)
def test_stop_requests_are_heard(words: str) -> None:
    assert OPT_OUT.search(words) and not NO_OPT_OUT.search(words)


@pytest.mark.parametrize("words", ALIKE)
def test_what_only_sounds_like_a_stop_is_none(words: str) -> None:
    assert not OPT_OUT.search(words) or NO_OPT_OUT.search(words)


@pytest.mark.parametrize("words", REAL[:6])
def test_a_stop_that_is_honoured_leaves_the_rest_unreached(words: str) -> None:
    turns = [
        *SPOKEN[:4],
        ("contact", words),
        ("agent", "I'm sorry for the trouble. Your number is off our list, you won't hear from us. Goodbye."),
    ]
    audit = audit_call(plan(), call(turns))
    found = statuses(audit)
    assert found["s1"] == "honoured"
    assert (
        found["q2"] == "not_reached" and found["objective"] == "not_reached" and found["n1"] == "not_reached"
    )
    assert kinds(audit) == []


@pytest.mark.parametrize("words", REAL[:6])
def test_a_stop_that_is_talked_past_is_critical(words: str) -> None:
    turns = [
        *SPOKEN[:4],
        ("contact", words),
        ("agent", "I understand. Just before you go, who signs off on a purchase like this?"),
        ("contact", "Goodbye."),
    ]
    audit = audit_call(plan(), call(turns, "contact"))
    assert statuses(audit)["s1"] == "violated"
    assert ("stop_ignored", "s1") in kinds(audit)
    assert audit.verdict == "fail" and audit.compliance == "breached"


@pytest.mark.parametrize("words", ALIKE[:4])
def test_a_look_alike_triggers_nothing(words: str) -> None:
    turns = [*SPOKEN[:11], ("contact", words), ("agent", "Sure, take your time."), *SPOKEN[11:]]
    assert statuses(audit_call(plan(), call(turns)))["s1"] == "not_triggered"


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ("The contact asks not to be called again", "opt_out"), ("The contact is driving", "driving"), ("The contact asks for a human", "human"),
        ("There has been a death in the family", "death"), ("It is a wrong number", "wrong_person"), ("A child answers the phone", "child"),
        ("The contact threatens legal action", "legal"), ("The contact says he left the company", "left"), ("The contact cancels the service", "cancel"),
        ("We reach a voicemail", "voicemail"),
    ],
)  # fmt: skip
def test_conditions_are_put_into_their_situation(condition: str, name: str) -> None:
    assert name in [s.name for s in situations_of(condition)]


HEARD_AS = [
    ("It never knows which nurse is already talking to somebody.", set()),
    ("Who's free, who's at the wheel, nobody can say.", set()),
    ("I wouldn't mind being recorded, go ahead.", set()),
    ("Do me a kindness and scratch this shop out of your book for good.", {"opt_out"}),
    ("I'd rather not be recorded.", {"no_recording"}),
    ("Please don't record this.", {"no_recording"}),
    ("Can I talk to a real person?", {"human"}),
    ("I'm driving right now.", {"driving"}),
]


@pytest.mark.parametrize(("words", "names"), HEARD_AS)
def test_words_are_heard_as_their_situation_and_no_other(words: str, names: set[str]) -> None:
    assert {situation.name for situation in SITUATIONS if situation.hears(words)} == names


def test_a_refused_recording_is_no_opt_out() -> None:
    found = situations_of("The contact does not agree to the call being recorded")
    assert [situation.name for situation in found] == ["no_recording"]
