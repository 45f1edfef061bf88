"""Small plans and briefs, one of each for every agent, written here so that no planner changes them.

`python -m tests.compose.small_calls` writes the golden files anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from precall_cli.compose import Budget, Instructions, compose, load_layers
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan

GOLDEN = Path(__file__).parent / "golden"
PHONE = "+12105550147"
DISCLOSED = [{"id": "d1", "text": "I'm an AI assistant and this call is recorded", "due": "opening"}]
OPT_OUT = {
    "id": "s1",
    "condition": "The contact asks not to be called again",
    "action": "Apologise, confirm it, end the call",
}
BRIEF: dict[str, Any] = {
    "brief_id": "brf_1",
    "contact": {
        "contact_id": "con_1",
        "name": "Dana Reyes",
        "title": "Office Manager",
        "phone": PHONE,
        "timezone": "America/Chicago",
    },
    "account": {
        "account_id": "acc_1",
        "name": "Ferry Lane Dental",
        "employees": 38,
        "history": ["Trial in 2024"],
    },
    "dnc": {"listed": False, "registry": "us_ndnc"},
    "consent": {"recording": True, "ai_voice": True},
    "jurisdiction": "US-TX",
}


def make_plan(agent: str = "inbound", **changes: Any) -> CallPlan:
    """A plan with one item of most kinds; `changes` replace fields."""
    document = {
        "plan_id": f"pln_{agent}",
        "agent": agent,
        "objective": {"id": "objective", "type": "book_meeting", "statement": "Book a call with Sam Ortiz"},
        "opening": {"id": "opening", "strategy": "trigger", "line": "Hi Dana, it's Ava from Northwind."},
        "disclosures": DISCLOSED,
        "qualification": [
            {"id": "q1", "topic": "team_size", "question": "How many people are on the phones?"},
            {"id": "q2", "topic": "timeline", "question": "When would you like to have this in place?"},
        ],
        "objections": [
            {
                "id": "o1",
                "objection": "We have a dialer",
                "handling": "differentiate",
                "response": "Ask for the one thing they would change",
            },
            {"id": "o2", "objection": "No time", "response": "Offer ten minutes"},
        ],
        "next_steps": [
            {"id": "n1", "step": "30-minute call with Sam Ortiz", "ask": "Would Thursday suit you?"},
            {"id": "n2", "step": "Send the guide by email", "ask": "Shall I send you the guide?"},
        ],
        "stop_conditions": [OPT_OUT],
    }
    document |= changes
    return CallPlan.from_document({k: v for k, v in document.items() if v is not None}, "plan")


def make_brief(**changes: Any) -> Brief:
    """The brief with some fields replaced."""
    return Brief.from_document(BRIEF | changes, "brief")


CALLS: dict[str, tuple[CallPlan, Brief]] = {
    "inbound": (
        make_plan("inbound"),
        make_brief(
            trigger={"kind": "form_submit", "at": "2026-10-06T18:22:08Z", "detail": "Form: call routing"}
        ),
    ),
    "cold_list": (
        make_plan("cold_list", opening=None, objections=[]),
        make_brief(enrichment={"source": "firmo", "technologies": ["Avaya"], "mobile_phone": "555 0148"}),
    ),
    "intent_event": (
        make_plan(
            "intent_event",
            coordination={
                "account_id": "acc_1",
                "known": [
                    {
                        "id": "k1",
                        "topic": "budget",
                        "answer": "$40k approved",
                        "told_by": "Sarah Lin",
                        "told_at": "2026-11-13T10:00:00Z",
                    }
                ],
                "do_not_mention": [
                    {"id": "m1", "text": "Sarah's plan to leave", "because": ["/prior_calls/0/summary"]}
                ],
            },
        ),
        make_brief(
            prior_calls=[
                {
                    "call_id": "c1",
                    "at": "2026-11-13T10:00:00Z",
                    "contact_name": "Sarah Lin",
                    "summary": "Budget is there. She is leaving in March.",
                    "facts": [{"topic": "budget", "value": "$40k approved"}],
                }
            ],
            intent_signals=[{"at": "2026-11-18T00:00:00Z", "source": "reviews", "topic": "call routing"}],
        ),
    ),
    "concierge": (
        make_plan(
            "concierge",
            objective={
                "id": "objective",
                "type": "confirm_attendance",
                "statement": "Confirm tomorrow's call",
            },
            qualification=[],
            objections=[],
            next_steps=[{"id": "n1", "step": "Keep the slot", "ask": "Does tomorrow at one still suit you?"}],
        ),
        make_brief(
            trigger={"kind": "calendar_event", "at": "2026-11-17T19:00:00Z"},
            ae={"name": "Sam Ortiz", "calendar_url": "https://cal.example/sam"},
        ),
    ),
    "dormant": (
        make_plan(
            "dormant", disclosures=[*DISCLOSED, {"id": "d2", "text": "You can opt out", "due": "call"}]
        ),
        make_brief(
            activity=[{"at": "2026-09-01T00:00:00Z", "kind": "page_view", "detail": "Read the guide"}],
            opportunities=[{"opportunity_id": "opp_1", "name": "Routing", "stage": "stalled"}],
        ),
    ),
}


def told(agent: str = "inbound", budget: Budget | None = None) -> Instructions:
    """What the agent is told with the built-in layers."""
    plan, brief = CALLS[agent]
    return compose(plan, brief, load_layers(None, agent), budget)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in CALLS:
        (GOLDEN / f"{name}.txt").write_text(told(name).text, encoding="utf-8")
