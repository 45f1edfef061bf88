"""A model that plans well, out of nothing but the request; and ways to make it plan badly."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.claude.server import Act, message, reply

Json = Any


def data_of(body: Json) -> Json:
    """What stands between the fences of a request, read as the model reads it."""
    text = body["messages"][0]["content"]
    assert text.count("<call_data>") == text.count("</call_data>") == 1, "the fence stands once"
    inside = text.split("<call_data>")[1].split("</call_data>")[0]
    return json.loads(inside)


def good_draft(body: Json) -> Json:
    """A draft that breaks no rule, for the brief in the request."""
    data = data_of(body)
    brief, frame = data["brief"], data["frame"]
    source = "/trigger/detail" if brief.get("trigger", {}).get("detail") else "/account/name"
    return {
        "objective": {
            **frame["objective"],
            "because": [source],
            "cues": ["half an hour with the specialist"],
        },
        "opening": {
            "strategy": "reference_trigger",
            "line": frame["opening"],
            "because": [source, "/contact/name"],
            "cues": ["calling about your request"],
        },
        "disclosures": [{"id": d["id"], "cues": []} for d in frame["disclosures"]],
        "qualification": [
            {
                "topic": q["topic"],
                "question": q["question"],
                "because": [source],
                "cues": ["walk me through it"],
            }
            for q in frame["questions"]
        ],
        "objections": [
            {**o, "handling": "answer", "because": [source], "cues": ["not what we are after"]}
            for o in frame["objections"]
        ],
        "next_steps": [
            {"rung": n["id"], "step": n["step"], "ask": n["ask"], "because": [], "cues": ["in your diary"]}
            for n in frame["ladder"]
        ],
        "stop_conditions": [
            {"id": s["id"], "condition": "", "action": "", "cues": []} for s in frame["stop_conditions"]
        ],
        "known": [{"id": k["id"], "cues": []} for k in frame["known"]],
    }


def says(draft: Json) -> Act:
    """The answer with this draft."""
    return reply(message(json.dumps(draft)))


def plans(change: Callable[[Json], None] | None = None) -> Callable[[Json, int], Act]:
    """A model whose draft is good but for one change."""

    def answer(body: Json, number: int) -> Act:
        draft = good_draft(body)
        if change:
            change(draft)
        return says(draft)

    return answer
