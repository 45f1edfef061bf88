"""One stored brief planned again: the plan, what it takes and costs, and what else has moved since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from precall_cli.gate import decide
from precall_cli.planner import Playbook, make_plan
from precall_cli.policies import Policies
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.records.refusal import Refusal
from precall_cli.report.plan_diff import find_differences
from precall_cli.simulate import timing

Latencies = Callable[[str, str, str], Sequence[float]]
"""Agent, engine, depth → milliseconds of stored live plans, ascending."""
_PERSONAL = ("/contact/contact_id", "/contact/phone")


def replan(
    brief: Brief,
    policy: Policy,
    playbook: Playbook,
    at: datetime,
    *,
    opted_out: Collection[str] = (),
    any_hour: bool = False,
) -> CallPlan | Refusal:
    """What the offline planner makes of a brief at `at`, or the gate's refusal.

    With `any_hour`, calling hours are those of the next opening: a plan that is stored was made for one, at
    night perhaps.
    """
    digest = policy.digest()
    decision = decide(brief, policy, now=at, policy_digest=digest, opted_out=opted_out)
    if isinstance(decision, Refusal) and any_hour and decision.code == "GATE_HOURS" and decision.allowed_from:
        opening = parse_time(decision.allowed_from)
        decision = decide(brief, policy, now=opening, policy_digest=digest, opted_out=opted_out)
    if isinstance(decision, Refusal):
        return decision
    return make_plan(brief, policy, playbook, now=at, required=decision.disclosures)


def plan_refused(refusal: Refusal, brief: Brief, policies: Policies, playbook: Playbook) -> CallPlan | None:
    """The plan that a stored refusal's brief would have today at its moment; None where it stays refused.

    What the store held against the contact then, an opt-out or a colleague's open plan, stands as it stood.
    """
    if refusal.agent not in policies.by_agent or not refusal.code.startswith("GATE_"):
        return None
    grounds = [(refusal.code, refusal.pointer), *((other.code, other.pointer) for other in refusal.also)]
    latched = any(code == "GATE_OPTED_OUT" and pointer in _PERSONAL for code, pointer in grounds)
    contact = brief.contact
    opted_out = [value for value in (contact.contact_id, contact.phone) if value] if latched else []
    made = replan(brief, policies.get(refusal.agent), playbook, parse_time(refusal.at), opted_out=opted_out)
    return made if isinstance(made, CallPlan) else None


def find_drift(stored: CallPlan, before: CallPlan | Refusal) -> tuple[tuple[str, ...], bool]:
    """What else than the policy makes a stored plan another one, in words, and whether the planner moved."""
    planner = stored.planner
    if planner is not None and planner.fallback_reason:
        return (f"it fell back then: {planner.fallback_reason}",), False
    if planner is not None and planner.engine == "claude":
        return ("a model made it; the offline planner stands in for both versions",), False
    if isinstance(before, Refusal):
        return (f"the gate refuses it today under its own version: {before.code}",), True
    if find_differences(stored, before):
        return ("planner or playbook have changed since: its own version gives another plan today",), True
    return (), False


def find_timing(old: Policy, new: Policy) -> tuple[str, ...]:
    """What changes about when a plan is made, by whom, and how long it holds, in words."""
    return tuple(
        f"{name} {_shown(was)} → {_shown(becomes)}"
        for name, was, becomes in (
            ("enabled", old.enabled, new.enabled),
            ("mode", old.planning.mode, new.planning.mode),
            ("expiry in hours", old.refresh.expires_after_h, new.refresh.expires_after_h),
            ("budget in ms", old.planning.budget_ms, new.planning.budget_ms),
            ("SLA in s", old.planning.sla_s, new.planning.sla_s),
            ("engine", old.planning.engine, new.planning.engine),
            ("model", old.planning.model, new.planning.model),
        )
        if was != becomes
    )


def _shown(value: str | float | bool | None) -> str:
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ").lower()


def live_ms(plan: CallPlan, old: Policy, new: Policy, latencies: Latencies) -> tuple[float, str]:
    """What the live plan takes: as it took where the planner stays the same; else by others or the table."""
    planning = new.planning
    if planning.mode != "at_call" or not new.enabled or planning.depth == "trivial":
        return 0, "nothing planned live"
    before = (old.planning.engine, old.planning.depth, old.planning.model)
    took = plan.planner.latency_ms if plan.planner else None
    if before == (planning.engine, planning.depth, planning.model) and took is not None:
        return took, "measured: as it took then"
    latency = timing.planner_latency(
        planning.engine, planning.depth, latencies(new.agent, planning.engine, planning.depth)
    )
    return latency.ms + timing.GATE_MS, f"{latency.how}: {latency.note}"


def plan_cost(policy: Policy, prices: Path | None = None) -> float | None:
    """What one plan of this version costs; None where the price of its model is not known."""
    planning = policy.planning
    engine = "offline" if not policy.enabled or planning.mode == "skipped" else planning.engine
    model = timing.planner_model(policy, engine)
    batch = planning.mode == "precomputed"
    cost = timing.planner_cost(engine, model, planning.depth, batch=batch, prices=prices)
    return None if cost is None else float(cost["amount"])
