"""`precall playbook`: what a sales lead edits, looked at for problems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def playbook() -> None:
    """The playbook: what agents ask, answer, offer and disclose."""


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE…]", help="Playbooks; else the one that applies.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report every problem of a playbook in one pass: where, what, and how to mend it.

    \b
    Exit code 0: it can be used; 2: it cannot.
    Example: precall playbook check playbook.toml
    """
    from precall_cli.cli.examined import Examined, report_examined, unreadable
    from precall_cli.cli.options import settings_for
    from precall_cli.errors import BadInput
    from precall_cli.planner import load_playbook

    results: list[Examined] = []
    named: list[Path | None] = list(files) if files else [settings_for().playbook]
    for path in named:
        shown = str(path) if path else "built-in playbook.toml"
        try:
            results.append(Examined(shown, f"version {load_playbook(path).version}", ()))
        except BadInput as error:
            results.append(unreadable(shown, error))
    report_examined(results, "playbook", "version", as_json=as_json)
