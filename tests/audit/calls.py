# ruff: noqa: E501  (a call is read turn by turn)
"""Plans and calls for the tests of the audit: small, invented, spoken as people speak."""

from __future__ import annotations

from typing import Any

from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript

PLAN: dict[str, Any] = {
    "schema": "precall.plan/1",
    "agent": "inbound",
    "objective": {
        "id": "objective",
        "type": "book_meeting",
        "statement": "Book a 30-minute discovery call with Sam Ortiz",
    },
    "opening": {
        "id": "opening",
        "strategy": "reference_trigger",
        "line": "Hi Dana, it's Ava from Northwind. You asked about call routing on our site this morning.",
    },
    "disclosures": [{"id": "d1", "text": "I'm an AI assistant and this call is recorded", "due": "opening"}],
    "qualification": [
        {"id": "q1", "topic": "team_size", "question": "How many reps are on the phones today?"},
        {"id": "q2", "topic": "crm", "question": "Which CRM do you use?"},
        {"id": "q3", "topic": "decision", "question": "Who signs off on a purchase like this?"},
        {"id": "q4", "topic": "timeline", "question": "When would you like to go live?"},
    ],
    "objections": [
        {
            "id": "o1",
            "objection": "We already use another dialer",
            "cues": ["already have", "happy with"],
            "handling": "differentiate",
            "response": "Acknowledge it, then ask the one thing they would change about it",
        }
    ],
    "next_steps": [
        {
            "id": "n1",
            "step": "30-minute discovery call with Sam Ortiz",
            "ask": "Would Thursday or Friday work for half an hour with Sam?",
        },
        {"id": "n2", "step": "Send the routing guide by email", "ask": "Shall I send you the routing guide?"},
    ],
    "stop_conditions": [
        {
            "id": "s1",
            "condition": "The contact asks not to be called again",
            "action": "Apologise, confirm the removal, end the call",
        }
    ],
    "coordination": {
        "account_id": "acc_7",
        "known": [{"id": "k1", "topic": "budget", "answer": "$40k approved for Q3", "told_by": "Sarah Lin"}],
        "do_not_mention": [{"id": "m1", "text": "Sarah is planning to leave the company"}],
    },
}

SPOKEN: list[tuple[str, str]] = [
    (
        "agent",
        "Hi Dana, it's Ava from Northwind. I'm an AI assistant and this call is recorded. You asked about call routing on our site this morning.",
    ),
    ("contact", "Yes, that was me."),
    ("agent", "How many reps are on the phones today?"),
    ("contact", "About thirty of them."),
    ("agent", "Which CRM do you use?"),
    ("contact", "We are on Salesforce."),
    ("agent", "Who signs off on a purchase like this?"),
    ("contact", "Our finance director does."),
    ("agent", "When would you like to go live?"),
    ("contact", "In the spring."),
    ("agent", "Would Thursday or Friday work for half an hour with Sam?"),
    ("contact", "Thursday works for me."),
    ("agent", "Perfect, Thursday it is. Thank you Dana, goodbye."),
    ("contact", "Thanks, bye."),
]


def plan(**changes: Any) -> CallPlan:
    """The plan above, with some of its fields changed."""
    return CallPlan.from_document(PLAN | changes, "plan")


def call(turns: list[tuple[str, str]], ended_by: str = "agent", **more: Any) -> Transcript:
    """A transcript of turns given as (speaker, words)."""
    document = {
        "call_id": "call_1",
        "ended_by": ended_by,
        "turns": [{"i": i, "speaker": speaker, "text": text} for i, (speaker, text) in enumerate(turns)],
    }
    return Transcript.from_document(document | more, "call")
