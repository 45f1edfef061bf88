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
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import count, hanging

    results = list(examine_briefs(files))
    bad = [result for result in results if result.problems]
    if as_json:
        write_text(
            readable_json(
                [
                    {
                        "source": result.source,
                        "brief_id": result.brief.brief_id if result.brief else None,
                        "problems": [
                            {"pointer": p.pointer, "problem": p.problem, "mend": p.mend}
                            for p in result.problems
                        ],
                    }
                    for result in results
                ]
            )
        )
    else:
        console = make_console()
        for result in results:
            if result.brief is not None:
                console.print(line(("✓ ", "green"), result.source, f"  {result.brief.brief_id}"))
                continue
            console.print(line(("✗ ", "red"), result.source, f"  {count(len(result.problems), 'problem')}"))
            for problem in result.problems:
                mend = f" {problem.mend}" if problem.mend else ""
                head = line("    ", (problem.pointer, "cyan"), ": " if problem.pointer else "")
                console.print(*hanging(head, line(f"{problem.problem}.{mend}"), 6, console.width), sep="\n")
        console.print(line(f"{count(len(results), 'brief')}, {len(bad)} with problems"))
    if bad:
        raise typer.Exit(2)


app.command()(build)
