"""The offline planner: from brief, policy and playbook to a call plan, by rule and in milliseconds.

Same input, same bytes: nothing here reads a clock, a file, the network or a random number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from precall_cli.planner.coordination import make_coordination
from precall_cli.planner.objections import make_objections
from precall_cli.planner.playbook import Playbook
from precall_cli.planner.questions import make_questions
from precall_cli.planner.situation import Situation, make_situation
from precall_cli.planner.steps import (
    make_disclosures,
    make_next_steps,
    make_objective,
    make_opening,
    make_stops,
)
from precall_cli.records.admission import RequiredDisclosure
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan, Depth, Planner
from precall_cli.records.policy import Policy
from precall_cli.records.record import format_time

VERSION = "offline/1"
"""Version of these rules; it changes whenever the same input may give another plan."""


def make_plan(
    brief: Brief,
    policy: Policy,
    playbook: Playbook,
    *,
    now: datetime,
    required: Sequence[RequiredDisclosure],
    fallback_reason: str | None = None,
    supersedes: str | None = None,
    latency_ms: float | None = None,
) -> CallPlan:
    """The plan of one call at `now` (aware), with its `plan_id`.

    `required` is what the gate demands to be disclosed. An agent that is disabled, whose planning is
    skipped, or whose depth is trivial gets the trivial plan. `latency_ms` is kept but is no part of the id.
    """
    depth = policy.planning.depth
    if not policy.enabled or policy.planning.mode == "skipped" or depth == "trivial":
        return trivial_plan(
            brief,
            policy,
            playbook,
            now=now,
            required=required,
            fallback_reason=fallback_reason,
            supersedes=supersedes,
            latency_ms=latency_ms,
        )
    seen = make_situation(brief, policy, playbook, now)
    planner = _planner("offline", depth, seen, fallback_reason, latency_ms)
    return _assemble(seen, planner, depth, required, supersedes)


def trivial_plan(
    brief: Brief,
    policy: Policy,
    playbook: Playbook,
    *,
    now: datetime,
    required: Sequence[RequiredDisclosure],
    fallback_reason: str | None = None,
    supersedes: str | None = None,
    latency_ms: float | None = None,
) -> CallPlan:
    """The plan without planning: objective, opening, disclosures, a short ladder, the stops that always hold.

    What was told in confidence is withheld here too: no depth makes it fit to be said.
    For a disabled agent `planner.fallback_reason` says so, unless a reason is given.
    """
    seen = make_situation(brief, policy, playbook, now)
    if fallback_reason is None and not policy.enabled:
        fallback_reason = f"the agent {policy.agent} is disabled by its policy"
    planner = _planner("none", "trivial", seen, fallback_reason, latency_ms)
    return _assemble(seen, planner, "trivial", required, supersedes)


def _planner(
    engine: str, depth: Depth, seen: Situation, fallback_reason: str | None, latency_ms: float | None
) -> Planner:
    return Planner(
        engine=engine,
        model=None,
        mode=seen.policy.planning.mode,
        depth=depth,
        latency_ms=latency_ms,
        fallback_reason=fallback_reason,
        usage=None,
        version=f"{VERSION}; playbook {seen.playbook.label}",
    )


def _assemble(
    seen: Situation,
    planner: Planner,
    depth: Depth,
    required: Sequence[RequiredDisclosure],
    supersedes: str | None,
) -> CallPlan:
    caps, limits = seen.playbook.depths[depth], seen.policy.limits
    trivial = depth == "trivial"
    expires_after_h = seen.policy.refresh.expires_after_h
    expires_at = seen.now + timedelta(hours=expires_after_h) if expires_after_h else None
    objective = make_objective(seen)
    plan = CallPlan(
        brief_id=seen.brief.brief_id,
        brief_digest=seen.brief.digest(),
        agent=seen.policy.agent,
        policy_digest=seen.policy.digest(),
        planner=planner,
        created_at=format_time(seen.now),
        expires_at=format_time(expires_at) if expires_at else None,
        supersedes=supersedes,
        objective=objective,
        opening=make_opening(seen),
        disclosures=make_disclosures(seen, required),
        qualification=make_questions(seen, min(caps.questions, limits.questions), deep=depth == "deep"),
        objections=make_objections(seen, min(caps.objections, limits.objections)),
        next_steps=make_next_steps(seen, objective, min(caps.next_steps, limits.next_steps)),
        stop_conditions=make_stops(seen, trivial=trivial),
        coordination=make_coordination(seen, known=not trivial),
    )
    return plan.model_copy(update={"plan_id": plan.content_id()})
