"""One brief through gate and planner: a plan or a named refusal. The step between trigger and dial."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from precall_cli.errors import BadInput
from precall_cli.gate import decide
from precall_cli.planner import Playbook, make_plan, trivial_plan
from precall_cli.policies import Policies, Rollout
from precall_cli.records.admission import Admission
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, with what the gate allowed it on."""

    plan: CallPlan
    admission: Admission
    policy: Policy


@dataclass(frozen=True, slots=True)
class Refused:
    """The gate's no; no plan came into being."""

    refusal: Refusal
    policy: Policy


def policy_for(brief: Brief, policies: Policies, agent: str | None = None) -> Policy:
    """The policy that applies: of the agent given, else of the one the brief names, else by its trigger.

    Raises BadInput when none of these says which agent it is.
    """
    name = agent or brief.agent
    if name:
        return policies.get(name)
    if brief.trigger is None:
        raise BadInput(
            "neither `agent` nor `trigger` says which agent is to call",
            place=brief.brief_id,
            hint="Name one with --agent.",
        )
    return policies.for_trigger(brief.trigger.kind)


def plan_brief(
    brief: Brief,
    policies: Policies,
    playbook: Playbook,
    *,
    now: datetime,
    agent: str | None = None,
    opted_out: Collection[str] = (),
    rollout: Rollout | None = None,
) -> Planned | Refused:
    """Gate and plan for one brief at the moment `now`; stores nothing.

    `opted_out` holds contact ids and phones that asked never to be called. `rollout` says which versions of
    policies may go live and which agents are switched off: these get the trivial plan, which says so. Raises
    BadInput when no policy applies, or its version was not adopted.
    """
    policy = policy_for(brief, policies, agent)
    if rollout is not None:
        rollout.check_live(policy)
    decision = decide(brief, policy, now=now, policy_digest=policy.digest(), opted_out=opted_out)
    if isinstance(decision, Refusal):
        return Refused(decision, policy)
    required = decision.disclosures
    off = rollout.switched_off(policy.agent) if rollout is not None else None
    if off is not None:
        plan = trivial_plan(brief, policy, playbook, now=now, required=required, fallback_reason=off)
    else:
        plan = make_plan(brief, policy, playbook, now=now, required=required)
    return Planned(plan, decision, policy)
