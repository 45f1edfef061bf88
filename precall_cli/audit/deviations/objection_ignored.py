"""The contact raised a planned objection and the answer did not address it, or only recited unrelated
benefits. Major.

Any reply to its substance, however thin, is `objection_handled_differently` instead.

Kept:   "It's too dear" - "Set against the fuel it saves, what would it come to?"
Broken: "It's too dear" - "We won an award, and the app has a dark mode."
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every planned objection that was talked past."""
    yield from by_status(
        examination, "objection", "ignored", "The agent's answer did not address the objection."
    )
