"""What happened before: calls, other activity, deals, and colleagues we have been in touch with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from precall_cli.crm.collected import Collected
from precall_cli.crm.entries import Deal, Event, Fault, Key, Origin, Person
from precall_cli.crm.mapping import Mapping as UserMapping
from precall_cli.crm.owners import resolve_owner

MOST = 50
"""Most prior calls, activities, deals and colleagues in one brief; the newest are kept."""
SUMMARY = 4_000
"""Most characters of a call's summary."""


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


def list_deals(deals: Iterable[Deal], collected: Collected, mapping: UserMapping) -> Listed:
    """The opportunities, in order of id; an id that two systems use is prefixed by the later one's name."""
    ids = _Ids()
    rows: list[tuple[dict[str, object], Origin]] = []
    for deal in list(deals)[:MOST]:
        owner = resolve_owner(deal.owner, collected, mapping) if deal.owner is not None else None
        document = {"opportunity_id": ids.unique(deal.source, deal.deal_id), **deal.document}
        if owner is not None:
            document["owner"] = owner["name"]
        rows.append((document, deal.origin))
    return _listed(rows)


def list_calls(
    events: Sequence[Event], group: Sequence[Person], people: Mapping[Key, Identity], faults: list[Fault]
) -> Listed:
    """The prior calls of a person and of colleagues, oldest first."""
    ids = _Ids()
    own = [(person.source, person.record_id) for person in group]
    calls = sorted((e for e in events if e.kind == "call"), key=lambda e: (e.at, e.source, e.event_id))
    rows = []
    for call in _newest(calls, "calls", group, faults):
        document: dict[str, object] = {"call_id": ids.unique(call.source, call.event_id), "at": call.at}
        linked = sorted((call.source, found) for found in call.links.people)
        who = next((key for key in own if key in linked), linked[0] if linked else None)
        if who is not None and who in people:
            document |= {"contact_id": people[who].contact_id, "contact_name": people[who].name}
        elif who is not None:
            document["contact_id"] = who[1]
        document |= {"outcome": call.outcome} if call.outcome else {}
        document |= {"duration_s": call.duration_s} if call.duration_s is not None else {}
        document |= {"summary": _clipped(call.detail)} if call.detail else {}
        rows.append((document, call.origin))
    return _listed(rows)


def list_activity(events: Sequence[Event], group: Sequence[Person], faults: list[Fault]) -> Listed:
    """What happened that was no call, oldest first."""
    others = sorted(
        (e for e in events if e.kind != "call"), key=lambda e: (e.at, e.kind, e.source, e.event_id)
    )
    rows = [
        ({"at": e.at, "kind": e.kind[:200], "detail": _clipped(e.detail)}, e.origin)
        for e in _newest(others, "activities", group, faults)
    ]
    return _listed(rows)


def list_colleagues(
    group: Sequence[Person], companies: Iterable[Key], collected: Collected, people: Mapping[Key, Identity]
) -> tuple[dict[str, object], ...]:
    """Others at the account whom we have been in touch with, the latest first."""
    own = {(person.source, person.record_id) for person in group}
    mine = {people[key].contact_id for key in own if key in people}
    found: dict[str, dict[str, object]] = {}
    keys = {key for company in companies for key in collected.people_of.get(company, ())}
    for key in sorted(keys - own):
        who = people.get(key)
        if who is None or who.contact_id in mine:
            continue
        calls = [event.at for event in collected.events_for([key], [], [])]
        last = max([*calls, *([who.last_contact] if who.last_contact else [])], default=None)
        known = found.get(who.contact_id)
        if last is None or (known is not None and str(known["last_contact_at"]) >= last):
            continue
        title = {"title": who.title} if who.title else {}
        found[who.contact_id] = {
            "contact_id": who.contact_id,
            "name": who.name,
            **title,
            "last_contact_at": last,
        }
    ordered = sorted(found.values(), key=lambda each: str(each["contact_id"]))
    return tuple(sorted(ordered, key=lambda each: str(each["last_contact_at"]), reverse=True)[:MOST])


def _newest(
    events: Sequence[Event], what: str, group: Sequence[Person], faults: list[Fault]
) -> Sequence[Event]:
    if len(events) > MOST:
        origin = group[0].origin
        faults.append(Fault(origin.place, what, f"has {len(events)} {what}; the {MOST} newest are kept"))
    return events[-MOST:]


def _listed(rows: Sequence[tuple[Mapping[str, object], Origin]]) -> Listed:
    return Listed(tuple(document for document, _ in rows), tuple(origin for _, origin in rows))


def _clipped(text: str) -> str:
    return text if len(text) <= SUMMARY else text[: SUMMARY - 1] + "…"


class _Ids:
    """Ids that are told apart where two systems use the same one."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def unique(self, source: str, found: str) -> str:
        name = found if found and found not in self.taken else f"{source}:{found}"
        self.taken.add(name)
        return name
