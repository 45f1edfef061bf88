"""`precall plan refresh`: new plans where a material fact moved, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson, Campaign, Db, Now
from precall_cli.errors import BadInput, NothingCollected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from precall_cli.batch.again import Looked
    from precall_cli.batch.desk import Desk
    from precall_cli.records.json_text import Json
    from precall_cli.store import Store


def refresh(
    plans: Annotated[
        list[str] | None, typer.Argument(metavar="[PLAN…]", help="Ids; every open plan if not given.")
    ] = None,
    briefs: Annotated[
        Path | None,
        typer.Option("--briefs", metavar="FILE", help="Today's briefs: a .jsonl, a .json, a folder, or -."),
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="AGENT", help="Only plans of this agent.")
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry-fallbacks", help="Also plan anew what fell back to a simpler planner.")
    ] = False,
    campaign: Campaign = None,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Plan anew where a material fact, the policy or the time has moved; leave every other plan as it is.

    \b
    Each field that moved is named with both values; the new plan names the one
    it supersedes. Material is what the policy lists under refresh.material and
    refresh.thresholds, and all that a plan cites. Without --briefs the facts are
    those stored: then expiry, policy, planner and account decide. A plan whose
    contact has asked since not to be called again is named and not replaced.
    Exit code 0: every plan stands or was replaced; 1: the gate refused some, or
    a brief has no plan.
    Example: precall plan refresh --briefs today.jsonl
    """
    from precall_cli.cli.batched import make_desk
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.store import Store

    settings = settings_for(db=db)
    console = make_console()
    documents: list[Json] = []
    tally = {"kept": 0, "refreshed": 0, "refused": 0, "no plan": 0, "failed": 0}
    with Store.open(settings.db, create=False) as store:
        desk = make_desk(
            settings, store, now=moment(now), agent=agent, campaign=campaign, retry_fallbacks=retry
        )
        for place, looked in _look(store, desk, plans or [], briefs):
            what = looked if isinstance(looked, str) else _what(looked)
            tally["failed" if what not in tally else what] += 1
            if isinstance(looked, str):
                note(f"{place}: {looked}" if what not in tally else f"{place}: has no open plan")
                documents.append({"place": place, "what": "failed" if what not in tally else what})
                continue
            documents.append(_document(what, looked))
            if not as_json and what != "kept":
                console.print(*_lines(what, looked, console.width), sep="\n")
    if not documents:
        raise NothingCollected("no open plan found", place=str(settings.db))
    if as_json:
        write_text(readable_json({"plans": documents, **{k.replace(" ", "_"): n for k, n in tally.items()}}))
    else:
        console.print(
            line((", ".join(f"{number:,} {name}" for name, number in tally.items() if number), "bold"))
        )
    if tally["refused"] or tally["no plan"] or tally["failed"]:
        raise typer.Exit(1)


def _look(
    store: Store, desk: Desk, names: list[str], briefs: Path | None
) -> Iterator[tuple[str, Looked | str]]:
    """Each plan looked at again; in place of one, `no plan` for a brief without, or what is wrong with it."""
    from precall_cli.batch.again import find_for, look_again, named_plans
    from precall_cli.batch.source import read_entries

    if briefs is None:
        for standing, brief in named_plans(store, names, desk.agent):
            own = replace(desk, agent=standing.agent)
            yield standing.plan_id, look_again(store, standing, brief, own)
        return
    only = {standing.plan_id for standing, _ in named_plans(store, names, desk.agent)} if names else None
    for entry in read_entries(briefs):
        if entry.brief is None:
            yield entry.place, entry.problem
            continue
        try:
            standing_now = find_for(store, entry.brief, desk)
        except BadInput as error:
            yield entry.place, error.problem
            continue
        if standing_now is None:
            if only is None:
                yield entry.place, "no plan"
        elif only is None or standing_now.plan_id in only:
            yield entry.place, look_again(store, standing_now, entry.brief, desk)


def _what(looked: Looked) -> str:
    if looked.settled is None:
        return "kept"
    return "refused" if looked.settled.refusal else "refreshed"


def _lines(what: str, looked: Looked, width: int) -> Iterator[object]:
    from precall_cli.report.console import line
    from precall_cli.report.layout import hanging
    from precall_cli.report.moved_text import say_reason

    settled = looked.settled
    assert settled is not None
    if settled.plan is not None:
        yield line(
            (settled.plan.plan_id or "", "bold"), f" in place of {looked.before}, sealed as row {settled.seq}"
        )
    elif settled.refusal is not None:
        now = "no longer stands, and none takes its place" if looked.staleness else "must not be dialled with"
        yield line((looked.before, "bold"), f" {now}: ", (settled.refusal.code, "bold red"))
        yield from hanging(
            line("  ", (settled.refusal.pointer, "cyan"), " "), line(settled.refusal.reason), 4, width
        )
    for reason, move in looked.staleness.reasons():
        yield from hanging(line("  "), line(say_reason(reason, looked.staleness, move)), 4, width)


def _document(what: str, looked: Looked) -> Json:
    settled = looked.settled
    return {
        "what": what,
        "before": looked.before,
        "plan_id": settled.plan.plan_id if settled and settled.plan else None,
        "refusal": settled.refusal.full_document() if settled and settled.refusal else None,
        "moved": [
            {
                "reason": reason,
                "pointer": move.pointer if move else None,
                "before": move.before if move else None,
                "after": move.after if move else None,
            }
            for reason, move in looked.staleness.reasons()
        ],
    }
