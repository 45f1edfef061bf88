"""The answer to a planned objection takes another line than the planned handling, however thin. Minor.

Kept:   planned "ask what they would change about it", said "if you could fix one thing in it, what?"
Broken: planned the same, said "ours lasts longer, though".
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every objection answered by another line."""
    yield from by_status(
        examination,
        "objection",
        "handled_differently",
        "The answer spoke to the objection by another line than the planned one.",
    )
