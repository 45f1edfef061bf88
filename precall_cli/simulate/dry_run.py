"""A dry-run: what would happen at a trigger, T0 to T5, without dialling, storing or asking a model.

Pure: times, the plan that is stored and how long plans took come in as arguments. Live planning by a model
is played by its modelled or measured time; the plan shown is that of the offline planner behind it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from precall_cli.gate import explain_disclosures, explain_gate
from precall_cli.planner import Playbook, explain_playbook
from precall_cli.planning import Planned, plan_brief, policy_for
from precall_cli.policies import Policies, Rollout
from precall_cli.policy_trace import explain_policy
from precall_cli.records.plan import CallPlan, Depth
from precall_cli.records.policy import Policy
from precall_cli.records.record import format_time, parse_time
from precall_cli.records.refusal import Refusal
from precall_cli.records.trace import RuleTrace
from precall_cli.simulate import timing
from precall_cli.simulate.timeline import (
    Cache,
    Past,
    Rung,
    Stage,
    how_made,
    made_nothing,
    stages_of,
    start_of,
)
from precall_cli.simulate.triggers import TriggerCase


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would happen at one trigger."""

    case: TriggerCase
    policy: Policy
    adoption: str
    """How far the version has come, in words."""
    live: bool
    """Whether it may go live."""
    switched_off: str
    """Why the agent falls back at once, if so."""
    engine: str
    model: str | None
    depth: Depth
    cache: Cache
    cached: CallPlan | None
    plan: CallPlan | None
    refusal: Refusal | None
    stages: tuple[Stage, ...]
    live_ms: float
    """Milliseconds of live planning, gate included; 0 where nothing is planned live."""
    rung: Rung
    fallback: str
    """Why it fell back, if it did."""
    cost: dict[str, Any] | None
    rules: tuple[RuleTrace, ...]
    notes: tuple[str, ...]

    @property
    def budget_ms(self) -> int:
        """Milliseconds that live planning may take."""
        return self.policy.planning.budget_ms

    @property
    def dial_s(self) -> float | None:
        """Seconds from trigger to dial; None where nothing is dialled, or the trigger has no moment."""
        first, dial = self.stages[0].at, next((s.at for s in self.stages if s.name == "T3"), None)
        return (dial - first).total_seconds() if first is not None and dial is not None else None

    @property
    def over_budget(self) -> bool:
        """Whether the live plan takes longer than its budget."""
        return self.live_ms > self.budget_ms

    @property
    def over_sla(self) -> bool:
        """Whether the dial comes later than the agent promises."""
        sla = self.policy.planning.sla_s
        return sla is not None and self.dial_s is not None and self.dial_s > sla

    @property
    def passed(self) -> bool:
        """Whether it comes to a dial within budget and SLA, by a version that may go live."""
        return self.refusal is None and self.live and not self.over_budget and not self.over_sla

    def document(self) -> dict[str, Any]:
        """As JSON."""
        plan, refusal = self.plan, self.refusal
        return {
            "source": self.case.source,
            "trigger": self.case.trigger.model_dump(mode="json"),
            "brief_id": self.case.brief.brief_id,
            "contact": self.case.brief.contact.name,
            "agent": self.policy.agent,
            "policy_digest": self.policy.digest(),
            "adoption": self.adoption,
            "live": self.live,
            "switched_off": self.switched_off or None,
            "mode": self.policy.planning.mode,
            "depth": self.depth,
            "engine": self.engine,
            "model": self.model,
            "cache": {"state": self.cache, "plan_id": self.cached.plan_id if self.cached else None},
            "gate": {
                "decision": "refused" if refusal else "admitted",
                "code": refusal.code if refusal else None,
                "pointer": refusal.pointer if refusal else None,
                "reason": refusal.reason if refusal else None,
            },
            "timeline": [
                {
                    "stage": stage.name,
                    "what": stage.what,
                    "at": format_time(stage.at) if stage.at else None,
                    "ms": stage.ms,
                    "how": stage.how,
                    "note": stage.note,
                }
                for stage in self.stages
            ],
            "live_ms": self.live_ms,
            "budget_ms": self.budget_ms,
            "over_budget": self.over_budget,
            "trigger_to_dial_s": self.dial_s,
            "sla_s": self.policy.planning.sla_s,
            "over_sla": self.over_sla,
            "fallback": {"rung": self.rung, "reason": self.fallback or None},
            "cost": self.cost,
            "plan": plan.full_document() if plan else None,
            "rules": [rule.document() for rule in self.rules],
            "notes": list(self.notes),
            "passed": self.passed,
        }


