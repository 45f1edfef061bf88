"""Patterns for what is said, in whatever case it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

_CAPITAL = re.compile(r"(?<!\\)[A-Z]")


class Wording:
    """A family of wordings: a pattern in lower case, which reads every text in lower case.

    That takes half the time of `re.IGNORECASE`, under which no alternative is ruled out by its first letter.
    It is compiled when it is first used, since a call needs few of the many.
    """

    def __init__(self, *alternatives: str) -> None:
        self.pattern = "|".join(alternatives)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        if _CAPITAL.search(self.pattern):
            raise ValueError(f"a capital letter is never found in lower case: {self.pattern}")
        return re.compile(self.pattern)

    def search(self, text: str) -> re.Match[str] | None:
        """The first place that reads so; its words are in lower case."""
        return self._compiled.search(text.lower())

    def match(self, text: str) -> re.Match[str] | None:
        """The same at the start of a text."""
        return self._compiled.match(text.lower())

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The same for a text as a whole."""
        return self._compiled.fullmatch(text.lower())

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every place that reads so."""
        return self._compiled.finditer(text.lower())

    def split(self, text: str) -> list[str]:
        """What stands between those places, in lower case."""
        return self._compiled.split(text.lower())
