"""The agent asked for what a colleague at the account had already told us. Major.

Confirming it by naming it respects it. It counts here only, not also as an off-plan question.

Kept:   "I understand about forty thousand is set aside, still right?"
Broken: "And what sort of budget is there?"
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every known answer that was asked for anew."""
    yield from by_status(
        examination,
        "known",
        "asked_again",
        "The agent asked for what a colleague of the contact had already told.",
    )
