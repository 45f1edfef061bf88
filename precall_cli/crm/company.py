"""The account of a person: one company out of what the systems say, without mixing two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from precall_cli.crm.choose import Choice, Ranking, choose, same
from precall_cli.crm.collected import Collected
from precall_cli.crm.entries import Company, Key, Origin, Person, Said, Value

FACTS = ("/account/name", "/account/domain", "/account/industry", "/account/employees", "/account/region")
WORDY = ("/account/name", "/account/industry")
_FORMS = re.compile(r"\b(incorporated|inc|llc|ltd|limited|corp|corporation|gmbh|co|plc|sa|bv|ag|and)\b")


@dataclass(frozen=True, slots=True)
class Account:
    """The company that was chosen."""

    key: Key | None
    """Its system and id; None where no record has one."""
    key_origin: Origin
    """The record that has this id."""
    keys: frozenset[Key]
    """The same company in every system."""
    choices: dict[str, Choice]
    """Pointer → the value."""
    companies: tuple[Company, ...]
    """All records of it, in order of trust."""


def choose_account(group: Sequence[Person], collected: Collected, ranking: Ranking) -> Account | None:
    """The account of one person; None where no record names a company.

    Records of other systems add to the chosen one only if they have its domain or its name; what they say of
    another company stands as an alternative to its name and nowhere else.
    """
    found = _companies(group, collected)
    named = [company for company in found if "/account/name" in company.facts]
    if not named:
        return None
    first = min(named, key=lambda company: (ranking(company.origin), company.company_id))
    alike = _alike(first, found)
    choices: dict[str, Choice] = {}
    for pointer in FACTS:
        said = [_tidy(pointer, company.facts[pointer]) for company in alike if pointer in company.facts]
        if pointer == "/account/name":
            said += [company.facts[pointer] for company in named if company not in alike]
        choice = choose(said, ranking, _alike_words if pointer in WORDY else same)
        if choice is not None:
            choices[pointer] = choice
    own = first.facts["/account/name"]
    choices["/account/name"] = _first(choices["/account/name"], own)
    keys = frozenset((company.source, company.company_id) for company in alike if company.company_id)
    by_trust = sorted(keys, key=lambda key: (ranking.trust[key[0]], _order_of_systems(key), key[1]))
    ordered = sorted(alike, key=lambda company: (ranking(company.origin), company.company_id))
    key = by_trust[0] if by_trust else None
    origin = next((c.origin for c in ordered if (c.source, c.company_id) == key), first.origin)
    return Account(key, origin, keys, choices, tuple(ordered))


def _order_of_systems(key: Key) -> int:
    return ("hubspot", "salesforce", "apollo").index(key[0])


def _first(choice: Choice, wanted: Said) -> Choice:
    ranked = [choice.said, *choice.others]
    if wanted not in ranked or choice.said == wanted:
        return choice
    return Choice(wanted, tuple(said for said in ranked if said != wanted), choice.rule, choice.alike)


def _companies(group: Sequence[Person], collected: Collected) -> list[Company]:
    """The main company of each record: its own records, and as the person's row describes it."""
    found: list[Company] = []
    for person in group:
        records = (
            collected.companies.get((person.source, person.company_ids[0])) if person.company_ids else None
        )
        found += records or []
        inline = person.company
        if inline is None or (records and not inline.company_id):
            continue
        if not inline.company_id and person.company_ids:
            inline = replace(inline, company_id=person.company_ids[0])
        found.append(inline)
    return found


def _alike(first: Company, found: Sequence[Company]) -> list[Company]:
    """The records that are of the same company as `first`, in their order."""
    alike = [first]
    rest = [company for company in found if company is not first]
    while near := [each for each in rest if any(_same_company(each, other) for other in alike)]:
        alike += near
        rest = [company for company in rest if company not in near]
    return alike


def _same_company(one: Company, other: Company) -> bool:
    if one.source == other.source and one.company_id and one.company_id == other.company_id:
        return True
    domains = [domain for each in (one, other) if (domain := _domain(each))]
    if len(domains) == 2:
        return domains[0] == domains[1]
    names = [each.facts.get("/account/name") for each in (one, other)]
    if names[0] is None or names[1] is None:
        return False
    return _alike_words(names[0].value, names[1].value)


def _domain(company: Company) -> str:
    said = company.facts.get("/account/domain")
    return "" if said is None else domain_of(str(said.value))


def _alike_words(one: Value, other: Value) -> bool:
    """Whether two names have the same words, whatever their punctuation and legal form."""
    words = [_FORMS.sub(" ", re.sub(r"[\W_]+", " ", str(each).casefold())).split() for each in (one, other)]
    return words[0] == words[1]


def domain_of(text: str) -> str:
    """The domain of a web address.

    >>> domain_of("https://www.Ferry-Lane.example/contact?x=1")
    'ferry-lane.example'
    """
    host = re.sub(r"^[a-z]+://", "", text.strip().casefold())
    return re.split(r"[/?#:]", host, maxsplit=1)[0].removeprefix("www.")


def _tidy(pointer: str, said: Said) -> Said:
    return replace(said, value=domain_of(str(said.value))) if pointer == "/account/domain" else said
