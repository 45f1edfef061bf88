"""`precall policy dry-run` and `replay`: what a policy would do, before a phone rings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
        self._latencies: dict[tuple[str, str, str], Sequence[float]] = {}

    def cached(self, brief: Brief, policy: Policy, at: datetime) -> CallPlan | None:
        """The last plan stored for this brief and version."""
        from precall_cli.store.history import find_cached_plan

        if self._store is None:
            return None
        return find_cached_plan(self._store, brief.digest(), policy.digest(), at)

    def latencies(self, agent: str, engine: str, depth: str) -> Sequence[float]:
        """Milliseconds of stored live plans, ascending."""
        from precall_cli.store.history import plan_latencies

        if self._store is None:
            return []
        kind = (agent, engine, depth)
        if kind not in self._latencies:
            self._latencies[kind] = plan_latencies(self._store, *kind)
        return self._latencies[kind]

    def refusals(self, agent: str) -> tuple[int, Mapping[str, int]]:
        """Briefs that the gate has decided on, and how many it refused, by code."""
        from precall_cli.store.history import gate_decisions

        return gate_decisions(self._store, agent) if self._store else (0, {})

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
    """Play triggers, T0 to T5; nothing is stored.

    \b
    From trigger (T0) to brief, plan, dial and outcome (T5): the gate's decision,
    times against budget and SLA, cache, fallback, cost. Nothing is dialled.
    A line is {"trigger": …, "brief": <brief or path>, "agent": NAME}; a brief
    that names its trigger will do. Milliseconds are stated (by the times of
    trigger and brief), measured (of stored plans, or here) or modelled.
    With --now the timeline moves, so that the brief is there at that moment.
    Exit code 0: each would be dialled; 1: one was refused, is over its budget or
    SLA, or its version may not go live.
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
                explain=explain or as_json, measure=measure, prices=settings.prices,
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


def replay(
    policy: NewPolicy = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="30d|TIME", help="Only what was sealed since; all if not given."),
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="AGENT", help="Only plans of this agent.")
    ] = None,
    campaign: Campaign = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, max=10_000, metavar="N", help="Show at most so many, the worst.")
    ] = 20,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """What would have changed under another version?

    \b
    Plans each stored brief again at its own moment. The worst first: refused,
    agent gone, over budget, then disclosures, stops, known and withheld facts,
    the objective, the ladder, what is asked and answered, and timing alone; of
    equals, more changes first. Nothing is stored.
    Exit code 0; 1: a plan would be lost or overrun its budget; 3: no plan.
    Example: precall policy replay --policy policies/inbound.toml --since 30d
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.cli.since import parse_since
    from precall_cli.errors import NothingCollected
    from precall_cli.planner import load_playbook
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import readable_json
    from precall_cli.records.record import format_time
    from precall_cli.report.console import make_console, note, write_text
    from precall_cli.report.replay_text import render_replay
    from precall_cli.simulate.replay import RANKS
    from precall_cli.simulate.replay import replay as replay_history
    from precall_cli.store.history import past_plans, past_refusals
    from precall_cli.store.untouched import untouched

    settings = settings_for(db=db)
    start = parse_since(since, moment(now))
    policies = load_policies(settings.policies, campaign=campaign, instead=tuple(policy or ()))
    if agent is not None:
        policies.get(agent)
    playbook = load_playbook(settings.playbook)
    with untouched(settings.db) as store:
        if store is None:
            raise NothingCollected("there is no store yet", place=str(settings.db))
        found = replay_history(
            past_plans(store, since=start, agent=agent),
            past_refusals(store, since=start, agent=agent),
            policies,
            playbook,
            StoredPast(store).latencies,
            limit=limit,
            prices=settings.prices,
        )
    if not found.plans and not found.refusals:
        raise NothingCollected("no plan was sealed in that time", place=str(settings.db))
    versions = {each.agent: each.digest() for each in policies if agent in (None, each.agent)}
    head = {
        "schema": "precall.replay/1",
        "since": format_time(start) if start else None,
        "versions": versions,
    }
    if as_json:
        write_text(readable_json(head | found.document()))
    else:
        console = make_console()
        said = {name: f"{digest[7:19]}  {policies.get(name).title}" for name, digest in versions.items()}
        console.print(*render_replay(found.document(), RANKS, said, console.width), sep="\n")
        if found.worst:
            note(("next: ", "dim"), f"precall plan show {found.worst[0].plan_id} --why")
    if found.alarming:
        raise typer.Exit(1)
