"""What a batch runs with: policies, playbook, engine, store and progress, put together once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from precall_cli.batch.desk import Desk, Settled
    from precall_cli.batch.tally import Tally
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
    """The desk of this run, with the offline engine."""
    from precall_cli.batch.desk import Desk
    from precall_cli.batch.engines import OfflineEngine
    from precall_cli.cli.rollout import rollout_of
    from precall_cli.planner import load_playbook
    from precall_cli.policies import load_policies

    playbook = load_playbook(settings.playbook)
    return Desk(
        policies=load_policies(settings.policies, campaign=campaign),
        playbook=playbook,
        engine=OfflineEngine(playbook),
        now=now,
        agent=agent,
        rollout=rollout_of(store, settings),
        call_at=call_at,
        retry_fallbacks=retry_fallbacks,
    )


def run_batch(
    source: Path,
    settings: Settings,
    *,
    now: datetime,
    call_at: datetime | None,
    agent: str | None,
    campaign: str | None,
    via: str,
    refresh: bool,
    concurrency: int,
    per_second: float | None,
) -> Tally:
    """Plans every brief of `source`, showing how far it is on stderr."""
    from precall_cli.batch.run import Pace, Run, Watch
    from precall_cli.batch.source import count_entries, read_entries
    from precall_cli.batch.tally import Failure
    from precall_cli.report.batch_progress import BatchProgress
    from precall_cli.report.batch_text import batch_counts
    from precall_cli.store import Store

    total = count_entries(source)
    with Store.open(settings.db) as store, BatchProgress(total) as progress:
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
        return run.over(read_entries(source))


def staleness_lines(settled: Settled) -> list[str]:
    """Why the plan before this one no longer stood, a line each."""
    from precall_cli.report.moved_text import say_reason

    return [say_reason(reason, settled.staleness, move) for reason, move in settled.staleness.reasons()]
