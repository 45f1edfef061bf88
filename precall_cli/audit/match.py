"""The comparison of plan items with turns: one table of probabilities, from which everything else is decided.

The matcher is whatever follows the `Matcher` protocol: the trained net that ships with the package, or a
stand-in of a
test. It is asked once per call, with every item in every relation it can stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from precall_cli.audit.acts import TurnActs
from precall_cli.records.plan import (
    CallPlan,
    Disclosure,
    Item,
    ItemKind,
    Known,
    NextStep,
    Objection,
    Objective,
    Opening,
    Question,
    StopCondition,
    Withheld,
)

Array = NDArray[np.float64]


class Asked(Protocol):
    """What a matcher is asked about: one item in one relation."""

    @property
    def relation(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def cues(self) -> tuple[str, ...]: ...
    @property
    def topic(self) -> str: ...


class Heard(Protocol):
    """What a matcher compares it with: one turn."""

    @property
    def speaker(self) -> str: ...
    @property
    def text(self) -> str: ...


class Matcher(Protocol):
    """Gives the probability that a turn realises an item, and that a turn performs an act."""

    @property
    def digest(self) -> str: ...

    def score(self, queries: Sequence[Asked], turns: Sequence[Heard]) -> NDArray[np.float32]: ...

    def acts(self, turns: Sequence[Heard]) -> NDArray[np.float32]: ...


@runtime_checkable
class ReadsAtOnce(Protocol):
    """A matcher that gives scores and acts in one pass, which is cheaper than two."""

    def read(
        self, queries: Sequence[Asked], turns: Sequence[Heard]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]: ...


@dataclass(frozen=True, slots=True)
class Query:
    """One item in one relation, in the words of the plan."""

    relation: str
    text: str
    cues: tuple[str, ...] = ()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn as a matcher sees it."""

    speaker: str
    text: str


def queries_of(kind: ItemKind, item: Item) -> Iterable[Query]:
    """The relations in which an item can stand to a turn."""
    match item:
        case Objective():
            yield Query("offers", item.statement, item.cues)
        case Opening():
            yield Query("opens", item.line, item.cues)
        case Disclosure():
            yield Query("discloses", item.text, item.cues)
        case Question():
            yield Query("asks", item.question, item.cues, item.topic)
            yield Query("answers", item.question, item.cues, item.topic)
        case Objection():
            yield Query("objects", item.objection, item.cues)
            yield Query("handles", item.response, (), item.objection)
        case NextStep():
            said = item.step if item.ask == item.step else f"{item.step}. {item.ask}"
            yield Query("offers", said, item.cues)
        case StopCondition():
            yield Query("triggers", item.condition, item.cues)
            yield Query("honours", item.action, (), item.condition)
        case Known():
            topic = item.topic.replace("_", " ")
            yield Query("asks", f"{topic}: {item.answer}", item.cues, topic)
        case Withheld():
            yield Query("mentions", item.text, item.cues)


_AGENT = frozenset({"asks", "offers", "discloses", "opens", "handles", "honours", "mentions"})


class Table:
    """Log-odds of every (item, relation) against every turn; minus infinity where the speaker cannot do
    it."""

    def __init__(self, plan: CallPlan, turns: Sequence[TurnActs], matcher: Matcher) -> None:
        keys: list[tuple[str, str]] = []
        queries: list[Query] = []
        for kind, item in plan.items():
            for query in queries_of(kind, item):
                keys.append((item.id, query.relation))
                queries.append(query)
        spoken = [t for t in turns if t.speaker not in ("tool", "system") and t.clauses]
        heard = [Utterance(t.speaker, t.text) for t in spoken]
        self.floor = -8.0
        full = np.full((len(queries), len(turns)), self.floor)
        acts = np.full((len(turns), 6), self.floor)
        if heard:
            places = [t.i for t in spoken]
            scores, heads = _read(matcher, queries, heard)
            if queries:
                full[:, places] = _log_odds(scores)
            acts[places, : heads.shape[1]] = _log_odds(heads)
        by_agent = np.array([t.speaker == "agent" for t in turns], dtype=bool)
        speaks = np.array([t.speaker not in ("tool", "system") for t in turns], dtype=bool)
        for row, query in enumerate(queries):
            allowed = by_agent if query.relation in _AGENT else (~by_agent & speaks)
            full[row, ~allowed] = self.floor
        self._rows = {key: row for row, key in enumerate(keys)}
        self._full = full
        self.question: Array = acts[:, 0]
        self.offer: Array = acts[:, 1]
        self.objection: Array = acts[:, 2]
        self.opt_out: Array = acts[:, 3]
        self.accept: Array = acts[:, 4]
        """Of a contact's turn that answers an offer, as is `decline`."""
        self.decline: Array = acts[:, 5]

    def row(self, item: str, relation: str) -> Array:
        """Log-odds of one item in one relation, by turn."""
        found: Array = self._full[self._rows[item, relation]]
        return found

    def rows(self, items: Sequence[str], relation: str) -> Array:
        """Log-odds of several items in one relation, `[items, turns]`."""
        if not items:
            return np.zeros((0, self._full.shape[1]))
        return self._full[[self._rows[item, relation] for item in items]]


def _read(
    matcher: Matcher, queries: Sequence[Asked], heard: Sequence[Heard]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if isinstance(matcher, ReadsAtOnce):
        return matcher.read(queries, heard)
    return matcher.score(queries, heard), matcher.acts(heard)


def _log_odds(probability: NDArray[np.float32]) -> Array:
    """Log-odds, rounded so that the last bits of a machine's arithmetic decide nothing."""
    p: Array = np.clip(np.asarray(probability, dtype=np.float64), 3.4e-4, 1 - 3.4e-4)
    rounded: Array = np.asarray(np.round(np.log(p / (1 - p)), 3), dtype=np.float64)
    return rounded
