"""LiveKit Agents: `session.history.to_dict()`, or a session report, which holds it as `chat_history`.

| field | meaning |
|---|---|
| `items[].type` | `message`; `function_call`, `function_call_output` tool; `agent_handoff`, `agent_config_update` and any other: system |
| `message.role` | `assistant` agent; `user` contact; `system`, `developer` system |
| `.content` | a list of texts; images and audio without a transcript are passed over |
| `.interrupted` | cut off; the text is then what was played |
| `.metrics.started_speaking_at`, `.stopped_speaking_at` | epoch seconds |
| `created_at` | epoch seconds; the start where there are no metrics. Left out by `to_dict()` unless asked for |
| report: `started_at`, `audio_recording_started_at`, `job_id`, `close_reason` | start, id, who ended it |

Zero is the start of the session if the report says it, else the whole second of the first word. Voice markup
(`<expr …/>`) is removed. The order of the list is kept.
"""  # noqa: E501

from __future__ import annotations

import math
from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.records.transcript import EndedBy
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
from precall_cli.transcripts.readers.openai_chat import ROLES
from precall_cli.transcripts.sides import side_of_role
from precall_cli.transcripts.source import Source

NAME = "livekit"
TITLE = "LiveKit chat history or session report"
TELLS = Tells(starts=True, ends=True, sides=True, tools=True, interruptions=True)

_OWN = ("agent_handoff", "agent_config_update")
_SHARED = ("message", "function_call", "function_call_output")


def matches(source: Source) -> int:
    """By items whose content is a list of texts, or of kinds that only LiveKit has."""
    value = source.value if isinstance(source.value, dict) else {}
    items = list(objects(_items(value)))
    if "chat_history" in value and isinstance(_items(value), list):
        return SURE
    own = any(item.get("type") in _OWN or _has_texts(item) for item in items)
    tools = bool(items) and all(item.get("type") in _SHARED and "object" not in item for item in items)
    typed = any("type" in piece for item in items for piece in objects(item.get("content")))
    return SURE if own or (tools and not typed) else NO


def _items(value: dict[str, Json]) -> Json:
    history = value.get("chat_history", value)
    return history.get("items") if isinstance(history, dict) else history


def _has_texts(item: dict[str, Json]) -> bool:
    content = item.get("content")
    return (
        item.get("type") == "message"
        and isinstance(content, list)
        and any(isinstance(c, str) for c in content)
    )


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    value = source.value if isinstance(source.value, dict) else {}
    items = _items(value)
    if not isinstance(items, list):
        raise not_this(source, "`items`")
    draft = Draft(
        [],
        call_id=first_text(value.get("job_id"), value.get("room_id"), value.get("room")),
        plan_id=plan_of(
            value.get("metadata"), value.get("userdata"), part(value, "job").get("metadata"), value
        ),
        ended_by=_ended_by(value),
        on_clock=True,
    )
    names: dict[str, str] = {}
    for item in objects(items):
        draft.rows.extend(_rows(item, names, draft.gaps))
    draft.began = _positive(value.get("started_at")) or _positive(value.get("audio_recording_started_at"))
    if draft.began is None:
        _assume_start(draft, list(objects(items)))
    yield draft


def _assume_start(draft: Draft, items: list[dict[str, Json]]) -> None:
    """Zero by the first word; items such as the instructions are made before the call."""
    spoken = [time for item in items if (time := _positive(part(item, "metrics").get("started_speaking_at")))]
    made = [row.start for row in draft.rows if row.start is not None and row.speaker in ("agent", "contact")]
    if spoken or made:
        draft.began = float(math.floor(min(spoken or made)))
        draft.gaps.add("clock_start_assumed")


def _positive(value: Json) -> float | None:
    return number(value) or None


def _rows(item: dict[str, Json], names: dict[str, str], gaps: set[str]) -> Iterator[Row]:
    kind = string(item.get("type")) or ("message" if "role" in item else "")
    made = _positive(item.get("created_at"))
    if kind == "function_call":
        names[string(item.get("call_id"))] = string(item.get("name"))
        yield Row(called(item.get("name"), item.get("arguments")), "tool", start=made)
    elif kind == "function_call_output":
        name = item.get("name") or names.get(string(item.get("call_id")))
        yield Row(returned(name, item.get("output"), failed=item.get("is_error") is True), "tool", start=made)
    elif kind == "message":
        role = string(item.get("role")).casefold()
        metrics = part(item, "metrics")
        start, end = (
            _positive(metrics.get("started_speaking_at")),
            _positive(metrics.get("stopped_speaking_at")),
        )
        cut = item.get("interrupted")
        interrupted = cut if isinstance(cut, bool) else None
        words = " ".join(_texts(item.get("content")))
        yield Row(
            words, side_of_role(role, ROLES, gaps), (role,) if role else (), start or made, end, interrupted
        )
    elif kind == "agent_handoff":
        text = f"agent_handoff {string(item.get('old_agent_id'))} -> {string(item.get('new_agent_id'))}"
        yield Row(text, "system", start=made)
    else:
        if kind not in _OWN:
            gaps.add("unknown_roles")
        yield Row(f"{kind or 'item'} {string(item.get('instructions'))}".strip(), "system", start=made)


def _texts(content: Json) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    for piece in content if isinstance(content, list) else ():
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, dict):
            yield string(piece.get("text") or piece.get("transcript"))


def _ended_by(value: dict[str, Json]) -> EndedBy:
    closes = [
        string(event.get("reason")) for event in objects(value.get("events")) if event.get("type") == "close"
    ]
    reason = (string(value.get("close_reason")) or (closes[-1] if closes else "")).casefold()
    if not reason or reason.endswith("unknown"):
        return "unknown"
    if "participant" in reason:
        return "contact"
    return "agent" if "completed" in reason or "user_initiated" in reason else "system"
