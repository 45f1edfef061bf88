"""Replay: stored briefs planned again, each at its own moment, under another version of the policies.

What a policy changes is told apart from what a newer planner or playbook changes: each brief is planned anew
under the version that applied then and under the new one, and these two are compared. Rows come in one at a
time, and only the worst are kept, so that memory does not grow with history.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from precall_cli.planner import Playbook
from precall_cli.policies import Policies
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.records.refusal import Refusal
from precall_cli.report.plan_diff import Difference, find_differences
from precall_cli.simulate.replanning import (
    Latencies,
    find_drift,
    find_timing,
    live_ms,
    plan_cost,
    plan_refused,
    replan,
)

Rank = Literal["refused", "no agent", "budget", "must", "objective", "ladder", "talk", "timing", "none"]
RANKS: dict[str, str] = {
    "refused": "no plan any more: the gate refuses",
    "no agent": "no plan any more: the agent is gone",
    "budget": "the live plan takes longer than its budget",
    "must": "disclosures, stops, or what is known and withheld",
    "objective": "another objective",
    "ladder": "other rungs",
    "talk": "another opening, other questions or objections",
    "timing": "only when it is planned, or how long it holds",
    "none": "the same plan",
}
"""Kinds of change, the worst first: the order of the list. Within a kind, more changes come first."""
_OF_KIND: dict[str, Rank] = {
    "disclosure": "must",
    "stop": "must",
    "known": "must",
    "do_not_mention": "must",
    "objective": "objective",
    "next_step": "ladder",
}


class PastPlan(Protocol):
    """A plan that was sealed, with all it rested on."""

    @property
    def plan(self) -> CallPlan: ...
    @property
    def brief(self) -> Brief: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def sealed_at(self) -> str: ...
    @property
    def seq(self) -> int: ...


class PastRefusal(Protocol):
    """A refusal that was sealed, with its brief."""

    @property
    def refusal(self) -> Refusal: ...
    @property
    def brief(self) -> Brief: ...
    @property
    def sealed_at(self) -> str: ...
    @property
    def seq(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Replayed:
    """One stored plan under the new version."""

    plan_id: str
    seq: int
    sealed_at: str
    agent: str
    contact: str
    rank: Rank
    changes: tuple[Difference, ...] = ()
    refusal: Refusal | None = None
    live_ms: float = 0
    budget_ms: int = 0
    how: str = ""
    """How the milliseconds are known."""
    notes: tuple[str, ...] = ()
    cost: float | None = 0
    """Under the new version; None where the price of the model is not known."""
    cost_before: float | None = 0

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "plan_id": self.plan_id,
            "sealed_at": self.sealed_at,
            "agent": self.agent,
            "contact": self.contact,
            "kind": self.rank,
            "changes": [
                {"kind": c.kind, "what": c.what, "before": c.before, "after": c.after} for c in self.changes
            ],
            "refusal": {"code": self.refusal.code, "reason": self.refusal.reason} if self.refusal else None,
            "live_ms": self.live_ms,
            "budget_ms": self.budget_ms,
            "how": self.how,
            "cost": {"before": self.cost_before, "after": self.cost, "currency": "USD"},
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Passing:
    """A stored refusal that would pass now."""

    refusal_id: str
    sealed_at: str
    agent: str
    contact: str
    code: str
    objective: str


@dataclass(slots=True)
class Replay:
    """What a replay found: counts of everything, and the worst."""

    plans: int = 0
    by_rank: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Item kind and what happened to it → in how many places."""
    drifted: int = 0
    """Plans that today's planner makes otherwise under the version that applied then."""
    refusals: int = 0
    passing: int = 0
    cost: float = 0
    cost_before: float = 0
    unpriced: int = 0
    worst: list[Replayed] = field(default_factory=list)
    would_pass: list[Passing] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """Plans that would be another one."""
        return self.plans - self.by_rank["none"]

    @property
    def alarming(self) -> bool:
        """Whether a plan would be lost, or its budget overrun."""
        return any(self.by_rank[rank] for rank in ("refused", "no agent", "budget"))

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "plans": self.plans,
            "changed": self.changed,
            "by_kind_of_change": {rank: self.by_rank[rank] for rank in RANKS},
            "items": [
                {"kind": kind, "what": what, "count": number}
                for (kind, what), number in sorted(self.by_kind.items())
            ],
            "drifted": self.drifted,
            "cost": {"before": round(self.cost_before, 6), "after": round(self.cost, 6), "currency": "USD"},
            "unpriced": self.unpriced,
            "worst": [each.document() for each in self.worst],
            "refusals": self.refusals,
            "would_pass": self.passing,
            "passing": [
                {
                    "refusal_id": p.refusal_id, "sealed_at": p.sealed_at, "agent": p.agent,
                    "contact": p.contact, "code": p.code, "objective": p.objective,
                }
                for p in self.would_pass
            ],
        }  # fmt: skip


