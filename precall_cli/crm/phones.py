"""Phones as people write them, as E.164. What the numbering plans do not have is a problem, not a number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhoneRead:
    """What a phone field told."""

    number: str | None
    """E.164."""
    problem: str = ""
    """Why there is no number, or what was left out of it."""


def read_phone(text: str, country: str | None) -> PhoneRead:
    """The number in `text`; `country` (ISO 3166-1) is how a number without a plus sign is read.

    An extension is no part of E.164: it is left out and named.

    >>> read_phone("(210) 555-0147 ext. 12", "US")
    PhoneRead(number='+12105550147', problem='the extension 12 is left out')
    >>> read_phone("(210) 555-0147", None).number is None
    True
    """
    import phonenumbers

    text = text.strip()
    if len(text) > 80:
        return PhoneRead(None, "is too long for a phone number")
    if country is None and not text.startswith(("+", "\uff0b", "tel:+")):
        return PhoneRead(None, f"{text!r} has no country code, and the record names no country to read it by")
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return PhoneRead(None, f"{text!r} is no phone number")
    if not phonenumbers.is_valid_number(number):
        where = "" if text.startswith("+") else f" of {country}"
        return PhoneRead(None, f"{text!r} is no number{where} that can be dialled")
    extension = f"the extension {number.extension} is left out" if number.extension else ""
    return PhoneRead(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), extension)


def country_of_phone(number: str) -> str | None:
    """The country (ISO 3166-1) that an E.164 number's prefix points to; None for numbers of no place.

    An area code proves nothing about a state, so none is told. Toll-free, premium and internet numbers
    belong to no place at all.
    """
    import phonenumbers
    from phonenumbers import PhoneNumberType

    parsed = phonenumbers.parse(number)
    of_a_place = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(parsed) not in of_a_place:
        return None
    region = phonenumbers.region_code_for_number(parsed)
    return region if region and len(region) == 2 and region.isalpha() else None
