"""A finding: one thing about a policy that has to be mended, or looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from precall_cli.errors import Problem
from precall_cli.policies.layers import dotted

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a policy: where, what, and the mend."""

    level: Level
    """`error`: the policy cannot be meant so; `warning`: it can, but look at it."""
    place: str
    """`file:line` of what causes it."""
    pointer: str
    """The value, as a pointer into the policy; empty where it is the file itself."""
    problem: str
    mend: str = ""
    agent: str = ""
    """Whose policy; empty where it is about a file or about all agents."""

    @property
    def key(self) -> str:
        """The value as TOML names it: `planning.budget_ms`."""
        return dotted(self.pointer)

    @property
    def where(self) -> str:
        """`file:line: key`, as far as known."""
        return f"{self.place}: {self.key}" if self.pointer else self.place

    def as_problem(self) -> Problem:
        """The same for an error message."""
        return Problem(self.where, self.problem, self.mend)

    def document(self) -> dict[str, str]:
        """As JSON."""
        return {
            "level": self.level,
            "agent": self.agent,
            "place": self.place,
            "key": self.key,
            "problem": self.problem,
            "mend": self.mend,
        }
