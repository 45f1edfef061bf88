"""`precall policy dry-run` and `replay`: what a policy would do, before a phone rings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson, Campaign, Db, Now

if TYPE_CHECKING:
    from precall_cli.records.brief import Brief
    from precall_cli.records.plan import CallPlan
    from precall_cli.records.policy import Policy
    from precall_cli.store import Store

NewPolicy = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy", metavar="FILE|DIR", help="A policy in the place of its agent's, or a folder; repeatable."
    ),
]


class StoredPast:
    """What a dry-run asks of a store; of no store, nothing."""

    def __init__(self, store: Store | None) -> None:
        self._store = store

    def cached(self, brief: Brief, policy: Policy, at: datetime) -> CallPlan | None:
        """The last plan stored for this brief and version."""
        from precall_cli.store.history import find_cached_plan

        if self._store is None:
            return None
        return find_cached_plan(self._store, brief.digest(), policy.digest(), at)

    def latencies(self, agent: str, engine: str, depth: str) -> Sequence[float]:
        """Milliseconds of stored live plans, ascending."""
        from precall_cli.store.history import plan_latencies

        return plan_latencies(self._store, agent, engine, depth) if self._store else []

    def opted_out(self) -> Collection[str]:
        """Contacts and phones for which an opt-out stands."""
        return self._store.opted_out() if self._store else frozenset()


def dry_run(
    triggers: Annotated[
        Path, typer.Argument(metavar="TRIGGERS", help="A .jsonl (or .gz) file of triggers, a folder, or -.")
    ],
    policy: NewPolicy = None,
    campaign: Campaign = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Every rule that fired, and every one that did not, with the reason."),
    ] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Time gate and offline planner here, in place of the table.")
    ] = False,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Play triggers from T0 (trigger) to T5 (outcome): gate, plan, times, cost. Nothing is stored or dialled.

    \b
    A line is {"trigger": …, "brief": <brief or path>, "agent": NAME}; a brief that names its trigger will do.
    Milliseconds are stated (by the times of trigger and brief), measured (stored plans), or modelled.
    Exit code 0: each would be dialled; 1: a refusal, or one over budget, SLA or by an unadopted version.
    Example: precall policy dry-run fixtures/triggers/five-agents.jsonl --explain
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.cli.rollout import rollout_of
    from precall_cli.cli.triggers import read_triggers
    from precall_cli.planner import load_playbook
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import make_console, note, write_text
    from precall_cli.report.dry_run_text import render_dry_run, render_rules, render_total
    from precall_cli.simulate.dry_run import play
    from precall_cli.store.untouched import untouched

    settings = settings_for(db=db)
    at = moment(now) if now else None
    policies = load_policies(settings.policies, campaign=campaign, instead=tuple(policy or ()))
    playbook, cases = load_playbook(settings.playbook), read_triggers(triggers)
    with untouched(settings.db) as store:
        rollout, past = rollout_of(store, settings), StoredPast(store)
        runs = [
            play(
                case, policies, playbook, rollout, past, now=at, engine=settings.engine,
                explain=explain or as_json, measure=measure,
            )
            for case in cases
        ]  # fmt: skip
    if as_json:
        write_text(
            readable_json({"schema": "precall.dry_run/1", "triggers": [run.document() for run in runs]})
        )
    else:
        console = make_console()
        for number, run in enumerate(runs, start=1):
            console.print(*render_dry_run(run, number, console.width), sep="\n")
            if explain:
                console.print(*render_rules(run.rules, console.width), sep="\n")
            console.print()
        console.print(*render_total(runs, console.width), sep="\n")
        if not explain:
            note(("next: ", "dim"), f"precall policy dry-run {triggers} --explain")
    if not all(run.passed for run in runs):
        raise typer.Exit(1)
