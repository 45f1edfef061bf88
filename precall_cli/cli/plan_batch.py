"""`precall plan batch`: a plan for every brief of a list, resumable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from precall_cli.cli.engine import EngineOption, Record, Replay
from precall_cli.cli.options import AsJson, Campaign, Db, Now
from precall_cli.errors import BadInput


def batch(
    briefs: Annotated[
        Path, typer.Argument(metavar="BRIEFS", help="A .jsonl (or .gz) file, a folder, or - for stdin.")
    ],
    via: Annotated[
        Literal["live", "batches"],
        typer.Option("--via", help="Ask the model call by call, or through the Message Batches API."),
    ] = "live",
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Name each fact that moved, and try again what fell back."),
    ] = False,
    agent: Annotated[
        str | None,
        typer.Option("--agent", metavar="AGENT", help="Plan for this agent, whatever the briefs say."),
    ] = None,
    campaign: Campaign = None,
    engine: EngineOption = None,
    call_at: Annotated[
        str | None,
        typer.Option("--call-at", metavar="TIME", help="Judge calling hours at this moment, not --now."),
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=64, metavar="N", help="Model calls at a time.")
    ] = 4,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="N/s|N/min", help="Most model calls to start.")
    ] = None,
    poll: Annotated[
        float,
        typer.Option("--poll", min=0.01, max=3600, metavar="S", help="Seconds between looks at a batch."),
    ] = 30.0,
    record: Record = None,
    replay: Replay = None,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Plan every brief of a list; run again, it does only the rest.

    \b
    A brief that has a plan which still stands is not planned, and not paid
    for, again. A bad line is named by file and line; the others go on.
    A reply is kept the moment it is there. Only a live call that is on its
    way when the run is killed outright may be paid for twice, at most one per
    --concurrency; with --via batches none is.
    Exit code 0: each came through; 1: some were refused or failed; 3: there
    was no brief.
    Example: precall plan batch tonight.jsonl --call-at 2026-11-21T15:00:00Z
    """
    from precall_cli.cli.batched import run_batch
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.errors import NothingCollected
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.batch_text import render_batch
    from precall_cli.report.console import make_console, note, write_text

    settings = settings_for(db=db, engine=engine, record=record, replay=replay)
    tally = run_batch(
        briefs,
        settings,
        now=moment(now),
        call_at=moment(call_at) if call_at else None,
        agent=agent,
        campaign=campaign,
        via=via,
        refresh=refresh,
        concurrency=concurrency,
        per_second=parse_rate(rate),
        poll_s=poll,
    )
    if tally.seen == 0:
        raise NothingCollected("no brief found", place=str(briefs))
    if as_json:
        write_text(readable_json(tally.document()))
    else:
        console = make_console()
        console.print(*render_batch(tally, console.width), sep="\n")
        note(("next: ", "dim"), "precall plan list" + (f" --db {db}" if db else ""))
    if not tally.all_came_through:
        raise typer.Exit(1)


def parse_rate(text: str | None) -> float | None:
    """Starts a second, from `5/s`, `90/min` or a bare number of seconds. Raises BadInput.

    >>> parse_rate("5/s"), parse_rate("90/min")
    (5.0, 1.5)
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)(?:/(s|sec|second|m|min|minute))?", text.strip(), re.ASCII)
    if not found or float(found[1]) <= 0:
        raise BadInput(f"{text[:20]!r} is no rate", place="--rate", hint="Write it like 5/s or 90/min.")
    return float(found[1]) / (60 if (found[2] or "s").startswith("m") else 1)
