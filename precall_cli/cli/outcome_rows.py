"""The rows of a file of outcomes: JSON Lines, packed or not, CSV, or a table of a SQLite database."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.cli.files import read_bytes
from precall_cli.errors import BadInput
from precall_cli.lines import numbered_lines, unpacked
from precall_cli.records.json_text import Json, decode_utf8, parse_json

if TYPE_CHECKING:
    from precall_cli.store import RuntimeRow

MOST = 1024 * 1024 * 1024
"""Most bytes of a file of outcomes, packed or not."""
_GZIP = b"\x1f\x8b"
_JSON_FIELDS = ("plan", "plan_deviation_reasons")


def read_rows(file: Path, table: str | None = None) -> Iterator[RuntimeRow]:
    """Every row with its place, in file order; nothing is checked but the form of the file.

    Raises BadInput where the file cannot be read at all, or where `table` is given for what is no database.
    """
    from precall_cli.store import read_runtime_file

    name = "standard input" if str(file) == "-" else str(file)
    if name != "standard input" and _is_database(file):
        yield from read_runtime_file(file, table)
        return
    if table is not None:
        raise BadInput("is no SQLite database, so it has no table", place=name, hint="Leave --table out.")
    data = read_bytes(file, max_bytes=MOST)
    if data.startswith(_GZIP):
        data = unpacked(data, name, MOST)
    yield from _csv_rows(data, name) if _is_csv(file, data) else _json_rows(data, name)


def _is_database(file: Path) -> bool:
    """By its first bytes; a file without a byte is none. Raises BadInput for what is no regular file."""
    if not file.is_file():
        read_bytes(file)  # says what it is
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"


def _is_csv(file: Path, data: bytes) -> bool:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if ".csv" in suffixes:
        return True
    return not suffixes and not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b"," in data[:4096]


def _json_rows(data: bytes, name: str) -> Iterator[RuntimeRow]:
    from precall_cli.store import RuntimeRow

    if name.endswith((".json", ".json.gz")):  # one document: a list of outcomes, or a single one
        value = parse_json(data, name, max_bytes=MOST)
        for index, each in enumerate(value if isinstance(value, list) else [value]):
            yield RuntimeRow(f"{name}: /{index}" if isinstance(value, list) else name, partial(_exact, each))
        return
    for number, row in numbered_lines(io.BytesIO(data.removeprefix(b"\xef\xbb\xbf")), name):
        place = f"{name}:{number}"
        yield RuntimeRow(place, partial(_json_row, row.rstrip(b"\n"), place))


def _exact(value: Json) -> Json:
    from precall_cli.store import exact

    return exact(value)


def _json_row(row: bytes, place: str) -> Json:
    try:
        return _exact(parse_json(row, place))
    except BadInput as error:  # the row is one line: its place needs no line of its own
        raise BadInput(error.problem, place=error.place.replace(f"{place}:1:", f"{place}:", 1)) from None


def _csv_rows(data: bytes, name: str) -> Iterator[RuntimeRow]:
    from precall_cli.store import RuntimeRow

    text = decode_utf8(data, name, max_bytes=MOST)
    csv.field_size_limit(20 * 1024 * 1024)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    while True:
        started = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadInput(f"is no CSV: {error}", place=f"{name}:{started}") from None
        if not any(cells):
            continue
        if header is None:
            header = _header(cells, f"{name}:{started}")
            continue
        place = f"{name}:{started}"
        yield RuntimeRow(place, partial(_csv_row, header, cells, place))


def _header(cells: list[str], place: str) -> list[str]:
    names = [cell.strip() for cell in cells]
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice or not all(names):
        problem = f"the column {twice[0]!r} stands twice" if twice else "a column has no name"
        raise BadInput(problem, place=place, hint="The first line names the columns.")
    if "call_id" not in names:
        raise BadInput("no column is named call_id", place=place, hint=f"It has: {', '.join(names[:12])}.")
    return names


def _csv_row(header: list[str], cells: list[str], place: str) -> Json:
    """The cells that say something, as text; a plan and the logged reasons as the JSON they hold."""
    if len(cells) > len(header):
        raise BadInput(f"has {len(cells)} cells, and the header names {len(header)} columns", place=place)
    said = {name: cell for name, cell in zip(header, cells, strict=False) if cell != ""}
    return {
        name: parse_json(cell, f"{place}: {name}") if name in _JSON_FIELDS else cell
        for name, cell in said.items()
    }
