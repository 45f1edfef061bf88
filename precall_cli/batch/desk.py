"""One brief through reuse, gate, planner, account lock and seal: the same for a single plan and for a list.

`prepare` looks and plans, without holding the store; `settle` decides and seals inside one transaction, so
that of two processes with one account, or one brief, exactly one seals and the other sees it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from precall_cli.accounts import Story, find_holder, make_held_refusal
from precall_cli.batch.engines import Engine
from precall_cli.gate import decide
from precall_cli.planner import Playbook, make_plan, trivial_plan
from precall_cli.planning import Planned, Refused, plan_brief, policy_for
from precall_cli.policies import Policies, Rollout
from precall_cli.records.admission import Admission
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.records.refusal import Refusal
from precall_cli.refresh import Move, Staleness, find_staleness, has_expired
from precall_cli.store import Store
from precall_cli.store.standing import StandingPlan, find_standing, load_standing, open_plans
from precall_cli.store.work import forget_work


@dataclass(frozen=True, slots=True)
class Desk:
    """What all briefs of one run are planned with."""

    policies: Policies
    playbook: Playbook
    engine: Engine
    now: datetime
    """The moment of planning."""
    agent: str | None = None
    """The agent to plan for, whatever a brief says."""
    rollout: Rollout | None = None
    call_at: datetime | None = None
    """The moment of the call, for the gate; None: now."""
    retry_fallbacks: bool = False
    """Whether a plan that fell back to another planner is made anew."""
    at_call_for_s: float | None = None
    """Seconds for which a plan made at call may be taken again; None: as long as it stands."""

    @property
    def judged_at(self) -> datetime:
        """The moment that the gate judges."""
        return self.call_at or self.now


@dataclass(frozen=True, slots=True)
class Prepared:
    """One brief, ready to be planned by an engine or to be settled as it is."""

    brief: Brief
    """With what the account's other contacts told us."""
    policy: Policy
    standing: StandingPlan | None
    """The plan that there was when we looked."""
    staleness: Staleness
    """What speaks against that plan; nothing where it is taken again."""
    outcome: Planned | Refused | None
    """What gate and planner say; None where the standing plan is taken again."""
    admission: Admission | None = None
    """The gate's yes, whether the plan is made now or taken again."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one brief."""

    brief: Brief
    policy: Policy
    plan: CallPlan | None
    refusal: Refusal | None
    seq: int
    """Row in the chain."""
    new: bool
    """False where it was stored before."""
    staleness: Staleness
    """Why the plan before this one no longer stands."""
    admission: Admission | None = None
    """What the gate allowed the call on."""


def prepare(
    store: Store, brief: Brief, desk: Desk, *, opted_out: Collection[str], story: Story | None = None
) -> Prepared:
    """Looks whether a plan stands that can be taken again, else asks the gate and makes the offline plan.

    `story` is what the account's people told us; it counts where the policy coordinates accounts. Raises
    BadInput when no policy applies, or its version may not go live.
    """
    policy = policy_for(brief, desk.policies, desk.agent)
    if story is not None and policy.coordination.account:
        brief = story.tell(brief)
    standing = find_standing(store, contact_id=brief.contact.contact_id, agent=policy.agent)
    staleness = look_at(store, standing, brief, policy, desk)
    if standing is not None and not staleness:
        decision = decide(
            brief, policy, now=desk.judged_at, policy_digest=policy.digest(), opted_out=opted_out
        )
        if isinstance(decision, Refusal):
            return Prepared(brief, policy, standing, staleness, Refused(decision, policy))
        return Prepared(brief, policy, standing, staleness, None, decision)
    outcome = _plan(brief, desk, opted_out)
    admission = outcome.admission if isinstance(outcome, Planned) else None
    return Prepared(brief, policy, standing, staleness, outcome, admission)


def _plan(brief: Brief, desk: Desk, opted_out: Collection[str]) -> Planned | Refused:
    """Gate and offline plan; with `call_at`, the gate judges that moment, and the plan is made now."""
    if desk.call_at is None:
        return plan_brief(
            brief, desk.policies, desk.playbook, now=desk.now, agent=desk.agent, opted_out=opted_out,
            rollout=desk.rollout,
        )  # fmt: skip
    at_call = plan_brief(
        brief, desk.policies, desk.playbook, now=desk.call_at, agent=desk.agent, opted_out=opted_out,
        rollout=desk.rollout,
    )  # fmt: skip
    if isinstance(at_call, Refused):
        return at_call
    make = trivial_plan if at_call.plan.planner and at_call.plan.planner.depth == "trivial" else make_plan
    reason = at_call.plan.planner.fallback_reason if at_call.plan.planner else None
    plan = make(
        brief, at_call.policy, desk.playbook, now=desk.now, required=at_call.admission.disclosures,
        fallback_reason=reason,
    )  # fmt: skip
    return replace(at_call, plan=plan)


