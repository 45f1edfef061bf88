"""Admission: the gate's yes, with all that the plan and the dial must honour. Made, not read: no file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DisclosureKind = Literal["ai_voice", "recording"]


@dataclass(frozen=True, slots=True)
class RequiredDisclosure:
    """Something that the law or the policy wants said before the first question or offer."""

    kind: DisclosureKind
    """`ai_voice`: that an AI speaks; `recording`: that the call is recorded."""
    ask: bool
    """True where saying so is not enough: the agent asks whether it is all right and heeds the answer."""
    pointer: str
    """The part of the brief that it rests on; it resolves."""
    reason: str
    """Why, in words, naming the place or the policy."""
    source: str
    """The rule and where it can be read; empty where the policy alone asks for it."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A fact that could not be verified, and the stricter reading that was used instead."""

    pointer: str
    """The part of the brief that it concerns; it resolves."""
    place: str
    """The jurisdiction concerned, such as US-NC; empty where none is."""
    subject: str
    """The field of the rules or of the brief, such as recording_consent."""
    message: str
    """What is not known, and what was done."""


@dataclass(frozen=True, slots=True)
class CallingWindow:
    """A stretch of today for calls: from `opens_at` until just before `closes_at`."""

    opens_at: datetime
    """In the contact's own time zone."""
    closes_at: datetime
    """In the contact's own time zone; at this moment it is closed."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The call may be planned, if what stands here is honoured."""

    brief_id: str
    """The brief."""
    brief_digest: str
    """Its digest."""
    contact_id: str
    """Who may be called."""
    agent: str
    """Which agent may call."""
    policy_digest: str
    """Digest of the policy that applied."""
    at: datetime
    """The moment that was judged, in UTC."""
    jurisdictions: tuple[str, ...]
    """Whose rules were read, the contact's first; of each field the strictest value applies."""
    timezone: str
    """The contact's IANA time zone."""
    windows: tuple[CallingWindow, ...]
    """Today's calling hours there, in order."""
    hours_source: str
    """Where the calling hours come from."""
    disclosures: tuple[RequiredDisclosure, ...]
    """What has to be said at the opening, ai_voice first."""
    cautions: tuple[Caution, ...]
    """What was not verified."""

    @property
    def closes_at(self) -> datetime:
        """When the stretch ends in which `at` lies; from then on a new decision is needed."""
        return next(w.closes_at for w in self.windows if w.opens_at <= self.at < w.closes_at)
