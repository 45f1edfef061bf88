"""`precall brief`: what is wrong with a brief, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.brief_build import build
from precall_cli.cli.options import AsJson

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def brief() -> None:
    """Briefs: what is known of a contact on the day of the call."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Brief files, folders of them, or -.")],
    as_json: AsJson = False,
) -> None:
    """Report every problem of each brief in one pass: where, what, and how to mend it.

    \b
    A .jsonl file holds a brief a line.
    Exit code 0: all can be used; 2: some cannot.
    Example: precall brief check briefs/
    """
    from precall_cli.cli.briefs import examine_briefs
    from precall_cli.cli.examined import Examined, report_examined

    results = [
        Examined(each.source, each.brief.brief_id if each.brief else None, each.problems)
        for each in examine_briefs(files)
    ]
    report_examined(results, "brief", "brief_id", as_json=as_json)


app.command()(build)
