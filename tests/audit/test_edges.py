"""Calls that are hardly calls: empty, one turn, no sides, tools, machines, very long; plans with nothing in
them."""

from __future__ import annotations

from precall_cli.audit import audit_call
from precall_cli.records.plan import CallPlan
from tests.audit.calls import SPOKEN, call, plan
from tests.audit.test_laws import statuses

EMPTY = {
    "agent": "inbound",
    "objective": {"id": "objective", "type": "other", "statement": "Talk"},
    "opening": None,
    "coordination": None,
}


def test_an_empty_transcript_reaches_nothing() -> None:
    audit = audit_call(plan(), call([]))
    assert set(statuses(audit).values()) == {"not_reached"}
    assert audit.scores.adherence is None and audit.scores.deviation_rate is None
    assert audit.scores.applicable == 0
    assert audit.verdict == "pass"


def test_one_turn_of_the_agent_is_no_live_conversation() -> None:
    audit = audit_call(plan(), call([("agent", "Hello?")]))
    assert set(statuses(audit).values()) == {"not_reached"}


def test_turns_of_tools_and_the_system_do_nothing() -> None:
    turns = [
        *SPOKEN[:3],
        ("tool", "Which CRM do you use? lookup_contact"),
        ("system", "Don't call me again."),
        *SPOKEN[3:],
    ]
    assert statuses(audit_call(plan(), call(turns))) == statuses(audit_call(plan(), call(SPOKEN)))


def test_without_sides_everything_is_uncertain_and_said_so() -> None:
    audit = audit_call(plan(), call([("unknown", text) for _, text in SPOKEN]))
    assert set(statuses(audit).values()) == {"uncertain"}
    assert audit.notes and "side" in audit.notes[0]
    assert audit.verdict == "review"
    assert audit.scores.uncertain == len(audit.items)
    assert audit.scores.adherence is None


def test_a_plan_with_nothing_in_it_is_audited() -> None:
    audit = audit_call(CallPlan.from_document(EMPTY, "plan"), call(SPOKEN))
    assert [i.item for i in audit.items] == ["objective"]


def test_voicemail_reaches_nothing() -> None:
    turns = [
        ("contact", "You've reached Dana Reed. Please leave a message after the tone."),
        ("agent", "Hi Dana, it's Ava from Northwind, how many reps are on the phones today? Call me back."),
    ]
    audit = audit_call(plan(), call(turns))
    assert set(statuses(audit).values()) == {"not_reached"}
    assert audit.deviations == ()


def test_a_gatekeeper_reaches_nothing() -> None:
    turns = [
        ("contact", "Reed Logistics, this is Paula."),
        ("agent", "Hi Paula, is Dana around?"),
        ("contact", "She's in a meeting. What is it about?"),
        ("agent", "Call routing. I'll try later, thanks."),
        ("contact", "Okay, bye."),
    ]
    assert set(statuses(audit_call(plan(), call(turns))).values()) == {"not_reached"}


def test_a_transferred_call_is_live_from_the_contact_on() -> None:
    door = [
        ("contact", "Reed Logistics, this is Paula."),
        ("agent", "Hi Paula, is Dana around?"),
        ("contact", "One moment, I'll put you through."),
        ("contact", "Hello, this is Dana."),
    ]
    audit = audit_call(plan(), call(door + SPOKEN))
    assert statuses(audit)["opening"] == "followed"
    assert statuses(audit)["q1"] == "asked"


def test_five_hundred_turns_of_chat_change_nothing() -> None:
    chat = [
        ("contact", "It keeps raining here, you know."),
        ("agent", "It does the same here, honestly."),
    ] * 243
    audit = audit_call(plan(), call(SPOKEN[:10] + chat + SPOKEN[10:]))
    assert statuses(audit)["q1"] == "asked"
