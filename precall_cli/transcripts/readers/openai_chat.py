"""OpenAI chat messages, as most frameworks keep a conversation.

Shapes: `{"messages": [...]}`, the bare list, JSON Lines of messages, JSON Lines of conversations (several
calls). Pipecat's `LLMContext.get_messages()` is this format, too.

| field | meaning |
|---|---|
| `role` | `user` contact; `assistant` agent; `system`, `developer` system; `tool`, `function` tool; any other: system |
| `content` | text; a list of parts (`text`, `input_text`, `output_text`, `refusal`, audio with a `transcript`); null |
| `audio.transcript` | what was spoken, when `content` is null |
| `tool_calls[].function`, `function_call` | a tool turn each, after the words of the same message |
| `tool_call_id` | leads from a result to the name of its call |

No times, no interruptions; a user's utterances may have been joined to one message. Content parts of the
`tool_use` and `tool_result` kind are read as tool turns. `LLMSpecificMessage` wrappers are opened.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.records.transcript import Speaker
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    as_text,
    called,
    first_text,
    objects,
    part,
    plan_of,
    returned,
    string,
)
from precall_cli.transcripts.reader import LIKELY, NO, Tells, not_this
from precall_cli.transcripts.sides import side_of_role
from precall_cli.transcripts.source import Source

NAME = "openai_chat"
TITLE = "OpenAI chat messages (JSON, JSONL by message or by conversation), Pipecat context"
TELLS = Tells(sides=True, tools=True)

_FOREIGN = frozenset(["timestamp", "words", "secondsFromStart", "time_in_call_secs", "event_id"])
ROLES: dict[str, Speaker] = {
    "user": "contact",
    "human": "contact",
    "assistant": "agent",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}


def matches(source: Source) -> int:
    """At least half of the rows are messages with a role; none has the marks of other formats."""
    messages = _messages(source.value)
    own = sum(_is_message(message) for message in messages)
    foreign = any(message.keys() & _FOREIGN or message.get("object") for message in objects(messages))
    return LIKELY if own and 2 * own >= len(messages) and not foreign else NO


def _messages(value: Json) -> list[Json]:
    if isinstance(value, dict):
        found = [value] if "role" in value and "content" in value else value.get("messages")
    else:
        found = value
    return found if isinstance(found, list) else []


def _is_message(message: Json) -> bool:
    if not isinstance(message, dict):
        return False
    if "llm" in message and "message" in message:
        return True
    parts = message.keys() & {"content", "tool_calls", "function_call", "audio"}
    return isinstance(message.get("role"), str) and bool(parts)


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    value = source.value if source.is_json else None
    messages = list(objects(_messages(value)))
    empty = isinstance(value, dict) and value.get("messages") == []
    if not empty and not any(message.keys() & {"role", "message"} for message in messages):
        raise not_this(source, "a list of messages")
    top = value if isinstance(value, dict) else {}
    draft = Draft(
        [],
        call_id=first_text(top.get("call_id"), top.get("conversation_id"), top.get("id")),
        plan_id=plan_of(top.get("metadata"), top.get("variables"), top),
        gaps={"merged_turns"},
    )
    names: dict[str, str] = {}
    for message in messages:
        inner = message.get("message") if "llm" in message else message
        for item in inner if isinstance(inner, list) else [inner]:
            if isinstance(item, dict):
                draft.rows.extend(message_rows(item, names, draft.gaps))
    yield draft


def message_rows(message: dict[str, Json], names: dict[str, str], gaps: set[str]) -> Iterator[Row]:
    """The rows of one chat message: its words, then its tool calls. `names`: ids of calls to their names."""
    role = string(message.get("role")).casefold()
    speaker = side_of_role(role, ROLES, gaps)
    if speaker == "tool":
        name = names.get(string(message.get("tool_call_id")), string(message.get("name")))
        content = message.get("content")
        words = " ".join(_words(content)) if isinstance(content, str | list) else as_text(content)
        yield Row(returned(name, words), "tool")
        return
    text = " ".join(_words(message.get("content"))) or string(part(message, "audio").get("transcript"))
    calls = list(_calls(message))
    if text or not calls:
        yield Row(text, speaker, (role,) if role else ())
    for call_id, name, arguments in calls:
        names[call_id] = name
        yield Row(called(name, arguments), "tool")
    for result in objects(message.get("content")):
        if result.get("type") == "tool_result":
            name = names.get(string(result.get("tool_use_id")), "")
            text = " ".join(_words(result.get("content")))
            yield Row(returned(name, text, failed=result.get("is_error") is True), "tool")


def _words(content: Json) -> Iterator[str]:
    """The words of a content: a string, or parts of which some are speech."""
    if isinstance(content, str):
        yield content
    for piece in content if isinstance(content, list) else ():
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, dict) and piece.get("type") not in ("tool_use", "tool_result"):
            audio = part(piece, "input_audio") or part(piece, "audio")
            spoken = piece.get("transcript") or audio.get("transcript")
            yield string(piece.get("text") or spoken or piece.get("refusal"))


def _calls(message: dict[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """Id, name and arguments of every tool call of a message."""
    for call in objects(message.get("tool_calls")):
        inner = part(call, "function") or part(call, "custom") or call
        name = string(inner.get("name"))
        yield string(call.get("id")), name, inner.get("arguments", inner.get("input"))
    if legacy := part(message, "function_call"):
        yield "", string(legacy.get("name")), legacy.get("arguments")
    for piece in objects(message.get("content")):
        if piece.get("type") == "tool_use":
            yield string(piece.get("id")), string(piece.get("name")), piece.get("input")
