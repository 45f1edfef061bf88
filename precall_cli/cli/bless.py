"""`precall bless`: the one way a baseline moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.check import (
    Baseline,
    Fixtures,
    LayersFolder,
    NoCache,
    PlaybookFile,
    PoliciesFolder,
    Workers,
    baseline_file,
    cache_folder,
    world_of,
)

if TYPE_CHECKING:
    from precall_cli.check.observe import Observation

app = typer.Typer(rich_markup_mode=None)


@app.command()
def bless(
    fixtures: Fixtures = Path("fixtures"),
    baseline: Baseline = None,
    case: Annotated[
        list[str] | None, typer.Option("--case", metavar="NAME", help="Bless this case alone; repeatable.")
    ] = None,
    policies: PoliciesFolder = None,
    playbook: PlaybookFile = None,
    layers: LayersFolder = None,
    workers: Workers = None,
    no_cache: NoCache = False,
) -> None:
    """Take what precall makes of the cases today as right: write the baseline.

    \b
    The file is sorted, and free of times and machine names: look at it in a diff before you commit it.
    Example: precall bless fixtures --case inbound-clinic-form
    """
    from precall_cli.check.baseline import baseline_text, read_baseline, same
    from precall_cli.check.run import observe_all
    from precall_cli.cli.files import check_target, write_file
    from precall_cli.report.console import note
    from precall_cli.report.layout import count

    file = baseline_file(baseline, fixtures)
    before: dict[str, Observation] = {}
    if fixtures.is_dir():  # else that is what is wrong
        check_target(file)
        before = read_baseline(file) or {}
    world = world_of(policies, playbook, layers)
    run = observe_all(fixtures, world, only=case or (), workers=workers, cache=cache_folder(no_cache))
    blessed = {**before, **run.observed} if case else dict(run.observed)
    text = baseline_text(blessed)
    moved = [name for name in blessed if name not in before or not same(blessed[name], before[name])]
    gone = sorted(before.keys() - blessed.keys())
    if not moved and not gone:
        note("nothing to bless: the baseline says what precall makes of every case")
        return
    write_file(file, text.encode())
    for name in moved:
        note(("blessed ", "green"), name)
    for name in gone:
        note(("left out ", "yellow"), f"{name}: there is no such case any more")
    note(("next: ", "dim"), (f"git diff {file}", "cyan"), f"  ({count(len(blessed), 'case')} in it)")
