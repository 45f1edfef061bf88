"""Brief: here is what we know. Everything that is known of a contact on the day of the call."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from precall_cli.errors import Problem
from precall_cli.records.record import (
    Id,
    JurisdictionCode,
    Line,
    Part,
    Phone,
    Pointer,
    Record,
    Text,
    Timestamp,
    Zone,
)

TriggerKind = Literal["form_submit", "list_cursor", "intent_signal", "calendar_event", "scheduled_sweep"]


class Trigger(Part):
    """What made us call."""

    kind: TriggerKind
    """Which of the five kinds of event it was."""
    at: Timestamp
    """When it happened; for a calendar event, when the meeting begins."""
    detail: Text = ""
    """In words, as the source gave them."""


class Contact(Part):
    """The person to be called."""

    contact_id: Id
    """The id of the person in the source system."""
    name: Line
    """Full name as it should be said."""
    title: Text | None = None
    """Job title."""
    phone: Phone | None = None
    """E.164 number to dial."""
    email: Text | None = None
    """E-mail address."""
    timezone: Zone | None = None
    """IANA time zone in which the person is; without it the gate refuses."""
    persona: Text | None = None
    """Which kind of buyer, such as ops_lead or exec."""


class Account(Part):
    """The company."""

    account_id: Id
    """The id of the company in the source system."""
    name: Line
    """Company name."""
    domain: Text | None = None
    """Web domain."""
    industry: Text | None = None
    """Industry in words."""
    employees: Annotated[int, Field(ge=0)] | None = None
    """Head count."""
    region: Text | None = None
    """Region in words or as a code."""
    history: tuple[Text, ...] = ()
    """What happened with this account, one line each."""


class Fact(Part):
    """One thing that somebody told us."""

    topic: Line
    """Short topic, such as budget or team_size."""
    value: Text
    """What was said."""
    told_at: Timestamp | None = None
    """When it was said."""
    confidential: bool | None = None
    """True where it was told in confidence and must not be repeated to others."""


class PriorCall(Part):
    """An earlier call with this contact or a colleague."""

    call_id: Id
    """Id of that call."""
    at: Timestamp
    """When it began."""
    contact_id: Id | None = None
    """Who was called."""
    contact_name: Text | None = None
    """That person's name."""
    agent: Text | None = None
    """Which of our agents called."""
    outcome: Text | None = None
    """How it ended, such as booked, stalled, no_answer or opted_out."""
    duration_s: Annotated[float, Field(ge=0)] | None = None
    """How long it lasted, in seconds."""
    summary: Text | None = None
    """What was said, in a sentence or two."""
    facts: tuple[Fact, ...] = ()
    """What was learnt."""
    objections: tuple[Text, ...] = ()
    """What was held against going on."""


class Money(Part):
    """An amount in a currency."""

    amount: float
    """How much."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code."""


class Opportunity(Part):
    """An open or closed deal."""

    opportunity_id: Id
    """Id in the CRM."""
    name: Text | None = None
    """What it is called."""
    stage: Text | None = None
    """Stage as the CRM names it."""
    amount: Money | None = None
    """What it is worth."""
    close_date: Text | None = None
    """Expected close, ISO date."""
    owner: Text | None = None
    """Who owns it on our side."""


class Activity(Part):
    """Something the contact or the account did."""

    at: Timestamp
    """When."""
    kind: Text
    """What kind, such as page_view or email."""
    detail: Text = ""
    """In words."""


class Enrichment(Part):
    """What a data vendor says; any further fields are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, hide_input_in_errors=True)

    source: Text | None = None
    """Which vendor."""
    fetched_at: Timestamp | None = None
    """When it was fetched; old enrichment is asked about, never asserted."""


class IntentSignal(Part):
    """A sign of interest at the account, from a third party or our own site."""

    at: Timestamp
    """When it was seen."""
    source: Text
    """Who reports it."""
    topic: Text
    """What the interest is in."""
    strength: Annotated[float, Field(ge=0, le=1)] | None = None
    """How strong, 0 to 1."""


class Dnc(Part):
    """Do-not-call: strictly true, false or null; null means not checked, which is never false."""

    listed: bool | None
    """Whether the number is on a list that applies; null when it was not checked."""
    scopes: tuple[Text, ...] = ()
    """What the listing covers, such as marketing or all."""
    checked_at: Timestamp | None = None
    """When it was checked."""
    registry: Text | None = None
    """Which registry was asked."""


class Consent(Part):
    """What the contact has agreed to: true, false, or null when unknown."""

    recording: bool | None = None
    """Agreed to be recorded."""
    ai_voice: bool | None = None
    """Agreed to be called by an artificial voice."""
    obtained_at: Timestamp | None = None
    """When."""


class Jurisdiction(Part):
    """Which law applies, and how we know."""

    contact: JurisdictionCode
    """ISO 3166 code of the contact's place."""
    basis: Literal["address", "stated", "phone_prefix"]
    """How it is known; a phone prefix is no proof of a place."""
    seller: JurisdictionCode | None = None
    """ISO 3166 code of the caller's place; the stricter of both applies."""


