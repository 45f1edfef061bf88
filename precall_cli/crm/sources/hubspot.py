"""HubSpot: objects of the CRM API, and the CSV lists that its own export button writes.

A record is `{"id", "properties": {…}, "createdAt", "updatedAt", "archived", "associations"?}`, alone, in a
list, or in `{"results": […]}`. **Every property is a string**, numbers and flags too. A record does not say
what it is; that shows by its properties: `dealname` a deal, `hs_call_…` a call, `hs_timestamp` another
engagement, `domain` or `name` a company, else a contact. An owner has no `properties`.

| HubSpot | brief |
|---|---|
| `firstname lastname` | `/contact/name` |
| `jobtitle`, `email` | `/contact/title`, `/contact/email` |
| `phone`, else `mobilephone` | `/contact/phone` |
| `hs_timezone` (`us_slash_central`) | `/contact/timezone` |
| `state` `country` | `/jurisdiction`, basis `address`; `country` reads phones without a country code |
| `lifecyclestage`; an opt-out in `hs_lead_status` goes before it | `/lifecycle_stage` |
| `hubspot_owner_id` | `/ae`, through an owner record or the mapping |
| `associatedcompanyid`, the association typed `contact_to_company`, any other | the account |
| `company` (text) | the account's name where no company record is found |
| company `name domain industry numberofemployees`, `state` `country` | `/account` |
| deal `dealname dealstage amount deal_currency_code closedate` | `/opportunities`; stages are ids |
| call `hs_timestamp hs_call_disposition hs_call_title hs_call_body` | `/prior_calls` |
| call `hs_call_duration`, in **milliseconds** | `/prior_calls/…/duration_s` |
| email, meeting, note, task | `/activity` |
| `notes_last_contacted` | `/engaged_contacts` of colleagues |

HubSpot has no do-not-call property of its own: name yours in the mapping (`[hubspot.dnc]`). Bodies are HTML;
their words are kept. Call outcomes are GUIDs: the six that every portal has are known, others go into
`[hubspot.labels]`. Times in CSV lists have no offset and are not used as moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from precall_cli.crm.entries import Company, Deal, Entry, Event, LeftOut, Linked, Links, Owner, Person, Said
from precall_cli.crm.fields import Fields, plain_words, read_date
from precall_cli.crm.money import money
from precall_cli.crm.source import Context
from precall_cli.crm.traits import (
    full_name,
    given,
    read_consent,
    read_mapped_dnc,
    read_phones,
    read_place,
    read_stage,
    read_timezone,
)
from precall_cli.records.json_text import Json

NAME = "hubspot"
TRUST = 0
LISTS = ("results",)
COLUMNS = {
    "record id": "id",
    "record id - contact": "id",
    "contact id": "id",
    "object id": "id",
    "company id": "companyid",
    "first name": "firstname",
    "last name": "lastname",
    "email": "email",
    "phone number": "phone",
    "mobile phone number": "mobilephone",
    "job title": "jobtitle",
    "lifecycle stage": "lifecyclestage",
    "lead status": "hs_lead_status",
    "contact owner": "owner_name",
    "company owner": "owner_name",
    "deal owner": "owner_name",
    "time zone": "hs_timezone",
    "city": "city",
    "state/region": "state",
    "country/region": "country",
    "associated company": "company",
    "company name": "company",
    "associated company ids": "company_ids",
    "associated company ids (primary)": "associatedcompanyid",
    "primary associated company id": "associatedcompanyid",
    "associated contact ids": "contact_ids",
    "company domain name": "domain",
    "industry": "industry",
    "number of employees": "numberofemployees",
    "deal name": "dealname",
    "deal stage": "dealstage",
    "amount": "amount",
    "currency": "deal_currency_code",
    "close date": "closedate",
    "last modified date": "lastmodifieddate",
}
DISPOSITIONS = {
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "busy",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "connected",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "left_live_message",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "left_voicemail",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "no_answer",
    "17b47fee-58de-441e-a44c-c6300d46f273": "wrong_number",
}
KINDS = {
    "email": ("hs_email_subject", "hs_email_text"),
    "meeting": ("hs_meeting_title", "hs_meeting_body"),
    "task": ("hs_task_subject", "hs_task_body"),
    "note": ("hs_note_body",),
}
"""Engagement → the properties that tell it and that hold its words."""


def matches(value: Mapping[str, Json], cells: bool) -> bool:
    if cells:
        known = {"lifecyclestage", "hs_lead_status", "hs_timezone", "mobilephone", "dealname", "company_ids"}
        return bool(known & value.keys()) or {"id", "firstname", "owner_name"} <= value.keys()
    return isinstance(value.get("properties"), Mapping) or _is_owner(value)


def read(row: Fields, context: Context) -> Iterator[Entry]:
    if not row.cells and _is_owner(row.values):
        yield _owner(row)
        return
    properties = row if row.cells else row.inner("properties")
    if properties is None:
        yield LeftOut(NAME, row.origin("").place, row.id("id"), "unreadable", "it has no `properties`")
        return
    changed = (
        row.dated("updatedAt").as_of or properties.dated("lastmodifieddate", "hs_lastmodifieddate").as_of
    )
    row, properties = replace(row, as_of=changed), replace(properties, as_of=changed)
    kind = _kind(properties)
    if row.values.get("archived") is True and kind != "contact":
        return
    if kind == "contact":
        yield _person(row, properties, context)
    elif kind == "company":
        if company := _company(row, properties, context):
            yield company
    elif kind == "deal":
        yield _deal(row, properties, context)
    elif event := _event(row, properties, kind, context):
        yield event


def _is_owner(value: Mapping[str, Json]) -> bool:
    return "properties" not in value and "email" in value and {"firstName", "lastName"} <= value.keys()


def _kind(properties: Fields) -> str:
    names = properties.values.keys()
    if "dealname" in names or "dealstage" in names:
        return "deal"
    if any(name.startswith("hs_call_") for name in names):
        return "call"
    for kind, (first, *_) in KINDS.items():
        if first in names:
            return kind
    if names & {"firstname", "lastname", "email"}:
        return "contact"
    return "company" if names & {"domain", "name", "numberofemployees"} else "contact"


def _ids(row: Fields, properties: Fields, kind: str, column: str) -> list[tuple[str, str]]:
    """(id, type) of the associations of a kind, as the API and as CSV write them."""
    listed = properties.get(column) if row.cells else None
    if isinstance(listed, str):
        return [(part.strip(), "") for part in listed.replace(",", ";").split(";") if part.strip()]
    around = row.inner("associations") if not row.cells else None
    group = around.inner(kind) if around is not None else None
    if group is None:
        return []
    return [(each.id("id", "toObjectId"), str(each.get("type") or "")) for each in group.each("results")]


def _company_ids(row: Fields, properties: Fields) -> tuple[str, ...]:
    """The companies of a contact, the main one first."""
    linked = [pair for pair in _ids(row, properties, "companies", "company_ids") if pair[0]]
    main = properties.id("associatedcompanyid")
    primary = sorted(found for found, kind in linked if kind == "contact_to_company")
    ids = dict.fromkeys([*([main] if main else []), *primary, *sorted(found for found, _ in linked)])
    if len(ids) > 1 and not main and len(primary) != 1:
        properties.fault("associations.companies", f"none of {len(ids)} companies is marked as the main one")
    return tuple(ids)


def _person(row: Fields, properties: Fields, context: Context) -> Person:
    place, country = read_place(properties, ["country", "hs_country_region_code"], ["state"], context)
    record_id = row.id("id") or properties.id("hs_object_id")
    facts = given(
        {
            "/contact/name": full_name(properties, "firstname", "lastname"),
            "/contact/title": properties.line("jobtitle"),
            "/contact/email": properties.line("email"),
            "/contact/timezone": read_timezone(properties, ["hs_timezone"], context),
            "/contact/persona": properties.line(own) if (own := context.own.contact.persona) else None,
            "/lifecycle_stage": read_stage(properties, ["lifecyclestage", "hs_lead_status"], context),
        }
    )
    dnc = read_mapped_dnc(properties, context)
    aliases = [properties.id(name) for name in ("salesforcecontactid", "salesforceleadid")]
    name = properties.line("company")
    return Person(
        source=NAME,
        record_id=record_id,
        origin=row.origin("id"),
        facts=facts | read_consent(properties, context),
        phones=read_phones(properties, ["phone", "mobilephone"], country),
        place=place,
        dnc=() if dnc is None else (dnc,),
        aliases=frozenset(("salesforce", alias) for alias in aliases if alias),
        company=Company(NAME, "", properties.origin("company"), {"/account/name": name}) if name else None,
        company_ids=_company_ids(row, properties),
        owner=_owner_of(properties, context),
        linked=_linked(row, properties),
        last_contact=None if row.cells else properties.time("notes_last_contacted"),
        dropped="archived" if row.values.get("archived") is True else None,
    )


def _owner_of(properties: Fields, context: Context) -> Owner | None:
    name = properties.line("owner_name")
    if name is not None:
        return Owner(NAME, "", name)
    return context.owner(NAME, properties.id("hubspot_owner_id"))


def _owner(row: Fields) -> Owner:
    return Owner(NAME, row.id("id"), full_name(row, "firstName", "lastName"), row.line("email"))


def _company(row: Fields, properties: Fields, context: Context) -> Company | None:
    place, _ = read_place(properties, ["country"], ["state"], context)
    name = properties.line("name", "company") or properties.line("domain")
    facts = given(
        {
            "/account/name": name,
            "/account/domain": properties.line("domain"),
            "/account/industry": _industry(properties),
            "/account/employees": properties.whole("numberofemployees"),
            "/account/region": place,
        }
    )
    record_id = row.id("id") or properties.id("hs_object_id")
    if not record_id:
        properties.fault("id", "a company without an id cannot be joined to its contacts")
        return None
    owner, linked = _owner_of(properties, context), _linked(row, properties)
    return Company(NAME, record_id, row.origin("id"), facts, owner, linked=linked)


def _industry(properties: Fields) -> Said | None:
    """The industry in words: HubSpot keeps it as `HOSPITAL_HEALTH_CARE`."""
    said = properties.line("industry")
    if said is None or not str(said.value).isupper() or "_" not in str(said.value):
        return said
    return replace(said, value=str(said.value).replace("_", " ").capitalize())


def _deal(row: Fields, properties: Fields, context: Context) -> Deal:
    stage = properties.line("dealstage")
    amount = money(properties, "amount", ("deal_currency_code",), context)
    closes = properties.get("closedate")
    document: dict[str, object] = {
        "name": _value(properties.line("dealname")),
        "stage": None if stage is None else context.label(str(stage.value)),
        "amount": amount,
        "close_date": read_date(closes),
    }
    return Deal(
        source=NAME,
        deal_id=row.id("id") or properties.id("hs_object_id"),
        origin=row.origin("id"),
        links=_links(row, properties),
        document={key: value for key, value in document.items() if value is not None},
        owner=_owner_of(properties, context),
    )


def _links(row: Fields, properties: Fields) -> Links:
    return Links(
        frozenset(found for found, _ in _ids(row, properties, "contacts", "contact_ids") if found),
        frozenset(found for found, _ in _ids(row, properties, "companies", "company_ids") if found),
        frozenset(found for found, _ in _ids(row, properties, "deals", "deal_ids") if found),
    )


def _linked(row: Fields, properties: Fields) -> Linked:
    deals = _ids(row, properties, "deals", "deal_ids")
    events = [
        pair for kind in ("calls", *(f"{k}s" for k in KINDS)) for pair in _ids(row, properties, kind, kind)
    ]
    return Linked(frozenset(found for found, _ in deals), frozenset(found for found, _ in events))


def _event(row: Fields, properties: Fields, kind: str, context: Context) -> Event | None:
    at = properties.time("hs_timestamp") or properties.time("hs_createdate")
    if at is None:
        properties.fault("hs_timestamp", f"a {kind} without its time is left out")
        return None
    outcome = duration = None
    words = ("hs_call_title", "hs_call_body") if kind == "call" else KINDS[kind]
    if kind == "call":
        outcome = _outcome(properties, context)
        milliseconds = properties.number("hs_call_duration")
        if milliseconds is not None and milliseconds < 0:
            properties.fault("hs_call_duration", "is below 0")
        elif milliseconds is not None:
            duration = milliseconds / 1000
    parts = [plain_words(str(said.value)) for name in words if (said := properties.text(name)) is not None]
    return Event(
        source=NAME,
        event_id=row.id("id") or properties.id("hs_object_id"),
        origin=row.origin("id"),
        links=_links(row, properties),
        at=at,
        kind=kind,
        detail=": ".join(part for part in parts if part),
        outcome=outcome,
        duration_s=duration,
    )


def _outcome(properties: Fields, context: Context) -> str | None:
    said = properties.line("hs_call_disposition")
    if said is None:
        return None
    code = str(said.value)
    known = context.own.labels.get(code) or DISPOSITIONS.get(code.casefold())
    if known is None and len(code) == 36 and code.count("-") == 4:
        properties.fault(
            "hs_call_disposition", f"the call outcome {code} has no name", "Name it in [hubspot.labels]."
        )
    return known or code


def _value(said: Said | None) -> object:
    return None if said is None else said.value
