"""WebVTT that keeps a whole transcript: players show it, precall reads back what it wrote.

The header names the record; a NOTE holds what is no turn, as JSON; each cue's id says which turn it is, and
what WebVTT cannot say: `3 no-end interrupted`. Cue text is escaped so that line breaks survive.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.transcript import Transcript, Turn
from precall_cli.transcripts.draft import clock_seconds

HEADER = "WEBVTT - precall.transcript/1"
_LAST_S = 359_999.999
_META = ("call_id", "plan_id", "started_at", "ended_by", "source", "gaps")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "&#10;", "\r": "&#13;"})


def render_vtt(transcript: Transcript) -> str:
    """The transcript as WebVTT; `precall transcript convert` reads it back with the same turns and times.

    Times are rounded to the millisecond. A turn without a start is shown where the one before it ended.
    """
    document = transcript.document()
    note = json.dumps(
        {key: document[key] for key in _META if key in document}, ensure_ascii=True, sort_keys=True
    )
    blocks = [HEADER, f"NOTE precall {note.replace('>', chr(92) + 'u003e')}"]
    at = 0.0
    for turn in transcript.turns:
        start = _kept(turn.start_s)
        end = _kept(turn.end_s)
        if start is not None and end is not None and end < start:
            end = None
        shown = start if start is not None else min(at, end) if end is not None else at
        until = end if end is not None else shown
        at = max(at, until)
        blocks.append(f"{_cue_id(turn, start, end)}\n{_clock(shown)} --> {_clock(until)}\n{_payload(turn)}")
    return "\n\n".join(blocks) + "\n"


def _kept(time: float | None) -> float | None:
    return round(time, 3) if time is not None and 0 <= time <= _LAST_S else None


def _cue_id(turn: Turn, start: float | None, end: float | None) -> str:
    flags = ["no-start"] if start is None else []
    flags += ["no-end"] if end is None else []
    if turn.interrupted is not None:
        flags.append("interrupted" if turn.interrupted else "uncut")
    return " ".join([str(turn.i), *flags])


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, thousandths = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{thousandths // 1000:02d}.{thousandths % 1000:03d}"


def _payload(turn: Turn) -> str:
    return f"<v {turn.speaker.capitalize()}>{turn.text.translate(_ESCAPED)}"


_OWN_VOICE = re.compile(r"<v (Agent|Contact|Tool|System|Unknown)>")


def transcript_of_cues(text: str, cues: Sequence[tuple[str, str, str, str]], place: str) -> Transcript:
    """The transcript of a file that `render_vtt` wrote. Raises BadInput when it was edited out of shape."""
    document: dict[str, Json] = {"schema": "precall.transcript/1", **_note(text, place)}
    document["turns"] = list(_turn_documents(cues, place))
    return Transcript.from_document(document, place)


def _note(text: str, place: str) -> dict[str, Json]:
    for line in text.split("\n", 8)[:8]:
        if line.startswith("NOTE precall "):
            note = parse_json(line.removeprefix("NOTE precall "), place)
            if isinstance(note, dict):
                return note
    raise BadInput(
        "says it is precall's own, but its NOTE is missing",
        place=f"{place}:1",
        hint="Convert the call again.",
    )


def _turn_documents(cues: Sequence[tuple[str, str, str, str]], place: str) -> Iterator[dict[str, Json]]:
    for index, (identifier, start, end, raw) in enumerate(cues):
        voice = _OWN_VOICE.match(raw)
        if not voice:
            raise BadInput(
                "has no voice", place=f"{place}: cue {identifier or index}", hint="Convert the call again."
            )
        flags = identifier.split()[1:]
        turn: dict[str, Json] = {
            "i": index,
            "speaker": voice[1].lower(),
            "text": html.unescape(raw[voice.end() :]),
        }
        turn["start_s"] = None if "no-start" in flags else clock_seconds(start)
        turn["end_s"] = None if "no-end" in flags else clock_seconds(end)
        turn["interrupted"] = "interrupted" in flags if {"interrupted", "uncut"} & set(flags) else None
        yield turn
