"""Which of several values stands in the brief, and what is a conflict.

A system that our own people keep goes before a vendor of data; of equals, what changed later goes before what
changed earlier or is not dated; of what is still equal, always the same (by system, file, place and value).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from precall_cli.crm.entries import Origin, Said, Value

TRUSTED = "a CRM goes before a data vendor"
NEWER = "what changed later goes before what is older or undated"
STABLE = "equally trusted and equally old; the first by system, file and place"
STRICTEST = "the strictest statement holds"
OPTED_OUT = "an opt-out holds"
FINER = "the more exact place, which lies in the other"


def same(one: Value, other: Value) -> bool:
    """Whether two values mean the same: text in any case and spacing, a number however it is typed."""
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold().split() == other.casefold().split()
    return one == other and isinstance(one, bool) == isinstance(other, bool)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that was chosen, what else was said, and by which rule."""

    said: Said
    others: tuple[Said, ...] = ()
    """In order of trust."""
    rule: str = ""
    alike: Callable[[Value, Value], bool] = same
    """Whether two values mean the same."""

    @property
    def conflicting(self) -> tuple[Said, ...]:
        """Those of the others that say something else."""
        return tuple(other for other in self.others if not self.alike(other.value, self.said.value))


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources that say different things of one fact."""

    brief_id: str
    pointer: str
    chosen: Said
    others: tuple[Said, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """How trust is measured: system → 0 for the most trusted."""

    trust: Mapping[str, int]

    def __call__(self, origin: Origin) -> tuple[Any, ...]:
        age = -origin.as_of.timestamp() if origin.as_of is not None else 0.0
        return (
            self.trust[origin.source],
            origin.as_of is None,
            age,
            origin.source,
            origin.file,
            origin.spot,
            origin.field,
        )

    def rule(self, one: Origin, other: Origin) -> str:
        """By which rule `one` goes before `other`."""
        first, second = self(one), self(other)
        if first[0] != second[0]:
            return TRUSTED
        return NEWER if first[1:3] != second[1:3] else STABLE


def choose(
    candidates: Iterable[Said], ranking: Ranking, alike: Callable[[Value, Value], bool] = same
) -> Choice | None:
    """The best candidate and the others, in order of trust; None where there is no candidate."""
    ranked = list(dict.fromkeys(sorted(candidates, key=_order(ranking))))
    if not ranked:
        return None
    first, *others = ranked
    rule = next((ranking.rule(first.origin, o.origin) for o in others if not alike(o.value, first.value)), "")
    return Choice(first, tuple(others), rule, alike)


def prefer(choice: Choice, wanted: Callable[[Value], bool], rule: str) -> Choice:
    """The choice with the best candidate that is `wanted` at its head, if there is one."""
    ranked: Sequence[Said] = [choice.said, *choice.others]
    best = next((said for said in ranked if wanted(said.value)), None)
    if best is None or best == choice.said:
        return choice
    return Choice(best, tuple(said for said in ranked if said != best), rule, choice.alike)


def _order(ranking: Ranking) -> Callable[[Said], tuple[Any, ...]]:
    return lambda said: (*ranking(said.origin), json.dumps(said.value))
