"""The call came to a normal close and no rung of the ladder was offered. Major; it belongs to no item.

Kept:   "Shall I send you the guide, then?" - "No." (offered, declined)
Broken: "Well, good to talk. Have a good one!" and nothing was proposed.
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """One finding where every rung was skipped."""
    rungs = examination.of("next_step")
    if rungs and all(rung.status == "skipped" for rung in rungs):
        yield Finding(None, (), "The call came to a normal close and no next step was offered.")
