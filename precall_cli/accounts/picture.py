"""One account as it stands: its people, who is to be called by whom for what, what each told us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from precall_cli.accounts.locks import EXCLUSIVE, OpenPlan
from precall_cli.accounts.story import Heard, Story
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import Json
from precall_cli.records.plan import CallPlan
from precall_cli.records.record import parse_time


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the account."""

    contact_id: str
    name: str
    title: str | None
    last_contact_at: str | None
    """When we last talked; None where that is not known."""


@dataclass(frozen=True, slots=True)
class OpenObjective:
    """What an open plan pursues."""

    plan_id: str
    agent: str
    contact_id: str
    contact_name: str
    type: str
    statement: str
    sealed_at: str
    open_until: str
    """When it lapses where no call is made."""
    holds: bool
    """Whether nobody else at the account may pursue it meanwhile."""


@dataclass(frozen=True, slots=True)
class Withholding:
    """What must not be said to somebody."""

    plan_id: str
    contact_id: str
    contact_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One account."""

    account_id: str
    name: str
    owner: str | None
    """Who owns it on our side: of its open deals, else who takes the meetings."""
    people: tuple[Person, ...]
    objectives: tuple[OpenObjective, ...]
    told: tuple[Heard, ...]
    withheld: tuple[Withholding, ...]

    def document(self) -> Json:
        """As JSON, byte for byte the same for the same store."""
        return {
            "account_id": self.account_id,
            "name": self.name,
            "owner": self.owner,
            "contacts": [
                {
                    "contact_id": p.contact_id,
                    "name": p.name,
                    "title": p.title,
                    "last_contact_at": p.last_contact_at,
                }
                for p in self.people
            ],
            "open_objectives": [
                {
                    "plan_id": o.plan_id,
                    "agent": o.agent,
                    "contact_id": o.contact_id,
                    "contact_name": o.contact_name,
                    "type": o.type,
                    "statement": o.statement,
                    "sealed_at": o.sealed_at,
                    "open_until": o.open_until,
                    "locks": o.holds,
                }
                for o in self.objectives
            ],
            "locks": [
                {
                    "objective": o.type,
                    "held_by": o.plan_id,
                    "contact_id": o.contact_id,
                    "agent": o.agent,
                    "until": o.open_until,
                }
                for o in self.objectives
                if o.holds
            ],
            "told": [
                {
                    "contact_id": h.contact_id,
                    "name": h.name,
                    "topic": h.topic,
                    "value": h.value,
                    "told_at": h.told_at,
                    "confidential": h.confidential,
                    "source": h.source,
                }
                for h in self.told
            ],
            "do_not_mention": [
                {"to": w.contact_id, "name": w.contact_name, "plan_id": w.plan_id, "text": w.text}
                for w in self.withheld
            ],
        }


def make_picture(
    account_id: str,
    briefs: Iterable[Brief],
    story: Story,
    open_plans: Iterable[tuple[OpenPlan, CallPlan]],
) -> Picture:
    """The picture that an account's latest briefs, its story and its open plans make."""
    latest = sorted(briefs, key=lambda brief: (_seconds(brief.assembled_at), brief.brief_id))
    plans = list(open_plans)
    return Picture(
        account_id=account_id,
        name=latest[-1].account.name if latest else account_id,
        owner=_owner(latest),
        people=tuple(_people(latest, story).values()),
        objectives=tuple(
            OpenObjective(
                each.plan_id,
                each.agent,
                each.contact_id,
                each.contact_name,
                plan.objective.type,
                plan.objective.statement,
                each.sealed_at,
                each.open_until,
                plan.objective.type in EXCLUSIVE,
            )
            for each, plan in plans
        ),
        told=story.heard,
        withheld=tuple(
            Withholding(each.plan_id, each.contact_id, each.contact_name, item.text)
            for each, plan in plans
            if plan.coordination
            for item in plan.coordination.do_not_mention
        ),
    )


def _seconds(at: str | None) -> float:
    return parse_time(at).timestamp() if at else 0.0


def _owner(latest: list[Brief]) -> str | None:
    """The owner of the newest open deal, else of the newest brief's meetings."""
    for brief in reversed(latest):
        for deal in brief.opportunities:
            if deal.owner and "closed" not in (deal.stage or "").casefold():
                return deal.owner
    return next((brief.ae.name for brief in reversed(latest) if brief.ae), None)


def _people(latest: list[Brief], story: Story) -> Mapping[str, Person]:
    """Everybody of whom a brief speaks by id, by name."""
    found: dict[str, Person] = {}

    def add(who: str, name: str, title: str | None, at: str | None) -> None:
        before = found.get(who)
        if before is not None:
            title = title or before.title
            at = max((each for each in (at, before.last_contact_at) if each), key=_seconds, default=None)
        found[who] = Person(who, name, title, at)

    for brief in latest:
        for other in brief.engaged_contacts:
            add(other.contact_id, other.name, other.title, other.last_contact_at)
        for call in brief.prior_calls:
            if call.contact_id and call.contact_id != brief.contact.contact_id and call.contact_name:
                add(call.contact_id, call.contact_name, None, call.at)
    for each in story.heard:
        add(each.contact_id, each.name, None, each.told_at)
    for brief in latest:
        own = [
            call.at
            for call in brief.prior_calls
            if call.contact_id in (None, brief.contact.contact_id)
            and call.contact_name in (None, "", brief.contact.name)
        ]
        last = max(own, key=_seconds, default=None)
        add(brief.contact.contact_id, brief.contact.name, brief.contact.title, last)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].name, pair[0])))
