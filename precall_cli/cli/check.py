"""`precall check`: regression over fixture cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson

if TYPE_CHECKING:
    from precall_cli.check.observe import World
    from precall_cli.records.check import CheckReport

app = typer.Typer(rich_markup_mode=None)

Fixtures = Annotated[Path, typer.Argument(metavar="[FIXTURES]", help="Folder of cases.")]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="The blessed baseline; baseline.json among the cases."),
]
PoliciesFolder = Annotated[
    Path | None, typer.Option("--policies", metavar="DIR", help="Folder of policies (else the setting).")
]
PlaybookFile = Annotated[
    Path | None, typer.Option("--playbook", metavar="FILE", help="The playbook (else the setting).")
]
LayersFolder = Annotated[
    Path | None, typer.Option("--layers", metavar="DIR", help="Folder of layers (else the built-in ones).")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=256, metavar="N", help="Processes; all cores if not given."),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Do everything anew, and keep nothing.")]
CACHE = Path(".precall-cache")


@app.command()
def check(
    fixtures: Fixtures = Path("fixtures"),
    baseline: Baseline = None,
    policies: PoliciesFolder = None,
    playbook: PlaybookFile = None,
    layers: LayersFolder = None,
    workers: Workers = None,
    no_cache: NoCache = False,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML.")] = None,
    sarif: Annotated[Path | None, typer.Option("--sarif", metavar="FILE", help="Write SARIF 2.1.0.")] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Write a summary for a build's page.")
    ] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Print GitHub annotations, and append to its step summary.")
    ] = False,
    today: Annotated[
        str | None,
        typer.Option("--today", metavar="DAY", help="Day for quarantines; the clock's if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check fixture cases against the blessed baseline: fixed, broke, added, gone.

    \b
    A case is a folder with brief.json and expect.toml, perhaps a policy.toml, a transcript and a log.
    Each is planned, gated, composed and audited. `gone` counts as broke.
    Exit code 0: nothing broke that gates; 1: something did; 2: a bad file; 3: no case.
    Example: precall check fixtures --junit check.xml --markdown summary.md
    """
    from precall_cli.check.run import check as run_check
    from precall_cli.check.run import observe_all
    from precall_cli.cli.files import write_file
    from precall_cli.records.json_text import readable_json
    from precall_cli.report import check_formats as formats
    from precall_cli.report.check_text import render_check
    from precall_cli.report.console import make_console, write_text

    world = world_of(policies, playbook, layers)
    run = observe_all(fixtures, world, workers=workers, cache=cache_folder(no_cache))
    report = run_check(run, world, baseline=baseline_file(baseline, fixtures), today=_day(today))
    names = tuple(case.name for case in run.cases)
    if junit:
        write_file(junit, formats.junit_xml(report, names))
    if sarif:
        write_file(sarif, formats.sarif(report, Path.cwd()).encode())
    if markdown:
        write_file(markdown, formats.markdown(report).encode())
    if github:
        _tell_github(report)
    if as_json:
        write_text(readable_json(report.full_document()))
    else:
        console = make_console()
        for row in render_check(report, console.width):
            console.print(row)
    if report.failed:
        raise typer.Exit(1)


def _tell_github(report: CheckReport) -> None:
    """Annotations on stdout; the summary goes to the file that the runner names, where it names one."""
    import os

    from precall_cli.errors import Unavailable
    from precall_cli.report.check_formats import github_commands, markdown
    from precall_cli.report.console import write_text

    for row in github_commands(report):
        write_text(row)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(markdown(report))
        except OSError as error:
            raise Unavailable(error.strerror or "cannot be written", place=summary) from None


def cache_folder(no_cache: bool) -> Path | None:
    """Where observations are kept, if they are."""
    return None if no_cache else CACHE


def world_of(policies: Path | None, playbook: Path | None, layers: Path | None) -> World:
    """What the cases are judged with: flags over settings."""
    from precall_cli.check.observe import World
    from precall_cli.cli.options import settings_for

    settings = settings_for(policies=policies, playbook=playbook)
    return World(settings.policies, settings.playbook, layers)


def baseline_file(given: Path | None, fixtures: Path) -> Path:
    """The baseline that is meant."""
    from precall_cli.check.baseline import FILE_NAME

    return given or fixtures / FILE_NAME


def _day(text: str | None) -> date:
    from precall_cli.errors import BadInput

    if text is None:
        from datetime import UTC, datetime

        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("must be a day, like 2026-12-31", place="--today") from None
