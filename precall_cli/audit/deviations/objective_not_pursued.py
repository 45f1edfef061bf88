"""The agent had the chance to ask for the objective and never did. Major.

The chance was there if the agent offered any rung or concession, or closed the call itself.

Kept:   "Could Sam show you on Thursday?" - "No." (asked for, not reached)
Broken: the agent sends the guide and says goodbye; the meeting is never mentioned.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """The objective, where the agent never asked for it."""
    yield from by_status(
        examination, "objective", "not_pursued", "The agent had the chance and never asked for the objective."
    )
