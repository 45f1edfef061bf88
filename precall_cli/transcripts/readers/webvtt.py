"""WebVTT subtitles, as Zoom, Teams and others export them, and as precall writes them.

The speaker is the voice of a cue (`<v Dana Okafor>`, Teams; several voices in a cue are several turns) or a
`Name:` at its head (Zoom). Zoom names a speaker once and not again while the same one goes on, so a cue
without a name belongs to the one before it, once names are in use. Cues of one speaker that follow within a
few seconds are one turn. Entities (`&amp;`) become characters, other tags are dropped; STYLE, REGION and
NOTE blocks are no speech. Hours may be missing. A cue that is malformed is left out.

A file that precall wrote (`WEBVTT - precall.transcript/1`) gives back the same transcript: ids, sides, times
to the millisecond, turns without times (their cue id says `no-start`, `no-end`), gaps.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from precall_cli.errors import BadInput
from precall_cli.records.transcript import Transcript
from precall_cli.transcripts.draft import Draft, Row, clock_seconds
from precall_cli.transcripts.labels import name_rows
from precall_cli.transcripts.own_vtt import HEADER, transcript_of_cues
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "vtt"
TITLE = "WebVTT (Zoom, Teams, precall)"
TELLS = Tells(starts=True, ends=True)

_TALL = 200
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?[ \t]([^<>]{0,300})>")
_TAG = re.compile(r"</?[A-Za-z0-9:][^<>]{0,300}>|</?>")


def matches(source: Source) -> int:
    """By its first word."""
    return SURE if source.text.lstrip("\n").startswith("WEBVTT") else NO


def read(source: Source) -> Iterator[Draft | Transcript]:
    """One call."""
    if not matches(source):
        raise not_this(source, "WEBVTT in the first line")
    import webvtt

    text = source.text.lstrip("\n")
    try:
        captions = webvtt.from_string(_without_towers(text)).captions
    except webvtt.errors.MalformedFileError:
        raise not_this(source, "WEBVTT in the first line") from None
    cues = [(cue.identifier or "", str(cue.start), str(cue.end), cue.raw_text) for cue in captions]
    if text.startswith(HEADER):
        yield transcript_of_cues(text, cues, source.name)
        return
    if not cues:
        raise BadInput("holds no cue", place=source.name, hint="Give the transcript of a call.")
    spans = [span for _, start, end, raw in cues for span in _spans(raw, start, end)]
    yield Draft(name_rows(spans, source.sides.agent + source.sides.contact), by_time=True, joins=True)


def _without_towers(text: str) -> str:
    """The text with cues of hundreds of lines laid flat: each line of a cue costs webvtt as much as a cue."""
    lines: list[str] = []
    flat: list[str] = []
    height = 0
    for line in [*text.split("\n"), ""]:
        height = height + 1 if line and "-->" not in line else 0
        if height > _TALL:
            flat.append(line)
            continue
        if flat:
            lines[-1] = " ".join([lines[-1], *flat])
            flat = []
        lines.append(line)
    return "\n".join(lines)


def _spans(raw: str, start: str, end: str) -> Iterator[Row]:
    """The voices of one cue; a cue without voice tags is one span without a label."""
    begins, ends = clock_seconds(start), clock_seconds(end)
    pieces = _VOICE.split(raw)
    for index in range(0, len(pieces), 2):
        words = html.unescape(_TAG.sub("", pieces[index]))
        label = html.unescape(pieces[index - 1]).strip() if index else ""
        if words.strip() or len(pieces) == 1:
            yield Row(words, None, (label,) if label else (), begins, ends)
