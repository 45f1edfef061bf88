"""One brief through gate and planner: a plan or a named refusal. The step between trigger and dial."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from precall_cli.errors import BadInput
from precall_cli.gate import decide
from precall_cli.planner import Playbook, make_plan, trivial_plan
from precall_cli.policies import Policies, Rollout
from precall_cli.records.admission import Admission
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Limits, Policy
from precall_cli.records.refusal import Refusal

if TYPE_CHECKING:
    from precall_cli.claude import ClaudePlanner, Ledger, Task
    from precall_cli.settings import Engine


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
    claude: ClaudePlanner | None = None,
    engine: Engine | None = None,
    budget_ms: float | None = None,
    ledger: Ledger | None = None,
) -> Planned | Refused:
    """Gate and plan for one brief at the moment `now`; stores nothing.

    `opted_out` holds contact ids and phones that asked never to be called. `rollout` says which versions of
    policies may go live and which agents are switched off: these get the trivial plan, which says so.

    With `claude`, that planner is asked where `engine`, else the policy, wants it. It has `budget_ms`, else
    what the policy gives, counted from the beginning of `ledger`, else from now; the offline plan is made
    first and stands where it gives none. Raises BadInput when no policy applies, or its version was not
    adopted, or a reply that was to be played back is missing.
    """
    timed = ledger or _ledger(claude)
    with _phase(timed, "gate"):
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
        return Planned(plan, decision, policy)
    with _phase(timed, "offline"):
        plan = make_plan(brief, policy, playbook, now=now, required=required)
    planned = Planned(plan, decision, policy)
    task = task_for(planned, brief, playbook, now=now, engine=engine) if claude is not None else None
    if claude is None or task is None:
        return planned
    return Planned(claude.plan(task, budget_ms=budget_ms, ledger=timed), decision, policy)


def task_for(
    planned: Planned, brief: Brief, playbook: Playbook, *, now: datetime, engine: Engine | None = None
) -> Task | None:
    """What Claude is asked to plan, once the offline plan stands; None where nothing is to be asked.

    Nothing is asked where neither `engine` nor the policy wants it, and where the agent does not think at
    all: it is disabled, its planning is skipped, or trivial.
    """
    planning = planned.policy.planning
    trivial = not planned.policy.enabled or planning.mode == "skipped" or planning.depth == "trivial"
    if trivial or (engine or planning.engine) != "claude":
        return None
    from precall_cli.claude import Seller, Task

    caps, limits, seller = playbook.depths[planning.depth], planned.policy.limits, playbook.seller
    return Task(
        brief=brief,
        policy=planned.policy,
        admission=planned.admission,
        frame=planned.plan,
        seller=Seller(seller.company, seller.agent, seller.product, seller.offer, seller.guide),
        limits=Limits(
            questions=min(caps.questions, limits.questions),
            objections=min(caps.objections, limits.objections),
            next_steps=min(caps.next_steps, limits.next_steps),
        ),
        now=now,
    )


def _ledger(claude: ClaudePlanner | None) -> Ledger | None:
    if claude is None:
        return None
    from precall_cli.claude import Ledger

    return Ledger()


def _phase(ledger: Ledger | None, name: str) -> AbstractContextManager[None]:
    return ledger.phase(name) if ledger is not None else nullcontext()
