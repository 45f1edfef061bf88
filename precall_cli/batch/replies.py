"""Replies that were paid for: kept in the store before they become plans, and played from there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from precall_cli.batch.claude_engine import ClaudeEngine
from precall_cli.claude import ClaudePlanner, Request, Task, build_request, version_of
from precall_cli.planning import Planned
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import Json
from precall_cli.records.plan import CallPlan
from precall_cli.store import Store
from precall_cli.store.work import find_reply, keep_reply


def basis_of(task: Task, *, repair: bool = False) -> str:
    """What a reply rests on: brief, policy, planner and prompt; not the day on which it was asked for."""
    frame = task.frame.planner.version if task.frame.planner else None
    parts = (
        task.brief.digest(),
        task.policy.digest(),
        version_of(frame or ""),
        "repair" if repair else "first",
    )
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KeptEngine(ClaudeEngine):
    """Plans live; a reply is kept in the store before it becomes a plan, and never asked for twice."""

    box: ReplyBox | None = None
    """Where replies are kept; the planner records into it."""

    def plan(self, brief: Brief, planned: Planned) -> CallPlan | None:
        """Claude's plan, out of a kept reply if there is one."""
        task = self.task(brief, planned)
        if task is None or self.box is None or not self.box.holds(task):
            return super(KeptEngine, self).plan(brief, planned)
        kept: Any = ReplyBox(self.box.folder, "replay")
        return ClaudePlanner(prices=self.planner.prices, cassettes=kept).plan(task)


class ReplyBox:
    """Replies kept in the store, in the way of cassettes. Each use has a connection of its own."""

    def __init__(self, db: Path, mode: Literal["record", "replay"]) -> None:
        self.folder, self.mode = db, mode

    @property
    def replays(self) -> bool:
        """Whether no server is asked."""
        return self.mode == "replay"

    def holds(self, task: Task) -> bool:
        """Whether there is a reply for a task."""
        with Store.open(self.folder, wait_s=60) as store:
            return find_reply(store, basis_of(task)) is not None

    def play(self, request: Request, task: Task) -> Json:
        """The reply to a request."""
        with Store.open(self.folder, wait_s=60) as store:
            found = find_reply(store, basis_of(task, repair=_is_repair(request)))
        return found.message if found else {}

    def was_repaired(self, request: Request, task: Task) -> bool:
        """Whether the reply was sent back for repair, and that answer is kept."""
        with Store.open(self.folder, wait_s=60) as store:
            found = find_reply(store, basis_of(task))
            return bool(found and found.repaired and find_reply(store, basis_of(task, repair=True)))

    def keep(self, request: Request, task: Task, reply: Json, *, repaired: bool = False) -> None:
        """Keeps a reply at once, so that whatever ends this process does not lose it."""
        with Store.open(self.folder, wait_s=60) as store:
            keep_reply(
                store,
                basis_of(task, repair=_is_repair(request)),
                task.brief.digest(),
                task.policy.digest(),
                reply,
                repaired=repaired,
            )


def _is_repair(request: Request) -> bool:
    return len(request.params["messages"]) > 1


def batch_entry(task: Task) -> tuple[str, dict[str, Any]]:
    """The `custom_id` and the `params` of a task in a batch."""
    return f"plan_{basis_of(task)[:48]}", build_request(task, ttl="1h").params
