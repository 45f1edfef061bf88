"""`precall why`: the words of a call, and what in the plan asked for them."""

from __future__ import annotations

from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db

app = typer.Typer(rich_markup_mode=None)


@app.command()
def why(
    call: Annotated[str, typer.Argument(metavar="CALL", help="The call_id.")],
    words: Annotated[str | None, typer.Argument(metavar="WORDS", help="Words that were said.")] = None,
    turn: Annotated[int | None, typer.Option("--turn", min=0, metavar="N", help="The turn, from 0.")] = None,
    item: Annotated[str | None, typer.Option("--item", metavar="ID", help="A plan item, such as q2.")] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say why the agent said it: turn, plan item, facts of the brief, policy, planner.

    \b
    Facts of the brief come with source and age, items with when they were due in
    this call and the alternatives rejected. Where no item asked for it: the
    nearest one, and what was known. With --item, also why something was not said.
    Without any of the three: all deviations.
    Example: precall why call_88 "budget"
    """
    from precall_cli.audit.why import (
        Answer,
        complete,
        explain_deviations,
        explain_item,
        explain_turn,
        explain_words,
    )
    from precall_cli.cli.options import settings_for
    from precall_cli.errors import BadInput
    from precall_cli.records.json_text import readable_json
    from precall_cli.records.record import parse_time
    from precall_cli.report.console import make_console, write_text
    from precall_cli.report.facts import Facts
    from precall_cli.report.why_text import answer_document, render_answer, render_origin
    from precall_cli.store import Store

    if sum(given is not None for given in (words, turn, item)) > 1:
        raise BadInput("give words, --turn or --item, one of them", place="why")
    with Store.open(settings_for(db=db).db, create=False, read_only=True) as store:
        audit = store.load_audit(call)
        transcript = store.load_transcript(call)
        stored = store.load_plan(audit.plan_id or "")
    plan = stored.plan
    answers: tuple[Answer, ...]
    if item is not None:
        answers = (explain_item(plan, transcript, audit, item),)
    elif turn is not None:
        answers = (explain_turn(plan, transcript, audit, turn),)
    elif words is not None:
        answers = explain_words(plan, transcript, audit, words)
    else:
        answers = explain_deviations(plan, transcript, audit)
    brief = stored.brief.document()
    answers = tuple(complete(answer, plan, transcript, audit, brief) for answer in answers)
    facts = Facts(brief, parse_time(plan.created_at or stored.sealed_at))
    if as_json:
        write_text(readable_json([answer_document(plan, answer, facts) for answer in answers]))
        return
    console = make_console()
    if not answers:
        console.print("no deviation: nothing to explain; give words, --turn or --item for the rest")
    for answer in answers:
        console.print(*render_answer(plan, answer, facts, console.width), sep="\n")
    console.print(*render_origin(plan, console.width), sep="\n")
