"""A lower rung was offered, and this one never before it. Minor.

It also stands where the higher rung is offered only later (its status is then `offered`). A last rung left
unoffered after
a higher one was declined is no deviation.

Kept:   the meeting is asked for, declined, and then the guide is offered.
Broken: "Shall I send you the guide?" comes first, and the meeting after it or never.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every rung that a lower one overtook, with the turn of that lower offer."""
    rungs = examination.of("next_step")
    for place, rung in enumerate(rungs):
        if rung.status == "uncertain":
            continue
        lower = [r.turns[0] for r in rungs[place + 1 :] if r.status == "offered" and r.turns]
        if lower and (rung.status != "offered" or rung.turns[0] > min(lower)):
            yield Finding(
                rung.item, (min(lower),), "A lower rung was offered before this one, or instead of it."
            )
