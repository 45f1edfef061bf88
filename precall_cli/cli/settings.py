"""`precall settings`: what holds here, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db

app = typer.Typer(rich_markup_mode=None)


@app.command()
def settings(
    db: Db = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Settings file, in place of precall.toml.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show each setting with its value and where it comes from.

    \b
    Order: defaults < precall.toml < environment (PRECALL_…) < flags.
    Example: PRECALL_DB=calls.db precall settings
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import fill, hanging

    rows = settings_for(db=db, config=config).rows()
    if as_json:
        write_text(readable_json([{"name": n, "value": v, "origin": o} for n, v, o in rows]))
        return
    console = make_console()
    for name, value, origin in rows:
        head = line((fill(name, 18), "bold"))
        console.print(*hanging(head, line(value, (f"  {origin}", "dim")), 18, console.width), sep="\n")
