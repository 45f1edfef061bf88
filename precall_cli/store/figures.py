"""Counts over all calls, made by SQLite from columns: no audit's JSON is read.

Of each call the audit that was sealed last counts; what day and groups a call belongs to, call_figures.py
says. With `as_of`, rows that were sealed later are as if they did not exist, so that every past figure can
be had again; then the counts are made anew from the tables of audits, which takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from precall_cli.errors import IntegrityError
from precall_cli.records.audit import SEVERITY_OF, Audit
from precall_cli.records.record import format_time
from precall_cli.records.tally import KIND_OF_TYPE, NO_ITEM, Tallies, Tally
from precall_cli.store.call_figures import COLUMNS, NOT_DUE, OWN, PLACE, RAISED, derived_rows
from precall_cli.store.database import Database
from precall_cli.store.reading import read_record

if TYPE_CHECKING:
    from precall_cli.store.store import Store

_NO_PLAN = "(plan not stored)"
CALL_KEYS = {
    "agent": "c.agent",
    "week": "''",
    "policy": "c.agent || ' ' || substr(c.policy_digest, 8, 8)",
    "model": "CASE WHEN c.planned THEN coalesce(c.model, '(no model)') END",
    "engine": "CASE WHEN c.planned THEN coalesce(c.engine, '(not said)') END",
}
"""Groups that a whole call belongs to, each with the SQL that names it: null where no plan is stored, and a
bare column where an index can save the sorting. A week is told by the day."""

_BY_KIND = f"""off AS (
  SELECT audit_seq, item, max(logged = 'unlogged') AS silent FROM audit_deviations
  WHERE {OWN} AND item IS NOT NULL GROUP BY audit_seq, item
), noted AS (
  SELECT audit_seq, item, count(*) AS entries FROM audit_deviations
  WHERE logged = 'unconfirmed' AND item IS NOT NULL GROUP BY audit_seq, item
), parts AS (
  SELECT i.audit_seq, i.kind AS name, sum(i.status NOT IN {NOT_DUE} OR o.item IS NOT NULL) AS due,
    count(o.item) AS deviated, sum(coalesce(o.silent, 0)) AS silent,
    sum(n.item IS NOT NULL AND o.item IS NULL AND i.status NOT IN {NOT_DUE}) AS kept_logged,
    sum(coalesce(n.entries, 0)) AS unconfirmed, sum(i.status = 'uncertain') AS uncertain,
    sum(i.kind = 'objection' AND i.status IN {RAISED}) AS raised
  FROM audit_items AS i LEFT JOIN off AS o ON o.audit_seq = i.audit_seq AND o.item = i.item
    LEFT JOIN noted AS n ON n.audit_seq = i.audit_seq AND n.item = i.item
  GROUP BY i.audit_seq, i.kind
  UNION ALL
  SELECT audit_seq, '{NO_ITEM}', sum({OWN}), sum({OWN}), sum({OWN} AND logged = 'unlogged'), 0,
    sum(logged = 'unconfirmed'), 0, 0
  FROM audit_deviations WHERE item IS NULL AND (owner = 'agent' OR logged = 'unconfirmed') GROUP BY audit_seq
)"""
_BY_TYPE = f"""found AS (
  SELECT audit_seq, type, count(DISTINCT CASE WHEN logged <> 'unconfirmed' THEN {PLACE} END) AS places,
    count(DISTINCT CASE WHEN logged = 'unlogged' AND owner = 'agent' THEN {PLACE} END) AS silent,
    sum(logged = 'unconfirmed') AS unconfirmed, max(owner = 'plan' AND logged <> 'unconfirmed') AS plan_owned
  FROM audit_deviations GROUP BY audit_seq, type
)"""


@dataclass(frozen=True, slots=True)
class PlacedAudit:
    """An audit with the groups that its call belongs to."""

    audit: Audit
    keys: dict[str, str]
    """Group by its dimension, for each of CALL_KEYS."""
    day: str
    """UTC day of the call."""


class Figures:
    """The counts of a store that is open."""

    def __init__(self, store: Store, *, as_of: datetime | None = None, agent: str | None = None) -> None:
        self._database = store._database
        self._calls = f"({derived_rows(format_time(as_of))})" if as_of else "call_figures"
        self._where = "WHERE c.agent = ?" if agent else ""
        self._values = (agent,) if agent else ()

    def tallies(self, by: str) -> Tallies:
        """Tallies by group and day. `by` is one of CALL_KEYS, `item` (its kind) or `type` (of deviation)."""
        if by == "item":
            return self._by_kind()
        return self._by_type() if by == "type" else self._by_call(CALL_KEYS[by])

    def _by_call(self, key: str) -> Tallies:
        return self._read(
            f"""SELECT {key}, c.day, count(*), sum(c.due > 0), sum(c.due), sum(c.deviated), sum(c.silent),
  sum(c.kept_logged), sum(c.unconfirmed), sum(c.uncertain), sum(c.critical > 0), sum(c.plan_owned),
  sum(c.plan_owned > 0), sum(c.raised), sum(c.deviated * c.deviated), sum(c.deviated * c.due),
  sum(c.due * c.due)
