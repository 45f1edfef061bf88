"""Who audits a file of pairs, and how it is shown how far that is."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from precall_cli.pairs.chunks import EngineFacts
    from precall_cli.pairs.crew import Crew
    from precall_cli.pairs.run import Tally
    from precall_cli.report.batch_progress import BatchProgress


def audit_file(
    pairs: Path,
    output: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    restart: bool = False,
    quiet: bool = False,
) -> Tally:
    """Audits every pair of `pairs` into `output`, showing how far it is on stderr.

    `workers` 0 takes as many processes as there are cores; with a `scheduler` its workers do the work.
    """
    from precall_cli.lines import open_lines, shown_name
    from precall_cli.pairs.chunks import engine_facts
    from precall_cli.pairs.run import audit_pairs, count_rows

    if str(pairs) != "-":
        open_lines(pairs).close()  # what cannot be used is said before anything is loaded or started
    if scheduler is not None:
        from precall_cli.pairs.cluster import check_address

        check_address(scheduler)
    facts = engine_facts()
    with ExitStack() as stack:
        crew = stack.enter_context(_crew(shown_name(pairs), facts, workers, scheduler))
        progress = None if quiet else stack.enter_context(_progress(count_rows(pairs)))
        return audit_pairs(
            pairs, output, crew, facts, restart=restart, watch=lambda tally: _show(progress, tally)
        )


def _crew(name: str, facts: EngineFacts, workers: int, scheduler: str | None) -> Crew:
    if scheduler is not None:
        from precall_cli.pairs.cluster import Cluster

        return Cluster(scheduler, name, facts)
    count = workers or _cores()
    if count > 1:
        from precall_cli.pairs.processes import Processes

        return Processes(count, name)
    from precall_cli.pairs.crew import Alone

    return Alone(name)


def _cores() -> int:
    """Those that this process may use, which can be fewer than there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _progress(total: int | None) -> BatchProgress:
    from precall_cli.report.batch_progress import BatchProgress

    return BatchProgress(total)


def _show(progress: BatchProgress | None, tally: Tally) -> None:
    if progress is not None:
        bad = f", {tally.errors:,} not readable" if tally.errors else ""
        progress.show(tally.pairs, f"{tally.pairs - tally.errors:,} audited{bad}")