def look_at(
    store: Store, standing: StandingPlan | None, brief: Brief, policy: Policy, desk: Desk
) -> Staleness:
    """What speaks against a standing plan; nothing where there is none."""
    if standing is None:
        return Staleness()
    versions = desk.engine.versions(policy)
    if standing.fallback_reason is not None and not desk.retry_fallbacks:
        versions |= desk.engine.fallback_versions()
    off = desk.rollout.switched_off(policy.agent) if desk.rollout is not None else None
    was_off = standing.fallback_reason if _is_switch(standing) else None
    if off != was_off:
        return Staleness(planner=Move("/planner/fallback_reason", was_off, off))
    same = standing.brief_digest == brief.digest() and standing.policy_digest == policy.digest()
    fell_back = standing.fallback_reason is not None and not was_off and policy.enabled
    if same and not (fell_back and desk.retry_fallbacks) and standing.version in versions:
        expired = has_expired(standing.expires_at, desk.now)
        return Staleness(
            expired_at=standing.expires_at if expired else None,
            other_moment=_other_moment(standing, policy, desk),
        )
    stored = load_standing(store, standing.plan_id)
    found = find_staleness(
        stored.plan,
        rests_on=(stored.brief, stored.policy),
        brief=brief,
        policy=policy,
        now=desk.now,
        versions=versions,
        retry_fallback=desk.retry_fallbacks and fell_back,
    )
    return replace(found, other_moment=_other_moment(standing, policy, desk))


def _is_switch(standing: StandingPlan) -> bool:
    return (standing.fallback_reason or "").startswith(f"the agent {standing.agent} was switched off")


def _other_moment(standing: StandingPlan, policy: Policy, desk: Desk) -> str | None:
    """When a plan was made at call, if that is too long ago: it speaks of its moment ("a minute ago")."""
    if desk.at_call_for_s is None or policy.planning.mode != "at_call" or standing.created_at is None:
        return None
    allowed = policy.planning.sla_s or desk.at_call_for_s
    age = abs((desk.now - parse_time(standing.created_at)).total_seconds())
    return standing.created_at if age > allowed else None


def settle(store: Store, prepared: Prepared, plan: CallPlan | None, desk: Desk) -> Settled:
    """Seals what came of a brief; the caller holds the store's transaction.

    `plan` is the engine's, for a brief that is planned. Somebody else may have planned this contact, or
    another of the account, since `prepare` looked: what stands now decides.
    """
    brief, policy = prepared.brief, prepared.policy
    now, outcome = desk.now, prepared.outcome
    if isinstance(outcome, Refused):
        saved = store.save_refusal(outcome.refusal, brief, now=now)
        return Settled(brief, policy, None, outcome.refusal, saved.seq, saved.new, Staleness())
    standing = find_standing(store, contact_id=brief.contact.contact_id, agent=policy.agent)
    staleness = prepared.staleness
    if (standing and standing.plan_id) != (prepared.standing and prepared.standing.plan_id):
        staleness = look_at(store, standing, brief, policy, desk)
        if standing is not None and not staleness:
            outcome = None
    if outcome is None:
        assert standing is not None
        stored = load_standing(store, standing.plan_id)
        return Settled(
            stored.brief, stored.policy, stored.plan, None, stored.seq, False, Staleness(), prepared.admission
        )
    assert plan is not None
    if policy.coordination.account:
        others = open_plans(store, now=now, account_id=brief.account.account_id)
        holder = find_holder(plan, brief.contact.contact_id, others)
        if holder is not None:
            refusal = make_held_refusal(plan, holder, brief, policy, now)
            saved = store.save_refusal(refusal, brief, now=now)
            return Settled(brief, policy, None, refusal, saved.seq, saved.new, Staleness())
    if standing is not None and not standing.dialled and standing.plan_id != plan.plan_id:
        plan = supersede(plan, standing.plan_id)
    saved = store.save_plan(plan, brief, policy, now=now)
    if desk.engine.paid:
        forget_work(store, brief.digest(), policy.digest())
    return Settled(brief, policy, plan, None, saved.seq, saved.new, staleness, prepared.admission)


def supersede(plan: CallPlan, before: str) -> CallPlan:
    """The plan, linked to the one that it replaces."""
    linked = plan.model_copy(update={"supersedes": before})
    return linked.model_copy(update={"plan_id": linked.content_id()})
