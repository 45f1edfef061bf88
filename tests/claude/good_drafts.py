"""Drafts as a good planner writes them, in words of its own: nothing in them is wrong."""

from __future__ import annotations

from typing import Any

Json = Any


def _asks(topic: str, question: str, *because: str) -> Json:
    return {"topic": topic, "question": question, "because": list(because), "cues": []}


def _meets(objection: str, handling: str, response: str, *because: str) -> Json:
    found = {"objection": objection, "handling": handling, "response": response}
    return found | {"because": list(because), "cues": []}


def _opens(strategy: str, line: str, *because: str) -> Json:
    return {"strategy": strategy, "line": line, "because": list(because), "cues": []}


GOOD: dict[str, Json] = {
    "intent_event-known-budget": {
        "objective": {
            "type": "book_meeting",
            "statement": "Learn whether the security page visits mean a live project at Redwood Valley "
            "Credit Union, and book 30 minutes with Ruth Adeyemi",
            "because": ["/trigger/detail", "/ae"],
            "cues": [],
        },
        "opening": _opens(
            "colleague_bridge",
            "Hi Alan, it's Ava from Northwind. Your colleague Renata Solis told us a bit about the member "
            "line earlier this month, and I wanted to hear how it looks from your chair.",
            "/engaged_contacts/0",
        ),
        "qualification": [
            _asks(
                "trigger",
                "A few people at Redwood have been reading our security pages. Is there a project behind "
                "that, or is it early research?",
                "/trigger/detail",
            ),
            _asks(
                "routing",
                "When a member calls one of your 11 branches, how does the call reach the right agent today?",
                "/enrichment/locations",
            ),
            _asks(
                "budget_confirm",
                "Renata mentioned about 38,000 dollars for next year. Is that still the plan?",
                "/engaged_contacts/0",
            ),
            _asks(
                "genesys",
                "What does Genesys do well for you, and where does it leave your team on their own?",
                "/enrichment/technologies/0",
            ),
        ],
        "objections": [
            _meets(
                "We already have Genesys and it does the job",
                "differentiate",
                "Credit Genesys for what works, then ask which calls still end up with the wrong person",
                "/enrichment/technologies/0",
            ),
            _meets(
                "Our compliance people will never allow an outside vendor near member calls",
                "security",
                "Take the concern seriously, ask which requirements they would check first, and suggest that "
                "Ruth answers those with documents",
                "/account/industry",
            ),
            _meets(
                "Just send me something",
                "shrink_the_ask",
                "Agree to send the guide, then ask one question so that it is the right part of it",
                "/contact/title",
            ),
        ],
    },
    "inbound-clinic-form": {
        "opening": _opens(
            "reference_trigger",
            "Hi Marisol, it's Ava from Northwind. You asked about after-hours routing on our site a minute "
            "ago, so I'm ringing straight back.",
            "/trigger",
        ),
        "qualification": [
            _asks(
                "after_hours", "What happens today when a patient calls after you close?", "/trigger/detail"
            ),
            _asks("volume", "Roughly how many calls come in after hours on a busy day?", "/trigger/detail"),
            _asks("decision", "Besides you, who would want to look at this first?", "/contact/title"),
        ],
        "objections": [
            _meets(
                "We already have an answering service",
                "differentiate",
                "Say an answering service is a sensible start, then ask what happens to urgent calls that "
                "cannot wait until morning",
                "/trigger/detail",
            ),
        ],
    },
}
