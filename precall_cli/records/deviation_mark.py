"""How a log entry stands in a call: the agent's tool call, or a mark in its text that is not spoken.

The tool is `log_deviation(item, reason, note)`; as a turn it is `log_deviation({"item": "q2", …})`. The mark
is `[[log_deviation {"item": "q2", "reason": "contact_volunteered"}]]`; `item=q2 reason=…` in place of the
JSON is understood, too. What the agent is told of both stands in `compose/deviation_log.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.outcome import CallOutcome, DeviationReason

TOOL = "log_deviation"
_HEAD = re.compile(r"\[\[\s{0,3}(?:log_deviation|precall)\b", re.IGNORECASE)
_CALL = re.compile(r"(?:[\w.:/-]{0,80}[._:/-])?log_deviation\((.*)\)", re.DOTALL)
_PAIR = re.compile(
    r"""(item|reason|type|note|turn)\s?[=:]\s?("[^"]{0,2000}"|'[^']{0,2000}'|[^\s,"'\]]{1,200})"""
)
_LONGEST = 4_000
"""Characters after which a mark that does not end is taken to end."""
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A log entry found in a text, from `start` to `end`."""

    start: int
    end: int
    entry: DeviationReason | None
    """None where it cannot be read."""
    problem: str = ""
    """Why it cannot be read."""


def write_mark(item: str | None, reason: str, note: str) -> str:
    """The mark as an agent is to write it."""
    return f"[[{TOOL} {json.dumps({'item': item, 'reason': reason, 'note': note})}]]"


def find_marks(text: str, turn: int) -> Iterator[Mark]:
    """Every mark of an agent's words, in order, readable or not. `turn` is the turn they stand in.

    >>> [mark.entry.item for mark in find_marks('Sure. [[log_deviation item=q2 reason=other]]', 7)]
    ['q2']
    """
    at = 0
    while head := _HEAD.search(text, at):
        body = head.end()
        stop = text.find("]]", body, body + _LONGEST)
        entry, problem = _entry(text[body:stop] if stop >= 0 else "", turn)
        while entry is None and stop >= 0:  # a note may hold brackets itself
            further = text.find("]]", stop + 2, body + _LONGEST)
            if further < 0 or _HEAD.search(text, stop, further):
                break
            longer, _ = _entry(text[body:further], turn)
            if longer is None:
                break
            entry, stop = longer, further
        end = stop + 2 if stop >= 0 else min(len(text), body + _LONGEST)
        yield Mark(head.start(), end, entry, "" if entry else problem if stop >= 0 else "it does not end")
        at = end


def read_tool_call(text: str, turn: int) -> Mark | None:
    """The log entry of a tool turn; None where the turn is of another tool.

    >>> read_tool_call('log_deviation({"item": null, "reason": "time_constraint"})', 3).entry.turn
    3
    """
    found = _CALL.fullmatch(text.strip())
    if not found:
        return None
    entry, problem = _entry(found[1], turn)
    return Mark(0, len(text), entry, problem)


def _entry(text: str, turn: int) -> tuple[DeviationReason | None, str]:
    fields, problem = _fields(text.strip())
    if fields is None:
        return None, problem
    given = {key: value for key, value in fields.items() if value not in (None, "")} | {"turn": turn}
    document = {"call_id": "log", "plan_deviation_reasons": [given]}
    outcome, problems = CallOutcome.examine(document)
    if outcome is None:
        first = problems[0]
        return None, f"{first.pointer.removeprefix('/plan_deviation_reasons/0/')} {first.problem}"
    return outcome.plan_deviation_reasons[0], ""


def _fields(text: str) -> tuple[dict[str, Json] | None, str]:
    if text.startswith("{"):
        for form in (text, text.translate(_STRAIGHT)):
            try:
                value = parse_json(form, "log entry")
            except BadInput as error:
                problem = error.problem
                continue
            if isinstance(value, dict):
                return value, ""
            problem = "is no JSON object"
        return None, problem
    pairs = {key: value.strip("\"'") for key, value in _PAIR.findall(text.translate(_STRAIGHT))}
    return (pairs, "") if pairs else (None, "it says neither item nor reason")
