"""The rows that `audit-pairs` wrote, read back one at a time: for a store, or for whatever comes after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from precall_cli.errors import BadInput
from precall_cli.lines import numbered_lines, open_lines, shown_name
from precall_cli.records.audit import Audit
from precall_cli.records.json_text import parse_json
from precall_cli.records.written_audit import WrittenAudit, read_written


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that is no audit, and why: what `audit-pairs` said, or what is wrong with it."""

    place: str
    problem: str


def read_audits(path: Path) -> Iterator[WrittenAudit | Unread]:
    """Every row of a `.jsonl` (or `.gz`) file, or of standard input for `-`, in order.

    Raises BadInput when the file cannot be opened or breaks off.
    """
    name = shown_name(path)
    with open_lines(path) as file:
        for number, line in numbered_lines(file, name):
            place = f"{name}:{number}"
            try:
                yield _read(line.rstrip(b"\r\n"), place)
            except BadInput as error:
                yield Unread(error.place or place, error.problem)


def _read(line: bytes, place: str) -> WrittenAudit | Unread:
    head = _HEAD.match(line)
    if head is not None and (audit := read_written(b"{" + line[head.end() :])) is not None:
        return audit
    document = parse_json(line, place)
    if not isinstance(document, dict):
        raise BadInput("must be a JSON object, as audit-pairs writes them", place=place)
    document.pop("id", None)
    if "schema" not in document and isinstance(document.get("error"), str):
        return Unread(place, str(document["error"]))
    return WrittenAudit.of(Audit.from_document(document, place))


_HEAD = re.compile(rb'\{"id":(?:"[^"\\\x00-\x1f]*"|\d{1,15}|null),')
"""The beginning of a row, up to the audit in it."""
