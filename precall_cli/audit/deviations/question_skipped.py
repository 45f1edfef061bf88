"""A planned question was neither asked nor answered, though the conversation ran on to a normal close. Minor.

A call that the contact, the line or a stop cut short skips nothing: what had not come up is `not_reached`.

Kept:   the contact says "we're thirty, by the way" before it is asked (`volunteered`).
Broken: the agent books the meeting and closes without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every question that was neither asked nor answered."""
    yield from by_status(
        examination,
        "qualification",
        "skipped",
        "The question was never asked and the answer never given, though the call ran to a normal close.",
    )
