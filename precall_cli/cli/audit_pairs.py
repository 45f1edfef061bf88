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
        typer.Option("--workers", min=1, max=256, metavar="N", help="How many processes share the work."),
    ] = 1,
) -> None:
    """Audit many calls without a store: one pair a line in, one audit a line out, in input order.

    \b
    A line of PAIRS: {"id", "plan", "transcript", "plan_deviation_reasons": []}
    A pair that cannot be read gives {"id", "error"}; the others still come through.
    Exit code 0: each came through; 1: some could not be read; 3: there was no pair.
    Example: precall audit-pairs calls.jsonl.gz -o audits.jsonl --workers 2
    """
    from precall_cli.cli.pairs import audit_file
    from precall_cli.errors import NothingCollected
    from precall_cli.report.console import note
    from precall_cli.report.layout import count

    tally = audit_file(pairs, output, workers=workers)
    if tally.pairs == 0:
        raise NothingCollected("no pair found", place=str(pairs))
    audited = count(tally.pairs - tally.errors, "call")
    note(f"{count(tally.pairs, 'line')} read, {audited} audited, {tally.errors:,} could not be read as pairs")
    if tally.errors:
        raise typer.Exit(1)
