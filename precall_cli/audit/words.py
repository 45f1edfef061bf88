"""Words of a turn as a comparison sees them: lower case, stems, weights; no similarity is decided here."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SUFFIX = re.compile(r"(?:ations?|ings?|edly|ers?|ies|ied|ments?|ed|es|ly|s)$")
_COMMON = frozenset(
    """a about after again ah all also am an and any anyone anything are as at back be because been before being but by can
    come could day did do does doing don done down eh else er even ever every few for from get getting give go going good
    got great had has have he hear her here hey hi him his hello how i if in into is it its just keep kind know last let
    like line little long look lot made make many may maybe me mean might mm more most much must my need new no nor not now
    of off oh ok okay on once one only or other our out over own part people please put quite really right said same say
    see she should so some something sort still such sure take tell than thank thanks that the their them then there these
    they thing things think this those though through time to today too two um uh up us use used very want was way we week
    well were what when where which while who whole why will with would yeah year yes yet you your yours
    ll re ve s t d m im ive youre thats whats dont wont cant""".split()
)
_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen twenty".split()
    )
} | {
    word: str(value)
    for word, value in zip(
        "thirty forty fifty sixty seventy eighty ninety hundred thousand".split(),
        (30, 40, 50, 60, 70, 80, 90, 100, 1000),
        strict=True,
    )
}


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """A word without its commonest English endings; numbers in words become digits."""
    word = word.replace("’", "'").split("'")[0] if word.endswith(("'s", "’s")) else word.replace("’", "'")
    if word in _NUMBERS:
        return _NUMBERS[word]
    short = _SUFFIX.sub("", word) if len(word) > 4 else word
    return short if len(short) >= 3 else word


def tokens(text: str) -> list[str]:
    """Every word of a text in lower case, in order."""
    return [word.lower() for word in _WORD.findall(text)]


@lru_cache(maxsize=8_192)
def content(text: str) -> frozenset[str]:
    """The stems that carry meaning: without pronouns, auxiliaries and fillers."""
    return frozenset(stem(word) for word in tokens(text) if word not in _COMMON and len(word) > 1)


def shared(wanted: frozenset[str], heard: frozenset[str]) -> float:
    """The share of the wanted stems that were heard, 0 to 1; nothing wanted gives 0."""
    return len(wanted & heard) / len(wanted) if wanted else 0.0
