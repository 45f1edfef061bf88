"""Small real records to store, and the stores they are kept in. All people and numbers are invented."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from precall_cli.records.audit import Audit
from precall_cli.records.brief import Brief
from precall_cli.records.outcome import CallOutcome
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.refusal import Refusal
from precall_cli.records.transcript import Transcript
from precall_cli.store import Store

NOW = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


def make_brief(number: int = 1) -> Brief:
    return Brief.from_document(
        {
            "schema": "precall.brief/1",
            "brief_id": f"brf_{number}",
            "contact": {
                "contact_id": f"con_{number}",
                "name": f"Dana {number}",
                "phone": f"+1210555010{number % 10}",
            },
            "account": {"account_id": "acc_7", "name": "Northwind Étage"},
            "dnc": {"listed": False},
            "jurisdiction": {"contact": "US-TX", "basis": "stated"},
        },
        "brief",
    )


def make_policy() -> Policy:
    return Policy.from_document(
        {
            "schema": "precall.policy/1",
            "agent": "inbound",
            "title": "Inbound",
            "triggers": ["form_submit"],
            "planning": {"mode": "at_call", "depth": "lightweight", "budget_ms": 4000},
            "limits": {"questions": 3, "objections": 2, "next_steps": 2},
        },
        "policy",
    )


def make_plan(number: int = 1) -> CallPlan:
    brief = make_brief(number)
    plan = CallPlan.from_document(
        {
            "schema": "precall.plan/1",
            "brief_id": brief.brief_id,
            "brief_digest": brief.digest(),
            "agent": "inbound",
            "policy_digest": make_policy().digest(),
            "planner": {"engine": "offline", "model": None, "mode": "at_call", "depth": "lightweight"},
            "created_at": "2026-11-20T15:04:05Z",
            "objective": {
                "id": "objective",
                "type": "book_meeting",
                "statement": f"Book a call, no. {number}",
            },
            "qualification": [
                {"id": "q1", "topic": "team_size", "question": "How many reps?", "because": []}
            ],
        },
        "plan",
    )
    return plan.model_copy(update={"plan_id": plan.content_id()})


def make_refusal(number: int = 1) -> Refusal:
    brief = make_brief(number)
    refusal = Refusal.from_document(
        {
            "schema": "precall.refusal/1",
            "code": "GATE_DNC_UNKNOWN",
            "pointer": "/dnc/listed",
            "reason": "nobody checked",
            "brief_id": brief.brief_id,
            "brief_digest": brief.digest(),
            "contact_id": brief.contact.contact_id,
            "agent": "inbound",
            "policy_digest": make_policy().digest(),
            "at": "2026-11-20T15:04:05Z",
        },
        "refusal",
    )
    return refusal.model_copy(update={"refusal_id": refusal.content_id()})


def make_transcript(
    number: int = 1, *, started_at: str = "2026-11-20T15:05:00Z", plan: bool = True
) -> Transcript:
    return Transcript.from_document(
        {
            "schema": "precall.transcript/1",
            "call_id": f"call_{number}",
            "plan_id": make_plan(number).plan_id if plan else None,
            "started_at": started_at,
            "turns": [
                {"i": 0, "speaker": "agent", "text": "How many reps are on the phones?"},
                {"i": 1, "speaker": "contact", "text": "About forty."},
            ],
        },
        "transcript",
    )


def make_outcome(number: int = 1, **further: object) -> CallOutcome:
    return CallOutcome.from_document({"call_id": f"call_{number}", **further}, "outcome")


def make_audit(number: int = 1) -> Audit:
    return Audit.from_document(
        {
            "schema": "precall.audit/1",
            "audit_id": f"aud_{number}",
            "call_id": f"call_{number}",
            "plan_id": make_plan(number).plan_id,
            "signature": "precall:test",
            "items": [
                {"item": "objective", "kind": "objective", "status": "not_pursued"},
                {"item": "q1", "kind": "qualification", "status": "asked", "turns": [0], "confidence": 0.9,
                 "quote": "How many reps", "quote_turn": 0},
            ],
            "deviations": [
                {"type": "objective_not_pursued", "item": "objective", "severity": "major", "owner": "agent",
                 "turns": [], "explanation": "never asked", "logged": "unlogged"}
            ],
            "scores": {"adherence": 0.5, "deviation_rate": 0.5, "unexplained_deviation_rate": 0.5,
                       "applicable": 2, "deviated": 1, "uncertain": 0},
            "outcome": {"objective": "not_pursued"},
            "compliance": "clean",
            "verdict": "review",
        },
        "audit",
    )  # fmt: skip


def fill(path: Path, count: int = 3) -> str:
    """A store with `count` of each kind; gives its head hash."""
    with Store.open(path) as store, store.writing():
        for number in range(1, count + 1):
            at = NOW + timedelta(seconds=number)
            store.save_plan(make_plan(number), make_brief(number), make_policy(), now=at)
            store.save_refusal(make_refusal(number), make_brief(number), now=at)
            store.save_transcript(make_transcript(number), now=at)
            store.save_outcome(make_outcome(number, plan_id=make_plan(number).plan_id, mood="calm"), now=at)
            store.save_audit(make_audit(number), now=at)
            store.latch_opt_out(f"con_{number}", None, f"call_{number}", 1, now=at)
    with Store.open(path, read_only=True) as store:
        return store.info().head_hash


@cache
def _filled(count: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.db"
        fill(path, count)
        return path.read_bytes()


def copy_filled(path: Path, count: int = 3) -> None:
    """The same store as `fill` makes, made once."""
    path.write_bytes(_filled(count))


def names(folder: Path) -> list[str]:
    """The files of a folder."""
    return sorted(path.name for path in folder.iterdir())


def tamper(path: Path, *statements: str) -> None:
    """Edits a store as somebody does who knows SQLite: triggers and foreign keys off, then on again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a store says, without the order in which it was said: every table but the chain, no `seq`."""
    said: dict[str, list[tuple[object, ...]]] = {}
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' "
            "AND name NOT IN ('chain', '_sqlite_migrations')"
        ).fetchall()
        for (table,) in names:
            cursor = connection.execute(f"SELECT * FROM {table}")
            kept = [
                i for i, c in enumerate(cursor.description) if c[0] not in ("seq", "audit_seq", "sealed_at")
            ]
            said[table] = sorted((tuple(row[i] for i in kept) for row in cursor), key=repr)
    return said
