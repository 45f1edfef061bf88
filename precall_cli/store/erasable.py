"""Which records hold words of a person, or of a time: found by the ids that link them, never by the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from precall_cli.records.record import format_time
from precall_cli.store import rows
from precall_cli.store.database import Database

TABLES = (
    rows.PLANS, rows.REFUSALS, rows.TRANSCRIPTS, rows.OUTCOMES, rows.AUDITS, rows.REVIEWS, rows.INSTRUCTIONS
)  # fmt: skip
"""Sealed records that hold words."""


@dataclass(frozen=True, slots=True)
class Erasable:
    """What is to lose its words."""

    briefs: list[str]
    """Digests."""
    records: dict[str, list[str]]
    """Ids by kind."""
    calls: frozenset[str]
    """Calls whose merged outcome follows."""


def erasable(database: Database, contact_id: str | None, before: datetime | None) -> Erasable:
    """All that a contact's words, or those sealed before a time, may stand in."""

    def ids(sql: str, *values: str | None) -> list[str]:
        return [str(row[0]) for row in database.rows(sql, values)]

    if before is not None:
        at = format_time(before)
        kept = (
            "SELECT brief_digest FROM plans WHERE sealed_at >= ?1 "
            "UNION SELECT brief_digest FROM refusals WHERE sealed_at >= ?1"
        )
        found = {"brief": ids(f"SELECT brief_digest FROM briefs WHERE brief_digest NOT IN ({kept})", at)}
        for table in TABLES:
            found[table.kind] = ids(
                f"SELECT {table.key} FROM {table.table} WHERE sealed_at < ? ORDER BY seq", at
            )
        calls = ids("SELECT call_id FROM outcome_versions WHERE sealed_at < ?", at) + ids(
            "SELECT o.call_id FROM outcomes AS o JOIN plans USING (plan_id) WHERE sealed_at < ?", at
        )
        return Erasable(found.pop("brief"), found, frozenset(calls))
    contact = contact_id
    plans = "SELECT plan_id FROM plans WHERE contact_id = ?1"
    of_calls = (
        f"SELECT call_id FROM transcripts WHERE said_plan_id IN ({plans}) "
        f"UNION SELECT call_id FROM audits WHERE said_plan_id IN ({plans}) "
        f"UNION SELECT call_id FROM outcome_versions WHERE said_plan_id IN ({plans}) "
        "OR json_extract(outcome_json, '$.contact_id') = ?1 "
        "UNION SELECT call_id FROM opt_outs WHERE contact_id = ?1 AND call_id IS NOT NULL"
    )
    found = {"brief": ids("SELECT brief_digest FROM briefs WHERE contact_id = ?", contact)}
    for table, where in (
        (rows.PLANS, "contact_id = ?1"),
        (rows.REFUSALS, "contact_id = ?1"),
        (rows.TRANSCRIPTS, f"call_id IN ({of_calls})"),
        (rows.OUTCOMES, f"call_id IN ({of_calls})"),
        (rows.AUDITS, f"call_id IN ({of_calls})"),
        (rows.REVIEWS, f"call_id IN ({of_calls})"),
        (rows.INSTRUCTIONS, f"plan_id IN ({plans})"),
    ):
        found[table.kind] = ids(f"SELECT {table.key} FROM {table.table} WHERE {where} ORDER BY seq", contact)
    named = ids(
        f"SELECT DISTINCT call_id FROM outcomes WHERE call_id IN ({of_calls}) OR plan_id IN ({plans})",
        contact,
    )
    return Erasable(found.pop("brief"), found, frozenset(named))
