"""`audit --explain`: for each item the turns that were considered, and why each won or lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from rich.text import Text

from precall_cli.records.plan import CallPlan
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, hanging

SHOWN = 5
"""Most candidates shown for an item, the likeliest first."""


class Candidate(Protocol):
    """A turn that was considered for an item."""

    @property
    def turn(self) -> int: ...
    @property
    def relation(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def won(self) -> bool: ...
    @property
    def why(self) -> str: ...


class Judgement(Protocol):
    """What became of one item, with its candidates."""

    @property
    def status(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def why(self) -> str: ...
    @property
    def candidates(self) -> Sequence[Candidate]: ...


class Examined(Protocol):
    """An examination, as far as this report reads it."""

    @property
    def judgements(self) -> Mapping[str, Judgement]: ...


def render_explanation(plan: CallPlan, examination: Examined, width: int) -> Iterator[Text]:
    """The candidates of every item, at most SHOWN each."""
    yield Text()
    for kind, item in plan.items():
        judged = examination.judgements[item.id]
        head = line((item.id if item.id == kind else f"{kind.replace('_', ' ')} {item.id}", "bold"), "  ")
        said = line(
            f"{judged.status.replace('_', ' ')} ({judged.confidence:.2f})  ", (one_line(judged.why), "dim")
        )
        yield from hanging(head, said, 4, width)
        for candidate in sorted(judged.candidates, key=lambda c: (not c.won, -c.probability, c.turn))[:SHOWN]:
            mark = ("  + ", "green") if candidate.won else ("  - ", "dim")
            head = line(mark, f"#{candidate.turn} {candidate.relation} {candidate.probability:.2f}  ")
            body = line("“", clip(one_line(candidate.clause), 120), "”  ", (one_line(candidate.why), "dim"))
            yield from hanging(head, body, 8, width)
