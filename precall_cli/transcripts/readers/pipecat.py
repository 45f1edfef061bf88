"""Pipecat turns: what a bot's handlers wrote down, as a JSON list or JSON Lines.

Rows are `UserTurnStoppedMessage` and `AssistantTurnStoppedMessage`, or the `TranscriptionMessage` of older
versions: `{"role", "content", "timestamp"}`. The dataclasses hold no role; where it was not added, a row with
`user_id` is the contact's and one with `interrupted` the agent's, else the side is unknown.

| field | meaning |
|---|---|
| `role` | `assistant` agent; `user` contact; others as in OpenAI chat |
| `content` | the words; null in realtime mode: the row is left out |
| `timestamp` | ISO 8601, when the turn began; also epoch seconds. No end |
| `interrupted` | the agent was cut off |

Zero is the whole second of the first turn. (`LLMContext.get_messages()` is the `openai_chat` format.)
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import Draft, Row, epoch, first_text, objects, plan_of, string
from precall_cli.transcripts.reader import LIKELY, NO, Tells, not_this
from precall_cli.transcripts.readers.openai_chat import message_rows
from precall_cli.transcripts.source import Source

NAME = "pipecat"
TITLE = "Pipecat turns, as its handlers give them"
TELLS = Tells(starts=True, sides=True, tools=True, interruptions=True)

_LISTS = ("messages", "turns", "transcript")


def matches(source: Source) -> int:
    """Rows with content, of which some have a timestamp."""
    rows = _rows_of(source.value)
    shaped = 2 * sum("content" in row and _is_turn(row) for row in rows) >= len(rows)
    return LIKELY if rows and shaped and any("timestamp" in row for row in rows) else NO


def _is_turn(row: dict[str, Json]) -> bool:
    return bool(row.keys() & {"role", "user_id", "interrupted", "timestamp"}) and "type" not in row


def _rows_of(value: Json) -> list[dict[str, Json]]:
    if isinstance(value, dict):
        value = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), [value])
    return list(objects(value))


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    rows = _rows_of(source.value) if source.is_json else []
    if not any("content" in row for row in rows):
        raise not_this(source, "a list of turns with `content`")
    top = source.value if isinstance(source.value, dict) else {}
    draft = Draft(
        [],
        call_id=first_text(top.get("call_id"), top.get("session_id"), top.get("id")),
        plan_id=plan_of(top.get("metadata"), top),
        on_clock=True,
        by_time=True,
    )
    names: dict[str, str] = {}
    for row in rows:
        for turn in _turns(row, names, draft.gaps):
            turn.start = epoch(row.get("timestamp"))
            cut = row.get("interrupted")
            turn.interrupted = cut if isinstance(cut, bool) and turn.speaker != "tool" else None
            draft.rows.append(turn)
    yield draft


def _turns(row: dict[str, Json], names: dict[str, str], gaps: set[str]) -> Iterator[Row]:
    if string(row.get("role")):
        yield from message_rows(row, names, gaps)
    elif "user_id" in row or "interrupted" in row:
        yield from message_rows({**row, "role": "user" if "user_id" in row else "assistant"}, names, gaps)
    else:
        yield Row(string(row.get("content")), "unknown")
