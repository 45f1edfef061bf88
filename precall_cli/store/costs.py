"""What plans cost, and who talked: usage as it was sealed with each plan, summed."""

from __future__ import annotations

from datetime import datetime

from precall_cli.records.cost import CostRow
from precall_cli.records.record import format_time
from precall_cli.store.store import Store

TALKER_FIELDS = ("talk_model", "agent_model", "voice_model", "llm_model", "model")
"""Fields of an outcome that may name the model which held the call; the first that is there counts."""
_TALKER = (
    "coalesce(" + ", ".join(f"json_extract(o.outcome_json, '$.{name}')" for name in TALKER_FIELDS) + ", NULL)"
)
_USAGE = "json_extract(p.plan_json, '$.planner.usage.{}')"
_COUNTS = (
    "requests", "unanswered", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens",
    "cache_write_1h_tokens",
)  # fmt: skip


def sum_costs(store: Store, *, since: datetime | None = None, agent: str | None = None) -> list[CostRow]:
    """One row for each agent, model that planned, model that talked, and currency, in that order."""
    used = ", ".join(f"sum(coalesce({_USAGE.format(name)}, 0))" for name in _COUNTS)
    amount, currency = _USAGE.format("cost.amount"), _USAGE.format("cost.currency")
    sql = f"""
        WITH talkers AS (
          SELECT o.plan_id AS plan_id, min({_TALKER}) AS model FROM outcomes AS o
          WHERE o.plan_id IS NOT NULL AND json_valid(o.outcome_json) GROUP BY o.plan_id
        )
        SELECT p.agent, coalesce({_USAGE.format("model")}, p.engine, ''), t.model, {currency}, count(*),
          sum(p.fallback_reason LIKE 'claude: %'), count({amount}),
          sum({_USAGE.format("requests")} > 0 AND {amount} IS NULL), {used}, sum(coalesce({amount}, 0.0))
        FROM plans AS p LEFT JOIN talkers AS t ON t.plan_id = p.plan_id
        WHERE p.sealed_at >= ? AND (? IS NULL OR p.agent = ?)
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""
    rows = store._database.rows(sql, (format_time(since) if since else "", agent, agent))
    return [
        CostRow(
            agent=str(row[0]),
            planned_with=str(row[1]),
            talked_with=None if row[2] is None else str(row[2]),
            currency=None if row[3] is None else str(row[3]),
            plans=int(row[4]),
            fell_back=int(row[5] or 0),
            priced=int(row[6]),
            unpriced=int(row[7] or 0),
            requests=int(row[8]),
            unanswered=int(row[9]),
            input_tokens=int(row[10]),
            output_tokens=int(row[11]),
            cache_read_tokens=int(row[12]),
            cache_write_tokens=int(row[13]) + int(row[14]),
            cost=round(float(row[15]), 6),
        )
        for row in rows
    ]


def find_talkers(store: Store, plan_id: str) -> list[tuple[str, int]]:
    """The models that held the calls of a plan, as outcomes name them, with how many calls each."""
    rows = store._database.rows(
        f"SELECT {_TALKER} AS model, count(*) FROM outcomes AS o "
        "WHERE o.plan_id = ? AND json_valid(o.outcome_json) GROUP BY 1 HAVING model IS NOT NULL ORDER BY 1",
        (plan_id,),
    )
    return [(str(model), int(calls)) for model, calls in rows]
