"""`precall rate`: how often agents leave their plans, by some group."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db, Now

app = typer.Typer(rich_markup_mode=None)


class By(StrEnum):
    """What the rows are."""

    agent = "agent"
    item = "item"
    type = "type"
    week = "week"
    policy = "policy"
    model = "model"
    engine = "engine"


class Overrides(StrEnum):
    """Which reading of a reviewed call counts."""

    before = "before"
    after = "after"
    both = "both"


@app.command()
def rate(
    by: Annotated[By, typer.Option("--by", help="What the rows are; item is the kind of item.")] = By.agent,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="First day of the calls: 2026-11-01, 30d, 4w."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Last day of the calls.")
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--compare",
            metavar="PERIOD PERIOD",
            help="Two periods: 2026-W46, 2026-10, 2026-10-01..2026-10-15.",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="As the store stood then: what was sealed later does not count."
        ),
    ] = None,
    overrides: Annotated[
        Overrides, typer.Option("--overrides", help="Before or after what reviewers decided, or both.")
    ] = Overrides.after,
    agent: Annotated[str | None, typer.Option("--agent", metavar="AGENT", help="Only its calls.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write a page, with charts.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="The table as CSV, shares from 0 to 1.")] = False,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Deviation rates: n due, rate with 95 % interval, trend, logged against detected.

    \b
    Days are UTC days on which calls began. With --since, the period is held
    against the one before it, with a test that says when it means nothing.
    Of each call the audit sealed last counts.
    Example: precall rate --by agent --since 30d
    Example: precall rate --by item --csv > rates.csv
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.cli.rated import Asked, rate_store
    from precall_cli.errors import BadInput
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.rate_text import render_rates

    if as_csv and as_json:
        raise BadInput("goes without --json", place="--csv")
    asked = Asked(by.value, since, until, compare, as_of, overrides.value, agent, now)
    if html is not None:
        from precall_cli.cli.pages import check_page, write_page
        from precall_cli.report.html.rate_page import render_rate_page

        check_page(html)
    report = rate_store(settings_for(db=db).db, asked)
    if html is not None:
        note(f"report: {write_page(html, render_rate_page(report))}")
    if as_json:
        write_text(readable_json(report.full_document()))
        return
    if as_csv:
        from precall_cli.report.rate_csv import render_rates_csv

        write_text(render_rates_csv(report))
        return
    console = make_console()
    console.print(*render_rates(report, console.width), sep="\n")
    if not report.readings[0].total.calls:
        console.print(line(("next: ", "dim"), "precall audit TRANSCRIPT --plan PLAN"))
    elif by is By.agent:
        console.print(line(("next: ", "dim"), "precall rate --by type · precall review next"))
