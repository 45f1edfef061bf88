"""Apollo: people and organizations of its API, and the CSV lists that its own export writes.

A match is `{"person": {…}}` with the organization inside; a search gives `{"people": […]}` or
`{"contacts": […]}`, a bulk match `{"matches": […]}`, an enrichment `{"organization": {…}}`. `person` is null
where Apollo found nobody, with a success status all the same: that is a record of which no brief comes.
Phones arrive later, in a file of their own by webhook: rows of one id are one person.

| Apollo | brief |
|---|---|
| `name`, else `first_name last_name` | `/contact/name` |
| `title`, `email` | `/contact/title`, `/contact/email` |
| `phone_numbers[].sanitized_number`, else `raw_number`: in its order | `/contact/phone` |
| `phone_numbers[].dnc_status` | `/dnc/listed`, of that number |
| `time_zone` | `/contact/timezone` |
| `state` `country` of the person | `/jurisdiction`, basis `address` |
| organization `name primary_domain industry estimated_num_employees` | `/account` |
| `technology_names keywords annual_revenue total_funding latest_funding_stage founded_year` | `/enrichment` |
| `seniority departments headline intent_strength` | `/enrichment` |

What `dnc_status` may hold is not published in full: `on_dnc`, `dnc`, `listed`, `do_not_call` and the words
for true mean listed; `not_on_dnc`, `not_dnc`, `not_listed`, `clear`, `callable` and the words for false mean
not listed; anything else counts as not checked, and says so. A listing of any number of a person holds for
the person; that a number is not listed holds for that number alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from precall_cli.crm.entries import Company, DncLevel, DncSaid, Entry, Extra, LeftOut, Person, Said
from precall_cli.crm.fields import FALSE, TRUE, Fields
from precall_cli.crm.phones import read_phone
from precall_cli.crm.source import Context
from precall_cli.crm.traits import (
    LEVELS,
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

NAME = "apollo"
TRUST = 1
LISTS = ("people", "contacts", "matches", "organizations", "accounts")
COLUMNS = {
    "apollo contact id": "id",
    "apollo account id": "organization_id",
    "apollo record id": "id",
    "first name": "first_name",
    "last name": "last_name",
    "title": "title",
    "email": "email",
    "company": "organization_name",
    "company name": "organization_name",
    "work direct phone": "work_phone",
    "mobile phone": "mobile_phone",
    "corporate phone": "corporate_phone",
    "city": "city",
    "state": "state",
    "country": "country",
    "time zone": "time_zone",
    "stage": "stage",
    "seniority": "seniority",
    "departments": "departments",
    "# employees": "estimated_num_employees",
    "industry": "industry",
    "website": "primary_domain",
    "company state": "organization_state",
    "company country": "organization_country",
    "technologies": "technology_names",
    "keywords": "keywords",
    "annual revenue": "annual_revenue",
    "total funding": "total_funding",
    "latest funding": "latest_funding_stage",
    "founded year": "founded_year",
    "contact owner": "owner_name",
}
LISTED = (*TRUE, "on_dnc", "dnc", "listed", "do_not_call")
NOT_LISTED = (*FALSE, "not_on_dnc", "not_dnc", "not_listed", "clear", "callable")
COMPANY_EXTRAS = {
    "technology_names": "technologies",
    "keywords": "keywords",
    "annual_revenue": "annual_revenue",
    "total_funding": "total_funding",
    "latest_funding_stage": "latest_funding_stage",
    "founded_year": "founded_year",
}
PERSON_EXTRAS = {
    "seniority": "seniority",
    "departments": "departments",
    "headline": "headline",
    "intent_strength": "intent_strength",
}
MAX_WORDS = 50
"""Most technologies or keywords that are kept."""
_NO_MATCH = "Apollo found no such person: `person` is null"


def matches(value: Mapping[str, Json], cells: bool) -> bool:
    if cells:
        known = {
            "estimated_num_employees",
            "organization_id",
            "work_phone",
            "corporate_phone",
            "technology_names",
        }
        return bool(known & value.keys())
    inner = {"person", "organization", "phone_numbers", "sanitized_phone", "primary_domain"}
    own = {"organization_id", "first_name", "linkedin_url", "estimated_num_employees"}
    return bool((inner | own) & value.keys())


def read(row: Fields, context: Context) -> Iterator[Entry]:
    if not row.cells and "person" in row.values:
        person = row.inner("person")
        if person is None:
            yield LeftOut(NAME, row.origin("").place, "", "no_match", _NO_MATCH)
            return
        row = person
    row = row.dated("updated_at")
    if _is_person(row):
        yield _person(row, context)
        return
    inside = row.inner("organization") if row.get("organization") is not None else None
    if company := _company(inside or row, context):
        yield company


def _is_person(row: Fields) -> bool:
    names = row.values.keys()
    return bool(names & {"first_name", "last_name", "email", "phone_numbers", "title", "headline"})


def _person(row: Fields, context: Context) -> Person:
    place, country = read_place(row, ["country"], ["state"], context)
    facts = given(
        {
            "/contact/name": full_name(row, "first_name", "last_name", "name"),
            "/contact/title": row.line("title"),
            "/contact/email": _email(row),
            "/contact/timezone": read_timezone(row, ["time_zone"], context),
            "/contact/persona": row.line(own) if (own := context.own.contact.persona) else None,
            "/lifecycle_stage": read_stage(row, ["stage"], context),
        }
    )
    phones, dnc = _numbers(row, country)
    mapped = read_mapped_dnc(row, context)
    aliases = {
        "salesforce": row.id("salesforce_contact_id", "salesforce_id", "salesforce_lead_id")[:15],
        "hubspot": row.id("hubspot_vid"),
    }
    company = _company_of(row, context)
    return Person(
        source=NAME,
        record_id=row.id("id", "person_id"),
        origin=row.origin("id"),
        facts=facts | read_consent(row, context),
        phones=phones,
        place=place,
        dnc=(*dnc, mapped) if mapped is not None else dnc,
        aliases=frozenset((system, found) for system, found in aliases.items() if found),
        company=company,
        company_ids=tuple(filter(None, [row.id("organization_id", "account_id")])),
        owner=context.owner(NAME, row.id("owner_id")),
        extras=_extras(row, PERSON_EXTRAS),
    )


def _email(row: Fields) -> Said | None:
    """The address; what Apollo writes while an address is locked is none."""
    said = row.line("email")
    if said is not None and str(said.value).startswith("email_not_unlocked@"):
        row.fault("email", "is locked: it was exported without being revealed")
        return None
    return said


def _numbers(row: Fields, country: str | None) -> tuple[tuple[Said, ...], tuple[DncSaid, ...]]:
    if row.cells:
        # The corporate number is the company's switchboard, so the person's own come first.
        return read_phones(row, ["work_phone", "mobile_phone", "corporate_phone"], country), ()
    found: dict[str, Said] = {}
    dnc: list[DncSaid] = []
    for each in row.each("phone_numbers"):
        name = "sanitized_number" if each.get("sanitized_number") is not None else "raw_number"
        text = each.line(name)
        read = None if text is None else read_phone(str(text.value), country)
        if read is not None and read.problem:
            mend = "" if read.number else "Write it with its country code, like +1 210 555 0147."
            each.fault(name, read.problem, mend)
        number = None if read is None else read.number
        if number is not None:
            found.setdefault(number, each.said(name, number))
        status = _dnc_level(each)
        # What is said of a number that cannot be read still holds for the person if it is a listing.
        if status is not None and (number is not None or status[0] is DncLevel.LISTED):
            level, field = status
            dnc.append(DncSaid(level, each.origin(field), number))
    return tuple(found.values()), tuple(dnc)


def _dnc_level(phone: Fields) -> tuple[DncLevel, str] | None:
    for name in ("dnc_status", "dnc_status_cd"):
        value = phone.get(name)
        if value is None:
            continue
        word = value.strip().casefold() if isinstance(value, str) else None
        if isinstance(value, bool):
            return LEVELS[value], name
        if word in LISTED:
            return DncLevel.LISTED, name
        if word in NOT_LISTED:
            return DncLevel.NOT_LISTED, name
        phone.fault(name, "is none of the known states, so the number counts as not checked")
        return DncLevel.UNREADABLE, name
    return None


def _company_of(row: Fields, context: Context) -> Company | None:
    for name in ("organization", "account"):
        inside = row.inner(name) if isinstance(row.values.get(name), Mapping) else None
        if inside is not None:
            inside = replace(inside, as_of=None).dated("updated_at")
            return _described(inside, inside.id("id") or row.id("organization_id"), ("name",), context)
    names = ("organization_name",)
    return _described(row, row.id("organization_id", "account_id"), names, context)


def _company(row: Fields, context: Context) -> Company | None:
    company_id = row.id("id", "organization_id")
    if not company_id:
        row.fault("id", "an organization without an id cannot be joined to its people")
        return None
    return _described(row, company_id, ("name", "organization_name"), context)


def _described(row: Fields, company_id: str, names: Sequence[str], context: Context) -> Company | None:
    """The company that a row describes; None where it names none."""
    name = row.line(*names)
    before = "organization_" if names[0] == "organization_name" else ""
    place, _ = read_place(row, [f"{before}country"], [f"{before}state"], context)
    facts = given(
        {
            "/account/name": name,
            "/account/domain": row.line("primary_domain", "website_url"),
            "/account/industry": row.line("industry"),
            "/account/employees": row.whole("estimated_num_employees"),
            "/account/region": place,
        }
    )
    if not facts and not company_id:
        return None
    return Company(NAME, company_id, row.origin("id"), facts, None, _extras(row, COMPANY_EXTRAS))


def _extras(row: Fields, wanted: Mapping[str, str]) -> dict[str, Extra]:
    """Scalars and lists of words, by their name in `enrichment`."""
    found: dict[str, Extra] = {}
    for field, key in wanted.items():
        value = row.get(field)
        if row.cells and isinstance(value, str) and key in ("technologies", "keywords", "departments"):
            value = [word.strip() for word in value.split(",") if word.strip()]
        if isinstance(value, list):
            words = tuple(word[:200] for word in value if isinstance(word, str) and word.strip())
            if words:
                found[key] = Extra(words[:MAX_WORDS], row.origin(field))
        elif isinstance(value, str):
            found[key] = Extra(value.strip()[:2_000], row.origin(field))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[key] = Extra(value, row.origin(field))
        elif value is not None:
            row.fault(field, "must be text, a number or a list of words")
    return found
