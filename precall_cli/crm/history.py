"""What happened before: calls, other activity, deals, and colleagues we have been in touch with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from precall_cli.crm.collected import Collected
from precall_cli.crm.entries import Deal, Event, Fault, Key, Origin, Person
from precall_cli.crm.mapping import Mapping as UserMapping
from precall_cli.crm.owners import resolve_owner
from precall_cli.crm.timeline import MOST, Timeline, event_order

SUMMARY = 4_000
"""Most characters of a call's summary."""

T = TypeVar("T", Event, Deal)


@dataclass(frozen=True, slots=True)
class Identity:
    """Under which id and name somebody stands in briefs."""

    contact_id: str
    name: str
    title: str | None
    last_contact: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Parts of a brief with the origin of each."""

    documents: tuple[Mapping[str, object], ...]
    origins: tuple[Origin, ...]


@dataclass(slots=True)
class History:
    """What is known of all people and companies of a run."""

    collected: Collected
    timeline: Timeline
    people: Mapping[Key, Identity]
    mapping: UserMapping
    faults: list[Fault]
    _colleagues: dict[Key, list[tuple[str, Key]]] = field(default_factory=dict)

    def parts(self, group: Sequence[Person], companies: Iterable[Key]) -> dict[str, Listed]:
        """The brief's `prior_calls`, `opportunities` and `activity`."""
        own = [(person.source, person.record_id) for person in group]
        keys = sorted(companies)
        deals = self.timeline.deals(own, keys)
        about = [(deal.source, deal.deal_id) for deal in deals]
        # An opt-out is never dropped for newer calls, and first of all not the contact's own.
        calls = sorted(
            self.timeline.calls(own, keys, about),
            key=lambda call: self.timeline.opted_out(call) and any(key in self._present(call) for key in own),
        )
        calls = self._kept(calls, "calls", group)
        others = self._kept(self.timeline.others(own, keys, about), "activities", group)
        return {
            "prior_calls": self._calls(calls, own),
            "opportunities": self._deals(self._kept(deals, "deals", group)),
            "activity": _activity(others),
        }

    def colleagues(self, group: Sequence[Person], companies: Iterable[Key]) -> list[dict[str, object]]:
        """Others at the account whom we have been in touch with, the latest first."""
        mine = {self.people[key].contact_id for p in group if (key := (p.source, p.record_id)) in self.people}
        found: dict[str, dict[str, object]] = {}
        ranked = sorted((pair for key in companies for pair in self._in_touch(key)), reverse=True)
        for last, key in ranked:
            who = self.people[key]
            if who.contact_id in mine or who.contact_id in found:
                continue
            title = {"title": who.title} if who.title else {}
            row: dict[str, object] = {"contact_id": who.contact_id, "name": who.name, **title}
            row["last_contact_at"] = last
            found[who.contact_id] = row
            if len(found) == MOST:
                break
        return list(found.values())

    def _in_touch(self, company: Key) -> list[tuple[str, Key]]:
        """When we were last in touch with whom at a company, the latest first; a few more than are needed."""
        if company not in self._colleagues:
            rows: list[tuple[str, Key]] = []
            for key in self.collected.people_of.get(company, ()):
                who = self.people.get(key)
                touches = [who.last_contact if who else None, self.timeline.last_touch(key)]
                last = max((touch for touch in touches if touch), default=None)
                if who is not None and last is not None:
                    rows.append((last, key))
            self._colleagues[company] = sorted(rows, reverse=True)[: 2 * MOST]
        return self._colleagues[company]

    def _present(self, call: Event) -> set[Key]:
        return self.collected.people_in.get((call.source, call.event_id), set())

    def _kept(self, found: list[T], what: str, group: Sequence[Person]) -> list[T]:
        if len(found) > MOST:
            self.faults.append(
                Fault(group[0].origin.place, what, f"has more than {MOST} {what}; the newest are kept")
            )
        return found[-MOST:]

    def _deals(self, deals: Sequence[Deal]) -> Listed:
        ids = _Ids()
        rows: list[tuple[dict[str, object], Origin]] = []
        for deal in sorted(deals, key=lambda each: (each.source, each.deal_id)):
            document = {"opportunity_id": ids.unique(deal.source, deal.deal_id), **deal.document}
            if deal.owner is not None and (owner := resolve_owner(deal.owner, self.collected, self.mapping)):
                document["owner"] = owner["name"]
            rows.append((document, deal.origin))
        return _listed(rows)

    def _calls(self, calls: Sequence[Event], own: Sequence[Key]) -> Listed:
        ids = _Ids()
        rows: list[tuple[dict[str, object], Origin]] = []
        for call in sorted(calls, key=event_order):
            document: dict[str, object] = {"call_id": ids.unique(call.source, call.event_id), "at": call.at}
            present = sorted(self._present(call))
            who = next((key for key in own if key in present), present[0] if present else None)
            if who is not None and who in self.people:
                person = self.people[who]
                document |= {"contact_id": person.contact_id, "contact_name": person.name}
            elif who is not None:
                document["contact_id"] = who[1]
            document |= {"outcome": call.outcome} if call.outcome else {}
            document |= {"duration_s": call.duration_s} if call.duration_s is not None else {}
            document |= {"summary": _clipped(call.detail)} if call.detail else {}
            rows.append((document, call.origin))
        return _listed(rows)


def _activity(events: Sequence[Event]) -> Listed:
    rows = [({"at": e.at, "kind": e.kind[:200], "detail": _clipped(e.detail)}, e.origin) for e in events]
    return _listed(rows)


def _listed(rows: Sequence[tuple[Mapping[str, object], Origin]]) -> Listed:
    return Listed(tuple(document for document, _ in rows), tuple(origin for _, origin in rows))


def _clipped(text: str) -> str:
    return text if len(text) <= SUMMARY else text[: SUMMARY - 1] + "…"


class _Ids:
    """Ids that are told apart where two systems use the same one, or a record has none."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def unique(self, source: str, found: str) -> str:
        name = found if found and found not in self.taken else f"{source}:{found}"
        while name in self.taken:
            name += "+"
        self.taken.add(name)
        return name
