"""`precall outcome`: what the runtime says of a call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db, Now

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def outcome() -> None:
    """Outcomes: the runtime's record of a call, with the plan and the reasons for leaving it."""


@app.command()
def log(
    call: Annotated[str, typer.Argument(metavar="CALL", help="The call_id.")],
    reason: Annotated[
        str,
        typer.Option(
            "--reason", metavar="REASON", help="contact_volunteered, contact_refused, time_constraint, …"
        ),
    ],
    item: Annotated[
        str | None, typer.Option("--item", metavar="ID", help="The plan item it concerns.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--type", metavar="TYPE", help="Type of deviation, such as question_skipped."),
    ] = None,
    turn: Annotated[int | None, typer.Option("--turn", min=0, metavar="N", help="The turn, from 0.")] = None,
    text: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="In words.")] = None,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="PLAN", help="The plan of the call, if no outcome names it yet."),
    ] = None,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Log why the agent left the plan. The same entry again changes nothing.

    \b
    An item that the call's plan does not have is refused, naming those it has. In Python the same is
    `precall_cli.log_deviation`; within a call the agent's own log_deviation tool calls and marks are read.
    Example: precall outcome log call_88 --item q2 --reason contact_volunteered --turn 7 --plan pln_9f2c
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.runtime_log import log_reason

    entry = {"item": item, "type": kind, "reason": reason, "note": text, "turn": turn}
    new = log_reason(settings_for(db=db).db, call, entry, plan, moment(now))
    if as_json:
        said = {key: value for key, value in entry.items() if value is not None}
        write_text(readable_json({"call_id": call, "new": new, "logged": said}))
        return
    what = f"{item or kind or 'the call'}: {reason}"
    make_console().print(line("logged " if new else "already logged ", what, " for ", call))


@app.command("list")
def list_outcomes(
    call: Annotated[str | None, typer.Option("--call", metavar="CALL", help="Only of this call.")] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """List what is stored of the runtime's outcomes; --json gives every field.

    \b
    Example: precall outcome list --json
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.layout import count, fill
    from precall_cli.store import Store

    with Store.open(settings_for(db=db).db, create=False, read_only=True) as store:
        outcomes = [found for found in store.load_outcomes() if call in (None, found.call_id)]
        loose = {found.call_id for found in store.load_unsealed()}
    if as_json:
        write_text(readable_json([found.document() for found in outcomes]))
        return
    console = make_console()
    for found in outcomes:
        reasons = count(len(found.plan_deviation_reasons), "logged reason")
        state = ("  not sealed", "yellow") if found.call_id in loose else ""
        plan = fill(found.plan_id or "no plan", 26)
        console.print(line((fill(found.call_id, 26), "bold"), plan, reasons, state))
    if not outcomes:
        console.print(line("no outcome stored" if call is None else f"no outcome of call {call} is stored"))
        note(("next: ", "dim"), "precall outcome import FILE")
    if loose:
        note(("note: ", "yellow"), "the runtime wrote rows by itself; precall db migrate seals them")


@app.command("import")
def import_outcomes(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A .jsonl (.gz), .json, .csv or SQLite file of outcomes, or -."),
    ],
    table: Annotated[
        str | None,
        typer.Option(
            "--table", metavar="NAME", help="Table or view of a SQLite file; else the one with a call_id."
        ),
    ] = None,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Import outcomes written by the runtime. The same row again changes nothing; a row that says more adds.

    \b
    Every field is kept as it is. In a .csv file each cell is text, an empty one says nothing, and
    plan_deviation_reasons is JSON. A SQLite file is only read; a BLOB becomes {"base64": …}.
    Where two rows of a call differ, the later one stands, by updated_at, logged_at, ended_at or at;
    without these by content. So any order and repetition of the same rows gives the same outcomes.
    Exit code 2, and nothing stored, if one row cannot be read; every such row is named.
    Example: precall outcome import runtime.db --table call_outcomes
    """
    from precall_cli.cli.logged import import_rows
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.layout import count

    done = import_rows(file, settings_for(db=db).db, moment(now), table)
    if as_json:
        write_text(readable_json({"read": done.read, "new": done.new, "calls": done.calls}))
        return
    read = f"{count(done.read, 'outcome')} read, {done.new:,} said something new"
    make_console().print(line(f"{read}, of {count(done.calls, 'call')}" if done.read > 1 else read))
    note(("next: ", "dim"), "precall outcome list")
