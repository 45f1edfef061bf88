"""Otter's text export: `Name  m:ss` on a line, the words below it, a blank line.

The last line (`Transcribed by https://otter.ai`) is no speech. `Unknown Speaker` is unknown. Only starts are
known, in whole seconds. Titles and keywords before the first name are a system turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from precall_cli.transcripts.draft import Draft
from precall_cli.transcripts.lines import rows_of_lines
from precall_cli.transcripts.reader import LIKELY, NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "otter"
TITLE = "Otter text export"
TELLS = Tells(starts=True)

_HEAD = re.compile(r"[^\n:\[\]()]{1,60}?[ \t]{2,6}(?:\d{1,2}:)?\d{1,3}:\d{2}[ \t]{0,8}", re.ASCII)
_FOOTER = re.compile(r"transcribed by (?:https?://)?otter\.ai/?", re.IGNORECASE)


def matches(source: Source) -> int:
    """By its last line, or by heads that stand on lines of their own."""
    if source.is_json:
        return NO
    lines = [line for line in source.text.split("\n") if line.strip()]
    heads = sum(1 for line in lines[:40] if len(line) < 90 and _HEAD.fullmatch(line.rstrip()))
    footer = any(_FOOTER.fullmatch(line.strip()) for line in lines[-3:])
    return SURE if footer and heads else LIKELY if heads >= 2 and heads * 4 >= min(len(lines), 40) else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    lines = [line.strip() for line in source.text.split("\n")]
    lines = [line for line in lines if not _FOOTER.fullmatch(line)]
    if source.is_json or not any(lines):
        raise not_this(source, "`Name  m:ss` on a line")
    rows = source.at_most(rows_of_lines(lines, source.sides.agent + source.sides.contact))
    yield Draft(rows, gaps={"whole_seconds"})
