"""Whisper: segments without speakers (`whisper --output_format json`, or `verbose_json` of an API).

`segments[]` has `start`, `end` in seconds and `text`. All speech is of unknown speakers, and no flag can change
that: use WhisperX or another diarisation. A segment that the model itself judged to be no speech
(`no_speech_prob` from 0.8, or from 0.6 with `avg_logprob` under −1) is a system turn: such segments are
mostly invented ("Thank you for watching").
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import Draft, Row, first_text, number, objects, plan_of, string
from precall_cli.transcripts.reader import LIKELY, NO, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "whisper"
TITLE = "Whisper segments"
TELLS = Tells(starts=True, ends=True)


def matches(source: Source) -> int:
    """Segments with text, none of them with a speaker."""
    top = source.value if isinstance(source.value, dict) else {}
    segments = list(objects(top.get("segments")))
    if "word_segments" in top or any("speaker" in segment for segment in segments):
        return NO
    whole = isinstance(top.get("segments"), list) and "text" in top
    return LIKELY if whole or any("text" in segment and "start" in segment for segment in segments) else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    top = source.value if isinstance(source.value, dict) else {}
    segments = list(objects(top.get("segments")))
    if not segments and "text" not in top:
        raise not_this(source, "`segments`")
    draft = Draft(
        [], call_id=first_text(top.get("call_id")), plan_id=plan_of(top.get("metadata"), top), by_time=True
    )
    for segment in segments:
        row = Row(
            string(segment.get("text")), None, (), number(segment.get("start")), number(segment.get("end"))
        )
        if _is_no_speech(segment):
            row.speaker = "system"
            draft.gaps.add("likely_hallucinated")
        draft.rows.append(row)
    if not segments and (text := string(top.get("text"))):
        draft.rows = [Row(text)]
        draft.gaps.add("fallback_text")
    yield draft


def _is_no_speech(segment: dict[str, Json]) -> bool:
    silent, sure = number(segment.get("no_speech_prob")) or 0.0, number(segment.get("avg_logprob")) or 0.0
    return silent >= 0.8 or (silent >= 0.6 and sure < -1.0)
