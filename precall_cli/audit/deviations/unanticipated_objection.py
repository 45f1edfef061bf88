"""The contact raised an objection that the plan does not have. Info; owned by the plan, not by the agent.

A diary clash, a bare no to a rung, "are you a robot?" and grumbles about anything else are no objections.

Kept:   every reason against buying is one that the plan anticipated.
Broken: "my brother-in-law works for your competitor" where no planned objection means that.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every contact turn with an objection that the plan does not have."""
    for loose in examination.loose:
        if loose.kind == "objection":
            yield Finding(
                loose.item, (loose.turn,), "The contact raised an objection that the plan does not have."
            )