class AccountExecutive(Part):
    """Who takes the meeting on our side."""

    name: Line
    """Full name as it should be said."""
    email: Text | None = None
    """E-mail address."""
    calendar_url: Text | None = None
    """Where to book."""


class EngagedContact(Part):
    """Somebody else at the same account whom we have talked to."""

    contact_id: Id
    """Their id."""
    name: Line
    """Their name."""
    title: Text | None = None
    """Their job title."""
    last_contact_at: Timestamp | None = None
    """When we last talked."""
    facts: tuple[Fact, ...] = ()
    """What they told us."""


class Alternative(Part):
    """What another source, or another field of the same one, says of a fact."""

    value: bool | int | float | Text | None
    """What it says, in the form of the fact; null where it could not be read."""
    source: Line
    """Which system, such as hubspot."""
    file: Text
    """File that it was read from, as it was named."""
    field: Text
    """Field of that system."""
    as_of: Timestamp | None = None
    """When that system last changed the record."""


class Provenance(Part):
    """Where one fact of the brief comes from, how old it is, and what else was said of it."""

    pointer: Pointer
    """The fact."""
    source: Line
    """Which system, such as hubspot."""
    file: Text
    """File that it was read from, as it was named."""
    field: Text
    """Field of that system; said in words where the fact was derived."""
    as_of: Timestamp | None = None
    """When that system last changed the record; not known for most lists."""
    fetched_at: Timestamp | None = None
    """When the file was exported, where that was said."""
    alternatives: tuple[Alternative, ...] = ()
    """What was not chosen, in order of trust."""


class Brief(Record):
    """Brief: everything that is known of a contact on the day of the call."""

    record_name: ClassVar[str] = "brief"

    schema_: Annotated[Literal["precall.brief/1"], Field(alias="schema")] = "precall.brief/1"
    """Which record this is."""
    brief_id: Id
    """Id of this brief."""
    assembled_at: Timestamp | None = None
    """When it was put together."""
    agent: Text | None = None
    """Which agent it is for."""
    trigger: Trigger | None = None
    """What made us call."""
    contact: Contact
    """The person to be called."""
    account: Account
    """The company."""
    prior_calls: tuple[PriorCall, ...] = ()
    """Earlier calls, any order."""
    opportunities: tuple[Opportunity, ...] = ()
    """Deals with this account."""
    activity: tuple[Activity, ...] = ()
    """What they did lately."""
    lifecycle_stage: Text | None = None
    """Stage of the contact in the CRM."""
    enrichment: Enrichment | None = None
    """What a data vendor says."""
    intent_signals: tuple[IntentSignal, ...] = ()
    """Signs of interest."""
    dnc: Dnc
    """Do-not-call state."""
    consent: Consent | None = None
    """What the contact agreed to."""
    jurisdiction: Jurisdiction | JurisdictionCode
    """Which law applies: an object, or a bare code."""
    ae: AccountExecutive | None = None
    """Who takes the meeting."""
    engaged_contacts: tuple[EngagedContact, ...] = ()
    """Others at the account, with what each told us."""
    provenance: tuple[Provenance, ...] = ()
    """Where the facts come from, when the brief was built from exports."""

    def cross_check(self) -> list[Problem]:
        """Ids that stand twice."""
        problems: list[Problem] = []
        for field, ids in (
            ("prior_calls", [c.call_id for c in self.prior_calls]),
            ("opportunities", [o.opportunity_id for o in self.opportunities]),
            ("engaged_contacts", [c.contact_id for c in self.engaged_contacts]),
        ):
            for index, found in enumerate(ids):
                if found in ids[:index]:
                    problems.append(
                        Problem(
                            f"/{field}/{index}", f"repeats the id of /{field}/{ids.index(found)}", "Keep one."
                        )
                    )
        return problems

    @property
    def jurisdiction_code(self) -> str:
        """The code of the contact's place, in whichever form the brief gives it."""
        return self.jurisdiction if isinstance(self.jurisdiction, str) else self.jurisdiction.contact
