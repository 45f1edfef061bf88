"""One file, decoded once for all readers: its text, and its JSON value if it is JSON or JSON Lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePath
from typing import Final

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, decode_utf8, parse_json
from precall_cli.records.limits import limits
from precall_cli.transcripts.draft import Row
from precall_cli.transcripts.other_files import refuse_other_files
from precall_cli.transcripts.sides import Sides

NO_JSON: Final = object()


@dataclass(frozen=True, slots=True)
class Source:
    """What is asked of a reader: is this yours, and what does it say?"""

    name: str
    """File name, for messages."""
    text: str
    """The whole text, without a byte order mark, lines ending in a line feed."""
    value: Json
    """The JSON value; for JSON Lines the list of its rows; NO_JSON for any other text."""
    digest: str
    """SHA-256 of the bytes, in hex."""
    sides: Sides
    """What the user said about who is who; a few formats are read by it."""
    max_turns: int
    """More turns than these are refused."""

    @property
    def is_json(self) -> bool:
        """Whether the file is JSON or JSON Lines."""
        return self.value is not NO_JSON

    def only(self, value: Json, place: str) -> Source:
        """One call out of this file."""
        return replace(self, name=f"{self.name}{place}", value=value, text="")

    def at_most(self, rows: Iterator[Row]) -> list[Row]:
        """The rows, and no more of them than it takes to see that they are too many."""
        return list(islice(rows, self.max_turns + 1))

    def slug(self) -> str:
        """An id for a call that has none: the file's name and the start of its digest."""
        stem = PurePath(self.name.split(": ")[0]).name.partition(".")[0]
        words = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:60]
        return f"{words or 'call'}-{self.digest[:8]}"


def open_source(
    data: bytes,
    name: str,
    *,
    sides: Sides = Sides(),  # noqa: B008
    max_turns: int | None = None,
    max_bytes: int | None = None,
) -> Source:
    """Decode a file. Raises BadInput for another kind of file, for what is no UTF-8, and for broken JSON."""
    refuse_other_files(data, name)
    text = decode_utf8(data, name, max_bytes=max_bytes)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadInput(
            "holds a NUL byte: this is no text", place=f"{name}:{line}", hint="Export it as text or JSON."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise BadInput("is empty", place=name, hint="Give the transcript of a call.")
    most = limits().max_turns if max_turns is None else max_turns
    return Source(name, text, _json_value(text, name), hashlib.sha256(data).hexdigest(), sides, most)


_JSON_START = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]\"]|(?:null|true|false|-?\d+(?:\.\d+)?)\s*\Z)")


def _json_value(text: str, name: str) -> Json:
    """The JSON value of a text that begins like one."""
    if not _JSON_START.match(text):
        return NO_JSON
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and _is_whole_object(lines[0][1]):
        return [parse_json(line, f"{name}:{number}", nan_as_null=True) for number, line in lines]
    return parse_json(text, name, nan_as_null=True)


def _is_whole_object(line: str) -> bool:
    """Whether the first line is a JSON object by itself: then the file is JSON Lines."""
    line = line.strip()
    if not (line.startswith("{") and line.endswith("}")):
        return False
    try:
        parse_json(line, "", nan_as_null=True)
    except BadInput:
        return False
    return True
