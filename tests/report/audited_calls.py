"""Small audits made by hand: what a report shows needs no engine."""

from __future__ import annotations

from typing import Any

from precall_cli.records.audit import Audit
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript

PLAN: dict[str, Any] = {
    "schema": "precall.plan/1",
    "plan_id": "pln_5b1c",
    "brief_id": "brf_700",
    "agent": "inbound",
    "created_at": "2026-11-03T09:00:00Z",
    "objective": {
        "id": "objective",
        "type": "book_meeting",
        "statement": "Book a call with Sam Ortiz",
        "because": ["/trigger"],
    },
    "opening": {"id": "opening", "strategy": "reference_trigger", "line": "You asked about parking permits."},
    "disclosures": [{"id": "d1", "text": "I'm an AI assistant"}],
    "qualification": [
        {
            "id": "q1",
            "topic": "bays",
            "question": "How many bays do you run?",
            "because": ["/account/employees"],
        },
        {"id": "q2", "topic": "deadline", "question": "By when must it be in place?"},
        {"id": "q 3", "topic": "barrier", "question": "Who opens the barrier?"},
    ],
    "objections": [
        {"id": "o1", "objection": "We have a permit office", "handling": "add", "response": "It adds"}
    ],
    "next_steps": [
        {"id": "n1", "step": "Half an hour with Sam", "ask": "Would Friday do?"},
        {"id": "n2", "step": "Send the guide", "ask": "Shall I send it?"},
    ],
    "stop_conditions": [{"id": "s1", "condition": "Asks not to be called", "action": "End the call"}],
    "coordination": {"do_not_mention": [{"id": "m1", "text": "The sale of the site"}]},
}
BRIEF: dict[str, Any] = {
    "trigger": {"kind": "form_submit", "at": "2026-11-03T08:55:00Z", "detail": "Permits"},
    "account": {"employees": 41},
}
SAID = (
    ("agent", "Good morning, I'm an AI assistant. You asked about parking permits."),
    ("contact", "I did, yes."),
    ("agent", "How many bays do you run? I hear the whole site is being sold."),
    ("contact", "Sixty. And no, Friday will not do, send me the guide."),
    ("agent", "Who is your accountant?"),
    ("contact", "Goodbye."),
)


def item(id_: str, kind: str, status: str, turns: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    """One entry of an audit."""
    return {"item": id_, "kind": kind, "status": status, "turns": list(turns), **more}


def deviation(
    type_: str, item_: str | None, severity: str, turns: tuple[int, ...], **more: Any
) -> dict[str, Any]:
    """One deviation; the agent's and silent unless it says otherwise."""
    return {
        "type": type_, "item": item_, "severity": severity, "owner": "agent", "turns": list(turns),
        "explanation": f"{type_}, in words.", "logged": "unlogged", **more,
    }  # fmt: skip


AUDIT: dict[str, Any] = {
    "schema": "precall.audit/1",
    "audit_id": "aud_77",
    "call_id": "call_700",
    "plan_id": "pln_5b1c",
    "signature": "precall:0 engine:1",
    "items": [
        item("objective", "objective", "pursued", (2,)),
        item("opening", "opening", "followed", (0,), quote="You asked about parking permits.", quote_turn=0),
        item("d1", "disclosure", "given", (0,), quote="I'm an AI assistant", quote_turn=0),
        item("q1", "qualification", "asked", (2,), quote="How many bays do you run?", quote_turn=2),
        item("q2", "qualification", "skipped", reason="Never asked."),
        item("q 3", "qualification", "uncertain", (4,), confidence=0.58, reason="Half a question."),
        item("o1", "objection", "not_raised"),
        item("n1", "next_step", "not_reached"),
        item("n2", "next_step", "offered", (3,), result="accepted", quote="send me the guide", quote_turn=3),
        item("s1", "stop", "not_triggered"),
        item("m1", "do_not_mention", "mentioned", (2,), quote="the whole site is being sold", quote_turn=2),
    ],
    "deviations": [
        deviation("withheld_mentioned", "m1", "critical", (2,)),
        deviation("question_skipped", "q2", "minor", (), logged="explained", logged_reason="time_constraint"),
        deviation("off_plan_question", None, "minor", (4,)),
        deviation("unanticipated_objection", None, "info", (3,), owner="plan"),
        deviation("rung_skipped", "n1", "minor", (), logged="unconfirmed", logged_reason="other"),
    ],
    "off_plan_turns": [4],
    "scores": {
        "adherence": 0.625, "deviation_rate": 0.375, "unexplained_deviation_rate": 0.25, "applicable": 8,
        "deviated": 3, "uncertain": 1,
    },
    "outcome": {"objective": "pursued", "rung": "n2", "result": "accepted"},
    "compliance": "breached",
    "verdict": "fail",
    "notes": ["Turns have no times."],
}  # fmt: skip


def plan(**changes: Any) -> CallPlan:
    return CallPlan.from_document(PLAN | changes, "plan")


def transcript(said: tuple[tuple[str, str], ...] = SAID, call_id: str = "call_700") -> Transcript:
    turns = [{"i": i, "speaker": who, "text": text} for i, (who, text) in enumerate(said)]
    return Transcript.from_document(
        {"schema": "precall.transcript/1", "call_id": call_id, "turns": turns}, "transcript"
    )


def audit(**changes: Any) -> Audit:
    return Audit.from_document(AUDIT | changes, "audit")
