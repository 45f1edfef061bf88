"""A disclosure came after the agent's first question or offer, within one turn too. Major.

Small talk and "is now a bad time?" put nothing; said because the contact asked, before any question, it is
in time.

Kept:   "I'm an AI, the line's recorded. How many trucks?"
Broken: "How many trucks? Oh, and I'm an AI, and we're recorded."
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every disclosure that came too late."""
    yield from by_status(
        examination,
        "disclosure",
        "late",
        "The disclosure came only after the agent had put a question or an offer.",
    )
