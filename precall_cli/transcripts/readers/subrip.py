"""SubRip subtitles (`.srt`), as WhisperX and many others write them.

The speaker stands at the head of a cue as `Name:` or `[SPEAKER_00]:`; a cue without one goes on with the
last. Commas or dots before the milliseconds, missing or wrong numbers, Windows line ends and blank lines in a
cue are all read; cues out of order are sorted, those of one speaker that follow within a few seconds are
one turn. Words in angle brackets are kept, font tags are dropped. A cue whose times cannot be read has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from precall_cli.transcripts.draft import Draft, Row
from precall_cli.transcripts.labels import name_rows
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "srt"
TITLE = "SubRip subtitles"
TELLS = Tells(starts=True, ends=True)

_STAMP = r"\d{1,3}:\d{1,2}:\d{1,2}[,.]\d{1,3}"
_TIMES = re.compile(
    rf"[ \t]{{0,8}}({_STAMP})[ \t]{{0,8}}-{{1,3}}>[ \t]{{0,8}}({_STAMP})[^\n]{{0,200}}", re.ASCII
)
_FONT = re.compile(r"</?(?:i|b|u|s|font)(?:\s[^<>]{0,200})?>|\{\\an?\d\}", re.IGNORECASE)


def matches(source: Source) -> int:
    """By a line of times among the first lines."""
    if source.is_json or source.text.lstrip().startswith("WEBVTT"):
        return NO
    lines = (line for line in source.text[:5000].split("\n") if line.strip())
    return SURE if any(_TIMES.fullmatch(line) for _, line in zip(range(6), lines, strict=False)) else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    rows = [] if source.is_json else source.at_most(_cues(source.text.split("\n")))
    if not rows:
        raise not_this(source, "a cue like `00:00:01,000 --> 00:00:04,000`")
    yield Draft(name_rows(rows, source.sides.agent + source.sides.contact), by_time=True, joins=True)


def _cues(lines: list[str]) -> Iterator[Row]:
    """Cut at the lines of times, so that the work stays in proportion to the length of the text."""
    row: Row | None = None
    words: list[str] = []
    for line in lines:
        times = _TIMES.fullmatch(line) if "->" in line else None
        if not times:
            words.append(line)
            continue
        if words and words[-1].strip().isdecimal():
            words.pop()
        if row:
            yield _filled(row, words)
        row, words = Row("", None, (), _seconds(times[1]), _seconds(times[2])), []
    if row:
        yield _filled(row, words)


def _filled(row: Row, words: list[str]) -> Row:
    row.text = (
        _FONT.sub("", " ".join(words))
        if any("<" in word or "{" in word for word in words)
        else " ".join(words)
    )
    return row


def _seconds(stamp: str) -> float | None:
    import srt

    try:
        found: timedelta = srt.srt_timestamp_to_timedelta(stamp)
    except (srt.TimestampParseError, OverflowError):
        return None
    return found.total_seconds()
