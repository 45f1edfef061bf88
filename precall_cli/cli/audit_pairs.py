"""`precall audit-pairs`: plan and transcript in, audit out, a line each; no store, constant memory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def audit_pairs(
    pairs: Annotated[
        Path, typer.Argument(metavar="PAIRS", help="A .jsonl or .jsonl.gz file, or - for standard input.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="AUDITS", help="Where to write; .gz by its name, - for stdout."
        ),
    ] = Path("-"),
    workers: Annotated[
        int,
        typer.Option(
            "--workers", min=0, max=256, metavar="N", help="Processes that share the work; 0: one a core."
        ),
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Let the workers of this dask scheduler do the work."
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Throw away what an earlier run left unfinished.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no summary on standard error.")
    ] = False,
) -> None:
    """Audit many calls without a store: one pair a line in, one audit a line out, in input order.

    \b
    A line of PAIRS: {"id", "plan", "transcript", "plan_deviation_reasons": []}
    A pair that cannot be read gives {"id", "error"}; the others still come through.
    A run that breaks off leaves AUDITS.partial and AUDITS.progress: the same command
    again does only the rest, and the file is the one that an unbroken run makes.
    Exit code 0: each came through; 1: some could not be read; 3: there was no pair.
    Example: precall audit-pairs calls.jsonl.gz -o audits.jsonl --workers 2
    Example: precall audit-pairs calls.jsonl -o audits.jsonl --scheduler tcp://127.0.0.1:8786
    """
    from precall_cli.cli.pairs import audit_file
    from precall_cli.errors import BadInput, NothingCollected
    from precall_cli.report.console import note
    from precall_cli.report.layout import count

    if scheduler is not None and workers != 1:
        raise BadInput("goes without --scheduler: its workers are the scheduler's", place="--workers")
    tally = audit_file(pairs, output, workers=workers, scheduler=scheduler, restart=restart, quiet=quiet)
    if tally.pairs == 0:
        raise NothingCollected("no pair found", place=str(pairs))
    if not quiet:
        kept = f" ({tally.kept:,} of them before)" if tally.kept else ""
        audited = count(tally.pairs - tally.errors, "call")
        bad = f"{tally.errors:,} could not be read as pairs"
        note(f"{count(tally.pairs, 'line')} read{kept}, {audited} audited, {bad}")
    if tally.errors:
        raise typer.Exit(1)
