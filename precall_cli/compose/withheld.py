"""What of a brief never reaches the agent: numbers, permissions, ids, and what is to be kept back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from precall_cli.records.json_text import Json, escape_token
from precall_cli.records.plan import Withheld
from precall_cli.records.redaction import mask_numbers

_PRIVATE_KEY = re.compile(
    r"(^|_)(phones?|mobiles?|tel|telephone|fax|dnc|do_not_call|consent|opt_?(in|out)|ids?)(_|$)",
    re.IGNORECASE,
)
_NAMES = frozenset({"/contact/name", "/account/name", "/ae/name"})
HIDDEN_NUMBER = "(number not shown)"
_SHARE = 0.6
"""Part of a secret's content words from which a text is taken to tell it."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A part of the brief that is kept back."""

    pointer: str
    because: str


@dataclass(frozen=True, slots=True)
class _Secret:
    item: str
    words: frozenset[str]


class Sieve:
    """Goes over a brief's document once; `removed` then lists what was kept back for a secret's sake."""

    def __init__(self, withheld: Iterable[Withheld], phone: str | None) -> None:
        kept = list(withheld)
        self.removed: list[Removed] = []
        self._sources = {pointer: item.id for item in reversed(kept) for pointer in item.because}
        self._secrets = [_Secret(item.id, words) for item in kept for words in _tellings(item)]
        self._digits = (phone or "")[-7:]
        self._number = _number_pattern(phone) if phone else None

    def sift(self, value: Json, pointer: str) -> Json:
        """`value` without what must not be seen; None where nothing of it is left."""
        if why := self._why_withheld(value, pointer):
            self.removed.append(Removed(pointer, why))
            return None
        if isinstance(value, dict):
            return self._object(value, pointer)
        if isinstance(value, list):
            each = (self.sift(child, f"{pointer}/{index}") for index, child in enumerate(value))
            return [child for child in each if child is not None]
        if isinstance(value, str):
            return self._masked(value)
        hides_number = isinstance(value, int | float) and self._masked(str(value)) != str(value)
        return HIDDEN_NUMBER if hides_number else value

    def _object(self, value: dict[str, Json], pointer: str) -> Json:
        found: dict[str, Json] = {}
        for key, child in value.items():
            if _PRIVATE_KEY.search(_snake(key)):
                continue
            sifted = self.sift(child, f"{pointer}/{escape_token(key)}")
            if sifted is not None and sifted not in ("", [], {}):
                found[self._masked(key)] = sifted
        return found or None

    def _masked(self, text: str) -> str:
        if self._number is None or self._digits not in re.sub(r"[^0-9]", "", text):
            return mask_numbers(text)
        return mask_numbers(self._number.sub(HIDDEN_NUMBER, text))

    def _why_withheld(self, value: Json, pointer: str) -> str:
        if pointer in self._sources:
            return f"{self._sources[pointer]} is kept back"
        if isinstance(value, dict) and value.get("confidential") is True:
            return "told in confidence"
        text = _text_of(value)
        if text and pointer not in _NAMES and self._secrets:
            said = _content(text)
            for secret in self._secrets:
                if len(secret.words & said) >= _SHARE * len(secret.words):
                    return f"{secret.item} is kept back"
        return ""


def _text_of(value: Json) -> str:
    """Words that belong together: a text, or topic and value of a fact."""
    if isinstance(value, str):
        return value
    if (
        isinstance(value, dict)
        and isinstance(value.get("topic"), str)
        and isinstance(value.get("value"), str)
    ):
        return f"{value['topic']} {value['value']}"
    return ""


def _tellings(item: Withheld) -> Iterator[frozenset[str]]:
    """The content words of each way in which a secret is written down; a lone word as cue says too little."""
    _, colon, behind = item.text.partition(": ")
    if colon and (words := _content(behind)):
        yield words
    if words := _content(item.text):
        yield words
    for cue in item.cues:
        if len(words := _content(cue)) > 1:
            yield words


def _content(text: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", text.casefold())
    long = frozenset(_stem(word) for word in words if len(word) > 3 or word.isdigit())
    return long or frozenset(words)


def _stem(word: str) -> str:
    return re.sub(r"(?<=...)(?:ing|ed|es|s|e)$", "", word)


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[\W]", "_", key)


def _number_pattern(phone: str) -> re.Pattern[str]:
    """The number in any spelling: its last seven digits, and what of a number stands before them."""
    gap = r"[ ().\-/\u00a0]{0,3}"
    tail = gap.join(phone[-7:])
    return re.compile(rf"[+(]{{0,2}}(?:[0-9]{gap}){{0,8}}{tail}(?![0-9])")
