"""Words and numbers of a text, as the guard compares them: folded, stemmed, counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DIGITS = re.compile(r"(?<![^\W\d])\d+(?:[.,]\d+)*(?!\d*[A-Z])")
"""Digits that are an amount, not a part of a name such as 3CX."""
_ENDINGS = re.compile(r"(?<=...)(?:ings?|ed|es|s|e|ly)$")
_SMALL = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000, "m": 1_000_000}


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, digits included; straight apostrophes."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its most common endings: `agents` and `agent` are one.

    >>> stem("closing"), stem("closed"), stem("agents")
    ('clos', 'clos', 'agent')
    """
    return _ENDINGS.sub("", word.removesuffix("'s"))


@cache
def common_words() -> frozenset[str]:
    """Words that any call may use: they state no fact and name nobody. See `common_words.txt`."""
    text = (files("precall_cli") / "claude" / "common_words.txt").read_text(encoding="utf-8")
    return frozenset(word for row in text.splitlines() if not row.startswith("#") for word in row.split())


@cache
def common_stems() -> frozenset[str]:
    """Stems of the common words."""
    return frozenset(stem(word) for word in common_words())


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that say something: not common, longer than two letters, no digits."""
    return frozenset(
        stem(word)
        for word in words_of(text)
        if len(word) > 2
        and not word[0].isdigit()
        and word not in common_words()
        and stem(word) not in common_stems()
    )


def all_stems(texts: Iterable[str]) -> frozenset[str]:
    """Stems of every word of several texts."""
    return frozenset(stem(word) for text in texts for word in words_of(text))


@lru_cache(maxsize=4_096)
def numbers_of(text: str) -> frozenset[str]:
    """Every number in a text, in digits or in words, in one spelling. The word "one" is none.

    >>> sorted(numbers_of("$38k, 38,000 dollars, thirty-four agents, a dozen, 7.50"))
    ['12', '34', '38000', '7.5']
    """
    found: set[str] = set()
    for match in _DIGITS.finditer(text):
        value = _value(match.group())
        scale = re.match(r"\s?(k|m|thousand|million)\b", text[match.end() :], re.IGNORECASE)
        found.add(_spelled(value * (_SCALES[scale[1].casefold()] if scale else 1)))
    found |= _in_words(text)
    return frozenset(found)


def _value(digits: str) -> float:
    """The value of digits with separators: a comma before three digits parts thousands, else a fraction."""
    digits = digits.rstrip(".,")[:30]
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return float(re.sub(r"[.,]", "", digits))
    head, _, tail = digits.replace(",", ".").rpartition(".")
    return float(f"{head.replace('.', '')}.{tail}") if head else float(digits)


def _spelled(value: float) -> str:
    return str(int(value)) if value.is_integer() else f"{value:g}"


def _in_words(text: str) -> set[str]:
    found: set[str] = set()
    total, current, any_yet = 0, 0, False
    for word in [*re.findall(r"[a-z]+|[^\sa-z-]", text.casefold()), ""]:
        if word in _SMALL:
            current += _SMALL[word]
            any_yet = True
        elif word in ("dozen", "hundred", "thousand", "million"):
            current = max(1, current) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0
            any_yet = True
        elif any_yet and word == "and":
            continue
        else:
            if any_yet:
                found.add(str(total + current))
            total, current, any_yet = 0, 0, False
    return found
