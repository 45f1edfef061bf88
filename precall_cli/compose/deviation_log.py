"""How the agent says that it left the plan: a tool for the runtime, and a mark in the text without one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from precall_cli.records.deviation_mark import TOOL, write_mark
from precall_cli.records.json_text import Json
from precall_cli.records.outcome import Reason

REASONS: tuple[str, ...] = get_args(Reason)


def deviation_lines(item: str) -> list[str]:
    """What the plan's block tells the agent about logging; `item` is the id that the example names."""
    return [
        "## When you leave the plan",
        f"Leave it only for a good reason. Then call the tool {TOOL}(item, reason, note): item is the id in",
        "brackets, or null for the call as a whole; note says why in a few words; reason is one of",
        ", ".join(REASONS) + ".",
        "Without that tool, write a line that is not spoken, in this form:",
        write_mark(item, "contact_volunteered", "said it unasked"),
        "Log it when it happens. Never say an id or a log entry aloud.",
    ]


def deviation_tool(items: Sequence[str]) -> Json:
    """The tool as function-calling runtimes declare it, taking the ids of `items` and no others."""
    return {
        "name": TOOL,
        "description": "Log that you left the call plan, when it happens. The contact hears nothing of it.",
        "parameters": {
            "type": "object",
            "properties": {
                "item": {
                    "description": "Id of the plan item; null for the call as a whole.",
                    "anyOf": [{"type": "string", "enum": list(items)}, {"type": "null"}],
                },
                "reason": {"description": "Why.", "type": "string", "enum": list(REASONS)},
                "note": {"description": "Why, in a few words.", "type": "string"},
            },
            "required": ["item", "reason"],
            "additionalProperties": False,
        },
    }
