"""The rows of an audit that was checked a moment ago, made without a look at types.

They are those of `rows`, which also reads what a damaged store holds. Cells are in the order of `COLUMNS`.
"""

from __future__ import annotations

from precall_cli.records.json_text import Json
from precall_cli.store import rows
from precall_cli.store.database import Cell

COLUMNS = {
    "audits": (
        "seq", "audit_id", "sealed_at", "audit_json", "plan_id", "call_id", "said_plan_id", "verdict",
        "compliance", "adherence", "deviation_rate", "unexplained_deviation_rate", "applicable", "deviated",
        "uncertain", "objective_status", "rung", "rung_result", "deviation_count", "silent_count",
        "critical_count", "signature",
    ),
    "audit_items": ("audit_seq", *rows.ITEM_COLUMNS),
    "audit_deviations": ("audit_seq", *rows.DEVIATION_COLUMNS),
}  # fmt: skip
"""Of each table."""


def audit_cells(audit: Json) -> tuple[Cell, ...]:
    """The columns of its row in `audits` from `call_id` on: what the audit itself says."""
    scores, outcome = audit["scores"], audit["outcome"]
    found = [each for each in audit["deviations"] if each["logged"] != "unconfirmed"]
    return (
        audit["call_id"], audit["plan_id"], audit["verdict"], audit["compliance"],
        scores["adherence"], scores["deviation_rate"], scores["unexplained_deviation_rate"],
        scores["applicable"], scores["deviated"], scores["uncertain"],
        outcome["objective"], outcome["rung"], outcome["result"],
        len(found),
        sum(each["logged"] == "unlogged" and each["owner"] == "agent" for each in found),
        sum(each["severity"] == "critical" for each in found),
        audit["signature"],
    )  # fmt: skip


def item_cells(audit: Json) -> list[Cell]:
    """The rows of its items, one after the other; their first cells are left for the row of the audit."""
    cells: list[Cell] = []
    for position, item in enumerate(audit["items"]):
        get, turns = item.get, item["turns"]
        cells += (
            None, position, item["item"], item["kind"], item["status"], get("result"), get("confidence"),
            turns[0] if turns else None,
        )  # fmt: skip
    return cells


def deviation_cells(audit: Json) -> list[Cell]:
    """The rows of its deviations, in the same way."""
    cells: list[Cell] = []
    for position, found in enumerate(audit["deviations"]):
        turns = found["turns"]
        cells += (
            None, position, found["type"], found["item"], found["severity"], found["owner"], found["logged"],
            found["logged_reason"], turns[0] if turns else None,
        )  # fmt: skip
    return cells
