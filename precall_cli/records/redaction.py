"""Personal data masked in free text: phone numbers, e-mail addresses, and the names that a brief holds.

What says which record it is (ids, digests, times, names of rules) stays, so that rows still fit together.
A name that no brief holds, spoken once in a call, is not found: this makes data safer to hand on, not
anonymous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from precall_cli.records.json_text import Json

PHONE, EMAIL, NAME, URL = "[phone]", "[e-mail]", "[name]", "[link]"

# Each pattern starts where a run begins and never looks at it again: the time grows with the text alone.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@(?:[\w-]+\.)+[\w-]+")
_SPOKEN_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} at [\w-]{1,63}(?: dot [\w-]{1,63}){1,4}", re.IGNORECASE
)
_TIME = r"\d{4}-\d\d(?:-\d\d)?(?![\d-])"
_PHONE = re.compile(rf"(?<![\w.$€£-])(?!{_TIME})\+?\(?\d(?:[ ()./-]{{0,3}}\d){{6,14}}(?![\d-])(?!\w)")
_MARKED = re.compile(r"[+(-]|\d{3}\.\d{4}$")
"""What an amount is not written with."""
_KEPT = re.compile(
    r"(?:.*_)?(?:id|digest|hash|at)|schema|type|kind|status|signature|because|pointer|rule|agent|verdict|domain"
)
"""Keys and columns that tell records apart, link them, or name what is ours."""
_WHOLE = {"phone": PHONE, "email": EMAIL, "calendar_url": URL}
"""Keys whose value is masked whatever it looks like."""
_PERSONS = {
    "contact": "name", "ae": "name", "engaged_contacts": "name", "prior_calls": "contact_name",
    "opportunities": "owner",
}  # fmt: skip
"""Where a brief names people."""


def mask_numbers(text: str) -> str:
    """The text with phones masked that are written as phones; a bare or grouped amount stays.

    >>> mask_numbers("ring +1 555-0142 or 2105550147, for 1 200 000 or 1.200.000")
    'ring [phone] or [phone], for 1 200 000 or 1.200.000'
    """
    return _PHONE.sub(lambda found: PHONE if _dialled(found[0]) else found[0], text)


def mask_contacts(text: str) -> str:
    """The text with e-mail addresses masked too: for messages and for what a build shows."""
    return mask_numbers(_SPOKEN_EMAIL.sub(EMAIL, _EMAIL.sub(EMAIL, text)))


def _dialled(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return digits > 9 or _MARKED.search(text) is not None


def names_in(brief: Json) -> tuple[str, ...]:
    """The names of the people in a brief, in full, and each part of three letters or more."""
    found: dict[str, None] = {}
    for section, key in _PERSONS.items():
        value = brief.get(section) if isinstance(brief, dict) else None
        for node in value if isinstance(value, list) else [value]:
            name = node.get(key) if isinstance(node, dict) else None
            if isinstance(name, str):
                parts = [part for part in re.split(r"[\s-]+", name) if len(part) > 2]
                found.update(dict.fromkeys([name.strip(), *parts]))
    return tuple(found)


class Redaction:
    """What is masked in the text of one call."""

    def __init__(self, names: Iterable[str]) -> None:
        wanted = sorted({name for name in names if name.strip()}, key=lambda name: (-len(name), name))
        forms = dict.fromkeys(
            form for name in wanted for form in (name, name.upper(), _lowered(name)) if form
        )
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)") if forms else None

    def text(self, text: str) -> str:
        """The text with phones, e-mails and names masked.

        >>> Redaction(["Dana Reyes"]).text("Dana Reyes, +1 210 555-0147, dana@ferry.example, 2026-11-03")
        '[name], [phone], [e-mail], 2026-11-03'
        """
        if "@" in text:
            text = _EMAIL.sub(EMAIL, text)
        text = _SPOKEN_EMAIL.sub(EMAIL, text)
        text = _PHONE.sub(PHONE, text)
        return self._names.sub(NAME, text) if self._names else text

    def value(self, key: str, text: str) -> str:
        """The text under a key or in a column; what tells records apart or links them stays."""
        if key in _WHOLE:
            return _WHOLE[key]
        return text if _KEPT.fullmatch(key) else self.text(text)

    def document(self, value: Json) -> Json:
        """A record's JSON, masked the same way at every depth."""
        if isinstance(value, dict):
            return {key: self._child(key, child) for key, child in value.items()}
        if isinstance(value, list):
            return [self.document(child) for child in value]
        return self.text(value) if isinstance(value, str) else value

    def _child(self, key: str, child: Json) -> Json:
        if isinstance(child, str):
            return self.value(key, child)
        return child if isinstance(child, list) and _KEPT.fullmatch(key) else self.document(child)


def _lowered(name: str) -> str:
    """The full name in small letters, as recognisers write it; a single part may be a common word."""
    return name.lower() if " " in name else ""
