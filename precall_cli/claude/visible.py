"""What of a brief a model sees: facts to plan with, and no numbers, addresses, permissions or secrets.

Lists keep their length (`null` stands for what was taken out), so that a pointer means the same in what the
model sees and in the brief itself.
"""

from __future__ import annotations

import re

from precall_cli.claude.task import Task
from precall_cli.claude.withheld import KeptBack
from precall_cli.records.json_text import Json, escape_token

_HIDDEN_TOP = frozenset(
    {"schema", "brief_id", "assembled_at", "agent", "dnc", "consent", "jurisdiction", "provenance"}
)
_HIDDEN_KEY = re.compile(
    r"(^|_)(phones?|mobiles?|tel|telephone|fax|e_?mails?|dnc|do_not_call|consent|opt_?(in|out)|ids?|urls?"
    r"|links?|domain|timezone|linkedin|password|token|secret)(_|$)",
    re.IGNORECASE,
)
_CONTACT_DETAILS = re.compile(
    r"[^\s@<>\"']+@[^\s@<>\"']+"  # an e-mail address
    r"|\b(?:https?://|www\.)\S+"
    r"|\+\d[\d ().\-]{6,}\d"  # an international number
    r"|\(?\b\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}\b"  # a number as written in North America
)
HIDDEN = "(not shown)"


def visible_brief(task: Task, kept: KeptBack) -> Json:
    """The brief as the model sees it, as plain JSON."""
    phone = task.brief.contact.phone
    sieve = _Sieve(kept, _number_pattern(phone) if phone else None)
    found = sieve.sift(
        {key: value for key, value in task.brief.document().items() if key not in _HIDDEN_TOP}, ""
    )
    return found if isinstance(found, dict) else {}


class _Sieve:
    def __init__(self, kept: KeptBack, number: re.Pattern[str] | None) -> None:
        self._kept = kept
        self._number = number

    def sift(self, value: Json, pointer: str) -> Json:
        if pointer in self._kept.pointers:
            return None
        if isinstance(value, dict):
            if isinstance(value.get("value"), str) and self._tells(
                f"{value.get('topic', '')} {value['value']}"
            ):
                return None
            found = {}
            for key, child in value.items():
                if _HIDDEN_KEY.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key)):
                    continue
                sifted = self.sift(child, f"{pointer}/{escape_token(key)}")
                if sifted not in (None, "", [], {}):
                    found[key] = sifted
            return found
        if isinstance(value, list):
            return [self.sift(child, f"{pointer}/{index}") for index, child in enumerate(value)]
        if isinstance(value, str):
            is_name = pointer in ("/contact/name", "/account/name", "/ae/name")
            return None if not is_name and self._tells(value) else self._masked(value)
        return value

    def _tells(self, text: str) -> bool:
        return self._kept.teller(text) is not None

    def _masked(self, text: str) -> str:
        masked = _CONTACT_DETAILS.sub(HIDDEN, text)
        return self._number.sub(HIDDEN, masked) if self._number else masked


def _number_pattern(phone: str) -> re.Pattern[str]:
    """The contact's number in any spelling, by its last seven digits."""
    gap = r"[ ().\-/\u00a0]{0,3}"
    return re.compile(rf"[+(]{{0,2}}(?:[0-9]{gap}){{0,8}}{gap.join(phone[-7:])}(?![0-9])")
