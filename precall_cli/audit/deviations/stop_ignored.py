"""A stop condition was triggered and the agent went on selling, asking or offering instead of the planned
action.

An apology in between changes nothing, and neither does going on only turns later. Critical.

Kept:   "Take us off your list." - "I'm sorry. It's done. Goodbye."
Broken: "Take us off your list." - "Sure. Just before I go, who decides over there?"
No stop: "stop, let me grab a pen", "don't call before nine", "take me off speaker".
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every stop that was talked past."""
    yield from by_status(
        examination,
        "stop",
        "violated",
        "After the stop was triggered the agent went on selling, asking or offering.",
        turns_from="agent",
    )
