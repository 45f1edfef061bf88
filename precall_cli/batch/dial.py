"""The last look before a call: may this sealed plan still be dialled with?

>>> from precall_cli.batch.dial import check_dial
>>> from precall_cli.store import Store
>>> def may_dial(store: Store, plan_id, brief, rollout, now):
...     return not check_dial(store, plan_id, brief, rollout=rollout, now=now).refused
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from precall_cli.batch.run import read_story
from precall_cli.policies import Rollout
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import Json
from precall_cli.refresh import Staleness, find_staleness
from precall_cli.store import Store
from precall_cli.store.standing import find_successor


@dataclass(frozen=True, slots=True)
class DialCheck:
    """What speaks against dialling; nothing where `refused` is false."""

    plan_id: str
    staleness: Staleness
    """What moved in the brief, and whether the plan expired."""
    superseded_by: str | None
    """The plan that stands in its place."""
    opted_out: bool
    """Whether the contact asked never to be called again."""
    barred: tuple[str, ...]
    """What of the roll-out forbids it, in words: the agent's switch, the version of its policy."""

    @property
    def refused(self) -> bool:
        """Whether the call must not be made with this plan."""
        return bool(self.staleness) or self.superseded_by is not None or self.opted_out or bool(self.barred)

    def document(self) -> Json:
        """As JSON."""
        return {
            "plan_id": self.plan_id,
            "refused": self.refused,
            "expired_at": self.staleness.expired_at,
            "superseded_by": self.superseded_by,
            "opted_out": self.opted_out,
            "barred": list(self.barred),
            "moved": [
                {"pointer": move.pointer, "before": move.before, "after": move.after}
                for move in self.staleness.moves
            ],
        }


def check_dial(store: Store, plan: str, brief: Brief | None, *, rollout: Rollout, now: datetime) -> DialCheck:
    """Holds a sealed plan against the brief as it is now: what the policy calls material, and what is cited.

    Without a brief only time, replacement, opt-outs and the roll-out count. Where the policy coordinates
    accounts, what colleagues told us since counts as a change of the brief. `rollout` is how it stands now:
    an agent that was switched off since, or a version that is not adopted, is not dialled for. The gate
    decides again for the hour; that is not done here. Raises BadInput when the plan is not stored.
    """
    stored = store.load_plan(plan)
    plan_id = stored.plan.plan_id or plan
    today = brief or stored.brief
    if brief is not None and stored.policy.coordination.account:
        today = read_story(store, brief.account.account_id, [brief]).tell(brief)
    contact = stored.brief.contact
    latched = store.opted_out()
    return DialCheck(
        plan_id=plan_id,
        staleness=find_staleness(
            stored.plan,
            rests_on=(stored.brief, stored.policy),
            brief=today,
            policy=stored.policy,
            now=now,
        ),
        superseded_by=find_successor(store, plan_id),
        barred=rollout.bars_dial(stored.plan, stored.policy),
        opted_out=bool({contact.contact_id, contact.phone, today.contact.phone} & latched),
    )


def check_rollout(store: Store, plan: str, rollout: Rollout) -> DialCheck:
    """What the roll-out says, at no moment in particular. Raises BadInput when the plan is not stored."""
    stored = store.load_plan(plan)
    return DialCheck(
        plan_id=stored.plan.plan_id or plan,
        staleness=Staleness(),
        superseded_by=None,
        opted_out=False,
        barred=rollout.bars_dial(stored.plan, stored.policy),
    )
