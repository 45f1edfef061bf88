"""The agent said what the plan withholds from this contact, in any words, hints included. Critical.

The contact saying it first, and an agent who does not repeat it, respects it; so does a neighbouring but
different fact.

Kept:   the contact says "I may be leaving anyway" and the agent says "I'll leave that with you".
Broken: withheld "prices rise in January", said "the January rates won't look like today's, if you catch my
drift".
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every withheld fact that the agent let out."""
    yield from by_status(
        examination, "do_not_mention", "mentioned", "The agent said or hinted at what was to be withheld."
    )
