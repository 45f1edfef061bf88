"""`precall demo`: the whole story on shipped cases."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def demo(
    short: Annotated[bool, typer.Option("--short", help="Two cases in place of five.")] = False,
) -> None:
    """Play the whole story on shipped cases: brief, gate, sealed plan, call, audit, why, seal.

    \b
    Offline, without a key, in a store of its own that it names at the end.
    Example: precall demo
    """
    import tempfile
    from pathlib import Path

    from precall_cli.cli.demo_story import play
    from precall_cli.report.console import make_console

    folder = Path(tempfile.mkdtemp(prefix="precall-demo-"))
    for block in play(folder / "precall.db", make_console().width, short=short):
        make_console().print(*block, sep="\n")
