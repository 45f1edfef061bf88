"""Objectives that one plan of an account may pursue at a time. The open plan is the lock itself.

So there is nothing to release by hand: it opens when the plan is superseded, lapses, or a call made with it
is recorded. A plan lapses at `expires_at`; one made at call has none, and lapses 24 hours after its seal (or
after the policy's `sla_s`, if that is longer): a call that never came about blocks nobody for good.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan, ObjectiveType
from precall_cli.records.policy import Policy
from precall_cli.records.record import format_time
from precall_cli.records.refusal import Refusal

EXCLUSIVE: frozenset[ObjectiveType] = frozenset({"book_meeting", "advance_opportunity", "re_engage"})
"""Two people of one company asked for the same meeting, or the same deal moved on twice, look like two
sellers who do not talk to each other. Questions and follow-ups may go to several."""


class OpenPlan(Protocol):
    """What is looked at of an open plan."""

    @property
    def plan_id(self) -> str: ...
    @property
    def agent(self) -> str: ...
    @property
    def contact_id(self) -> str: ...
    @property
    def contact_name(self) -> str: ...
    @property
    def objective_type(self) -> str: ...
    @property
    def sealed_at(self) -> str: ...
    @property
    def open_until(self) -> str: ...


def find_holder(plan: CallPlan, contact_id: str, open_plans: Iterable[OpenPlan]) -> OpenPlan | None:
    """The first of the account's open plans that holds the plan's objective for another contact."""
    if plan.objective.type not in EXCLUSIVE:
        return None
    return next(
        (
            each
            for each in open_plans
            if each.contact_id != contact_id and each.objective_type == plan.objective.type
        ),
        None,
    )


def make_held_refusal(
    plan: CallPlan, holder: OpenPlan, brief: Brief, policy: Policy, now: datetime
) -> Refusal:
    """The named no: which plan holds the objective, for whom, since when, and what opens it and when."""
    wanted = plan.objective.type.replace("_", " ")
    refusal = Refusal(
        code="ACCOUNT_OBJECTIVE_HELD",
        pointer="/account/account_id",
        reason=f"plan {holder.plan_id} ({holder.agent}, for {holder.contact_name}, sealed {holder.sealed_at})"
        f" pursues the objective {wanted!r} at this account"[:2_000],
        mend=f"Make that call and record its outcome with plan_id {holder.plan_id}; "
        f"if none is made, the lock lapses at {holder.open_until}.",
        rule="One account, one story: " + ", ".join(sorted(EXCLUSIVE)) + " go to one contact at a time.",
        brief_id=brief.brief_id,
        brief_digest=brief.digest(),
        contact_id=brief.contact.contact_id,
        agent=policy.agent,
        policy_digest=policy.digest(),
        at=format_time(now),
        held_by=holder.plan_id,
    )
    return refusal.model_copy(update={"refusal_id": refusal.content_id()})
