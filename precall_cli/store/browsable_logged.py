"""What the runtime wrote down, and what agents were told: their tables in the database to browse."""

from __future__ import annotations

import sqlite3

from precall_cli.records.json_text import canonical_bytes
from precall_cli.store.browsable_rows import document, put, records, redaction_of, texts
from precall_cli.store.database import Database
from precall_cli.store.masking import Masking
from precall_cli.store.reading_outcomes import load_outcomes

_KEPT = frozenset(["instructions_id", "sealed_at", "plan_id", "agent", "digest", "tokens", "not_due_count"])
_OWN = frozenset({"schema", "plan", "plan_deviation_reasons"})


def put_outcomes(database: Database, target: sqlite3.Connection, masking: Masking | None) -> None:
    """Outcomes, merged, each with its own further fields as JSON; and the reasons logged, a row each."""
    for outcome in load_outcomes(database):
        call = outcome.call_id
        said = outcome.document()
        redaction = redaction_of(masking, {"call_id": call})
        if redaction is not None:
            said = dict(redaction.document(said)) | {"call_id": call}
        further = {key: value for key, value in said.items() if key not in _OWN}
        reasons = said.get("plan_deviation_reasons") or []
        plan = target.execute("SELECT plan_id FROM plans WHERE plan_id = ?", (outcome.plan_id,)).fetchone()
        put(
            target,
            "outcomes",
            call_id=call,
            plan_id=plan[0] if plan else None,
            reason_count=len(reasons),
            outcome_json=canonical_bytes(further).decode(),
        )
        for reason in reasons:
            turn = target.execute(
                "SELECT id FROM turns WHERE call_id = ? AND turn = ?", (call, reason.get("turn"))
            ).fetchone()
            put(
                target,
                "log_entries",
                call_id=call,
                item=reason.get("item"),
                type=reason.get("type"),
                reason=reason.get("reason"),
                note=reason.get("note"),
                turn_id=turn[0] if turn else None,
            )


def put_instructions(database: Database, target: sqlite3.Connection, masking: Masking | None) -> None:
    """What agents were told for a plan, the text in full."""
    for row in records(database, "instructions", "seq"):
        redaction = redaction_of(masking, row)
        told = document(redaction, row, "instructions_json")
        put(
            target,
            "instructions",
            **{name: cell for name, cell in texts(redaction, row).items() if name in _KEPT},
            text=told.get("text"),
        )
