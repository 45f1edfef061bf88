"""`precall review`: the queue of calls, decisions about them, agreement, fixtures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db, Now

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)

Call = Annotated[str, typer.Argument(metavar="CALL", help="The call_id.")]
Who = Annotated[str | None, typer.Option("--who", metavar="NAME", help="Who decides.")]
ItemId = Annotated[str | None, typer.Option("--item", metavar="ID", help="A plan item, such as q2.")]
TypeName = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="A type of deviation.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in words.")]


@app.callback()
def review() -> None:
    """Review what the audits read: the riskiest call first, decisions as sealed rows.

    \b
    The first reading stays for ever; a decision is a row beside it.
    Example: precall review next --who sam
    """


@app.command("next")
def next_(
    who: Who = None,
    share_clean: Annotated[
        float, typer.Option("--share-clean", metavar="SHARE", help="Share of clean calls to look at.")
    ] = 0.05,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Draws the clean ones.")] = 1,
    second: Annotated[
        bool, typer.Option("--second", help="A call that others decided on and you have not seen.")
    ] = False,
    agent: Annotated[str | None, typer.Option("--agent", metavar="AGENT", help="Only its calls.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Print, even in a terminal.")] = False,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Open the riskiest call that nobody has decided on: audit beside transcript.

    \b
    Order: more critical deviations first, then more undecided items, then more
    silent deviations, then the older audit. After every 1/SHARE calls decided
    comes one of the clean sample: a seeded random share of the calls with none
    of the three. What others decided is not shown.
    In a terminal, with the extra precall-cli[review] and --who, keys decide.
    Exit code 3: no call waits.
    Example: precall review next --who sam
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.cli.review_shown import open_screen, show_case, waiting_document
    from precall_cli.cli.reviewed import Drawn, load_case, next_call
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import write_text
    from precall_cli.store import Store

    drawn = Drawn(who, agent, share_clean, seed, second)
    path = settings_for(db=db).db
    if who and not plain and not as_json and open_screen(path, drawn, moment(now) if now else None):
        return
    with Store.open(path, create=False, read_only=True) as store:
        waiting, counts = next_call(store, drawn)
        if as_json:
            write_text(readable_json(waiting_document(waiting, counts)))
            return
        case = load_case(store, waiting.call_id)
    show_case(case, who, waiting=waiting, counts=counts, decisions=False)


@app.command()
def show(call: Call, db: Db = None, as_json: AsJson = False) -> None:
    """Show a call: audit beside transcript, every decision, what the audit says with them.

    \b
    Example: precall review show call_88
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.cli.review_shown import case_document, show_case
    from precall_cli.cli.reviewed import load_case
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import write_text
    from precall_cli.store import Store

    with Store.open(settings_for(db=db).db, create=False, read_only=True) as store:
        case = load_case(store, call)
    if as_json:
        write_text(readable_json(case_document(case)))
        return
    show_case(case, None)