def play(
    case: TriggerCase,
    policies: Policies,
    playbook: Playbook,
    rollout: Rollout,
    past: Past,
    *,
    now: datetime | None = None,
    engine: str | None = None,
    explain: bool = False,
    measure: bool = False,
    prices: Path | None = None,
) -> DryRun:
    """Plays one trigger.

    `now` is when the brief is there, else as trigger and brief say. `engine` is the planner in
    place of the policy's. `measure` times gate and offline planner here, not by the table. Raises BadInput
    when no policy applies.
    """
    policy = policy_for(case.planned, policies, case.agent)
    start, assembled = start_of(case, now)
    at = assembled.at or start
    if now is not None:  # the whole timeline moves, so that the brief is there at that moment
        start, assembled, at = start + (now - at), replace(assembled, at=now), now
    brief = case.planned
    began = time.perf_counter()
    opted_out = past.opted_out()
    result = plan_brief(
        brief, policies, playbook, now=at, agent=policy.agent, opted_out=opted_out,
        rollout=replace(rollout, allow_unadopted=True),
    )  # fmt: skip
    took = (time.perf_counter() - began) * 1000 if measure else None
    plan = result.plan if isinstance(result, Planned) else None
    off = rollout.switched_off(policy.agent) or ""
    if not policy.enabled:
        off = off or f"enabled = false in {policies.origin(policy.agent, '/enabled')}"
    chosen = _planned_by(policy, engine, off)
    cached, cache = (None, "not used") if off else _cached(case, policy, past, at)
    made = how_made(policy, chosen, cache, past, took) if plan else made_nothing(took)
    stages = stages_of(case, start, assembled, plan, made, policy, cached if cache == "hit" else None)
    adoption = rollout.adoption(policy)
    rules = list(explain_gate(brief, now=at, opted_out=opted_out)) if explain else []
    if explain:
        rules += _rollout_rules(rollout, policy, off)
    if explain and isinstance(result, Planned):
        rules += explain_disclosures(brief, policy, result.admission)
        rules += explain_playbook(brief, policy, playbook, result.plan, now=at)
        rules += explain_policy(brief, policy, policies, playbook, result.plan, off)
    return DryRun(
        case=case,
        policy=policy,
        adoption=adoption.words,
        live=adoption.state == "adopted" or rollout.allow_unadopted,
        switched_off=off,
        engine=chosen,
        model=timing.planner_model(policy, chosen),
        depth=_depth(policy, off),
        cache=cache,
        cached=cached,
        plan=cached if cache == "hit" and plan else plan,
        refusal=None if isinstance(result, Planned) else result.refusal,
        stages=stages,
        live_ms=made.live_ms,
        rung="trivial" if off else made.rung,
        fallback=off or made.fallback,
        cost=_cost(policy, chosen, off, cache, prices) if plan else _nothing(),
        rules=tuple(rules),
        notes=tuple(_notes(case, policy, result, cache, stages, chosen)),
    )


def _rollout_rules(rollout: Rollout, policy: Policy, off: str) -> list[RuleTrace]:
    adoption = rollout.adoption(policy)
    held = adoption.state == "proposed" and not rollout.allow_unadopted
    free = "; unadopted versions may go live" if adoption.state == "proposed" and not held else ""
    return [
        RuleTrace("rollout.adoption", held, adoption.words + free),
        RuleTrace("rollout.switch", bool(off), off or "the agent is switched on"),
    ]


def _depth(policy: Policy, off: str) -> Depth:
    return "trivial" if off or policy.planning.mode == "skipped" else policy.planning.depth


def _planned_by(policy: Policy, engine: str | None, off: str) -> str:
    """Which planner it is: `none` for the trivial plan."""
    return "none" if _depth(policy, off) == "trivial" else engine or policy.planning.engine


def _nothing() -> dict[str, Any]:
    return {"amount": 0, "currency": "USD"}


def _cost(policy: Policy, engine: str, off: str, cache: Cache, prices: Path | None) -> dict[str, Any] | None:
    batch = policy.planning.mode == "precomputed"
    if batch and cache == "hit":
        return _nothing()
    model = timing.planner_model(policy, engine)
    return timing.planner_cost(engine, model, _depth(policy, off), batch=batch, prices=prices)


def _cached(case: TriggerCase, policy: Policy, past: Past, at: datetime) -> tuple[CallPlan | None, Cache]:
    """The stored plan that a precomputed call is dialled with."""
    if policy.planning.mode != "precomputed":
        return None, "not used"
    plan = past.cached(case.brief, policy, at) or past.cached(case.planned, policy, at)
    if plan is None:
        return None, "miss"
    expired = plan.expires_at is not None and parse_time(plan.expires_at) <= at
    return plan, "expired" if expired else "hit"


def _notes(
    case: TriggerCase, policy: Policy, result: object, cache: Cache, stages: tuple[Stage, ...], engine: str
) -> list[str]:
    """What somebody should know besides."""
    notes: list[str] = []
    if not isinstance(result, Planned):
        return ["no rule of the playbook was asked: the gate comes first"]
    if engine == "claude" and cache != "hit":
        notes.append("no model is asked here: the plan shown is the one that stands where it gives none")
    if cache in ("miss", "expired"):
        what = (
            "no stored plan for this brief and version" if cache == "miss" else "the stored plan has expired"
        )
        notes.append(f"{what}: `precall plan batch` makes one before the dial")
    if case.brief.ae is None and result.plan.objective.type in ("book_meeting", "advance_opportunity"):
        notes.append("a ladder without an AE: the objective books a meeting, and nobody is named to take it")
    elif case.brief.ae is None and result.plan.objective.type != "confirm_attendance":
        notes.append("the brief names no AE: the ladder has no meeting to offer")
    dial = next((stage.at for stage in stages if stage.name == "T3"), None)
    if dial is not None and dial >= result.admission.closes_at:
        notes.append(f"calling hours end at {format_time(result.admission.closes_at)}, before the dial")
    if case.trigger.kind not in policy.triggers:
        notes.append(f"{policy.agent} does not answer {case.trigger.kind}")
    return notes
