"""What all systems say of a person in the same way: name, numbers, place, zone, do-not-call, consent."""

from __future__ import annotations

from collections.abc import Sequence

from precall_cli.crm.clocks import read_zone
from precall_cli.crm.entries import DncLevel, DncSaid, Said
from precall_cli.crm.fields import FALSE, TRUE, Fields
from precall_cli.crm.phones import read_phone
from precall_cli.crm.places import country_code, read_address
from precall_cli.crm.source import Context

LEVELS = {True: DncLevel.LISTED, False: DncLevel.NOT_LISTED}


def full_name(row: Fields, first: str, last: str, whole: str = "") -> Said | None:
    """The name as it should be said: the whole one, else first and last."""
    if whole and (said := row.line(whole)):
        return said
    parts = [part for part in (row.line(first), row.line(last)) if part is not None]
    if not parts:
        return None
    field = " ".join(part.origin.field.removeprefix(row.prefix) for part in parts)
    return row.said(field, " ".join(str(part.value) for part in parts)[:2_000])


def read_place(
    row: Fields, country: Sequence[str], state: Sequence[str], context: Context
) -> tuple[Said | None, str | None]:
    """The code of an address as a fact, and the country to read its phones by.

    `country` and `state` name the fields that hold them, the best first.
    """
    nation, part = row.line(*country), row.line(*state)
    default = context.mapping.country
    address = read_address(
        "" if nation is None else str(nation.value), "" if part is None else str(part.value), default
    )
    named = [said for said in (part, nation) if said is not None]
    if address.problem:
        mend = "Say the country with `country` in --mapping." if nation is None else "Correct it there."
        row.fault(named[0].origin.field.removeprefix(row.prefix), address.problem, mend)
    if address.code is None or not named:
        return None, address.country
    field = " ".join(said.origin.field.removeprefix(row.prefix) for said in named)
    return row.said(field, address.code), address.country


def read_country(row: Fields, name: str) -> str | None:
    """The country alone that a field names."""
    said = row.line(name)
    return None if said is None else country_code(str(said.value))


def read_phones(row: Fields, names: Sequence[str], country: str | None) -> tuple[Said, ...]:
    """The numbers in the fields `names`, in that order, each number once."""
    found: dict[str, Said] = {}
    for name in names:
        said = row.line(name)
        if said is None:
            continue
        read = read_phone(str(said.value), country)
        if read.problem:
            mend = "" if read.number else "Write it with its country code, like +1 210 555 0147."
            row.fault(name, read.problem, mend)
        if read.number:
            found.setdefault(read.number, row.said(name, read.number))
    return tuple(found.values())


def read_timezone(row: Fields, names: Sequence[str], context: Context) -> Said | None:
    """The first time zone that the fields `names` hold; one that does not exist is a fault."""
    own = context.own.contact.timezone
    for name in ([own] if own else []) + list(names):
        said = row.line(name)
        if said is None:
            continue
        zone = read_zone(str(said.value), context.knowledge.places)
        if zone is not None:
            return row.said(name, zone)
        row.fault(name, f"{str(said.value)[:60]!r} is no time zone of a place")
    return None


def read_dnc_flag(row: Fields, name: str, *, strict: bool = False) -> DncSaid | None:
    """What a field of the system's own says; a value that is neither true nor false is UNREADABLE."""
    if row.get(name) is None:
        return None
    flag = row.flag(name, strict=strict)
    return DncSaid(DncLevel.UNREADABLE if flag is None else LEVELS[flag], row.origin(name))


def read_mapped_dnc(row: Fields, context: Context) -> DncSaid | None:
    """What the field that the mapping names says, by its values."""
    mapped = context.own.dnc
    value = None if mapped is None else row.get(mapped.field)
    if mapped is None or value is None:
        return None
    checked_at = row.time(mapped.checked_at) if mapped.checked_at else None
    word = value.strip().casefold() if isinstance(value, str) else None
    if isinstance(value, bool):
        level = LEVELS[value]
    elif word is not None and word in [*TRUE, *(each.strip().casefold() for each in mapped.listed)]:
        level = DncLevel.LISTED
    elif word is not None and word in [*FALSE, *(each.strip().casefold() for each in mapped.not_listed)]:
        level = DncLevel.NOT_LISTED
    else:
        level = DncLevel.UNREADABLE
        row.fault(
            mapped.field,
            "its value stands in no table of the mapping, so the contact counts as not checked",
            "Add it to `listed` or `not_listed`.",
        )
    return DncSaid(level, row.origin(mapped.field), None, checked_at, mapped.registry)


def read_consent(row: Fields, context: Context) -> dict[str, Said]:
    """The consent that the mapping's fields hold, by pointer; what cannot be read is left out."""
    wanted, found = context.own.consent, {}
    for key in ("recording", "ai_voice"):
        name = getattr(wanted, key)
        flag = row.flag(name) if name else None
        if flag is not None:
            found[f"/consent/{key}"] = row.said(name, flag)
    if wanted.obtained_at and found and (at := row.time(wanted.obtained_at)):
        found["/consent/obtained_at"] = row.said(wanted.obtained_at, at)
    return found


def read_stage(row: Fields, names: Sequence[str], context: Context) -> Said | None:
    """The stage of a contact: the first field with a value, unless a later one says that they opted out."""
    stages = [said for name in names if (said := row.line(name)) is not None]
    opted_out = [said for said in stages if context.knowledge.is_opt_out(str(said.value))]
    return next(iter(opted_out or stages), None)


def given(facts: dict[str, Said | None]) -> dict[str, Said]:
    """The facts that there are."""
    return {pointer: said for pointer, said in facts.items() if said is not None}
