"""What a kind of deviation yields: the item, the turns, and the words for it; type and severity are added
later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from precall_cli.audit.examination import Examination
from precall_cli.records.plan import ItemKind


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from the plan, before it has a severity."""

    item: str | None
    turns: tuple[int, ...]
    explanation: str


def by_status(
    examination: Examination, kind: ItemKind, status: str, explanation: str, *, turns_from: str = "all"
) -> Iterator[Finding]:
    """One finding for each item of a kind that has a status. `turns_from`: `all` of its turns, or those of
    the `agent`."""
    for judgement in examination.of(kind):
        if judgement.status == status:
            turns = judgement.turns
            if turns_from == "agent":
                turns = tuple(t for t in turns if examination.reading.turns[t].speaker == "agent")
            yield Finding(judgement.item, turns, explanation)
