"""The tables and views of a store as a whole: their columns and rows, in an order that never varies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from precall_cli.errors import BadInput, Unavailable
from precall_cli.store.database import Cell, Database
from precall_cli.store.schema import ours, view_columns

ColumnType = Literal["text", "integer", "real"]

_OF_VIEWS: MappingProxyType[str, tuple[str, dict[str, ColumnType]]] = MappingProxyType(
    {
        "turns": ("transcript_seq", {"turn": "integer", "start_s": "real", "end_s": "real"}),
        "audit_evidence": ("audit_seq", {"position": "integer", "turn": "integer"}),
        "latest_audits": ("seq", {}),
        "calls": ("call_id", {}),
        "opt_outs_standing": ("seq", {}),
    }
)
"""Views: the column to order by, and what SQLite does not know of the types of their columns.

The first two are ordered by the table that they unfold, whose rows they keep together: no sorting needed.
"""
_TYPES: dict[str, ColumnType] = {"INTEGER": "integer", "INT": "integer", "REAL": "real"}


@dataclass(frozen=True, slots=True)
class Relation:
    """One table or view."""

    name: str
    columns: tuple[str, ...]
    types: tuple[ColumnType, ...]
    order: str
    """What its rows are ordered by, as SQL."""
    query: str | None
    """Of a view: what it selects. Functions of JSON are run from here, not from the schema of a file."""


def find_relations(database: Database) -> dict[str, Relation]:
    """Every table and view of ours by name, in alphabetical order, without SQLite's and sqlite-utils' own."""
    found: dict[str, Relation] = {}
    for name, query in sorted(ours().items()):
        if name.startswith("_"):
            continue
        if query is None:
            sql = "SELECT name, type, pk FROM pragma_table_info(?)"
            info = [(str(n), str(t), int(pk)) for n, t, pk in database.rows(sql, (name,))]
        else:
            info = [(column, declared, 0) for column, declared in view_columns(name)]
        order, known = _OF_VIEWS.get(name, ("", {}))
        types: tuple[ColumnType, ...] = tuple(
            known.get(column, _TYPES.get(declared, "text")) for column, declared, _ in info
        )
        keys = [f'"{column}"' for column, _, pk in sorted(info, key=lambda row: row[2]) if pk]
        found[name] = Relation(
            name=name,
            columns=tuple(column for column, _, _ in info),
            types=types,
            order=order or ", ".join(keys) or "rowid",
            query=query,
        )
    return found


def choose(relations: dict[str, Relation], names: list[str]) -> list[Relation]:
    """The relations with these names, or all without any. Raises BadInput for a name that is none."""
    for name in names:
        if name not in relations:
            raise BadInput(
                "is no table or view of a store",
                place=f"--table {name}",
                hint=f"There are: {', '.join(relations)}.",
            )
    return [relations[name] for name in dict.fromkeys(names or relations)]


def read_relation(database: Database, relation: Relation) -> Iterator[tuple[Cell, ...]]:
    """Its rows, one after the other."""
    columns = ", ".join(f'"{column}"' for column in relation.columns)
    source = f"({relation.query})" if relation.query else f'"{relation.name}"'
    return database.rows(f"SELECT {columns} FROM {source} ORDER BY {relation.order}")


@contextmanager
def one_state(database: Database) -> Iterator[None]:
    """Everything read inside belongs to one state of the store, whoever writes meanwhile."""
    database.run("BEGIN")
    try:
        yield
    finally:
        with suppress(Unavailable):
            database.run("ROLLBACK")


def brief_of_row(database: Database, row: dict[str, Cell]) -> str | None:
    """The brief that a row of any relation is about, as its cell: found by digest, plan, audit or call."""
    if isinstance(cell := row.get("brief_json"), str):
        return cell
    for column, sql in (
        ("brief_digest", "SELECT brief_json FROM briefs WHERE brief_digest = ?"),
        ("plan_id", _BY_PLAN),
        ("said_plan_id", _BY_PLAN),
        ("audit_seq", f"{_PLAN_OF} audits AS a USING (plan_id) WHERE a.seq = ?"),
        ("audit_id", f"{_PLAN_OF} audits AS a USING (plan_id) WHERE a.audit_id = ?"),
        ("call_id", f"{_PLAN_OF} audits AS a USING (plan_id) WHERE a.call_id = ? LIMIT 1"),
        ("call_id", f"{_PLAN_OF} transcripts AS t USING (plan_id) WHERE t.call_id = ? LIMIT 1"),
        ("call_id", f"{_PLAN_OF} outcomes AS o USING (plan_id) WHERE o.call_id = ? LIMIT 1"),
        ("contact_id", _BY_CONTACT),
    ):  # fmt: skip
        if row.get(column) is not None:
            found = database.one(sql, (row[column],))
            if found and isinstance(found[0], str):
                return found[0]
    return None


_PLAN_OF = "SELECT b.brief_json FROM plans JOIN briefs AS b USING (brief_digest) JOIN"
_BY_CONTACT = (
    "SELECT brief_json FROM plans JOIN briefs USING (brief_digest) WHERE plans.contact_id = ? "
    "ORDER BY plans.seq DESC LIMIT 1"
)
_BY_PLAN = "SELECT brief_json FROM plans JOIN briefs USING (brief_digest) WHERE plan_id = ?"
