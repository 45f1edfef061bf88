"""A list of briefs planned through the Message Batches API: sent, waited for, planned, until all are."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from precall_cli.batch.claude_engine import ClaudeEngine
from precall_cli.batch.message_batches import MAX_ATTEMPTS, Batches
from precall_cli.batch.replies import batch_entry
from precall_cli.batch.run import Run
from precall_cli.batch.source import Entry
from precall_cli.batch.spool import Spool
from precall_cli.batch.tally import Tally
from precall_cli.claude import build_request, fall_back, settle
from precall_cli.planning import Planned
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.store.work import find_reply, find_request


@dataclass(frozen=True, slots=True)
class BatchesEngine(ClaudeEngine):
    """Plans out of results that came back; what was not asked for yet is sent, and planned the next time."""

    batches: Batches | None = None

    concurrent = False

    def plan(self, brief: Brief, planned: Planned) -> CallPlan | None:
        """Claude's plan, or the offline one after the last attempt; None while the answer is on its way."""
        task = self.task(brief, planned)
        if task is None:
            return planned.plan
        assert self.batches is not None
        custom_id, params = batch_entry(task)
        reply = find_reply(self.batches.store, custom_id)
        if reply is not None:
            request = build_request(task, ttl="1h")
            return settle(task, request, reply.message, prices=self.planner.prices, batch=True)
        sent = find_request(self.batches.store, custom_id)
        if sent is not None and sent.state == "sent":
            return None
        if sent is not None and (sent.state == "given_up" or sent.attempts >= MAX_ATTEMPTS):
            return fall_back(task, sent.problem or "no reply came")
        self.batches.add(custom_id, brief.digest(), task.policy.digest(), params)
        return None


def run_by_batches(run: Run, entries: Iterable[Entry], batches: Batches) -> Tally:
    """Goes over the list until every brief is settled: sends what is to be asked, waits, plans the answers.

    A run that was killed goes on where it was: what was sent is found in the store, or at the service.
    """
    batches.recover()
    tally = run.over(entries)
    batches.flush()
    while len(run.waiting):
        batches.collect()
        with closing(run.waiting) as before:
            run.waiting, run.first = Spool(), False
            run.over(before.entries())
        batches.flush()
    run.waiting.close()
    return tally
