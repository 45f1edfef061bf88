"""OpenAI Realtime conversation items, as a JSON list, JSON Lines, or under `items` or `data`.

| field | meaning |
|---|---|
| `type` | `message`; `function_call`, `function_call_output`, `mcp_call` tool; others (`mcp_list_tools`…): system |
| `role` | `user` contact; `assistant` agent; `system` |
| `content[]` | `input_text`, `output_text`, `text`: `text`; `input_audio`, `output_audio`, `audio`: `transcript` |
| `status` | `incomplete`: cut off. The transcript is then of all that was made, not of what was heard |

The list is in the order of the conversation. A null `transcript` is a turn that could not be transcribed.
Items have no times.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    called,
    first_text,
    objects,
    plan_of,
    returned,
    string,
)
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.readers.openai_chat import ROLES
from precall_cli.transcripts.sides import side_of_role
from precall_cli.transcripts.source import Source

NAME = "openai_realtime_items"
TITLE = "OpenAI Realtime conversation items"
TELLS = Tells(sides=True, tools=True, interruptions=True)

_PARTS = ("input_text", "output_text", "input_audio", "output_audio")


def matches(source: Source) -> int:
    """By the `object` of an item, or the kinds of its content."""
    items = _items(source.value)
    own = any(item.get("object") == "realtime.item" or _has_parts(item) for item in items)
    return SURE if own and not any("event_id" in item for item in items) else NO


def _items(value: Json) -> list[dict[str, Json]]:
    if isinstance(value, dict):
        value = value.get("items") or value.get("data")
    return list(objects(value))


def _has_parts(item: dict[str, Json]) -> bool:
    return item.get("type") == "message" and any(
        p.get("type") in _PARTS for p in objects(item.get("content"))
    )


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    items = _items(source.value) if source.is_json else []
    if not any(item.keys() & {"type", "role"} for item in items):
        raise not_this(source, "a list of conversation items")
    top = source.value if isinstance(source.value, dict) else {}
    draft = Draft(
        [],
        call_id=first_text(top.get("call_id"), top.get("session_id"), top.get("id")),
        plan_id=plan_of(top.get("metadata"), top),
    )
    names: dict[str, str] = {}
    for item in items:
        draft.rows.extend(item_rows(item, names, draft.gaps))
    yield draft


def item_rows(item: dict[str, Json], names: dict[str, str], gaps: set[str]) -> Iterator[Row]:
    """The rows of one conversation item; `names` maps the ids of calls to names."""
    kind = string(item.get("type")) or "message"
    if kind == "function_call":
        names[string(item.get("call_id"))] = string(item.get("name"))
        yield Row(called(item.get("name"), item.get("arguments")), "tool")
    elif kind == "function_call_output":
        yield Row(returned(names.get(string(item.get("call_id"))), item.get("output")), "tool")
    elif kind == "mcp_call":
        yield Row(called(item.get("name"), item.get("arguments")), "tool")
        if item.get("output") is not None or item.get("error"):
            failed = bool(item.get("error"))
            yield Row(
                returned(item.get("name"), item.get("output") or item.get("error"), failed=failed), "tool"
            )
    elif kind == "message":
        role = string(item.get("role"))
        words = item_words(item)
        cut = cut_off(item.get("status"))
        if cut and words and role == "assistant":
            gaps.add("truncated_text")
        yield Row(words, side_of_role(role, ROLES, gaps), (role,) if role else (), interrupted=cut)
    else:
        if not kind.startswith("mcp_"):
            gaps.add("unknown_roles")
        yield Row(f"{kind} {string(item.get('name'))}".strip(), "system")


def item_words(item: dict[str, Json]) -> str:
    """The words of all parts of an item."""
    content = item.get("content")
    if isinstance(content, str):
        return content
    return " ".join(string(piece.get("text") or piece.get("transcript")) for piece in objects(content))


def cut_off(status: Json) -> bool | None:
    """Whether an item's status says that it was cut off; None while that is open."""
    return {"incomplete": True, "cancelled": True, "completed": False}.get(string(status))
