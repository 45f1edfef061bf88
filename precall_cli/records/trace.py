"""A trace: one rule that was looked at, whether it fired, and why. Made, not read: no file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule, and what became of it for one brief."""

    rule: str
    """Its name, part first: `gate.calling_hours`, `questions.team_size`, `limits.objections`."""
    fired: bool
    """Whether it had an effect: a rule of the gate refused, one of the playbook gave an item, one of the
    policy shaped the plan."""
    reason: str
    """Why it fired, or why it did not."""
    pointers: tuple[str, ...] = ()
    """The parts of the brief that decided it."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "rule": self.rule,
            "fired": self.fired,
            "reason": self.reason,
            "because": list(self.pointers),
        }
