"""`precall check`: regression over fixture cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from precall_cli.check.case import Case
    from precall_cli.check.play import World
    from precall_cli.check.run import Run
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
    case: Annotated[
        list[str] | None, typer.Option("--case", metavar="NAME", help="Check this case alone; repeatable.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Also show plan and audit of each case, with facts and candidates.")
    ] = False,
    policies: PoliciesFolder = None,
    playbook: PlaybookFile = None,
    layers: LayersFolder = None,
    workers: Workers = None,
    no_cache: NoCache = False,
    record_judge: Annotated[
        bool,
        typer.Option("--record-judge", help="Ask the judge of a case for what is not recorded, and keep it."),
    ] = False,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML.")] = None,
    sarif: Annotated[Path | None, typer.Option("--sarif", metavar="FILE", help="Write SARIF 2.1.0.")] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Write a summary for a build's page.")
    ] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Print GitHub annotations, and append to its step summary.")
    ] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Show instead what no case exercises.")
    ] = False,
    fail_under: Annotated[
        float | None,
        typer.Option(
            "--fail-under", min=0, max=100, metavar="PERCENT", help="Least coverage; below it exit 1."
        ),
    ] = None,
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
    A case with a [judge] plays its runs back from its folder judge/, and fails above max_flip_rate.
    Exit code 0: nothing broke that gates; 1: something did; 2: a bad file; 3: no case.
    Example: precall check fixtures --junit check.xml --markdown summary.md
    """
    from dataclasses import replace

    from precall_cli.check.baseline import read_baseline
    from precall_cli.check.run import check as run_check
    from precall_cli.check.run import observe_all
    from precall_cli.cli.files import check_target, write_file
    from precall_cli.records.json_text import readable_json
    from precall_cli.report import check_formats as formats
    from precall_cli.report.check_text import render_check
    from precall_cli.report.console import make_console, write_text

    for target in (junit, sarif, markdown):
        if target:
            check_target(target)
    compared_with = baseline_file(baseline, fixtures)
    if fixtures.is_dir():  # else that is what is wrong
        read_baseline(compared_with)
    day = _day(today)
    world = replace(world_of(policies, playbook, layers), ask_judge=record_judge)
    cache = cache_folder(no_cache or record_judge)
    run = observe_all(fixtures, world, only=case or (), workers=workers, cache=cache)
    if coverage or fail_under is not None:
        _coverage(run, world, fail_under, as_json)
        return
    report = run_check(run, world, baseline=compared_with, today=day)
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
        for each in run.cases if show else ():
            console.print()
            console.print(*_shown(each, world, console.width), sep="\n")
    if report.failed:
        raise typer.Exit(1)


def _coverage(run: Run, world: World, fail_under: float | None, as_json: bool) -> None:
    """Shows what the cases exercise; exit 1 below the least that is asked for."""
    from precall_cli.check.coverage import measure_coverage
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.check_text import render_coverage
    from precall_cli.report.console import make_console, write_text

    found = measure_coverage(run.observed, load_policies(world.policies), world)
    if as_json:
        write_text(readable_json(found.document()))
    else:
        console = make_console()
        areas = [(area.name, area.covered, area.missing) for area in found.areas]
        console.print(*render_coverage(areas, found.share, fail_under, console.width), sep="\n")
    if fail_under is not None and found.share * 100 < fail_under:
        raise typer.Exit(1)


def _shown(case: Case, world: World, width: int) -> Iterator[Text]:
    """The case in full: plan with the facts behind it, or refusal; audit with what was considered."""
    from rich.text import Text

    from precall_cli.check.play import play
    from precall_cli.planning import Refused
    from precall_cli.records.record import parse_time
    from precall_cli.report.audit_text import render_audit
    from precall_cli.report.audit_view import Heading
    from precall_cli.report.explain_text import render_explanation
    from precall_cli.report.facts import Facts
    from precall_cli.report.plan_text import render_plan
    from precall_cli.report.refusal_text import render_refusal

    played = play(case, world)
    if isinstance(played.made, Refused):
        yield from render_refusal(played.made.refusal, "not stored", width)
        return
    plan = played.made.plan
    facts = Facts(played.brief.document(), parse_time(played.expect.now))
    yield from render_plan(plan, "not stored", width, facts)
    if played.call is None or played.audit is None or played.examination is None:
        return
    yield Text()
    yield from render_audit(plan, played.call, played.audit, Heading(plan.plan_id or case.name), width)
    yield from render_explanation(plan, played.examination, width)


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
    from precall_cli.check.play import World
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
