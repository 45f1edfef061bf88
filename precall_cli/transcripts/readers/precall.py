"""precall's own transcript, `precall.transcript/1`: what `transcript convert` writes.

It is read strictly, like all records of precall: unknown fields, wrong types and turns that do not count
from 0 are refused, all at once. Sides, times and gaps are taken as they stand; flags change nothing.
A list or JSON Lines of them is several calls.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.transcript import Transcript
from precall_cli.transcripts.reader import NO, SURE, Tells
from precall_cli.transcripts.source import Source

NAME = "precall"
TITLE = "precall's own canonical JSON"
TELLS = Tells(starts=True, ends=True, sides=True, tools=True, interruptions=True)


def matches(source: Source) -> int:
    """By its `schema`."""
    value = source.value
    named = isinstance(value, dict) and value.get("schema") == "precall.transcript/1"
    return SURE if named else NO


def read(source: Source) -> Iterator[Transcript]:
    """The record itself."""
    yield Transcript.from_document(source.value if source.is_json else None, source.name)
