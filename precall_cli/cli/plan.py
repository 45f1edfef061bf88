"""`precall plan`: from a brief to a sealed plan, and back to its reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.engine import BudgetMs, EngineOption, NoFallback, Record, Replay
from precall_cli.cli.options import AsJson, Campaign, Db, Now
from precall_cli.cli.plan_batch import batch
from precall_cli.cli.plan_check import check
from precall_cli.cli.plan_costs import costs
from precall_cli.cli.plan_refresh import refresh

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
app.command("batch")(batch)
app.command("refresh")(refresh)
app.command("costs")(costs)
app.command("check")(check)


@app.callback()
def plan() -> None:
    """Plans: made once before the call, sealed, never changed after."""


@app.command()
def create(
    briefs: Annotated[
        list[Path], typer.Argument(metavar="BRIEF…", help="Brief files, folders of them, or -.")
    ],
    agent: Annotated[
        str | None,
        typer.Option("--agent", metavar="AGENT", help="Plan for this agent, whatever the brief says."),
    ] = None,
    campaign: Campaign = None,
    engine: EngineOption = None,
    budget_ms: BudgetMs = None,
    no_fallback: NoFallback = False,
    record: Record = None,
    replay: Replay = None,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Gate, plan, seal and store: print the plan, or the refusal by name.

    \b
    A plan that still stands for the brief is taken again: it has not expired,
    and neither what it cites nor what the policy calls material has moved. A
    plan in place of one says what moved.
    With --engine claude a plan comes within the budget whatever the server
    does: Claude's, or the offline one saying why. The SDK finds key and
    address in ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL. The budget runs from
    the brief to the seal; loading the SDK, once in a process, takes 1 to 3
    seconds of it: `plan show` says where the time went.
    Exit code 0: a plan for each; 1: the gate refused some, or a plan was
    sealed after its budget; 2: a brief is wrong or a recorded reply is
    missing, nothing was stored; 5: with --no-fallback, Claude gave no plan.
    Example: precall plan create brief.json --now 2026-11-20T15:04:00Z
    Example: precall plan create brief.json --engine claude --budget-ms 4000
    """
    from precall_cli.cli.briefs import read_briefs
    from precall_cli.cli.engine import Engines, make_claude, wants_claude
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.cli.planned import note_if_late, plan_and_save
    from precall_cli.cli.rollout import check_adopted, rollout_of
    from precall_cli.planner import load_playbook
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.layout import count
    from precall_cli.report.plan_text import render_plan
    from precall_cli.report.refusal_text import render_refusal
    from precall_cli.store import Store

    settings = settings_for(db=db, engine=engine, record=record, replay=replay)
    at = moment(now)
    policies = load_policies(settings.policies, campaign=campaign)
    claude = make_claude(settings) if wants_claude(settings, policies) else None
    if claude is not None:
        claude.load()
    playbook = load_playbook(settings.playbook)
    read = read_briefs(briefs)
    engines = Engines(claude, playbook, at, settings, budget_ms, no_fallback)
    with Store.open(settings.db) as store:
        rollout = rollout_of(store, settings)
        check_adopted((brief for _, brief in read), policies, rollout, agent)
        results = [
            plan_and_save(
                store, brief, policies, playbook, now=at, agent=agent, rollout=rollout, engine=engines.begin()
            )
            for _, brief in read
        ]
    refused = [result for result in results if result.refusal]
    if as_json:
        documents = [(result.plan or result.refusal).full_document() for result in results]  # type: ignore[union-attr]
        write_text(readable_json(documents[0] if len(documents) == 1 else documents))
    else:
        console = make_console()
        for number, result in enumerate(results):
            if number:
                console.print()
            if result.plan:
                console.print(*render_plan(result.plan, result.status, console.width), sep="\n")
                for moved in result.replaced:
                    note((f"in place of {result.plan.supersedes}: ", "dim"), moved)
                for caution in result.cautions:
                    note(("note: ", "yellow"), caution)
            elif result.refusal:
                console.print(*render_refusal(result.refusal, result.status, console.width), sep="\n")
        if len(results) > 1:
            console.print(
                line(f"\n{count(len(results) - len(refused), 'plan')}, {count(len(refused), 'refusal')}")
            )
        elif results[0].plan:
            note(("next: ", "dim"), f"precall plan show {results[0].plan.plan_id} --why")
    late = [note_if_late(result, engines) for result in results]
    if refused or any(late):
        raise typer.Exit(1)


@app.command()
def show(
    plan_id: Annotated[
        str, typer.Argument(metavar="PLAN", help="Id of the plan, or enough of its beginning.")
    ],
    why: Annotated[
        bool, typer.Option("--why", help="Each line with the facts behind it, values included.")
    ] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show one plan as it was sealed: what it says, who made it, what that cost and where the time went.

    \b
    Example: precall plan show pln_9f2c --why
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.records.record import parse_time
    from precall_cli.report.console import make_console, write_text
    from precall_cli.report.facts import Facts
    from precall_cli.report.plan_text import render_plan
    from precall_cli.store import Store
    from precall_cli.store.costs import find_talkers

    with Store.open(settings_for(db=db).db, create=False, read_only=True) as store:
        stored = store.load_plan(plan_id)
        talkers = find_talkers(store, stored.plan.plan_id or "")
    if as_json:
        write_text(readable_json(stored.plan.full_document()))
        return
    facts = None
    if why:
        facts = Facts(stored.brief.document(), parse_time(stored.plan.created_at or stored.sealed_at))
    console = make_console()
    status = f"sealed {stored.sealed_at} as row {stored.seq}"
    console.print(*render_plan(stored.plan, status, console.width, facts, talkers), sep="\n")


@app.command("list")
def list_plans(
    agent: Annotated[str | None, typer.Option("--agent", metavar="AGENT", help="Only of this agent.")] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="ID", help="Only for this contact.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many.")] = 50,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """List stored plans, the newest first.

    \b
    Example: precall plan list --agent inbound
    """
    from dataclasses import asdict

    from precall_cli.cli.options import settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import fill, hanging
    from precall_cli.store import Store

    with Store.open(settings_for(db=db).db, create=False, read_only=True) as store:
        rows = store.list_plans(agent=agent, contact=contact, limit=limit)
    if as_json:
        write_text(readable_json([asdict(row) for row in rows]))
        return
    console = make_console()
    for row in rows:
        head = line((fill(row.plan_id, 25), "bold"), fill(row.agent, 13), fill(row.created_at or "", 21))
        body = line(f"{row.contact_name}, {row.account_name}: {row.objective}")
        console.print(*hanging(head, body, 6, console.width), sep="\n")
    if not rows:
        console.print(
            line("no plan stored" + (" that fits --agent and --contact" if agent or contact else ""))
        )


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Id or file of the one plan.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Id or file of the other.")],
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two plans, and nothing else.

    \b
    Example: precall plan diff pln_9f2c pln_77ab
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.cli.planned import find_plan
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.plan_diff import differences_document, find_differences, render_differences

    path = settings_for(db=db).db
    old, new = find_plan(before, path).plan, find_plan(after, path).plan
    if as_json:
        write_text(readable_json(differences_document(old, new)))
        return
    console = make_console()
    if not find_differences(old, new):
        console.print(line("the plans say the same"))
        return
    console.print(*render_differences(old, new, console.width), sep="\n")
