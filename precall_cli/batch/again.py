"""Plans looked at again: what moved since they were sealed, and a new plan only where something did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from precall_cli.batch.desk import Desk, Settled, look_at, prepare, settle
from precall_cli.batch.run import find_due, read_story
from precall_cli.errors import BadInput
from precall_cli.planning import policy_for
from precall_cli.records.brief import Brief
from precall_cli.refresh import Staleness
from precall_cli.store import Store
from precall_cli.store.standing import StandingPlan, find_standing, load_standing, standing_plans


@dataclass(frozen=True, slots=True)
class Looked:
    """One plan that was looked at again."""

    before: str
    """Id of the plan."""
    staleness: Staleness
    """What speaks against it; nothing where it stands."""
    settled: Settled | None
    """The plan in its place, or the refusal; None where it stands. A plan of which nothing moved may be
    refused as well: its contact has asked since never to be called again."""


def look_again(store: Store, standing: StandingPlan, brief: Brief, desk: Desk) -> Looked:
    """Plans anew where something moved between a plan and today's brief; else leaves it untouched.

    An opt-out is heard in either case. The other rules of the gate are for the moment of the call: they are
    asked at the dial of a plan that stands, not at night.
    """
    policy = policy_for(brief, desk.policies, standing.agent)
    story = read_story(store, brief.account.account_id, [brief]) if policy.coordination.account else None
    told = story.tell(brief) if story else brief
    staleness = look_at(store, standing, told, policy, desk)
    opted_out = store.opted_out()
    if not staleness and not {brief.contact.contact_id, brief.contact.phone} & set(opted_out):
        return Looked(standing.plan_id, staleness, None)
    prepared = prepare(store, brief, desk, opted_out=opted_out, story=story)
    due = find_due(store, prepared, desk)
    plan = (due.planned.plan if due.held else desk.engine.plan(due.brief, due.planned)) if due else None
    with store.writing():
        settled = settle(store, prepared, plan, desk)
    return Looked(standing.plan_id, staleness, settled)


def named_plans(
    store: Store, names: Iterable[str], agent: str | None
) -> Iterator[tuple[StandingPlan, Brief]]:
    """The plans named, or else all that stand and were not dialled with, each with the brief it rests on.

    Raises BadInput for a plan that is not stored, was replaced, or was dialled with.
    """
    given = list(names)
    if not given:
        for standing in list(standing_plans(store, agent=agent)):
            yield standing, load_standing(store, standing.plan_id).brief
        return
    for name in given:
        stored = store.load_plan(name)
        contact = stored.brief.contact.contact_id
        last = find_standing(store, contact_id=contact, agent=stored.plan.agent)
        if last is None or last.plan_id != stored.plan.plan_id:
            by = f": {last.plan_id} stands in its place" if last else ""
            raise BadInput(f"was replaced{by}", place=f"plan {stored.plan.plan_id}")
        if last.dialled:
            raise BadInput(
                "was dialled with; it is history",
                place=f"plan {last.plan_id}",
                hint="`precall plan create` plans the next call.",
            )
        yield last, stored.brief


def find_for(store: Store, brief: Brief, desk: Desk) -> StandingPlan | None:
    """The plan that a new brief is compared with: of the same contact and agent, not dialled with."""
    policy = policy_for(brief, desk.policies, desk.agent)
    standing = find_standing(store, contact_id=brief.contact.contact_id, agent=policy.agent)
    return standing if standing and not standing.dialled else None
