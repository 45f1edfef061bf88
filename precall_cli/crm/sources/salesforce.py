"""Salesforce: records of the REST API, and CSV from the Data Loader or a report.

A record is `{"attributes": {"type", "url"}, "Id", …}`, alone, in a list, or in `{"records": […]}`; related
records stand nested (`Owner.Name`, `Account.Name`), children of a subquery in their own `{"records": […]}`.
In CSV the columns are API names (Data Loader, `Account.Name` dotted) or labels (reports), and there is no
type: it shows by the columns. Ids of 15 and of 18 characters name the same record.

| Salesforce | brief |
|---|---|
| Contact or Lead `Name`, else `FirstName LastName` | `/contact/name` |
| `Title`, `Email` | `/contact/title`, `/contact/email` |
| `Phone`, else `MobilePhone` | `/contact/phone` |
| `DoNotCall` (strictly true or false; in CSV also 1 and 0) | `/dnc/listed` |
| `MailingStateCode MailingCountryCode`, else `MailingState MailingCountry` | `/jurisdiction` by address |
| a Lead's `StateCode CountryCode`, else `State Country` | `/jurisdiction` by address |
| `Owner.Name`, `Owner.Email` | `/ae` |
| a Lead's `Status` | `/lifecycle_stage` |
| Account `Name Website Industry NumberOfEmployees`, `BillingStateCode BillingCountryCode` | `/account` |
| Opportunity `Name StageName Amount CurrencyIsoCode CloseDate` | `/opportunities` |
| Task with `TaskSubtype` `Call`, or a `CallDurationInSeconds` (**seconds**) | `/prior_calls` |
| other Tasks that are completed, Events | `/activity` |

`DoNotCall` false means that nobody ticked the box; it is no check of a register, so `/dnc/checked_at` stays
empty unless the mapping names a field with the date of a check, and the gate refuses until there is one.
A Salesforce contact has no time zone: it comes from the place, or from a field that the mapping names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from precall_cli.crm.entries import Company, Deal, Entry, Event, LeftOut, Links, Owner, Person, Said
from precall_cli.crm.fields import Fields, read_date
from precall_cli.crm.money import money
from precall_cli.crm.source import Context
from precall_cli.crm.traits import (
    full_name,
    given,
    read_consent,
    read_dnc_flag,
    read_mapped_dnc,
    read_phones,
    read_place,
    read_stage,
    read_timezone,
)
from precall_cli.records.json_text import Json

NAME = "salesforce"
TRUST = 0
LISTS = ("records",)
API_NAMES = (
    "Id FirstName LastName Name Title Email Phone MobilePhone AccountId OwnerId DoNotCall LastActivityDate "
    "LastModifiedDate SystemModstamp MailingState MailingCountry MailingStateCode MailingCountryCode State "
    "Country StateCode CountryCode Company Status Website Industry NumberOfEmployees BillingState "
    "BillingCountry BillingStateCode BillingCountryCode StageName Amount CurrencyIsoCode CloseDate "
    "TaskSubtype Subject Description ActivityDate CompletedDateTime CallType CallDisposition "
    "CallDurationInSeconds WhoId WhatId IsDeleted Account.Name Account.Id Owner.Name Owner.Email"
)
COLUMNS = {name.lower(): name for name in API_NAMES.split()} | {
    "contact id": "Id",
    "lead id": "Id",
    "first name": "FirstName",
    "last name": "LastName",
    "full name": "Name",
    "mobile": "MobilePhone",
    "mobile phone": "MobilePhone",
    "account id": "AccountId",
    "account name": "Account.Name",
    "contact owner": "Owner.Name",
    "lead owner": "Owner.Name",
    "do not call": "DoNotCall",
    "mailing state/province": "MailingState",
    "mailing state/province (text only)": "MailingState",
    "mailing country": "MailingCountry",
    "mailing country (text only)": "MailingCountry",
    "state/province": "State",
    "company / account": "Company",
    "lead status": "Status",
    "employees": "NumberOfEmployees",
    "billing state/province": "BillingState",
    "billing country": "BillingCountry",
    "last modified date": "LastModifiedDate",
    "opportunity id": "OpportunityId",
    "opportunity name": "OpportunityName",
    "stage": "StageName",
    "close date": "CloseDate",
    "call result": "CallDisposition",
    "call duration": "CallDurationInSeconds",
}
TYPES = ("Contact", "Lead", "Account", "Opportunity", "Task", "Event", "User")
CHILDREN = ("Contacts", "Opportunities", "Tasks", "Events")
PREFIXES = {"003": "people", "00Q": "people", "001": "companies", "006": "deals"}
"""First three characters of an id → what it names."""


def matches(value: Mapping[str, Json], cells: bool) -> bool:
    if cells:
        known = {
            "AccountId",
            "DoNotCall",
            "MailingState",
            "MailingCountry",
            "StageName",
            "TaskSubtype",
            "WhoId",
        }
        return bool(known & value.keys()) or {"Id", "LastName"} <= value.keys() or "BillingState" in value
    attributes = value.get("attributes")
    return isinstance(attributes, Mapping) and "type" in attributes


def read(row: Fields, context: Context) -> Iterator[Entry]:
    row = row.dated("LastModifiedDate", "SystemModstamp")
    kind = _kind(row)
    deleted = row.get("IsDeleted") in (True, "true", "1")
    if kind in ("Contact", "Lead"):
        yield _person(row, kind, context, deleted)
    elif deleted:
        return
    elif kind == "Account":
        if company := _company(row, context):
            yield company
    elif kind == "Opportunity":
        yield _deal(row, context)
    elif kind in ("Task", "Event"):
        if event := _event(row, kind):
            yield event
    elif kind == "User":
        yield _owner(row)
    else:
        place = row.origin("").place
        yield LeftOut(NAME, place, row.id("Id"), "unreadable", f"its type is none of {', '.join(TYPES)}")
    yield from _children(row, kind, context)


def _children(row: Fields, kind: str, context: Context) -> Iterator[Entry]:
    """The records of subqueries, joined to their parent even where they do not name it."""
    parent = {"Account": "AccountId", "Contact": "WhoId", "Lead": "WhoId", "Opportunity": "WhatId"}.get(kind)
    for name in CHILDREN:
        inside = row.inner(name) if row.get(name) is not None else None
        for child in inside.each("records") if inside is not None else []:
            link = "WhatId" if parent == "AccountId" and name in ("Tasks", "Events") else parent
            values = dict(child.values)
            if link and not values.get(link):
                values[link] = row.values.get("Id")
            yield from read(replace(child, values=values), context)


def _kind(row: Fields) -> str:
    attributes = row.get("attributes")
    told = attributes.get("type") if isinstance(attributes, Mapping) else None
    if isinstance(told, str):
        return told
    names = row.values.keys()
    if names & {"TaskSubtype", "WhoId", "CallDurationInSeconds", "ActivityDate"}:
        return "Task"
    if names & {"StageName", "OpportunityName"}:
        return "Opportunity"
    if names & {"LastName", "FirstName", "MailingState", "MailingCountry", "DoNotCall"}:
        return "Lead" if "Company" in names and "AccountId" not in names else "Contact"
    return "Account" if names & {"NumberOfEmployees", "BillingState", "Website", "Industry"} else ""


def short_id(value: str) -> str:
    """The 15 characters that tell records apart; the last three of 18 are a checksum."""
    return value[:15] if len(value) == 18 else value


def _id(row: Fields, *names: str) -> str:
    return short_id(row.id(*names))


def _person(row: Fields, kind: str, context: Context, deleted: bool) -> Person:
    contact = kind == "Contact"
    before = "Mailing" if contact else ""
    place, country = read_place(
        row,
        [f"{before}CountryCode", f"{before}Country"],
        [f"{before}StateCode", f"{before}State"],
        context,
    )
    facts = given(
        {
            "/contact/name": full_name(row, "FirstName", "LastName", "Name"),
            "/contact/title": row.line("Title"),
            "/contact/email": row.line("Email"),
            "/contact/timezone": read_timezone(row, [], context),
            "/contact/persona": row.line(own) if (own := context.own.contact.persona) else None,
            "/lifecycle_stage": None if contact else read_stage(row, ["Status"], context),
        }
    )
    dnc = [read_dnc_flag(row, "DoNotCall", strict=True), read_mapped_dnc(row, context)]
    return Person(
        source=NAME,
        record_id=_id(row, "Id"),
        origin=row.origin("Id"),
        facts=facts | read_consent(row, context),
        phones=read_phones(row, ["Phone", "MobilePhone"], country),
        place=place,
        dnc=tuple(said for said in dnc if said is not None),
        company=_company_of(row, context),
        company_ids=tuple(filter(None, [_id(row, "AccountId", "Account.Id")])),
        owner=_owner_of(row, context),
        last_contact=_noon(row.get("LastActivityDate")),
        dropped="archived" if deleted else None,
    )


def _company_of(row: Fields, context: Context) -> Company | None:
    """The company as a contact's own row names it: nested, dotted, or a Lead's text."""
    nested = row.inner("Account") if isinstance(row.values.get("Account"), Mapping) else None
    if nested is not None:
        # The account's own age; that of the contact says nothing of it.
        nested = replace(nested, as_of=None).dated("LastModifiedDate", "SystemModstamp")
        facts = _account_facts(nested, context)
        return Company(NAME, _id(nested, "Id") or _id(row, "AccountId"), nested.origin("Id"), facts)
    name = row.line("Account.Name", "Company")
    if name is None:
        return None
    return Company(NAME, _id(row, "AccountId", "Account.Id"), name.origin, {"/account/name": name})


def _account_facts(row: Fields, context: Context) -> dict[str, Said]:
    place, _ = read_place(
        row, ["BillingCountryCode", "BillingCountry"], ["BillingStateCode", "BillingState"], context
    )
    return given(
        {
            "/account/name": row.line("Name", "Account.Name"),
            "/account/domain": row.line("Website"),
            "/account/industry": row.line("Industry"),
            "/account/employees": row.whole("NumberOfEmployees"),
            "/account/region": place,
        }
    )


def _company(row: Fields, context: Context) -> Company | None:
    company_id = _id(row, "Id", "AccountId")
    if not company_id:
        row.fault("Id", "an account without an id cannot be joined to its contacts")
        return None
    return Company(NAME, company_id, row.origin("Id"), _account_facts(row, context), _owner_of(row, context))


def _owner_of(row: Fields, context: Context) -> Owner | None:
    owner_id = _id(row, "OwnerId")
    name, email = row.line("Owner.Name"), row.line("Owner.Email")
    return Owner(NAME, owner_id, name, email) if name is not None else context.owner(NAME, owner_id)


def _owner(row: Fields) -> Owner:
    name = full_name(row, "FirstName", "LastName", "Name")
    return Owner(NAME, _id(row, "Id"), name, row.line("Email"))


def _deal(row: Fields, context: Context) -> Deal:
    name, stage = row.line("OpportunityName", "Name"), row.line("StageName")
    document: dict[str, object] = {
        "name": None if name is None else name.value,
        "stage": None if stage is None else context.label(str(stage.value)),
        "amount": money(row, "Amount", ("CurrencyIsoCode",), context),
        "close_date": read_date(row.get("CloseDate")),
    }
    account = _id(row, "AccountId", "Account.Id")
    return Deal(
        source=NAME,
        deal_id=_id(row, "OpportunityId", "Id"),
        origin=row.origin("Id"),
        links=Links(companies=frozenset([account] if account else [])),
        document={key: value for key, value in document.items() if value is not None},
        owner=_owner_of(row, context),
    )


def _event(row: Fields, kind: str) -> Event | None:
    """A task that is done, or an event; an open task has not happened yet."""
    subtype = row.get("TaskSubtype")
    is_call = kind == "Task" and (subtype == "Call" or row.get("CallDurationInSeconds") is not None)
    status = row.get("Status")
    if kind == "Task" and isinstance(status, str) and status.casefold() not in ("completed", "closed"):
        return None
    at = row.time("CompletedDateTime", "StartDateTime", "ActivityDateTime") or _noon(row.get("ActivityDate"))
    at = at or row.time("CreatedDate")
    if at is None:
        row.fault("ActivityDate", f"a {'call' if is_call else kind.lower()} without its time is left out")
        return None
    seconds = row.number("CallDurationInSeconds") if is_call else None
    if seconds is not None and seconds < 0:
        row.fault("CallDurationInSeconds", "is below 0")
        seconds = None
    outcome = row.line("CallDisposition") if is_call else None
    words = [said for name in ("Subject", "Description") if (said := row.text(name)) is not None]
    linked: dict[str, set[str]] = {"people": set(), "companies": set(), "deals": set()}
    for name in ("WhoId", "WhatId", "AccountId"):
        found = _id(row, name)
        if group := PREFIXES.get(found[:3]):
            linked[group].add(found)
    return Event(
        source=NAME,
        event_id=_id(row, "Id"),
        origin=row.origin("Id"),
        links=Links(*(frozenset(ids) for ids in linked.values())),
        at=at,
        kind="call" if is_call else str(subtype or kind).casefold(),
        detail=": ".join(str(said.value) for said in words),
        outcome=None if outcome is None else str(outcome.value),
        duration_s=seconds,
    )


def _noon(value: Json) -> str | None:
    """A date without a time, as noon UTC: nearest to every working day that it can mean."""
    day = read_date(value)
    return None if day is None else f"{day}T12:00:00Z"