def replay(
    plans: Iterable[PastPlan],
    refusals: Iterable[PastRefusal],
    policies: Policies,
    playbook: Playbook,
    latencies: Latencies,
    *,
    limit: int,
    prices: Path | None = None,
) -> Replay:
    """Plans every stored brief again; keeps the `limit` worst plans, and as many refusals that pass."""
    found = Replay()
    heap: list[tuple[tuple[int, int, int], Replayed]] = []
    order = {rank: number for number, rank in enumerate(RANKS)}
    for past in plans:
        done, drifted = replay_plan(past, policies, playbook, latencies, prices)
        found.plans += 1
        found.drifted += drifted
        found.by_rank[done.rank] += 1
        found.by_kind.update((change.kind, change.what) for change in done.changes)
        found.unpriced += done.cost is None
        found.cost += done.cost or 0
        found.cost_before += done.cost_before or 0
        if done.rank == "none":
            continue
        # The heap's first is the least bad one kept: of equals, the one sealed last.
        key = (-order[done.rank], len(done.changes), -done.seq)
        if len(heap) < limit:
            heapq.heappush(heap, (key, done))
        elif limit:
            heapq.heappushpop(heap, (key, done))
    found.worst = [done for _, done in sorted(heap, key=lambda pair: pair[0], reverse=True)]
    for refused in refusals:
        found.refusals += 1
        passing = _passing(refused, policies, playbook)
        if passing is not None:
            found.passing += 1
            if len(found.would_pass) < limit:
                found.would_pass.append(passing)
    return found


def replay_plan(
    past: PastPlan,
    policies: Policies,
    playbook: Playbook,
    latencies: Latencies,
    prices: Path | None = None,
) -> tuple[Replayed, bool]:
    """One plan under the new version, and whether the planner itself has moved since it was made."""
    brief, old, plan = past.brief, past.policy, past.plan
    at = parse_time(plan.created_at or past.sealed_at)
    before = replan(brief, old, playbook, at, any_hour=True)
    notes, drifted = find_drift(plan, before)
    done = Replayed(
        plan.plan_id or "", past.seq, past.sealed_at, plan.agent, brief.contact.name, "no agent", notes=notes
    )
    if plan.agent not in policies.by_agent:
        return done, drifted
    new = policies.get(plan.agent)
    done = replace(done, cost=plan_cost(new, prices), cost_before=plan_cost(old, prices))
    after = before if new.digest() == old.digest() else replan(brief, new, playbook, at, any_hour=True)
    if isinstance(after, Refusal):
        kept = isinstance(before, Refusal)  # then the law has moved, not the policy
        return replace(done, rank="none" if kept else "refused", refusal=after), drifted
    found = find_differences(before, after) if isinstance(before, CallPlan) else []
    changes = tuple(sorted(found, key=lambda change: list(RANKS).index(_rank_of(change))))
    ms, how = live_ms(plan, old, new, latencies)
    moved = find_timing(old, new)
    rank = _rank(changes, ms > new.planning.budget_ms, bool(moved))
    return replace(
        done,
        rank=rank,
        changes=changes,
        live_ms=ms,
        budget_ms=new.planning.budget_ms,
        how=how,
        notes=(*notes, *moved),
    ), drifted


def _rank(changes: Sequence[Difference], breach: bool, moved: bool) -> Rank:
    if breach:
        return "budget"
    if changes:
        return min((_rank_of(change) for change in changes), key=list(RANKS).index)
    return "timing" if moved else "none"


def _rank_of(change: Difference) -> Rank:
    return _OF_KIND.get(change.kind, "talk")


def _passing(past: PastRefusal, policies: Policies, playbook: Playbook) -> Passing | None:
    """The refusal, if its brief would have passed at its moment."""
    refusal = past.refusal
    made = plan_refused(refusal, past.brief, policies, playbook)
    if made is None:
        return None
    return Passing(
        refusal.refusal_id or "",
        past.sealed_at,
        refusal.agent,
        past.brief.contact.name,
        refusal.code,
        made.objective.statement,
    )
