"""`precall plan costs`: what planning cost, by agent and model, and who talked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db
from precall_cli.errors import BadInput
from precall_cli.records.record import parse_time


def costs(
    agent: Annotated[str | None, typer.Option("--agent", metavar="AGENT", help="Only of this agent.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Only of plans sealed at this moment or later."),
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Sum what plans cost, by agent, model that planned and model that talked.

    \b
    Tokens and money are those sealed with each plan. A call's own model is read from its outcome: talk_model,
    agent_model, voice_model, llm_model or model.
    Example: precall plan costs --since 2026-11-01T00:00:00Z
    """
    from dataclasses import asdict

    from precall_cli.cli.options import settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.cost_text import render_costs
    from precall_cli.store import Store
    from precall_cli.store.costs import sum_costs

    after = _moment(since) if since else None
    with Store.open(settings_for(db=db).db, create=False, read_only=True) as store:
        rows = sum_costs(store, since=after, agent=agent)
    if as_json:
        write_text(readable_json([asdict(row) for row in rows]))
        return
    console = make_console()
    console.print(*render_costs(rows, console.width), sep="\n")
    if not rows:
        console.print(line("no plan stored" + (" that fits --agent and --since" if agent or since else "")))


def _moment(text: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as error:
        raise BadInput(str(error), place="--since") from None
