"""Files into rows: one object, a list, a paging envelope, a JSON object a line, or a CSV list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from precall_cli.crm.entries import Fault
from precall_cli.crm.fields import Fields
from precall_cli.crm.source import Source
from precall_cli.errors import BadInput
from precall_cli.records.json_text import MAX_BYTES, Json, decode_utf8, parse_json

MAX_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Export:
    """A file as the command line named it."""

    name: str
    """For messages and provenance."""
    data: bytes
    source: str | None = None
    """Which system it is of, where that was said for this file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of an export, before anything is known of it."""

    file: str
    spot: str
    """A JSON Pointer, or `:line` in lists."""
    value: Json
    cells: bool = False
    """Whether it comes from CSV: all values are strings, under their labels."""


def read_rows(export: Export, lists: Sequence[str], faults: list[Fault]) -> Iterator[Row]:
    """The records of a file; `lists` are the keys under which an envelope holds them.

    A list that says there are more pages is a fault. Raises BadInput for a file that is neither JSON nor CSV.
    """
    text = decode_utf8(export.data, export.name, max_bytes=MAX_BYTES)
    start = text.lstrip()[:1]
    name = export.name.casefold()
    if name.endswith((".jsonl", ".ndjson")):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                value = parse_json(line, f"{export.name}:{number}")
                yield from _unwrapped(Row(export.name, f":{number}", value), lists, faults)
    elif name.endswith(".json") or (start in ("{", "[") and not name.endswith(".csv")):
        yield from _unwrapped(Row(export.name, "", parse_json(text, export.name)), lists, faults)
    else:
        yield from _csv_rows(export.name, text)


def _unwrapped(row: Row, lists: Sequence[str], faults: list[Fault]) -> Iterator[Row]:
    if isinstance(row.value, list):
        for index, item in enumerate(row.value):
            yield from _unwrapped(Row(row.file, _deeper(row.spot, index), item), lists, faults)
        return
    found = [key for key in lists if isinstance(row.value, dict) and isinstance(row.value.get(key), list)]
    if not found:
        yield row
        return
    more = row.value.get("paging") or row.value.get("nextRecordsUrl") or row.value.get("done") is False
    if more:
        place = f"{row.file}: {row.spot or '/'}"
        faults.append(Fault(place, "paging", "the export goes on after this page", "Give all of its pages."))
    for key in found:
        for index, item in enumerate(row.value[key]):
            yield Row(row.file, _deeper(row.spot, f"{key}/{index}"), item)


def _deeper(spot: str, step: object) -> str:
    return spot if spot[:1] == ":" else f"{spot}/{step}"


def _csv_rows(name: str, text: str) -> Iterator[Row]:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadInput("holds a zero byte, so it is no list", place=f"{name}:{line}")
    first = text.split("\n", 1)[0]
    delimiter = "," if "," in first else next((mark for mark in (";", "\t") if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    labels: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not labels:
                labels = _labels(cells, name)
            elif len(cells) > len(labels):
                reason = f"has {len(cells)} cells, the head of the list {len(labels)}"
                raise BadInput(
                    reason, place=f"{name}:{reader.line_num}", hint="Quote cells that hold a comma."
                )
            else:
                yield Row(name, f":{reader.line_num}", dict(zip(labels, cells, strict=False)), True)
    except csv.Error as error:
        raise BadInput(f"is not CSV: {error}", place=f"{name}:{reader.line_num}") from None


def _labels(cells: Sequence[str], name: str) -> list[str]:
    labels = [cell.strip() for cell in cells]
    if len(labels) > MAX_COLUMNS:
        raise BadInput(f"has {len(labels):,} columns, more than {MAX_COLUMNS:,}", place=f"{name}:1")
    if len(labels) < 2:
        raise BadInput(
            "is neither JSON nor a list with columns", place=f"{name}:1", hint="Export it as JSON or CSV."
        )
    for index, label in enumerate(labels):
        if label and label in labels[:index]:
            raise BadInput(f"the column {label[:60]!r} stands twice; remove one", place=f"{name}:1")
    return labels


def fields_of(row: Row, source: Source, faults: list[Fault]) -> Fields:
    """Typed access to a row of `source`; a CSV row by the system's field names, its other labels kept."""
    value: Mapping[str, Json] = row.value
    if row.cells:
        named: dict[str, Json] = {}
        for label, cell in value.items():
            field = source.COLUMNS.get(label.casefold())
            if field and not str(named.get(field) or "").strip():
                named[field] = cell
        value = {**{label: cell for label, cell in value.items() if label not in named}, **named}
    return Fields(value, source.NAME, row.file, row.spot, faults, row.cells)
