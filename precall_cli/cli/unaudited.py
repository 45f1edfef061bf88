"""Of many calls those that could not be audited: values with a reason, told after the rest came through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from precall_cli.records.json_text import Json
from precall_cli.report.console import note
from precall_cli.report.layout import count

SUFFIXES = (".json", ".jsonl", ".vtt", ".srt", ".txt")
"""Of the files of a folder, those that may be transcripts."""
MOST_TOLD = 20
_NAMED = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d,]*")


@dataclass(frozen=True, slots=True)
class Unaudited:
    """A file, or a call in it, that gave no audit."""

    place: str
    problem: str

    def document(self) -> Json:
        """As a row beside the audits."""
        return {"place": self.place, "error": self.problem}


def tell(left: Sequence[Unaudited]) -> None:
    """Says on stderr what could not be audited: each with its place, then how many for which reason."""
    for one in left[:MOST_TOLD]:
        note(f"{one.place}: {one.problem}" if one.place else one.problem)
    if len(left) > MOST_TOLD:
        note(f"and {len(left) - MOST_TOLD:,} more")
    if len(left) == 1:
        return
    reasons = Counter(_NAMED.sub("…", one.problem) for one in left)
    said = "; ".join(f"{number:,} × {reason}" for reason, number in reasons.most_common())
    note(f"{count(len(left), 'call')} could not be audited: {said}")
