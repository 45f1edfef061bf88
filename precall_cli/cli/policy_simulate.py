"""`precall policy simulate`: a day of triggers at scale, before anybody dials it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Campaign, Db


def shipped_mix() -> Path:
    """The example that comes with precall, in the wheel or in a checkout."""
    inside = Path(__file__).parent.parent / "fixtures" / "simulation" / "mix.toml"
    return inside if inside.is_file() else inside.parents[3] / "fixtures" / "simulation" / "mix.toml"


def simulate(
    mix: Annotated[
        Path | None,
        typer.Option(
            "--mix", metavar="FILE", help="The day's mix, a .toml file; the shipped example if not given."
        ),
    ] = None,
    contacts: Annotated[
        int | None,
        typer.Option(
            "--contacts", min=1, max=100_000_000, metavar="N", help="Triggers in the day, else the mix's."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**32 - 1, metavar="N", help="Of all chance.")
    ] = 1,
    policy: Annotated[
        list[Path] | None,
        typer.Option(
            "--policy", metavar="FILE|DIR", help="A policy in the place of its agent's; repeatable."
        ),
    ] = None,
    campaign: Campaign = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Simulate a day: triggers through gate, stored plans, planner, batch window, rate limit and lines.

    \b
    Says how long from trigger to dial against the SLA, what falls back and why, what plans cost and how
    often each serves, and what breaks first at ten and a hundred times the volume. Nothing is stored.
    The same mix, policies, stored plans and seed give the same bytes on every machine.
    Exit code 0: done; 1: a contact was dialled after its SLA.
    Example: precall policy simulate --contacts 1000000 --mix fixtures/simulation/mix.toml
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.cli.rollout import rollout_of
    from precall_cli.cli.trials import StoredPast
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import make_console, note, write_text
    from precall_cli.report.simulation_text import render_simulation
    from precall_cli.simulate.setup import prepare, read_mix
    from precall_cli.simulate.simulation import simulate as run
    from precall_cli.store.untouched import untouched

    settings = settings_for(db=db)
    path = mix or shipped_mix()
    if mix is None:
        note(("note: ", "dim"), f"no --mix was given: this is the example, {path}")
    day, document = read_mix(path)
    policies = load_policies(settings.policies, campaign=campaign, instead=tuple(policy or ()))
    with untouched(settings.db) as store:
        rollout, past = rollout_of(store, settings), StoredPast(store)
        off = {each.agent: why for each in policies if (why := rollout.switched_off(each.agent))}
        setup = prepare(
            day, document, policies, past.latencies, contacts=contacts, prices=settings.prices,
            switched_off=off, refusals=past.refusals,
        )  # fmt: skip
    found = run(setup, seed)
    if as_json:
        write_text(readable_json(found.document()))
    else:
        console = make_console()
        console.print(*render_simulation(found.document(), console.width), sep="\n")
        named = f" --mix {mix}" if mix else ""
        note(("next: ", "dim"), f"precall policy simulate{named} --seed {seed} --policy FILE")
    if found.late:
        raise typer.Exit(1)
