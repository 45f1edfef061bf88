"""The newest deals and events of people and companies, found once for each however many briefs ask.

A brief holds MOST of a kind at most, so no more than the MOST newest of any one person, company or deal can
matter; one more is kept to tell that there were more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import nlargest

from precall_cli.crm.collected import Collected
from precall_cli.crm.entries import Deal, Event, Key

MOST = 50
"""Most prior calls, activities, deals and colleagues in one brief; the newest are kept."""


@dataclass(slots=True)
class Timeline:
    """What happened, by whom or what it concerns."""

    collected: Collected
    is_opt_out: Callable[[str | None], bool]
    _calls: dict[tuple[str, Key], list[Event]] = field(default_factory=dict)
    _others: dict[tuple[str, Key], list[Event]] = field(default_factory=dict)
    _deals: dict[tuple[str, Key], list[Deal]] = field(default_factory=dict)

    def deals(self, people: Iterable[Key], companies: Iterable[Key]) -> list[Deal]:
        """The deals of these people and companies, the one that changed last at the end."""
        nodes = [*(("people", key) for key in people), *(("companies", key) for key in companies)]
        found = {(d.source, d.deal_id): d for node in nodes for d in self._newest_deals(node)}
        return sorted(found.values(), key=_deal_order)

    def calls(self, people: Iterable[Key], companies: Iterable[Key], deals: Iterable[Key]) -> list[Event]:
        """The calls with these people, with anybody at these companies, and about these deals, in order."""
        return self._events(self._calls, people, companies, deals)

    def others(self, people: Iterable[Key], companies: Iterable[Key], deals: Iterable[Key]) -> list[Event]:
        """All that was no call, in order. What colleagues did stands only where it concerns the company."""
        return self._events(self._others, people, companies, deals)

    def opted_out(self, event: Event) -> bool:
        """Whether somebody asked in this call not to be called again."""
        return self.is_opt_out(event.outcome)

    def _weight(self, event: Event) -> tuple[bool, tuple[str, ...]]:
        return self.opted_out(event), event_order(event)

    def last_touch(self, person: Key) -> str | None:
        """When the last call with somebody was."""
        self._fill(("people", person))
        return max((event.at for event in self._calls["people", person]), default=None)

    def _events(
        self,
        kept: dict[tuple[str, Key], list[Event]],
        people: Iterable[Key],
        companies: Iterable[Key],
        deals: Iterable[Key],
    ) -> list[Event]:
        groups = (("people", people), ("companies", companies), ("deals", deals))
        found: dict[Key, Event] = {}
        for node in ((kind, key) for kind, keys in groups for key in keys):
            self._fill(node)
            found |= {(event.source, event.event_id): event for event in kept[node]}
        return sorted(found.values(), key=event_order)

    def _fill(self, node: tuple[str, Key]) -> None:
        if node in self._calls:
            return
        kind, key = node
        own = self.collected.events_of.get(node, set())
        colleagues = self.collected.people_of.get(key, ()) if kind == "companies" else ()
        theirs = set[Key]().union(*(self.collected.events_of.get(("people", who), ()) for who in colleagues))
        events = self.collected.events
        for kept, keys, is_call in ((self._calls, own | theirs, True), (self._others, own, False)):
            some = (events[each] for each in keys if each in events)
            wanted = (event for event in some if (event.kind == "call") is is_call)
            kept[node] = nlargest(MOST + 1, wanted, key=self._weight)

    def _newest_deals(self, node: tuple[str, Key]) -> list[Deal]:
        if node not in self._deals:
            keys = self.collected.deals_of.get(node, ())
            some = (self.collected.deals[key] for key in keys if key in self.collected.deals)
            self._deals[node] = nlargest(MOST + 1, some, key=_deal_order)
        return self._deals[node]


def event_order(event: Event) -> tuple[str, ...]:
    """By time; of the same moment always the same."""
    return event.at, event.kind, event.source, event.event_id


def _deal_order(deal: Deal) -> tuple[str, ...]:
    return str(deal.origin.as_of or ""), deal.source, deal.deal_id
