"""The agent offered a next step or a concession that is not on the ladder. Major, one per turn.

A new slot for the same step, invites and dial-ins are logistics; a concession that a planned handling names
belongs to it.

Kept:   "Friday instead, then?"
Broken: "Sign this month and I'll make the first one free."
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every turn that offers what the ladder does not hold; one per turn."""
    for loose in examination.loose:
        if loose.kind == "offer":
            yield Finding(
                loose.item, (loose.turn,), "A next step or concession was offered that no rung holds."
            )
