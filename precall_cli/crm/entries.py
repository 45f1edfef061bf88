"""The nouns of an export, the same for every system: what was said, by whom, and of whom.

A source turns its rows into these; joining, matching and merging know nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal, TypeAlias

Value: TypeAlias = bool | int | float | str

Key: TypeAlias = tuple[str, str]
"""A system and an id in it."""

Reason = Literal[
    "no_match", "archived", "no_id", "no_name", "no_company", "no_place", "unreadable", "unusable"
]
"""Why no brief came of a record."""

REASONS: dict[Reason, str] = {
    "no_match": "not found by the vendor",
    "archived": "archived or deleted there",
    "no_id": "no id",
    "no_name": "no name",
    "no_company": "no company",
    "no_place": "place unknown",
    "unreadable": "not of this export's shape",
    "unusable": "values that no brief can hold",
}
"""Each reason in a few words, for counts."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from."""

    source: str
    """Name of the system."""
    file: str
    """The file, as it was named."""
    spot: str
    """Place in the file: a JSON Pointer, or `:line`."""
    field: str
    """Field of that system."""
    as_of: datetime | None
    """When that system last changed the record."""

    @property
    def place(self) -> str:
        """`file: /pointer` or `file:line`."""
        return f"{self.file}{self.spot}" if self.spot[:1] == ":" else f"{self.file}: {self.spot or '/'}"


@dataclass(frozen=True, slots=True)
class Said:
    """One value, in the form that a brief has it, and its origin."""

    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True)
class Extra:
    """A field for `enrichment`: text, a number or a list of words."""

    value: str | int | float | tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that could not be used as it stands; the record comes through without it."""

    place: str
    """File and spot."""
    field: str
    """Field of that system, or pointer into the brief."""
    problem: str
    mend: str = ""


class DncLevel(IntEnum):
    """How strict a do-not-call statement is. Of several the highest holds; no statement is no level."""

    NOT_LISTED = 1
    UNREADABLE = 2
    LISTED = 3


@dataclass(frozen=True, slots=True)
class DncSaid:
    """What one field says about calling this person, or one number of theirs."""

    level: DncLevel
    origin: Origin
    phone: str | None = None
    """The number it speaks of, E.164; None: of the person."""
    checked_at: str | None = None
    """When the list was checked, RFC 3339, where that is recorded."""
    registry: str | None = None
    """Which list, where that is recorded."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody on our side."""

    source: str
    owner_id: str
    name: Said | None = None
    email: Said | None = None
    calendar_url: Said | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Ids of the deals and events that a person or a company points to."""

    deals: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Company:
    """A company as one record, or one contact's row, describes it."""

    source: str
    company_id: str
    """Empty where the export names a company but holds no id of it."""
    origin: Origin
    facts: Mapping[str, Said]
    """Pointer into the brief → what was said."""
    owner: Owner | None = None
    extras: Mapping[str, Extra] = field(default_factory=dict)
    """Further fields for `enrichment`."""
    linked: Linked = field(default_factory=Linked)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as one record describes it."""

    source: str
    record_id: str
    """Empty where the record has none."""
    origin: Origin
    facts: Mapping[str, Said]
    """Pointer into the brief → what was said."""
    phones: tuple[Said, ...] = ()
    """E.164, the one to dial first."""
    place: Said | None = None
    """ISO 3166 code of the address."""
    dnc: tuple[DncSaid, ...] = ()
    aliases: frozenset[Key] = frozenset()
    """Ids of the same person in other systems."""
    company: Company | None = None
    """The company as the row itself describes it."""
    company_ids: tuple[str, ...] = ()
    """The main one first."""
    owner: Owner | None = None
    last_contact: str | None = None
    """When we last were in touch, RFC 3339."""
    extras: Mapping[str, Extra] = field(default_factory=dict)
    """Further fields for `enrichment`."""
    linked: Linked = field(default_factory=Linked)
    dropped: Reason | None = None
    """Why it cannot become a brief, where the record itself says so."""


@dataclass(frozen=True, slots=True)
class Links:
    """Ids that a deal, a call or another event points to."""

    people: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    deals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity."""

    source: str
    deal_id: str
    origin: Origin
    links: Links
    document: Mapping[str, object]
    """The brief's opportunity, without its owner."""
    owner: Owner | None = None

    @property
    def key(self) -> Key:
        return self.source, self.deal_id


@dataclass(frozen=True, slots=True)
class Event:
    """A call that was made, or something else that happened."""

    source: str
    event_id: str
    origin: Origin
    links: Links
    at: str
    """RFC 3339, UTC."""
    kind: str
    """`call` becomes a prior call, anything else activity."""
    detail: str
    """What it was, in words."""
    outcome: str | None = None
    duration_s: float | None = None

    @property
    def key(self) -> Key:
        return self.source, self.event_id


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record of which no brief came."""

    source: str
    place: str
    record_id: str
    reason: Reason
    detail: str


Entry: TypeAlias = Person | Company | Deal | Event | Owner | LeftOut
