"""Who makes the plan of a brief that the gate let through: the offline planner, or a stronger model."""

from __future__ import annotations

from typing import Protocol

from precall_cli.planner import Playbook
from precall_cli.planner.rules import VERSION
from precall_cli.planning import Planned
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy


class Engine(Protocol):
    """Makes plans, from several threads at once."""

    concurrent: bool
    """Whether it waits for others, so that several briefs are better planned at once."""
    paid: bool
    """Whether a plan costs money, so that none is asked for in vain."""

    def versions(self, policy: Policy) -> frozenset[str]:
        """Versions of planners whose plans are as good as one that this engine would make now."""
        ...

    def fallback_versions(self) -> frozenset[str]:
        """Versions of plans that were taken because it gave none."""
        ...

    def plan(self, brief: Brief, planned: Planned) -> CallPlan | None:
        """The plan, given the offline planner's: the frame it works within, and its fallback.

        None where it will be there later: the brief is to be asked for again.
        """
        ...


def offline_version(playbook: Playbook) -> str:
    """As the offline planner writes it into its plans."""
    return f"{VERSION}; playbook {playbook.label}"


class OfflineEngine:
    """The offline planner: by rule, in milliseconds."""

    concurrent = False
    paid = False

    def __init__(self, playbook: Playbook) -> None:
        self._versions = frozenset({offline_version(playbook)})

    def versions(self, policy: Policy) -> frozenset[str]:
        """Its own."""
        return self._versions

    def fallback_versions(self) -> frozenset[str]:
        """None: it never fails."""
        return frozenset()

    def plan(self, brief: Brief, planned: Planned) -> CallPlan | None:
        """The plan as it was prepared."""
        return planned.plan
