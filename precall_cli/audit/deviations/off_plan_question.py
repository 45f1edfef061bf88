"""The agent put a qualifying question that no item of the plan covers. Minor, one per turn.

Small talk, clarifying, scheduling, logistics and permission are not qualifying; what belongs to the planned
handling of an
objection is on plan; asking for a known answer is `asked_known_answer` only.

Kept:   "Which email should that go to?", "Five, you said?"
Broken: "And are you PCI or HIPAA, or both?" with nothing on compliance in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every turn with a qualifying question outside the plan; one per turn."""
    for loose in examination.loose:
        if loose.kind == "question":
            yield Finding(
                loose.item, (loose.turn,), "A qualifying question was put that no item of the plan covers."
            )