FROM {self._calls} AS c {self._where} GROUP BY 1, 2 ORDER BY 1, 2"""
        )

    def _by_kind(self) -> Tallies:
        return self._read(
            f"""WITH {_BY_KIND}
SELECT f.name, c.day, count(*), sum(f.due > 0), sum(f.due), sum(f.deviated), sum(f.silent),
  sum(f.kept_logged), sum(f.unconfirmed), sum(f.uncertain), 0, 0, 0, sum(f.raised),
  sum(f.deviated * f.deviated), sum(f.deviated * f.due), sum(f.due * f.due)
FROM parts AS f JOIN {self._calls} AS c ON c.audit_seq = f.audit_seq {self._where}
GROUP BY 1, 2 ORDER BY 1, 2"""
        )

    def _by_type(self) -> Tallies:
        """A type's `due` are the items on which it can occur; for one that needs none, the live calls."""
        found = self._read(
            f"""WITH {_BY_TYPE}
SELECT f.type, c.day, sum(f.places > 0), sum(c.due > 0 AND f.places > 0), 0, sum(f.places),
  sum(f.silent), 0, sum(f.unconfirmed), sum(f.silent > 0), 0, sum(f.plan_owned * f.places),
  sum(f.plan_owned), 0, 0, 0, 0
FROM found AS f JOIN {self._calls} AS c ON c.audit_seq = f.audit_seq {self._where}
GROUP BY 1, 2 ORDER BY 1, 2"""
        )
        return _type_tallies(self._by_kind(), self._by_call("''"), found)

    def placed_audits(self, audit_ids: Sequence[str]) -> Iterator[PlacedAudit]:
        """Those of these audits that count of their calls, with the groups of the call."""
        keys = ", ".join(CALL_KEYS.values())
        wanted = ", ".join("?" * len(audit_ids))
        for seq, cell, day, *names in self._database.rows(
            f"""SELECT a.seq, CAST(a.audit_json AS BLOB), c.day, {keys}
FROM audits AS a JOIN {self._calls} AS c ON c.audit_seq = a.seq {self._where}
{"AND" if self._where else "WHERE"} a.audit_id IN ({wanted}) ORDER BY a.seq""",
            (*self._values, *audit_ids),
        ):
            audit = read_record(self._database, "audits", seq, cell, Audit)
            yield PlacedAudit(audit, dict(zip(CALL_KEYS, map(_name, names), strict=True)), str(day))

    def _read(self, sql: str) -> Tallies:
        try:
            return {
                (_name(name), str(day)): Tally(*map(int, counts))
                for name, day, *counts in self._database.rows(sql, self._values)
            }
        except (TypeError, ValueError):
            raise IntegrityError(
                "a count is no number",
                place=str(self._database.path),
                hint="`precall verify` looks at every row.",
            ) from None


def _name(name: object) -> str:
    return _NO_PLAN if name is None else str(name)


def _type_tallies(kinds: Tallies, calls: Tallies, found: Tallies) -> Tallies:
    """Tallies by type of deviation, from those by kind, those of whole calls, and what was found of each.

    In `found`, `calls` are the calls with the type, `live` those of them in which anything was due,
    `deviated` the places, `uncertain` the calls in which it stands unexplained. A type that needs no item
    counts once a call.
    """
    tallies: Tallies = {}
    for type_ in SEVERITY_OF:
        kind = KIND_OF_TYPE.get(type_)
        wholes = {day: t for (name, day), t in (kinds if kind else calls).items() if kind in (None, name)}
        for day, whole in wholes.items():
            own = found.get((type_, day), Tally())
            tallies[type_, day] = Tally(
                calls=whole.calls,
                live=whole.live,
                due=whole.due if kind else whole.live + own.calls - own.live,
                deviated=own.deviated if kind else own.calls,
                silent=own.silent if kind else own.uncertain,
                unconfirmed=own.unconfirmed,
                uncertain=whole.uncertain if kind else 0,
                plan_owned=own.plan_owned,
                plan_calls=own.plan_calls,
            )
    return tallies


def find_figure_faults(database: Database) -> Iterator[str]:
    """The calls whose row of `call_figures` is not what the audits say, those without a row included."""
    columns = ", ".join(COLUMNS)
    ours, derived = f"SELECT {columns} FROM call_figures", f"SELECT {columns} FROM ({derived_rows()})"
    for (call_id,) in database.rows(
        f"SELECT call_id FROM (SELECT * FROM ({ours} EXCEPT {derived}) "
        f"UNION ALL SELECT * FROM ({derived} EXCEPT {ours})) GROUP BY call_id ORDER BY call_id"
    ):
        yield str(call_id)
