"""Plans that stand: not replaced by another, and, while open, neither lapsed nor dialled with.

A call was made with a plan once an outcome, a transcript or an audit names it. An open plan is the lock on
its objective at the account: there is no other, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from precall_cli.records.record import format_time, parse_time
from precall_cli.store.reading import StoredPlan, load_plan
from precall_cli.store.store import Store

AT_CALL_FOR = timedelta(hours=24)
"""How long a plan made at call stays open, unless its policy promises the dial later still (`sla_s`)."""


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
    sla_s: float | None
    """Seconds from trigger to dial that its policy promises."""
    dialled: bool
    """Whether an outcome, a transcript or an audit names it."""

    @property
    def open_until(self) -> str:
        """When it lapses where no call is made with it: at its own expiry, else `AT_CALL_FOR` after its seal.

        A plan without an expiry was made at call, for a call that is dialled at once. Where that call never
        came about, nothing is recorded, and it must not hold its account for ever.
        """
        if self.expires_at is not None:
            return self.expires_at
        lasts = max(AT_CALL_FOR, timedelta(seconds=self.sla_s or 0))
        return format_time(parse_time(self.sealed_at) + lasts)


_COLUMNS = """p.plan_id, p.seq, p.agent, p.contact_id, p.contact_name, p.account_id, p.objective_type,
  p.objective, p.brief_digest, p.policy_digest, p.engine, json_extract(p.plan_json, '$.planner.version'),
  p.fallback_reason, p.created_at, p.expires_at, p.sealed_at,
  (SELECT json_extract(y.policy_json, '$.planning.sla_s') FROM policies AS y
    WHERE y.policy_digest = p.policy_digest),
  EXISTS (SELECT 1 FROM outcome_versions AS o WHERE o.said_plan_id = p.plan_id)
  OR EXISTS (SELECT 1 FROM transcripts AS t WHERE t.said_plan_id = p.plan_id)
  OR EXISTS (SELECT 1 FROM audits AS a WHERE a.said_plan_id = p.plan_id) AS dialled"""
_STANDS = (
    "NOT EXISTS (SELECT 1 FROM plans AS s WHERE s.supersedes = p.plan_id) AND NOT EXISTS "
    "(SELECT 1 FROM erased_records AS e WHERE e.record_id = p.plan_id AND e.kind = 'plan')"
)
"""Neither replaced nor without its words: nobody can call with a plan that was erased."""


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
    where = " AND ".join([*(condition for condition, _ in used), _STANDS, "NOT dialled"])
    for plan in _select(store, where, tuple(value for _, value in used), "ASC"):
        if parse_time(plan.open_until) > now:
            yield plan


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
