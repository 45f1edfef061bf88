"""Plain text: one line per turn, or a head and the words under it.

Shapes, also mixed: `Name: words` · `[mm:ss] Name: words` · `(h:mm:ss) Name: words` · `00:12 Name: words` ·
`Name (00:12): words` · `[00:01.2 --> 00:04.5] Name: words` · `[00:12] Name` with the words below ·
`>> words` and `>> Name: words` (captions: a new speaker). Lines without a head go on with the turn above; a
line with a time and no name goes on with the speaker above.

A label counts as a speaker when it recurs, names a side in any format (Agent, AI, Bot, Rep; User, Customer,
Caller, Lead…), was given by flag, or stands beside a time: so `Note: bring the badge` stays part of a turn.
Lines before the first head (a title, a date) are one system turn. Without any head the text is of unknown
speakers, a turn per paragraph. Mostly only starts are known, in whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.transcripts.draft import Draft
from precall_cli.transcripts.lines import rows_of_lines
from precall_cli.transcripts.reader import NO, PERHAPS, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "text"
TITLE = "plain text: `Name: words`, with or without times"
TELLS = Tells(starts=True)


def matches(source: Source) -> int:
    """Anything that is text and no JSON, if nothing else claims it."""
    return NO if source.is_json else PERHAPS


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    if source.is_json:
        raise not_this(source, "text that is no JSON")
    lines = [line.strip() for line in source.text.split("\n")]
    rows = source.at_most(rows_of_lines(lines, source.sides.agent + source.sides.contact))
    starts = [row.start for row in rows if row.start is not None]
    whole = bool(starts) and all(start == int(start) for start in starts)
    yield Draft(rows, gaps={"whole_seconds"} if whole else set())