@app.command()
def decide(
    call: Call,
    who: Who = None,
    item: ItemId = None,
    kind: TypeName = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="The audit is right.")] = False,
    overturn: Annotated[bool, typer.Option("--overturn", help="It is not, here.")] = False,
    skip: Annotated[bool, typer.Option("--skip", help="Decide nothing; the queue goes on.")] = False,
    status: Annotated[str | None, typer.Option("--as", metavar="STATUS", help="What is right.")] = None,
    cause: Annotated[
        str | None, typer.Option("--cause", metavar="CAUSE", help="agent, contact, recogniser or plan.")
    ] = None,
    reason: Reason = "",
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Confirm or overturn what the last audit of a call says: an item, a deviation, or the whole call.

    \b
    --overturn --as STATUS puts that status in place of the one read; without
    --as the deviation does not stand against the agent. The cause says whose
    doing it is: agent, contact, recogniser (misheard) or plan (then it is the
    plan's). The same decision again changes nothing; a later one goes before.
    Example: precall review decide call_88 --item q2 --overturn --as asked \\
             --cause recogniser --reason "asked in #12" --who sam
    """
    from precall_cli.errors import BadInput

    chosen = [name for name, given in (("confirm", confirm), ("overturn", overturn), ("skip", skip)) if given]
    if len(chosen) != 1:
        raise BadInput("give one of --confirm, --overturn and --skip", place="review decide")
    _decide(call, chosen[0], who, item, kind, status, cause, reason, now, db, as_json)


@app.command()
def dispute(
    call: Call,
    who: Who = None,
    item: ItemId = None,
    kind: TypeName = None,
    reason: Reason = "",
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Dispute a reading or a decision: it stands in no rate until someone decides.

    \b
    Example: precall review dispute call_88 --item q2 --reason "hear #12" --who kim
    """
    _decide(call, "dispute", who, item, kind, None, None, reason, now, db, as_json)


def _decide(
    call: str,
    decision: str,
    who: str | None,
    item: str | None,
    kind: str | None,
    status: str | None,
    cause: str | None,
    reason: str,
    now: str | None,
    db: Path | None,
    as_json: bool,
) -> None:
    from typing import cast

    from precall_cli.cli.options import moment, settings_for
    from precall_cli.cli.reviewed import keep_decision
    from precall_cli.records.json_text import readable_json
    from precall_cli.records.review import Decision
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.review_text import decision_text
    from precall_cli.report.typed import typed
    from precall_cli.review.deciding import Said
    from precall_cli.store import Store

    said = Said(cast(Decision, decision), who or "", item, kind, status, cause, reason)
    with Store.open(settings_for(db=db).db, create=False) as store:
        kept = keep_decision(store, call, said, moment(now))
    if as_json:
        write_text(readable_json(kept.review.full_document()))
        return
    console = make_console()
    how = "sealed" if kept.new else "said before; nothing changed"
    console.print(line((f"{kept.review.review_id} ", "bold"), f"{how}: {decision_text(kept.review)}"))
    console.print(line(("next: ", "dim"), f"precall review show {typed(call)} · precall review next"))


@app.command()
def agreement(
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Only what was sealed by then.")
    ] = None,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Cohen's kappa between reviewers, and of each with the audit, per type of deviation.

    \b
    Only blind first decisions count: of each reviewer the first on a subject.
    Example: precall review agreement
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.cli.rated import parse_as_of
    from precall_cli.cli.reviewed import agreement_of
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import make_console, write_text
    from precall_cli.report.review_text import render_agreement

    report = agreement_of(settings_for(db=db).db, parse_as_of(as_of, moment(now)))
    if as_json:
        write_text(readable_json(report.full_document()))
        return
    console = make_console()
    console.print(*render_agreement(report, console.width), sep="\n")


@app.command("export-fixture")
def export_fixture(
    call: Call,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of cases, such as fixtures.")],
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="NAME", help="A further name to replace; repeatable."),
    ] = None,
    db: Db = None,
) -> None:
    """Turn a decided call into a case for `precall check`: redacted, labelled by the decisions.

    \b
    Names, companies, phones, e-mails and ids of the brief are replaced, each by
    the same stand-in everywhere. The case is played before it is written: the
    audit must say the same as of the original, or nothing is written. Names
    that stand in no field of the brief need --also: what is left is listed.
    Example: precall review export-fixture call_88 fixtures --also Priya
    """
    from precall_cli.check.play import World
    from precall_cli.cli.exported import export_case
    from precall_cli.cli.options import settings_for
    from precall_cli.report.console import line, make_console
    from precall_cli.report.layout import count, hanging
    from precall_cli.store import Store

    settings = settings_for(db=db)
    world = World(settings.policies, settings.playbook)
    with Store.open(settings.db, create=False, read_only=True) as store:
        done = export_case(store, call, folder, world, also or ())
    console = make_console()
    misses = count(done.known_misses, "item") + " that the audit reads otherwise today"
    text = f"wrote {done.folder}: {count(done.items, 'label')}, {misses}; the audit says the same as before"
    console.print(*hanging(line(), line(text), 2, console.width), sep="\n")
    if done.look_over:
        words = ", ".join(done.look_over[:30])
        head = line(("look these over: ", "yellow"))
        console.print(*hanging(head, line(words, " (a name? --also NAME)"), 2, console.width), sep="\n")
    console.print(line(("next: ", "dim"), f"precall check {folder}"))
