# ruff: noqa: E501  (a pattern is read whole)
"""Whose name is said by whom: the contact's, as the plan and the agent give it, and those by which people introduce themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from precall_cli.audit.acts import TurnActs
from precall_cli.audit.words import tokens
from precall_cli.records.plan import CallPlan

_GREETED = re.compile(
    r"\b(?:hi|hello|hey|hiya|morning|afternoon|evening|good day|g'?day|namaste|namaskar|salam|alaikum|dear|hallo)\b(?: there)?(?: to you)?[,! ]+"
    r"((?:(?:mr|mrs|ms|miss|mx|dr|doctor|prof|professor|sir|madam|ma'?am|mdm|pastor|sister|father|coach|chief|alhaji|engr|captain|oga|auntie|uncle)\.? )*)"
    r"([^\W\d_][\w'’\-]*(?: [A-Z][\w'’\-]*){0,2})",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:this is|it'?s|i'?m|i am|name'?s|you'?re (?:through|speaking) (?:to|with)|it is) (?:(?:not|the|a|an) )?([^\W\d_][\w'’\-]*)(?: ([^\W\d_][\w'’\-]*))?",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"(?<!\bno )(?<!\bnot )\b([^\W\d_][\w'’\-]*)(?: ([^\W\d_][\w'’\-]*))? (?:here|speaking)\b(?! (?:to|of|with|for|about))",
    re.IGNORECASE,
)
"""How somebody who answers gives a name."""
_NAMES = re.compile(r"[A-Z][\w'’\-]+(?: [A-Z][\w'’\-]+)+")
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "doctor",
        "prof",
        "professor",
        "sir",
        "madam",
        "ma'am",
        "mdm",
        "pastor",
        "sister",
        "father",
        "coach",
        "chief",
        "alhaji",
        "engr",
        "captain",
        "oga",
        "auntie",
        "uncle",
    ]
)
_GREETINGS = frozenset(
    ["hi", "hello", "hey", "hiya", "morning", "afternoon", "evening", "good", "day", "dear", "hallo", "yes"]
)
_NO_NAME = frozenset(
    [
        "it",
        "the",
        "a",
        "an",
        "i",
        "is",
        "this",
        "and",
        "there",
        "not",
        "just",
        "that",
        "you",
        "your",
        "from",
        "no",
        "with",
        "so",
        "hello",
        "hi",
        "hey",
        "yes",
        "yeah",
        "yep",
        "who",
        "nobody",
        "anybody",
        "somebody",
        "everybody",
        "right",
        "over",
        "out",
        "in",
        "up",
        "down",
        "still",
        "we",
        "are",
        "be",
        "he",
        "she",
        "they",
        "been",
        "back",
        "come",
    ]
)


def contact_names(plan: CallPlan) -> frozenset[str]:
    """The names by which the plan's opening greets the contact, in lower case.

    The plan itself has no field for it, so the greeting is the only source; none is found in a plan without opening.
    """
    if plan.opening is None:
        return frozenset()
    found = _GREETED.search(plan.opening.line)
    if not found:
        return frozenset()
    return frozenset(name for name in tokens(found.group(2)) if len(name) > 1 and name not in _NO_NAME)


def known_names(plan: CallPlan, acts: Sequence[TurnActs]) -> frozenset[str]:
    """The contact's names: those of the opening, and those that the agent says together with one of them."""
    names = contact_names(plan)
    found = set(names)
    for turn in [a for a in acts if a.speaker == "agent"][:4]:
        for group in _NAMES.findall(turn.text):
            words = set(tokens(group)) - _TITLES - _GREETINGS
            if not names.isdisjoint(words):
                found |= words
    return frozenset(found)


def says(text: str, names: frozenset[str]) -> bool:
    """Whether a text holds one of the names."""
    return not names.isdisjoint(tokens(text))


def greets(text: str, names: frozenset[str]) -> bool:
    """Whether a text greets by one of the names."""
    return any(says(found.group(2), names) for found in _GREETED.finditer(text))


def denies(text: str, names: frozenset[str]) -> bool:
    """Whether somebody says that there is no such person: "no Gerald here"."""
    said = tokens(text)
    return any(b in names and a in ("no", "not") for a, b in pairwise(said))


def names_himself(text: str, names: frozenset[str]) -> bool:
    """Whether somebody gives one of the contact's names as his own."""
    return any(not names.isdisjoint(tokens(given)) for given in _introductions(text))


def _introductions(text: str) -> Iterator[str]:
    """What follows "this is" or stands before "speaking" and "here": names, if they are."""
    for pattern in (_SELF, _HERE):
        for found in pattern.finditer(text):
            yield " ".join(g for g in found.groups() if g)


def given_names(text: str) -> frozenset[str]:
    """The names, in lower case, by which somebody introduces himself; only a transcript with capitals shows them."""
    found: set[str] = set()
    for given in _introductions(text):
        for word in given.split():
            if word[:1].isupper() and not set(tokens(word)) <= _NO_NAME | _GREETINGS | _TITLES:
                found |= set(tokens(word))
            elif not found:
                break
    return frozenset(found)


def other_name(text: str, names: frozenset[str]) -> bool:
    """Whether somebody introduces himself by a name that is not the contact's."""
    given = given_names(text)
    return bool(names and given and names.isdisjoint(given))
