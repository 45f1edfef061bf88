"""A store's past, one row at a time: what dry-runs and replays of policies read.

Rows are streamed, so that a long history takes no more memory than a short one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from precall_cli.errors import BadInput
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.record import format_time
from precall_cli.records.refusal import Refusal
from precall_cli.store.reading import read_record
from precall_cli.store.store import Store

_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class PastPlan:
    """A plan that was sealed, with all it rested on."""

    plan: CallPlan
    brief: Brief
    policy: Policy
    sealed_at: str
    seq: int


@dataclass(frozen=True, slots=True)
class PastRefusal:
    """A refusal that was sealed, with its brief."""

    refusal: Refusal
    brief: Brief
    sealed_at: str
    seq: int


def find_policy(store: Store, name: str) -> Policy:
    """The stored version whose digest is `name` or begins so, with or without `sha256:`.

    Raises BadInput when none or several do.
    """
    database, start = store._database, "sha256:" + name.removeprefix("sha256:")
    found = list(
        database.rows(
            "SELECT policy_digest, CAST(policy_json AS BLOB) FROM policies "
            "WHERE policy_digest >= ? AND policy_digest <= ? ORDER BY policy_digest LIMIT 2",
            (start, start + _LAST),
        )
    )
    if len(found) == 1:
        return read_record(database, "policies", found[0][0], found[0][1], Policy)
    problem = "is the beginning of several versions" if found else f"is not in {store.path}"
    hint = "Give more of it." if found else "A version is stored with its first plan or signature."
    raise BadInput(problem, place=f"policy {name}", hint=hint)


def past_plans(
    store: Store, *, since: datetime | None = None, agent: str | None = None
) -> Iterator[PastPlan]:
    """Plans sealed from `since` on, the first sealed first."""
    database = store._database
    where, values = _where("p", since, agent)
    for seq, sealed_at, plan, brief, policy in database.rows(
        "SELECT p.seq, p.sealed_at, CAST(p.plan_json AS BLOB), CAST(b.brief_json AS BLOB), "
        "CAST(o.policy_json AS BLOB) FROM plans AS p LEFT JOIN briefs AS b USING (brief_digest) "
        f"LEFT JOIN policies AS o USING (policy_digest){where} ORDER BY p.seq",
        values,
    ):
        yield PastPlan(
            read_record(database, "plans", seq, plan, CallPlan),
            read_record(database, "briefs", seq, brief, Brief),
            read_record(database, "policies", seq, policy, Policy),
            str(sealed_at),
            int(seq),
        )


def past_refusals(
    store: Store, *, since: datetime | None = None, agent: str | None = None
) -> Iterator[PastRefusal]:
    """Refusals sealed from `since` on, the first sealed first."""
    database = store._database
    where, values = _where("r", since, agent)
    for seq, sealed_at, refusal, brief in database.rows(
        "SELECT r.seq, r.sealed_at, CAST(r.refusal_json AS BLOB), CAST(b.brief_json AS BLOB) "
        f"FROM refusals AS r LEFT JOIN briefs AS b USING (brief_digest){where} ORDER BY r.seq",
        values,
    ):
        yield PastRefusal(
            read_record(database, "refusals", seq, refusal, Refusal),
            read_record(database, "briefs", seq, brief, Brief),
            str(sealed_at),
            int(seq),
        )


def find_cached_plan(store: Store, brief_digest: str, policy_digest: str, at: datetime) -> CallPlan | None:
    """The last plan sealed by `at` for this brief and this version of the policy, expired or not."""
    row = store._database.one(
        "SELECT seq, CAST(plan_json AS BLOB) FROM plans WHERE brief_digest = ? AND policy_digest = ? "
        "AND sealed_at <= ? ORDER BY seq DESC LIMIT 1",
        (brief_digest, policy_digest, format_time(at)),
    )
    return read_record(store._database, "plans", row[0], row[1], CallPlan) if row else None


def plan_latencies(store: Store, agent: str, engine: str, depth: str, *, most: int = 10_000) -> list[float]:
    """Milliseconds that live plans of this kind took, ascending: of the last `most` that say so."""
    rows = store._database.rows(
        "SELECT ms FROM (SELECT json_extract(plan_json, '$.planner.latency_ms') AS ms, seq FROM plans "
        "WHERE agent = ? AND engine = ? AND depth = ?) WHERE ms IS NOT NULL ORDER BY seq DESC LIMIT ?",
        (agent, engine, depth, most),
    )
    return sorted(float(row[0]) for row in rows if isinstance(row[0], int | float))


def gate_decisions(store: Store, agent: str) -> tuple[int, dict[str, int]]:
    """How many briefs of an agent the gate has decided on, and how many it refused, by code."""
    rows = store._database.rows(
        "SELECT code, count(*) FROM refusals WHERE agent = ? GROUP BY code ORDER BY code", (agent,)
    )
    refused = {str(code): int(number) for code, number in rows if str(code).startswith("GATE_")}
    made = store._database.one("SELECT count(*) FROM plans WHERE agent = ?", (agent,))
    return sum(refused.values()) + (int(made[0]) if made else 0), refused


def _where(table: str, since: datetime | None, agent: str | None) -> tuple[str, tuple[str, ...]]:
    given = [
        (f"{table}.sealed_at >= ?", format_time(since) if since else None),
        (f"{table}.agent = ?", agent),
    ]
    used = [(condition, value) for condition, value in given if value is not None]
    where = " WHERE " + " AND ".join(condition for condition, _ in used) if used else ""
    return where, tuple(value for _, value in used)
