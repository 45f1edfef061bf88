"""`precall verify`: is what the store says still what was sealed?"""

from __future__ import annotations

from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db

app = typer.Typer(rich_markup_mode=None)


@app.command()
def verify(
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Look for late plans from this time on, RFC 3339."),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="The head that you noted: the chain must hold it."),
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the seal: every row, the first bad one, every plan sealed after its call began.

    \b
    Exit code 0: it verifies; 4: a row was edited, dropped, reordered or used twice, or a plan is late.
    Example: precall verify --db calls.db
    """
    from dataclasses import asdict

    from precall_cli.cli.options import moment, settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import make_console, write_text
    from precall_cli.report.verify_text import render_verification
    from precall_cli.store import Store

    path = settings_for(db=db).db
    from_when = moment(since) if since else None
    with Store.inspect(path) as store:
        result = store.verify(since=from_when, expected_head=head)
    if as_json:
        write_text(readable_json({"ok": result.ok} | asdict(result)))
    else:
        console = make_console()
        console.print(*render_verification(result, str(path), console.width), sep="\n")
    if not result.ok:
        raise typer.Exit(4)
