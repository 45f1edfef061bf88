"""Rows of a store with personal data masked, by the names in the brief that each row is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from precall_cli.errors import BadInput, IntegrityError
from precall_cli.records.json_text import Json, canonical_bytes, parse_json
from precall_cli.records.redaction import Redaction, names_in
from precall_cli.store.database import Cell, Database
from precall_cli.store.relations import Relation, brief_of_row

_JSON = ("plan", "plan_deviation_reasons")


def holds_json(column: str) -> bool:
    """Whether the cells of a column are JSON."""
    return column.endswith("_json") or column in _JSON


def parse_cell(cell: str | bytes, place: str) -> Json:
    """The JSON of a cell. Raises IntegrityError when it holds none."""
    try:
        return parse_json(cell, place)
    except BadInput as error:
        raise IntegrityError(
            error.problem, place=error.place, hint="`precall verify` looks at every row."
        ) from None


class Masking:
    """What is masked in which row. The last briefs are remembered: neighbouring rows are of one call."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._redaction = lru_cache(maxsize=256)(_redaction)

    def redaction_for(self, row: dict[str, Cell]) -> Redaction:
        """What is masked in a row."""
        return self._redaction(brief_of_row(self._database, row))

    def rows(self, relation: Relation, rows: Iterable[Sequence[Cell]]) -> Iterator[tuple[Cell, ...]]:
        """Rows of a table or view, masked."""
        for row in rows:
            cells = dict(zip(relation.columns, row, strict=True))
            redaction = self.redaction_for(cells)
            yield tuple(_masked(redaction, name, cell) for name, cell in cells.items())


def _redaction(brief: str | None) -> Redaction:
    return Redaction(names_in(parse_cell(brief, "briefs.brief_json")) if brief else ())


def _masked(redaction: Redaction, name: str, cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    if holds_json(name):
        return canonical_bytes(redaction.document(parse_cell(cell, name))).decode()
    return redaction.value(name, cell)
