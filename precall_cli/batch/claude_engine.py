"""Claude as an engine: asked where the policy, or the command, wants it; else the offline plan stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from precall_cli.batch.engines import offline_version
from precall_cli.claude import ClaudePlanner, Ledger, Task, fallback_version_of, version_of
from precall_cli.errors import Unavailable
from precall_cli.planner import Playbook
from precall_cli.planning import Planned, task_for
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.settings import Engine as EngineName


@dataclass(frozen=True, slots=True)
class ClaudeEngine:
    """Plans live, each within its budget. Several threads may use one."""

    planner: ClaudePlanner
    playbook: Playbook
    now: datetime
    engine: EngineName | None = None
    """Which planner is wanted, whatever the policies say."""
    budget_ms: float | None = None
    """Budget in place of the policy's."""
    ledger: Ledger | None = None
    """Where the budget is counted from; None: from the moment of the request. For one plan only."""
    fails: bool = False
    """Whether no plan by Claude is a failure: raises Unavailable instead of falling back."""

    concurrent = True  # it waits for a server
    paid = True

    def versions(self, policy: Policy) -> frozenset[str]:
        """Claude's where it is wanted, else the offline planner's."""
        offline = offline_version(self.playbook)
        planning = policy.planning
        thinks = policy.enabled and planning.mode != "skipped" and planning.depth != "trivial"
        if not thinks or (self.engine or planning.engine) != "claude":
            return frozenset({offline})
        return frozenset({version_of(offline)})

    def fallback_versions(self) -> frozenset[str]:
        """Of a plan for which it was asked in vain."""
        return frozenset({fallback_version_of(offline_version(self.playbook))})

    def task(self, brief: Brief, planned: Planned) -> Task | None:
        """What Claude is asked; None where it is not."""
        if planned.plan.planner and planned.plan.planner.engine == "none":
            return None
        return task_for(planned, brief, self.playbook, now=self.now, engine=self.engine)

    def plan(self, brief: Brief, planned: Planned) -> CallPlan | None:
        """Claude's plan, or the offline one saying why it is not."""
        task = self.task(brief, planned)
        if task is None:
            return planned.plan
        if self.ledger is not None:
            self.ledger.add("prepare", self.ledger.elapsed_ms(), "gate and offline plan")
        plan = self.planner.plan(task, budget_ms=self.budget_ms, ledger=self.ledger)
        if self.fails and plan.planner and plan.planner.fallback_reason:
            raise Unavailable(
                f"no plan by Claude: {plan.planner.fallback_reason.removeprefix('claude: ')}",
                place=brief.brief_id,
                hint="Without --no-fallback the offline planner's plan is taken, saying so.",
            )
        return plan
