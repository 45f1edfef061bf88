"""A question was asked, answered, and asked again. Minor.

Asking anew what was not answered, or once what was volunteered, is no repeat; nor is a read-back, unless an
open question
is attached to it ("three, or how many was it again?").

Kept:   "Three, you said. Good."
Broken: "And remind me, how many was it?"
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every question that was asked, answered, and asked again."""
    for loose in examination.loose:
        if loose.kind == "repeat":
            yield Finding(
                loose.item, (loose.turn,), "The agent asked again what the contact had already answered."
            )
