"""Whole tables as files: CSV, JSON Lines, Parquet, a row at a time. Files are opened by others.

What could act on a terminal or a spreadsheet does so in no form that people look at: CSV shows it as visible
escapes (`\\x1b`), JSON Lines as JSON's own, which lose nothing. Parquet holds the characters themselves.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, Protocol

from precall_cli.errors import BadInput, IntegrityError
from precall_cli.records.json_text import inert_json
from precall_cli.report.inert import inert, no_command

FORMATS = ("csv", "jsonl", "parquet")
BATCH = 2_000
"""Rows of one batch of a Parquet file."""

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]")


class Columns(Protocol):
    """What a file has to know of a table."""

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def types(self) -> Sequence[str]: ...


Rows = Iterable[Sequence[object]]


def write_table(table: Columns, rows: Rows, format_name: str, file: IO[bytes]) -> int:
    """Writes the rows in a format of FORMATS and says how many there were. Memory does not grow with them."""
    writer = {"csv": _write_csv, "jsonl": _write_jsonl, "parquet": _write_parquet}[format_name]
    return writer(table, rows, file)


def defused(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: one apostrophe before what would begin one.

    Numbers stay as they are. What has an apostrophe there already gets one more, so that taking one away
    always gives the text itself.

    >>> [defused(text) for text in ("=SUM(A1)", "-5", "- no", "'=1", "plain")]
    ["'=SUM(A1)", '-5', "'- no", "''=1", 'plain']
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _write_csv(table: Columns, rows: Rows, file: IO[bytes]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    try:
        writer = csv.writer(text, lineterminator="\n")  # not RFC 4180's CRLF: a terminal acts on a CR
        writer.writerow(table.columns)
        number = 0
        for number, row in enumerate(rows, start=1):  # noqa: B007 - the last number counts them
            writer.writerow([_plain(cell) for cell in row])
        text.flush()
        return number
    finally:
        text.detach()


def _plain(cell: object) -> object:
    if isinstance(cell, bytes):
        return cell.hex()
    return defused(no_command(inert(cell))) if isinstance(cell, str) else cell


def _write_jsonl(table: Columns, rows: Rows, file: IO[bytes]) -> int:
    number = 0
    for number, row in enumerate(rows, start=1):  # noqa: B007 - the last number counts them
        document = {name: _unfolded(name, cell) for name, cell in zip(table.columns, row, strict=True)}
        file.write(
            inert_json(json.dumps(document, ensure_ascii=False, separators=(",", ":"))).encode() + b"\n"
        )
    return number


def _unfolded(column: str, cell: object) -> object:
    """A cell of JSON as JSON; what is none, in a damaged row, as the text that it is."""
    if isinstance(cell, bytes):
        return cell.hex()
    if isinstance(cell, str) and (column.endswith("_json") or column in ("plan", "plan_deviation_reasons")):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def _write_parquet(table: Columns, rows: Rows, file: IO[bytes]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise BadInput(
            "Parquet needs pyarrow, which is not installed",
            place="--format parquet",
            hint="Install it with `pip install 'precall-cli[parquet]'`.",
        ) from None
    kinds = {"text": pyarrow.string(), "integer": pyarrow.int64(), "real": pyarrow.float64()}
    schema = pyarrow.schema([(n, kinds[t]) for n, t in zip(table.columns, table.types, strict=True)])
    number = 0
    with parquet.ParquetWriter(file, schema) as writer:
        for batch in _batches(rows):
            columns = [
                [_typed(table, name, kind, cell) for cell in cells]
                for name, kind, cells in zip(
                    table.columns, table.types, zip(*batch, strict=True), strict=True
                )
            ]
            arrays = [pyarrow.array(cells, field.type) for cells, field in zip(columns, schema, strict=True)]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
            number += len(batch)
    return number


def _batches(rows: Rows) -> Iterator[list[Sequence[object]]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _typed(table: Columns, name: str, kind: str, cell: object) -> Any:
    """A cell as its column's type. Raises IntegrityError for a number that is none."""
    if cell is None:
        return None
    if kind == "text":
        return cell.hex() if isinstance(cell, bytes) else str(cell)
    if isinstance(cell, int | float) and (kind == "real" or isinstance(cell, int)):
        return float(cell) if kind == "real" else cell
    raise IntegrityError(
        f"holds what is no {kind}", place=f"{table.name}.{name}", hint="`precall verify` looks at every row."
    )
