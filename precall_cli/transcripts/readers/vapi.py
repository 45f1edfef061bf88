"""Vapi: the `end-of-call-report` webhook, or a call from `GET /call/{id}` (also a list of them).

| field | meaning |
|---|---|
| `artifact.messages[].role` | `bot`, `assistant` agent; `user` contact; `system`; `tool_calls`, `tool_call_result` tool; others: system |
| `.message` | the words; empty on tool calls |
| `.secondsFromStart` | start; where it is missing: `time` (epoch ms) counted from the start of the call |
| `.endTime` − `.time` | how long it was, in ms. `duration` is not used: seconds by its description, ms in practice |
| `.toolCalls[].function` · `.name`, `.result` | the call and what it gave back |
| `startedAt`, `endedReason`, `call.id` | start of the call, who ended it, its id |

The list also stands in `message.messages` and `call.messages`; `artifact` wins. Without it the chat messages
(`messagesOpenAIFormatted`) or the plain `transcript` are read, and the gaps say so. A filtered message
(`isFiltered`) counts as redacted. Vapi does not tell interruptions. The plan id is looked for in the
variable values and metadata of the call and its assistant.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.records.transcript import EndedBy, Speaker
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    called,
    epoch,
    first_text,
    number,
    objects,
    part,
    plan_of,
    returned,
    scaled,
    string,
)
from precall_cli.transcripts.lines import rows_of_text
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.readers.openai_chat import message_rows
from precall_cli.transcripts.sides import side_of_role
from precall_cli.transcripts.source import Source

NAME = "vapi"
TITLE = "Vapi end-of-call report, or a call from its API"
TELLS = Tells(starts=True, ends=True, sides=True, tools=True)

_ROLES: dict[str, Speaker] = {"bot": "agent", "assistant": "agent", "user": "contact", "system": "system"}
_CALLS = ("tool_calls", "tool-calls", "tool_call", "function_call")
_RESULTS = ("tool_call_result", "tool-call-result", "tool_result", "tool", "function_result")


def matches(source: Source) -> int:
    """By the type of the webhook, or by messages that count `secondsFromStart`."""
    body = _body(source.value)
    if body.get("type") == "end-of-call-report":
        return SURE
    rows = _messages(body)
    timed = any("secondsFromStart" in row for row in rows)
    bare = "artifact" in body and ("endedReason" in body or "assistantId" in body)
    return SURE if timed or bare else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    body = _body(source.value)
    if not body.keys() & {"artifact", "messages", "transcript", "call", "endedReason"}:
        raise not_this(source, "`artifact.messages`")
    call = part(body, "call")
    draft = Draft(
        [],
        call_id=first_text(call.get("id"), body.get("id"), body.get("callId")),
        plan_id=_plan(body, call),
        began=epoch(body.get("startedAt")) or epoch(call.get("startedAt")),
        ended_by=_ended_by(string(body.get("endedReason") or call.get("endedReason"))),
        by_time=True,
    )
    if string(body.get("status") or call.get("status")) in ("in-progress", "ringing", "queued"):
        draft.gaps.add("partial")
    messages = _messages(body)
    if messages:
        draft.rows = list(_rows(messages, draft.began, draft.gaps))
    else:
        draft.rows = _plain_rows(body, draft.gaps)
    yield draft


def _body(value: Json) -> dict[str, Json]:
    body = value if isinstance(value, dict) else {}
    return part(body, "message") or body


def _messages(body: dict[str, Json]) -> list[dict[str, Json]]:
    """The most trustworthy of the repeated lists that is not empty."""
    for place in (part(body, "artifact"), body, part(body, "call", "artifact"), part(body, "call")):
        rows = [row for row in objects(place.get("messages")) if row.keys() & {"role", "message"}]
        if rows and not all("content" in row for row in rows):
            return rows
    return []


def _plan(body: dict[str, Json], call: dict[str, Json]) -> str | None:
    places: list[Json] = []
    for top in (body, call):
        for owner in (top, part(top, "assistant"), part(top, "assistantOverrides"), part(top, "artifact")):
            places += [owner.get("metadata"), owner.get("variableValues"), owner.get("variables")]
    return plan_of(*places, body, call)


def _rows(messages: list[dict[str, Json]], began: float | None, gaps: set[str]) -> Iterator[Row]:
    zero = _zero(messages, began)
    names: dict[str, str] = {}
    for message in messages:
        role = string(message.get("role")).casefold()
        time = scaled(message.get("time"), 0.001)
        start = number(message.get("secondsFromStart"))
        if start is None and time is not None and zero is not None:
            start = time - zero
        if message.get("isFiltered") is True:
            gaps.add("redacted")
        if role in _CALLS:
            for call in [*objects(message.get("toolCalls") or message.get("toolCallList"))] or [message]:
                inner = part(call, "function") or call
                names[string(call.get("id"))] = string(inner.get("name"))
                arguments = inner.get("arguments", inner.get("parameters"))
                yield Row(called(inner.get("name"), arguments), "tool", start=start)
        elif role in _RESULTS:
            name = message.get("name") or names.get(string(message.get("toolCallId")))
            result = message.get("result", message.get("message"))
            yield Row(returned(name, result), "tool", start=start)
        else:
            ended = scaled(message.get("endTime"), 0.001)
            length = ended - time if ended is not None and time is not None else None
            end = start + length if start is not None and length is not None else None
            labels = tuple(
                filter(
                    None, (string(message.get("assistantName")), string(message.get("speakerLabel")), role)
                )
            )
            yield Row(string(message.get("message")), side_of_role(role, _ROLES, gaps), labels, start, end)


def _zero(messages: list[dict[str, Json]], began: float | None) -> float | None:
    """Epoch seconds of the call's zero: of a row with both clocks, else the start of the call."""
    for message in messages:
        time, start = scaled(message.get("time"), 0.001), number(message.get("secondsFromStart"))
        if time is not None and start:
            return time - start
    return began


def _plain_rows(body: dict[str, Json], gaps: set[str]) -> list[Row]:
    """What can be read when the detailed rows are not there."""
    artifact = part(body, "artifact")
    chat = list(objects(artifact.get("messagesOpenAIFormatted") or body.get("messagesOpenAIFormatted")))
    plain = string(artifact.get("transcript") or body.get("transcript"))
    rows = [row for message in chat for row in message_rows(message, {}, gaps)] or list(rows_of_text(plain))
    if rows:
        gaps.add("fallback_text")
    return rows


def _ended_by(reason: str) -> EndedBy:
    if not reason:
        return "unknown"
    if reason.startswith("customer-ended-call"):
        return "contact"
    if reason.startswith(
        ("assistant-ended-call", "assistant-said-end-call-phrase", "assistant-forwarded-call")
    ):
        return "agent"
    return "system"
