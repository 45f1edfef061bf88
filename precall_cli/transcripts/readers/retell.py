"""Retell: a call from its API, or the `call_ended` / `call_analyzed` webhook (also a list of calls).

| field | meaning |
|---|---|
| `transcript_with_tool_calls[].role` | `agent`; `user` contact; `transfer_target` unknown; `tool_call_invocation`, `tool_call_result` tool; `node_transition`, `dtmf`, `sms`, `injected` and any other: system |
| `.content`, `.words[{word, start, end}]` | the words; first start and last end, in seconds. `words` may be empty |
| `.time_sec` | start of `sms` and `injected` |
| `start_timestamp` | start of the call, epoch ms |
| `disconnection_reason` | who ended it: `user_…` the contact, `agent_hangup`, `call_transfer`, `voicemail_reached` the agent |

`transcript_with_tool_calls` is preferred to `transcript_object`, that to the plain `transcript`. With PII
removal only the `scrubbed_` twins may be there: they are read, and the gaps say `redacted`. What precedes or
follows the call (`pre_session_`, `post_session_`) is no part of it. Tool rows have no time; their place in
the list is kept, and so is the order of the list, since word times are "not guaranteed accurate". A digit
pressed is `dtmf 1`. Back-channels are turns of who made them. Retell does not tell interruptions.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.records.transcript import EndedBy, Speaker
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    called,
    first_text,
    number,
    objects,
    part,
    plan_of,
    returned,
    scaled,
    span_of,
    string,
)
from precall_cli.transcripts.lines import rows_of_text
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.sides import side_of_role
from precall_cli.transcripts.source import Source

NAME = "retell"
TITLE = "Retell call, from its API or webhook"
TELLS = Tells(starts=True, ends=True, sides=True, tools=True)

_LISTS = (
    "transcript_with_tool_calls",
    "transcript_object",
    "scrubbed_transcript_with_tool_calls",
    "scrubbed_transcript_object",
)
_ROLES: dict[str, Speaker] = {"agent": "agent", "user": "contact", "transfer_target": "unknown"}
_EVENTS = ("node_transition", "dtmf", "sms", "injected")


def matches(source: Source) -> int:
    """By one of its transcript lists, or by the ids of a call that never had one."""
    call = _call(source.value)
    if any(name in call for name in _LISTS):
        return SURE
    return SURE if {"call_id", "call_status"} <= call.keys() and "agent_id" in call else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    call = _call(source.value)
    if not call.keys() & {*_LISTS, "transcript", "scrubbed_transcript", "call_status"}:
        raise not_this(source, "`transcript_with_tool_calls`")
    draft = Draft(
        [],
        call_id=first_text(call.get("call_id"), call.get("id")),
        plan_id=plan_of(
            call.get("metadata"),
            call.get("retell_llm_dynamic_variables"),
            call.get("collected_dynamic_variables"),
            call,
        ),
        began=scaled(call.get("start_timestamp"), 0.001),
        ended_by=_ended_by(string(call.get("disconnection_reason"))),
    )
    if string(call.get("call_status")) in ("ongoing", "registered", "error"):
        draft.gaps.add("partial")
    for name in _LISTS:
        items = list(objects(call.get(name)))
        if items:
            draft.rows = list(_rows(items, draft.gaps))
            draft.gaps |= {"redacted"} if name.startswith("scrubbed") else set()
            break
    else:
        draft.rows = _plain_rows(call, draft.gaps)
    yield draft


def _call(value: Json) -> dict[str, Json]:
    top = value if isinstance(value, dict) else {}
    return part(top, "call") or top


def _rows(items: list[dict[str, Json]], gaps: set[str]) -> Iterator[Row]:
    names: dict[str, str] = {}
    for item in items:
        role = string(item.get("role"))
        time = number(item.get("time_sec"))
        if role == "tool_call_invocation":
            names[string(item.get("tool_call_id"))] = string(item.get("name"))
            yield Row(called(item.get("name"), item.get("arguments")), "tool", start=time)
        elif role == "tool_call_result":
            name = names.get(string(item.get("tool_call_id")))
            failed = item.get("successful") is False
            yield Row(returned(name, item.get("content"), failed=failed), "tool", start=time)
        elif role in _ROLES or not role:
            words = list(objects(item.get("words")))
            start, end = span_of(words)
            text = string(item.get("content")) or " ".join(string(word.get("word")).strip() for word in words)
            yield Row(
                text,
                side_of_role(role, _ROLES, gaps),
                (role,) if role else (),
                time if start is None else start,
                end,
            )
        else:
            if role not in _EVENTS:
                gaps.add("unknown_roles")
            yield Row(_event(role, item), "system", start=time)


def _event(role: str, item: dict[str, Json]) -> str:
    if role == "dtmf":
        return f"dtmf {string(item.get('digit'))}"
    if role == "node_transition":
        return (
            f"node_transition {string(item.get('former_node_name'))} -> {string(item.get('new_node_name'))}"
        )
    return f"{role or 'event'} {string(item.get('content'))}".strip()


def _plain_rows(call: dict[str, Json], gaps: set[str]) -> list[Row]:
    plain = string(call.get("transcript"))
    if not plain.strip():
        plain = string(call.get("scrubbed_transcript"))
        gaps |= {"redacted"} if plain else set()
    rows = list(rows_of_text(plain))
    gaps |= {"fallback_text"} if rows else set()
    return rows


def _ended_by(reason: str) -> EndedBy:
    if not reason:
        return "unknown"
    if reason.startswith("user_"):
        return "contact"
    if reason in ("agent_hangup", "call_transfer", "voicemail_reached", "ivr_reached", "transfer_bridged"):
        return "agent"
    return "system"
