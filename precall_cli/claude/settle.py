"""From a reply to a plan: read, checked by the guard, put together; or the offline plan, saying why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from precall_cli.claude.assemble import assemble
from precall_cli.claude.draft import PlanDraft
from precall_cli.claude.guard import Complaint, check_draft
from precall_cli.claude.ledger import Ledger
from precall_cli.claude.prices import Prices, Usage, load_prices, usage_of
from precall_cli.claude.prompt import load_prompt
from precall_cli.claude.reply import Unusable, read_reply
from precall_cli.claude.request import Request
from precall_cli.claude.task import Task
from precall_cli.records.json_text import Json
from precall_cli.records.plan import CallPlan, Finding, Planner

VERSION = "claude/1"
"""Version of the guard and of how plans are put together: another when a reply may give another plan."""


def version_of(frame_version: str) -> str:
    """`planner.version` of a plan by Claude, given that of the offline plan which it rests on."""
    return f"{VERSION}; prompt {load_prompt().label}; frame {frame_version}"


def fallback_version_of(frame_version: str) -> str:
    """`planner.version` of the offline plan that is taken because Claude gave none."""
    return f"{frame_version}; after {VERSION}, prompt {load_prompt().label}"


@dataclass(frozen=True, slots=True)
class Bill:
    """What was spent on a plan, and by which prices and rates it is counted."""

    usage: Usage | None = None
    prices: Prices | None = None
    batch: bool = False

    def document(self) -> dict[str, Any] | None:
        """As it stands in `planner.usage`; None where nothing was asked."""
        if self.usage is None or not (self.usage.requests or self.usage.unanswered):
            return None
        return self.usage.document(self.prices or _built_in_prices(), batch=self.batch)


@cache
def _built_in_prices() -> Prices:
    return load_prices()


def settle(
    task: Task,
    request: Request,
    message: Json,
    *,
    prices: Prices | None = None,
    batch: bool = False,
    ledger: Ledger | None = None,
) -> CallPlan:
    """The plan that one message gives, with its `plan_id`, whatever the message is.

    What the guard holds against it is left out and recorded; where too little or nothing usable remains, it
    is the offline plan with `fallback_reason`. Usage and price stand in either.
    """
    bill = Bill(usage_of(message, request.model), prices, batch)
    read = read_reply(message)
    if isinstance(read, Unusable):
        return fall_back(task, read.reason, bill=bill, ledger=ledger)
    return finish(task, read.draft, check_draft(read.draft, task), bill=bill, ledger=ledger)


def finish(
    task: Task,
    draft: PlanDraft,
    complaints: tuple[Complaint, ...],
    *,
    bill: Bill,
    repaired: tuple[Finding, ...] = (),
    ledger: Ledger | None = None,
) -> CallPlan:
    """The plan out of a draft whose complaints are known; `repaired` is what an earlier draft had."""
    made = assemble(draft, complaints, task)
    findings = (*repaired, *made.findings)
    if made.plan is None:
        return fall_back(task, made.reason, bill=bill, ledger=ledger, findings=findings)
    planner = Planner(
        engine="claude",
        model=bill.usage.model if bill.usage else None,
        mode=task.policy.planning.mode,
        depth=task.policy.planning.depth,
        latency_ms=ledger.latency_ms if ledger else None,
        usage=bill.document(),
        version=version_of((task.frame.planner.version if task.frame.planner else None) or ""),
        findings=findings,
        ledger=ledger.phases if ledger else (),
    )
    return _identified(made.plan, planner)


def fall_back(
    task: Task,
    reason: str,
    *,
    bill: Bill | None = None,
    ledger: Ledger | None = None,
    findings: tuple[Finding, ...] = (),
) -> CallPlan:
    """The offline plan, saying why Claude's was not taken."""
    known = task.frame.planner or Planner(engine="offline")
    planner = known.model_copy(
        update={
            "fallback_reason": f"claude: {reason}",
            "version": fallback_version_of(known.version or ""),
            "usage": bill.document() if bill else None,
            "latency_ms": ledger.latency_ms if ledger else None,
            "findings": findings,
            "ledger": ledger.phases if ledger else (),
        }
    )
    return _identified(task.frame, planner)


def _identified(plan: CallPlan, planner: Planner) -> CallPlan:
    made = plan.model_copy(update={"planner": planner})
    return made.model_copy(update={"plan_id": made.content_id()})
