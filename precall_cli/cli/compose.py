"""`precall compose`: what the voice agent is told for one call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from precall_cli.cli.options import AsJson, Db, Now

if TYPE_CHECKING:
    from datetime import datetime

    from precall_cli.compose import Instructions
    from precall_cli.records.brief import Brief
    from precall_cli.records.plan import CallPlan

app = typer.Typer(rich_markup_mode=None)


@app.command()
def compose(
    plan: Annotated[
        str,
        typer.Argument(metavar="PLAN", help="Id of a stored plan, or enough of its beginning, or a file."),
    ],
    layers: Annotated[
        Path | None,
        typer.Option("--layers", metavar="DIR", help="Folder of layer files in place of the built-in ones."),
    ] = None,
    form: Annotated[
        Literal["text", "json"], typer.Option("--as", help="The text alone, or the record with its blocks.")
    ] = "text",
    budget: Annotated[
        int | None, typer.Option("--budget", min=1, metavar="TOKENS", help="Most tokens of the whole text.")
    ] = None,
    brief: Annotated[
        Path | None,
        typer.Option(
            "--brief", metavar="FILE", help="The brief as it is at the dial; of a plan file, its brief."
        ),
    ] = None,
    no_store: Annotated[
        bool,
        typer.Option(
            "--no-store", help="Do not keep what the agent is told; an audit then knows nothing of it."
        ),
    ] = False,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Put plan, brief and layers together as the agent's instructions.

    \b
    L1 platform, L2 company, L3 agent, L4 campaign, L4.5 the plan, L5 the brief as data.
    Over budget the brief gives way first, then the plan's least wanted items; --as json says which.
    The text's SHA-256 is the digest that the note and the record name. Of a stored plan it is sealed with
    the text, and the audit goes by it: what the agent was not told is not due.
    With --brief (or --now alone) this is the dial: a sealed plan that expired, was superseded, or whose
    material facts have moved is refused with exit code 1, each field with both values.
    A plan of an agent that is switched off, or of a version that is not adopted, is always refused, saying
    who, when and why.
    Example: precall compose pln_9f2c --layers layers --budget 2500
    """
    from precall_cli.cli.dial import refuse_at_dial, sealed_plan
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.compose import Budget, load_layers
    from precall_cli.compose import compose as compose_text
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import note, write_text
    from precall_cli.report.layout import count

    settings = settings_for(db=db, layers=layers)
    dialled = bool(brief or now)
    if (sealed := sealed_plan(plan, settings.db)) is not None:
        at = moment(now) if dialled else None
        refuse_at_dial(sealed, brief, settings, at, as_json=as_json or form == "json")
        plan, brief = (sealed, None) if dialled else (plan, brief)
    found, known, stored = _load(plan, brief, settings.db)
    told = compose_text(found, known, load_layers(settings.layers, found.agent), Budget(total=budget))
    kept = _keep(told, settings.db, moment(now)) if stored and not no_store else ""
    if as_json or form == "json":
        write_text(readable_json(told.document()))
        return
    write_text(told.text)
    note(("note: ", "dim"), f"{count(len(told.blocks), 'block')}, about {count(told.tokens, 'token')}")
    note(("digest: ", "dim"), told.digest)
    if kept:
        note(("kept: ", "dim"), kept)
    if known is None:
        note(("note: ", "yellow"), "no brief was given: the agent is told the plan alone (see --brief)")
    for each in told.dropped:
        note(("left out: ", "yellow"), f"{each.layer} {each.item}: {each.reason}, {each.because}")


def _keep(told: Instructions, db: Path, now: datetime) -> str:
    """Seals what the agent is told; gives where, in words."""
    from precall_cli.records.instructions import ToldInstructions
    from precall_cli.store import Store

    record = ToldInstructions.from_document(told.document(), "instructions")
    with Store.open(db, create=False) as store:
        saved = store.save_instructions(record, now=now)
    return f"{'sealed' if saved.new else 'already sealed'} as row {saved.seq}"


def _load(name: str, brief: Path | None, db: Path) -> tuple[CallPlan, Brief | None, bool]:
    """The plan, what it rests on, and whether they are from the store; else both are from files.

    Raises BadInput for a brief that is not the one the plan was made from.
    """
    from precall_cli.cli.files import read_bytes
    from precall_cli.errors import BadInput
    from precall_cli.records.brief import Brief
    from precall_cli.records.plan import CallPlan

    path = Path(name)
    if name == "-" or path.suffix == ".json" or path.is_file():
        plan = CallPlan.from_json(read_bytes(path), name)
        known = Brief.from_json(read_bytes(brief), str(brief)) if brief else None
        if known and plan.brief_digest not in (None, known.digest()):
            raise BadInput(
                f"is not the brief that plan {plan.plan_id} was made from",
                place=str(brief),
                hint=f"Its brief is {plan.brief_id}, {plan.brief_digest}.",
            )
        return plan, known, False
    from precall_cli.store import Store

    with Store.open(db, create=False, read_only=True) as store:
        stored = store.load_plan(name)
    return stored.plan, stored.brief, True
