"""WhisperX: Whisper's segments with words and speakers (also `diarized_json` of OpenAI's API).

| field | meaning |
|---|---|
| `segments[]` | `text`, `start`, `end` in seconds, `speaker` (`SPEAKER_00`), which may be missing |
| `.words[]` | `word`, `start`, `end`, `speaker`; words with digits or currency have none of the last three |

`word_segments` are read when there are no segments.
A segment without a speaker has the one that most of its words have, if any. One without times has those of
its first and last timed word. Segments of one speaker that follow within a few seconds are one turn. No side
is told: name one with --agent-speaker SPEAKER_00.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import Draft, Row, first_text, number, objects, plan_of, span_of, string
from precall_cli.transcripts.reader import LIKELY, NO, Tells, not_this
from precall_cli.transcripts.source import Source
from precall_cli.transcripts.words import commonest, rows_of_words

NAME = "whisperx"
TITLE = "WhisperX segments with speakers"
TELLS = Tells(starts=True, ends=True)


def matches(source: Source) -> int:
    """Segments with speakers, or beside a list of word segments."""
    top = source.value if isinstance(source.value, dict) else {}
    segments = list(objects(top.get("segments")))
    spoken = any("speaker" in item and "text" in item for item in segments)
    return LIKELY if spoken or "word_segments" in top else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    top = source.value if isinstance(source.value, dict) else {}
    segments, words = list(objects(top.get("segments"))), list(objects(top.get("word_segments")))
    if not segments and not words and not isinstance(top.get("segments"), list):
        raise not_this(source, "`segments`")
    rows = [_row(segment) for segment in segments] or list(rows_of_words(words, ("word",), _labels, 1.0))
    yield Draft(
        rows,
        call_id=first_text(top.get("call_id")),
        plan_id=plan_of(top.get("metadata"), top),
        by_time=True,
        joins=True,
    )


def _labels(item: dict[str, Json]) -> tuple[str, ...]:
    speaker = string(item.get("speaker"))
    return (speaker,) if speaker else ()


def _row(segment: dict[str, Json]) -> Row:
    words = list(objects(segment.get("words")))
    speaker = string(segment.get("speaker")) or commonest(string(word.get("speaker")) for word in words)
    start, end = number(segment.get("start")), number(segment.get("end"))
    if start is None or end is None:
        first, last = span_of(words)
        start, end = first if start is None else start, last if end is None else end
    text = string(segment.get("text")) or " ".join(string(word.get("word")).strip() for word in words)
    return Row(text, None, (speaker,) if speaker else (), start, end)
