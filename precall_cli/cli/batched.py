"""What a batch runs with: policies, playbook, engine, store and progress, put together once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from precall_cli.errors import BadInput

if TYPE_CHECKING:
    from precall_cli.batch.desk import Desk, Settled
    from precall_cli.batch.engines import Engine
    from precall_cli.batch.run import Run
    from precall_cli.batch.tally import Tally
    from precall_cli.planner import Playbook
    from precall_cli.policies import Policies
    from precall_cli.report.batch_progress import BatchProgress
    from precall_cli.settings import Settings
    from precall_cli.store import Store

SHOWN = 20
"""So many failures are named while the batch runs; all are counted."""


def make_desk(
    settings: Settings,
    store: Store,
    *,
    now: datetime,
    agent: str | None = None,
    campaign: str | None = None,
    call_at: datetime | None = None,
    retry_fallbacks: bool = False,
) -> Desk:
    """The desk of this run. Claude is its engine where settings or a policy want it, call by call."""
    from precall_cli.batch.desk import Desk
    from precall_cli.cli.rollout import rollout_of
    from precall_cli.planner import load_playbook
    from precall_cli.policies import load_policies

    playbook = load_playbook(settings.playbook)
    policies = load_policies(settings.policies, campaign=campaign)
    return Desk(
        policies=policies,
        playbook=playbook,
        engine=_make_engine(settings, policies, playbook, now),
        now=now,
        agent=agent,
        rollout=rollout_of(store, settings),
        call_at=call_at,
        retry_fallbacks=retry_fallbacks,
    )


def _make_engine(settings: Settings, policies: Policies, playbook: Playbook, now: datetime) -> Engine:
    from precall_cli.cli.engine import make_claude, wants_claude

    if not wants_claude(settings, policies):
        from precall_cli.batch.engines import OfflineEngine

        return OfflineEngine(playbook)
    from precall_cli.batch.replies import KeptEngine, ReplyBox
    from precall_cli.claude import ClaudePlanner
    from precall_cli.claude.live import UNHURRIED_MS  # nobody waits on the line for a list

    planner = make_claude(settings)
    if planner.cassettes is not None:  # a folder of replies was named: they are kept there
        return KeptEngine(planner, playbook, now, settings.engine, budget_ms=UNHURRIED_MS)
    box = ReplyBox(settings.db, "record")
    kept: Any = box
    planner = ClaudePlanner(prices=planner.prices, cassettes=kept)
    return KeptEngine(planner, playbook, now, settings.engine, budget_ms=UNHURRIED_MS, box=box)


def run_batch(
    source: Path,
    settings: Settings,
    *,
    now: datetime,
    call_at: datetime | None = None,
    agent: str | None = None,
    campaign: str | None = None,
    via: str = "live",
    refresh: bool = False,
    concurrency: int = 4,
    per_second: float | None = None,
    poll_s: float = 30.0,
) -> Tally:
    """Plans every brief of `source`, showing how far it is on stderr."""
    from precall_cli.batch.run import Pace, Run, Watch
    from precall_cli.batch.source import count_entries, read_entries
    from precall_cli.batch.tally import Failure
    from precall_cli.report.batch_progress import BatchProgress
    from precall_cli.report.batch_text import batch_counts
    from precall_cli.store import Store

    with Store.open(settings.db) as store, BatchProgress(count_entries(source)) as progress:
        desk = make_desk(
            settings, store, now=now, agent=agent, campaign=campaign, call_at=call_at, retry_fallbacks=refresh
        )
        failures = 0

        def failed(failure: Failure) -> None:
            nonlocal failures
            failures += 1
            if failures <= SHOWN:
                progress.note(f"{failure.place}: {failure.problem}")
            elif failures == SHOWN + 1:
                progress.note(f"more than {SHOWN} could not be worked on; the others are only counted")

        def settled(place: str, what: Settled) -> None:
            if refresh and what.new and what.plan is not None and what.plan.supersedes:
                for text in staleness_lines(what):
                    progress.note(f"{what.plan.plan_id} in place of {what.plan.supersedes}: {text}")

        watch = Watch(failed, settled, lambda tally: progress.show(tally.seen, batch_counts(tally)))
        run = Run(store, desk, concurrency, Pace(per_second), watch)
        if via == "batches":
            return _run_by_batches(run, source, poll_s, progress)
        return run.over(read_entries(source))


def _run_by_batches(run: Run, source: Path, poll_s: float, progress: BatchProgress) -> Tally:
    """The same through the Message Batches API. Raises BadInput where no brief can be planned by Claude."""
    from dataclasses import replace

    from precall_cli.batch.by_batches import BatchesEngine, run_by_batches
    from precall_cli.batch.message_batches import Batches
    from precall_cli.batch.replies import KeptEngine
    from precall_cli.batch.service import Service, make_client
    from precall_cli.batch.source import read_entries

    live = run.desk.engine
    if not isinstance(live, KeptEngine):
        raise BadInput(
            "no policy plans with Claude, and only its plans can come in batches",
            place="--via batches",
            hint="Add --engine claude, or set planning.engine in a policy.",
        )
    if live.box is None:
        raise BadInput("replies of batches are kept in the store", place="--record, --replay")

    def waiting(shards: int, requests: int) -> None:
        progress.waiting(f"waiting for {shards} batches, this one of {requests:,} requests")

    batches = Batches(run.store, Service(make_client(), poll_s), waiting=waiting)
    engine = BatchesEngine(live.planner, live.playbook, live.now, live.engine, batches=batches)
    run.desk = replace(run.desk, engine=engine)
    return run_by_batches(run, read_entries(source), batches)


def staleness_lines(settled: Settled) -> list[str]:
    """Why the plan before this one no longer stood, a line each."""
    from precall_cli.report.moved_text import say_reason

    return [say_reason(reason, settled.staleness, move) for reason, move in settled.staleness.reasons()]
