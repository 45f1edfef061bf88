"""The one result of an audit from which every status and every picture is a view.

An examination holds, for each item, what became of it with the candidates that were considered, and for
each turn what it
does and which items it realises. `Audit` is the part of it that is published; `--explain` and `why` show
the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from precall_cli.audit.ending import Ending
from precall_cli.audit.line import Line
from precall_cli.audit.reading import Reading
from precall_cli.records.plan import ItemKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A turn that was considered for an item, with the clause that speaks for it."""

    turn: int
    relation: str
    clause: str
    probability: float
    won: bool
    why: str


LookUp = Callable[[], tuple[Candidate, ...]]
"""Gives the candidates when somebody wants to see them: to find their clauses costs more than to judge."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one item. `proof` is the turn whose words prove it, if any do."""

    item: str
    kind: ItemKind
    status: str
    turns: tuple[int, ...] = ()
    confidence: float = 1.0
    why: str = ""
    result: str | None = None
    proof: int | None = None
    considered: LookUp = tuple
    margin: float = 9.0
    """Log-odds between the evidence and the threshold that decided; small means that it hardly decides."""
    nearest: str = ""
    """For what is undecided, the status that the evidence leans to, if it was weighed by a threshold."""

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The turns that were considered, likeliest first."""
        return self.considered()


@dataclass(frozen=True, slots=True)
class Loose:
    """Something that happened and belongs to no item: a question, an offer, an objection; or a repeat,
    which has one."""

    kind: str
    turn: int
    confidence: float
    item: str | None = None


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn: who spoke, which items it realises."""

    i: int
    speaker: str
    items: tuple[str, ...]
    off_plan: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was found in one call."""

    reading: Reading
    line: Line
    ending: Ending
    judgements: Mapping[str, Judgement]
    asked_order: tuple[str, ...]
    loose: tuple[Loose, ...]
    turns: tuple[TurnView, ...]
    notes: tuple[str, ...]

    def of(self, kind: ItemKind) -> list[Judgement]:
        """The judgements of one kind, in plan order."""
        return [j for j in self.judgements.values() if j.kind == kind]
