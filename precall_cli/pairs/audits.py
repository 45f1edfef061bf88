"""The rows that `audit-pairs` wrote, read back one at a time: for a store, or for whatever comes after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from precall_cli.errors import BadInput
from precall_cli.lines import numbered_lines, open_lines, shown_name
from precall_cli.records.audit import Audit
from precall_cli.records.json_text import Json, parse_json


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that is no audit, and why: what `audit-pairs` said, or what is wrong with it."""

    place: str
    problem: str


def read_audits(path: Path) -> Iterator[Audit | Unread]:
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


def _read(line: bytes, place: str) -> Audit | Unread:
    document = parse_json(line, place)
    if not isinstance(document, dict):
        raise BadInput("must be a JSON object, as audit-pairs writes them", place=place)
    identity = document.pop("id", None)
    if "schema" not in document and isinstance(document.get("error"), str):
        return Unread(place, str(document["error"]))
    audit = _as_written(line, identity)
    return audit if audit is not None else Audit.from_document(document, place)


def _as_written(line: bytes, identity: Json) -> Audit | None:
    """The audit of a row that begins with its id, as ours do: its own bytes, read once. None for any other,
    or where something is wrong with it."""
    head = b'{"id":' + json.dumps(identity, ensure_ascii=False, separators=(",", ":")).encode() + b","
    if not line.startswith(head):
        return None
    try:
        return Audit.model_validate_json(b"{" + line[len(head) :])
    except ValidationError:
        return None
