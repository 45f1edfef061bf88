"""OpenAI Realtime server events, as a log: JSON Lines or a JSON list.

| event | meaning |
|---|---|
| `input_audio_buffer.speech_started/stopped` | times of the contact's item, ms from the start of the session's audio |
| `conversation.item.added`, `.created`, `.done` | an item and what is known of it |
| `conversation.item.input_audio_transcription.completed` | what the contact said; may come after the answer. `.failed`: it could not be transcribed |
| `response.output_audio_transcript.done` (`response.audio_transcript.done`), `response.output_text.done` | what the agent said; its `.delta`s where it never came |
| `conversation.item.truncated` | the agent was cut off; the text is of all that was made, not of what was heard |
| `response.function_call_arguments.done` | a tool call |
| `response.done` | what is missing so far, from its `output`; `cancelled` means cut off |

The order is that of the items' first appearance, not of the transcripts. The agent's turns have no times.
Events of other kinds, and those that a client sent, are passed over.
"""  # noqa: E501

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import Draft, Row, first_text, objects, part, plan_of, scaled, string
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.readers.realtime_items import cut_off, item_rows, item_words
from precall_cli.transcripts.source import Source

NAME = "openai_realtime_events"
TITLE = "OpenAI Realtime event log"
TELLS = Tells(starts=True, ends=True, sides=True, tools=True, interruptions=True)

_KINDS = ("session.", "conversation.item.", "response.", "input_audio_buffer.")
_SPOKEN = ("transcript.done", "output_text.done", "response.text.done")
_SPEAKING = ("transcript.delta", "output_text.delta", "response.text.delta")


@dataclass(slots=True)
class _Item:
    """What the events have told of one item so far."""

    role: str = ""
    kind: str = "message"
    body: dict[str, Json] = field(default_factory=dict)
    spoken: dict[int, str] = field(default_factory=dict)
    deltas: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    start: float | None = None
    end: float | None = None
    cut: bool | None = None


def matches(source: Source) -> int:
    """By the types of the first events."""
    rows = _events(source.value)[:20]
    named = [string(row.get("type")).startswith(_KINDS) for row in rows]
    return SURE if any(named) else NO


def _events(value: Json) -> list[dict[str, Json]]:
    if isinstance(value, dict):
        return list(objects(value.get("events"))) or [value]
    return list(objects(value))


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    events = _events(source.value) if source.is_json else []
    if not any(string(event.get("type")).startswith(_KINDS) for event in events):
        raise not_this(source, "an event of a realtime session")
    items: dict[str, _Item] = {}
    draft = Draft([])
    for event in events:
        if string(event.get("type")) in ("session.created", "session.updated"):
            session = part(event, "session")
            draft.call_id = draft.call_id or first_text(session.get("id"))
            draft.plan_id = draft.plan_id or plan_of(
                session.get("metadata"), part(session, "prompt").get("variables")
            )
        else:
            _take(event, items, draft.gaps)
    names: dict[str, str] = {}
    for item in items.values():
        draft.rows.extend(_rows(item, names, draft.gaps))
    yield draft


def _take(event: dict[str, Json], items: dict[str, _Item], gaps: set[str]) -> None:
    """Enters one event into the items."""
    kind = string(event.get("type"))
    place = event.get("content_index")
    index = place if isinstance(place, int) else 0
    body = part(event, "item")
    identity = string(event.get("item_id")) or string(body.get("id"))
    if kind == "response.done":
        _take_response(part(event, "response"), items)
        return
    if not identity or kind in ("conversation.item.create", "conversation.item.deleted"):
        return
    item = items.setdefault(identity, _Item())
    if body:
        _learn(item, body)
    if kind.endswith("speech_started"):
        item.role = item.role or "user"
        start = scaled(event.get("audio_start_ms"), 0.001)
        item.start = start if item.start is None else item.start
    elif kind.endswith("speech_stopped"):
        item.role = item.role or "user"
        item.end = scaled(event.get("audio_end_ms"), 0.001)
    elif kind.endswith("input_audio_transcription.completed"):
        item.role = "user"
        item.spoken[index] = string(event.get("transcript"))
    elif kind.endswith("input_audio_transcription.failed"):
        item.role = "user"
    elif kind.endswith("input_audio_transcription.delta"):
        item.role = "user"
        item.deltas[index].append(string(event.get("delta")))
    elif kind == "conversation.item.truncated":
        item.cut = True
        gaps.add("truncated_text")
    elif kind.endswith(_SPOKEN):
        item.role = "assistant"
        item.spoken[index] = string(event.get("transcript") or event.get("text"))
    elif kind.endswith(_SPEAKING):
        item.role = "assistant"
        item.deltas[index].append(string(event.get("delta")))
    elif kind.endswith("function_call_arguments.done"):
        item.kind = "function_call"
        item.body = {
            **item.body,
            **{key: event[key] for key in ("name", "arguments", "call_id") if event.get(key)},
        }


def _take_response(response: dict[str, Json], items: dict[str, _Item]) -> None:
    for body in objects(response.get("output")):
        if identity := string(body.get("id")):
            item = items.setdefault(identity, _Item())
            _learn(item, body)
            if string(response.get("status")) == "cancelled" and item.kind == "message":
                item.cut = True


def _learn(item: _Item, body: dict[str, Json]) -> None:
    """What an item's own body says; an empty value does not undo what was known."""
    item.kind = string(body.get("type")) or item.kind
    item.role = string(body.get("role")) or item.role
    item.body = {**item.body, **{key: value for key, value in body.items() if value not in (None, "", [])}}
    cut = cut_off(body.get("status"))
    item.cut = cut if item.cut is None or cut else item.cut


def _rows(item: _Item, names: dict[str, str], gaps: set[str]) -> Iterator[Row]:
    if item.kind != "message":
        yield from item_rows({**item.body, "type": item.kind}, names, gaps)
        return
    words = " ".join(text for _, text in sorted(item.spoken.items()) if text) or item_words(item.body)
    if not words and item.deltas:
        words = " ".join("".join(pieces) for _, pieces in sorted(item.deltas.items()))
        gaps.add("partial")
    body = {"role": item.role, "content": words, "status": None}
    for row in item_rows(body, names, gaps):
        row.start, row.end, row.interrupted = item.start, item.end, item.cut
        yield row
