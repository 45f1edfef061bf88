"""Plans that stand: not replaced by another, and, while open, neither expired nor dialled with.

A call was made with a plan once an outcome, a transcript or an audit names it. An open plan is the lock on
its objective at the account: there is no other, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from precall_cli.records.record import format_time
from precall_cli.store.reading import StoredPlan, load_plan
from precall_cli.store.store import Store


@dataclass(frozen=True, slots=True)
class StandingPlan:
    """One plan that no other supersedes."""

    plan_id: str
    seq: int
    agent: str
    contact_id: str
    contact_name: str
    account_id: str
    objective_type: str
    objective: str
    brief_digest: str
    policy_digest: str
    engine: str | None
    version: str | None
    """Of the planner and its playbook or prompt."""
    fallback_reason: str | None
    created_at: str | None
    expires_at: str | None
    sealed_at: str
    dialled: bool
    """Whether an outcome, a transcript or an audit names it."""


_COLUMNS = """p.plan_id, p.seq, p.agent, p.contact_id, p.contact_name, p.account_id, p.objective_type,
  p.objective, p.brief_digest, p.policy_digest, p.engine, json_extract(p.plan_json, '$.planner.version'),
  p.fallback_reason, p.created_at, p.expires_at, p.sealed_at,
  EXISTS (SELECT 1 FROM outcome_versions AS o WHERE o.said_plan_id = p.plan_id)
  OR EXISTS (SELECT 1 FROM transcripts AS t WHERE t.said_plan_id = p.plan_id)
  OR EXISTS (SELECT 1 FROM audits AS a WHERE a.said_plan_id = p.plan_id) AS dialled"""
_STANDS = "NOT EXISTS (SELECT 1 FROM plans AS s WHERE s.supersedes = p.plan_id)"


def find_standing(store: Store, *, contact_id: str, agent: str) -> StandingPlan | None:
    """The last plan of an agent for a contact that no other supersedes, expired or dialled with or not."""
    return next(
        _select(store, f"p.contact_id = ? AND p.agent = ? AND {_STANDS}", (contact_id, agent), "DESC"), None
    )


def open_plans(
    store: Store, *, now: datetime, account_id: str | None = None, agent: str | None = None
) -> Iterator[StandingPlan]:
    """Every open plan of an account, of an agent, or of all, in the order in which they were sealed."""
    given = [("p.account_id = ?", account_id), ("p.agent = ?", agent)]
    used = [(condition, value) for condition, value in given if value is not None]
    open_now = [_STANDS, "(p.expires_at IS NULL OR p.expires_at > ?)", "NOT dialled"]
    where = " AND ".join([condition for condition, _ in used] + open_now)
    return _select(store, where, (*(value for _, value in used), format_time(now)), "ASC")


def standing_plans(store: Store, *, agent: str | None = None) -> Iterator[StandingPlan]:
    """Every plan that none supersedes and no call was made with, expired or not, in the order of sealing."""
    where = f"{_STANDS} AND NOT dialled"
    return _select(store, f"p.agent = ? AND {where}" if agent else where, (agent,) if agent else (), "ASC")


def _select(store: Store, where: str, values: tuple[str, ...], order: str) -> Iterator[StandingPlan]:
    sql = f"SELECT {_COLUMNS} FROM plans AS p WHERE {where} ORDER BY p.seq {order}"
    for row in store._database.rows(sql, values):
        cells = [*row[:-1], bool(row[-1])]
        yield StandingPlan(*cells)


def find_successor(store: Store, plan_id: str) -> str | None:
    """The plan that supersedes this one, if there is one."""
    row = store._database.one("SELECT plan_id FROM plans WHERE supersedes = ? ORDER BY seq", (plan_id,))
    return str(row[0]) if row else None


def load_standing(store: Store, plan_id: str) -> StoredPlan:
    """The plan with exactly this id, with its brief and policy, all checked."""
    return load_plan(store._database, plan_id)
