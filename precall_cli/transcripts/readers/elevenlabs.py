"""ElevenLabs Agents: a conversation from its API, or the `post_call_transcription` webhook (also a list).

| field | meaning |
|---|---|
| `transcript[].role` | `agent`; `user` contact; any other: system |
| `.message` | what was said, or heard before it was cut off; null on rows that only call tools |
| `.multivoice_message.parts[].text` | read when `message` is null |
| `.time_in_call_secs` | start, in whole seconds: several rows share one, the order of the list is kept |
| `.interrupted` | the turn was cut off |
| `.tool_calls`, `.tool_results` | a tool turn each, after the words of the row |
| `.platform_event`, `.contextual_update_info` | no speech: a system turn |
| `metadata.start_time_unix_secs`, `.termination_reason` | start of the call, who ended it, in words |

`original_message` is what would have been said and is never read. A message of dots is silence: a system
turn. A user turn that was `ignored_as_backchannel` is a turn of the contact all the same. The plan id is
looked for in the dynamic variables. A `status` other than `done` makes the transcript partial.
"""

from __future__ import annotations

import re
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
    string,
)
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.sides import side_of_role
from precall_cli.transcripts.source import Source

NAME = "elevenlabs"
TITLE = "ElevenLabs Agents conversation, from its API or webhook"
TELLS = Tells(starts=True, sides=True, tools=True, interruptions=True)

_ROLES: dict[str, Speaker] = {"agent": "agent", "assistant": "agent", "user": "contact"}


def matches(source: Source) -> int:
    """By the type of the webhook, or a conversation id beside a list of turns."""
    top = source.value if isinstance(source.value, dict) else {}
    if top.get("type") == "post_call_transcription":
        return SURE
    timed = any("time_in_call_secs" in turn for turn in objects(top.get("transcript")))
    return SURE if timed or {"conversation_id", "transcript"} <= top.keys() else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    top = source.value if isinstance(source.value, dict) else {}
    body = part(top, "data") or top
    if not isinstance(body.get("transcript"), list) and "conversation_id" not in body:
        raise not_this(source, "`transcript`")
    meta = part(body, "metadata")
    begin = part(body, "conversation_initiation_client_data")
    draft = Draft(
        [],
        call_id=first_text(body.get("conversation_id")),
        plan_id=plan_of(begin.get("dynamic_variables"), meta, begin.get("custom_llm_extra_body"), body),
        began=number(meta.get("start_time_unix_secs")),
        ended_by=_ended_by(string(meta.get("termination_reason"))),
        gaps={"whole_seconds"},
    )
    if string(body.get("status") or "done") != "done":
        draft.gaps.add("partial")
    names: dict[str, str] = {}
    for turn in objects(body.get("transcript")):
        draft.rows.extend(_rows(turn, names, draft.gaps))
    yield draft


def _rows(turn: dict[str, Json], names: dict[str, str], gaps: set[str]) -> Iterator[Row]:
    role = string(turn.get("role"))
    start = number(turn.get("time_in_call_secs"))
    calls, results = list(objects(turn.get("tool_calls"))), list(objects(turn.get("tool_results")))
    parts = objects(part(turn, "multivoice_message").get("parts"))
    words = string(turn.get("message")) or " ".join(string(piece.get("text")) for piece in parts)
    event = turn.get("platform_event") or (
        "contextual_update" if turn.get("contextual_update_info") else None
    )
    if event:
        yield Row(f"{string(event)} {words}".strip(), "system", start=start)
    elif words.strip() or not (calls or results):
        cut = turn.get("interrupted")
        interrupted = cut if isinstance(cut, bool) else None
        yield Row(words, side_of_role(role, _ROLES, gaps), (role,) if role else (), start, None, interrupted)
    for call in calls:
        names[string(call.get("request_id"))] = string(call.get("tool_name"))
        said = called(call.get("tool_name"), call.get("params_as_json"))
        yield Row(
            said if call.get("tool_has_been_called") is not False else f"{said} not made", "tool", start=start
        )
    for result in results:
        name = result.get("tool_name") or names.get(string(result.get("request_id")))
        value = result.get("result_value")
        failed = result.get("is_error") is True
        yield Row(returned(name, value or result.get("error_type"), failed=failed), "tool", start=start)


def _ended_by(reason: str) -> EndedBy:
    """Who ended it, of a sentence such as `end_call tool was called` or `Client disconnected: 1000`."""
    words = reason.casefold()
    if not words:
        return "unknown"
    if re.search(r"error|time ?out|timed out|exceeded|limit|silence|inactiv|max", words):
        return "system"
    if re.search(r"end_call|agent|assistant|voicemail", words):
        return "agent"
    if re.search(r"client|user|customer|remote|caller|participant|hung up|hang ?up", words):
        return "contact"
    return "system"
