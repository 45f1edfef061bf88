"""`precall audit`: plan against transcript."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from precall_cli.cli.engine import Record, Replay
from precall_cli.cli.options import AgentSpeakers, AsJson, ContactSpeakers, Db, FormatName, Parties

if TYPE_CHECKING:
    from precall_cli.cli.audited import AuditRun

app = typer.Typer(rich_markup_mode=None)


@app.command()
def audit(
    transcripts: Annotated[
        list[Path],
        typer.Argument(metavar="TRANSCRIPT…", help="Transcripts in any known format, folders of them, or -."),
    ],
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", metavar="PLAN|FILE", help="The plan; else by the transcript's or outcome's plan_id."
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", metavar="FILE", help="The runtime's log: plan_deviation_reasons, or an outcome."
        ),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on", metavar="SEVERITY|RATE", help="Exit with 1 from this severity or deviation rate on."
        ),
    ] = None,
    repeat: Annotated[
        int,
        typer.Option(
            "--repeat", min=1, max=1000, metavar="N", help="Audit N times and prove the same bytes."
        ),
    ] = 1,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Also write a page: one file; of many calls an index, with a folder beside it.",
        ),
    ] = None,
    junit: Annotated[
        Path | None,
        typer.Option(
            "--junit",
            metavar="FILE",
            help="Also write JUnit XML: failed is what --fail-on names, else any deviation of the agent.",
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="For each item the turns considered, and why each won or lost.")
    ] = False,
    judge: Annotated[
        Literal["claude"] | None,
        typer.Option("--judge", help="Let a model settle what is undecided; code checks its every quote."),
    ] = None,
    judge_runs: Annotated[
        int,
        typer.Option(
            "--judge-runs", min=1, max=25, metavar="K", help="Ask K times; a majority of them decides."
        ),
    ] = 1,
    judge_model: Annotated[
        str | None, typer.Option("--judge-model", metavar="NAME", help="The judge's model.")
    ] = None,
    judge_budget_ms: Annotated[
        int | None,
        typer.Option("--judge-budget-ms", min=1, metavar="N", help="Milliseconds for the judge, per call."),
    ] = None,
    judge_required: Annotated[
        bool,
        typer.Option("--judge-required", help="Exit with 5, keeping nothing, where the judge fails."),
    ] = False,
    record: Record = None,
    replay: Replay = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Keep nothing.")] = False,
    format_name: FormatName = None,
    agent_speaker: AgentSpeakers = None,
    contact_speaker: ContactSpeakers = None,
    parties: Parties = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Audit calls: what became of each plan item, with the words that prove it.

    \b
    The audit is kept in the store where the plan is sealed there, unless --no-store is given.
    Of many, one that cannot be read is named, and the others still come through.
    Exit code 0: done; 1: a deviation at or above --fail-on, or some of many could
    not be audited; 2: bad input; 3: a folder without transcripts.
    --html writes one self-contained page, readable by you alone; it
    replaces an earlier report and nothing else.
    --junit writes a suite for each call and a test for each plan item, in the same way.
    A test fails for a deviation at or above --fail-on (without it, for any deviation
    of the agent); it is skipped where undecided or not due. A call among many that
    could not be read is an error. It leaves the exit code as it is.
    --judge asks a model about undecided items alone; it cannot overturn a critical
    finding. Where it fails, they stay undecided, with a note.
    Example: precall audit calls/ --html day.html
    Example: precall audit calls/ --no-store --fail-on major --junit audits.xml
    Example: precall audit call.vtt --judge claude --judge-runs 3 --record judge/
    Example: precall audit call.vtt --plan pln_9f2c --agent-speaker Ava --html call.html
    """
    from functools import partial

    from precall_cli.cli.audited import Request, audit_files, reaches
    from precall_cli.cli.judged import make_judge, tell_judged
    from precall_cli.cli.options import settings_for
    from precall_cli.cli.pages import (
        check_audit_junit,
        check_audit_pages,
        check_page,
        write_audit_junit,
        write_audit_pages,
    )
    from precall_cli.cli.unaudited import tell
    from precall_cli.records.audit import audit_document
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import note, write_text
    from precall_cli.report.layout import count

    settings = settings_for(
        db=db,
        fail_on=fail_on,
        agent_speaker=agent_speaker or None,
        contact_speaker=contact_speaker or None,
        record=record,
        replay=replay,
    )
    if judge is None and (judge_required or judge_model or judge_budget_ms or judge_runs > 1):
        raise typer.BadParameter("the options of the judge need --judge claude")
    asked = make_judge(settings, judge_model, judge_runs, judge_budget_ms) if judge else None
    request = Request(
        tuple(transcripts),
        plan,
        log,
        format_name,
        parties,
        repeat,
        keep=not no_store,
        judge=asked,
        judge_required=judge_required,
    )
    if html is not None:
        check_page(html)
    if junit is not None:
        check_audit_junit(junit, html)
    run = audit_files(request, settings, partial(check_audit_pages, html) if html is not None else None)
    results = run.audited
    if html is not None:
        page = write_audit_pages(html, results)
        note(f"report: {page}" + (f", with {count(len(results), 'call')}" if len(results) > 1 else ""))
    if junit is not None:
        write_audit_junit(junit, run, settings.fail_on)
        note(f"JUnit: {junit}")
    if as_json:
        documents = [audit_document(result.audit) for result in results]
        documents += [one.document() for one in run.left]
        many = len(documents) > 1 or transcripts[0].is_dir()
        write_text(readable_json(documents if many else documents[0]))
    else:
        _show(run, explain=explain)
    if asked is not None:
        tell_judged([result.audit for result in results])
    if repeat > 1:
        note(f"{count(repeat, 'run')} of each, the same bytes every time")
    if len(results) > 1:
        verdicts = [result.audit.verdict for result in results]
        note(", ".join(f"{verdicts.count(v)} {v}" for v in ("pass", "review", "fail")))
    if run.left:
        tell(run.left)
    if run.left or any(reaches(result.audit, settings.fail_on) for result in results):
        raise typer.Exit(1)


def _show(run: AuditRun, *, explain: bool) -> None:
    """The audits on the terminal, and what was considered for each item where that is wanted."""
    from precall_cli.report.audit_text import render_audit
    from precall_cli.report.console import make_console
    from precall_cli.report.explain_text import render_explanation

    console = make_console()
    for number, result in enumerate(run.audited):
        if number:
            console.print()
        lines = render_audit(result.plan, result.transcript, result.audit, result.heading, console.width)
        console.print(*lines, sep="\n")
        if explain:
            console.print(*render_explanation(result.plan, result.examination, console.width), sep="\n")
