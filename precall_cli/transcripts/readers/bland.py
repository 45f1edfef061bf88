"""Bland: a call from `GET /v1/calls/{id}` or its webhook (also a list of them).

| field | meaning |
|---|---|
| `transcripts[].user` | `assistant`, `robot` agent; `user` contact; `agent-action` tool or system; any other: system |
| `.text`, `.created_at` | the words and when they began (ISO 8601); no end |
| `started_at` | the zero of all times. `created_at` of the call is when it was queued |
| `call_length` (minutes), `end_at` | give the start when `started_at` is missing |
| `call_ended_by` | who ended it |

Rows may be out of order: they are sorted by `created_at`, then `id`. What the agent did is prose in
`agent-action`: what speaks of a tool, a function, a webhook or an API is a tool turn, the rest (`Ended call`,
`Pressed 1`) a system turn. Without `transcripts` the `concatenated_transcript` is read, without times.
"""  # noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.records.transcript import EndedBy, Speaker
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    epoch,
    first_text,
    number,
    objects,
    part,
    plan_of,
    string,
)
from precall_cli.transcripts.lines import rows_of_text
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.sides import side_of_role
from precall_cli.transcripts.source import Source

NAME = "bland"
TITLE = "Bland call, from its API or webhook"
TELLS = Tells(starts=True, sides=True, tools=True)

_ROLES: dict[str, Speaker] = {"assistant": "agent", "agent": "agent", "robot": "agent", "user": "contact"}
_TOOL = re.compile(r"\b(?:tool|function|webhook|api|custom tool)\b", re.IGNORECASE)


def matches(source: Source) -> int:
    """By rows that have a `user` and a `text`, or by the joined text."""
    call = _call(source.value)
    rows = list(objects(call.get("transcripts")))
    if any("user" in row and "text" in row for row in rows):
        return SURE
    return SURE if "concatenated_transcript" in call else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    call = _call(source.value)
    if "transcripts" not in call and "concatenated_transcript" not in call:
        raise not_this(source, "`transcripts`")
    draft = Draft(
        [],
        call_id=first_text(call.get("call_id"), call.get("c_id")),
        plan_id=plan_of(call.get("variables"), call.get("metadata"), call.get("request_data"), call),
        began=_began(call),
        ended_by=_ended_by(string(call.get("call_ended_by"))),
        on_clock=True,
    )
    if call.get("completed") is False or string(call.get("status")) in ("in-progress", "failed"):
        draft.gaps.add("partial")
    draft.rows = list(_rows(_ordered(list(objects(call.get("transcripts"))), draft.gaps), draft.gaps))
    if not draft.rows and (plain := string(call.get("concatenated_transcript"))):
        draft.rows = [_action(row) for row in rows_of_text(plain, ("agent-action", "robot"))]
        draft.gaps.add("fallback_text")
    yield draft


def _call(value: Json) -> dict[str, Json]:
    top = value if isinstance(value, dict) else {}
    return part(top, "call") or part(top, "data") or top


def _began(call: dict[str, Json]) -> float | None:
    began = epoch(call.get("started_at"))
    ended = epoch(call.get("end_at"))
    seconds = number(call.get("corrected_duration"))
    if seconds is None and (minutes := number(call.get("call_length"))) is not None:
        seconds = minutes * 60
    if began is None and ended is not None and seconds is not None:
        return ended - seconds
    return began


def _ordered(rows: list[dict[str, Json]], gaps: set[str]) -> list[dict[str, Json]]:
    """By time, then id; a row without a time stays behind the row it followed."""
    keys: list[tuple[float, float]] = []
    time = 0.0
    for row in rows:
        time = epoch(row.get("created_at")) or time
        keys.append((time, number(row.get("id")) or 0.0))
    order = sorted(range(len(rows)), key=keys.__getitem__)
    if order != list(range(len(rows))):
        gaps.add("out_of_order")
    return [rows[index] for index in order]


def _rows(rows: list[dict[str, Json]], gaps: set[str]) -> Iterator[Row]:
    for row in rows:
        role = string(row.get("user")).casefold()
        text = string(row.get("text"))
        if role == "agent-action":
            speaker: Speaker = "tool" if _TOOL.search(text) else "system"
        else:
            speaker = side_of_role(role, _ROLES, gaps)
        yield Row(text, speaker, (role,) if role else (), epoch(row.get("created_at")))


def _action(row: Row) -> Row:
    if row.labels == ("agent-action",):
        row.speaker = "tool" if _TOOL.search(row.text) else "system"
    return row


def _ended_by(who: str) -> EndedBy:
    sides: dict[str, EndedBy] = {"assistant": "agent", "agent": "agent", "user": "contact", "": "unknown"}
    return sides.get(who.casefold(), "system")
