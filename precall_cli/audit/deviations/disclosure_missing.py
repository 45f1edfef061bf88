"""A disclosure that was due never came, though the agent put a question or an offer. Critical.

Broken off before its content can be understood counts as not said. Where the call ended before any question
or offer,
nothing was due.

Kept:   "I'm an AI assistant and we're recorded. So, how many reps..."
Broken: the whole call runs to a booked meeting and nobody says that it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every disclosure that never came."""
    yield from by_status(
        examination,
        "disclosure",
        "missing",
        "The disclosure never came, though a question or an offer was put.",
    )
