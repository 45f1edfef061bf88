"""The agent opened on something else than the planned hook. Minor.

Judged on what precedes the first question or offer; a hook that comes later does not repair it. Any words
will do.

Kept:   planned "You asked about routing on our site", said "you were on our page poking at the routing
thing".
Broken: said "With the holidays coming up I thought I'd check in with everybody."
"""

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.audit.deviations.finding import Finding, by_status
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """The opening, where it was another one."""
    yield from by_status(
        examination, "opening", "changed", "The agent opened on something else than the planned hook."
    )
