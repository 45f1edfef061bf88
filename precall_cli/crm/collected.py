"""All entries of a run, found by the ids that join them. An id counts only within its own system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from precall_cli.crm.entries import Company, Deal, Entry, Event, Key, LeftOut, Owner, Person

T = TypeVar("T", Deal, Event)


@dataclass(slots=True)
class Collected:
    """Everything that was read."""

    people: list[Person] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    companies: dict[Key, list[Company]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[Key, Owner] = field(default_factory=dict)
    deals: dict[Key, Deal] = field(default_factory=dict)
    events: dict[Key, Event] = field(default_factory=dict)
    deals_of: dict[tuple[str, Key], set[Key]] = field(default_factory=lambda: defaultdict(set))
    """`people` or `companies` and a key → deals."""
    events_of: dict[tuple[str, Key], set[Key]] = field(default_factory=lambda: defaultdict(set))
    """`people`, `companies` or `deals` and a key → events."""
    people_in: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    """An event → the people who took part."""
    people_of: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    """A company → its people."""

    def add(self, entry: Entry) -> None:
        if isinstance(entry, Person):
            self._add_person(entry)
        elif isinstance(entry, LeftOut):
            self.left_out.append(entry)
        elif isinstance(entry, Company):
            self.companies[entry.source, entry.company_id].append(entry)
            self._link("companies", (entry.source, entry.company_id), entry.linked.deals, entry.linked.events)
        elif isinstance(entry, Owner):
            known = self.owners.get((entry.source, entry.owner_id))
            if known is None or repr(entry) < repr(known):
                self.owners[entry.source, entry.owner_id] = entry
        elif isinstance(entry, Deal):
            self._add_deal(entry)
        else:
            self._add_event(entry)

    def _add_person(self, person: Person) -> None:
        self.people.append(person)
        key = (person.source, person.record_id)
        if not person.record_id:
            return
        self._link("people", key, person.linked.deals, person.linked.events)
        for found in person.linked.events:
            self.people_in[person.source, found].add(key)
        for company_id in person.company_ids[:1]:
            self.people_of[person.source, company_id].add(key)

    def _link(self, kind: str, key: Key, deals: Iterable[str], events: Iterable[str]) -> None:
        source = key[0]
        self.deals_of[kind, key].update((source, found) for found in deals)
        self.events_of[kind, key].update((source, found) for found in events)

    def _add_deal(self, deal: Deal) -> None:
        key = (deal.source, deal.deal_id)
        self.deals[key] = newer(deal, self.deals.get(key))
        for kind, ids in (("people", deal.links.people), ("companies", deal.links.companies)):
            for found in ids:
                self.deals_of[kind, (deal.source, found)].add(key)

    def _add_event(self, event: Event) -> None:
        key = (event.source, event.event_id)
        self.events[key] = newer(event, self.events.get(key))
        self.people_in[key].update((event.source, found) for found in event.links.people)
        links = (
            ("people", event.links.people),
            ("companies", event.links.companies),
            ("deals", event.links.deals),
        )
        for kind, ids in links:
            for found in ids:
                self.events_of[kind, (event.source, found)].add(key)


def newer(one: T, other: T | None) -> T:
    """The record that changed later; of equally old ones always the same, whichever came first."""
    if other is None:
        return one
    return max(one, other, key=lambda each: (str(each.origin.as_of or ""), repr(each)))
