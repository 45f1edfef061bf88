"""From mix, policies and stored plans to a simulated day's desks and means, each input with its origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from precall_cli.errors import BadInput
from precall_cli.policies import Policies
from precall_cli.records.policy import Policy
from precall_cli.records.record import describe
from precall_cli.records.regular_file import read_regular
from precall_cli.records.toml_text import TomlDocument, parse_toml
from precall_cli.simulate import timing
from precall_cli.simulate.desk import Desk, Means
from precall_cli.simulate.mix import AgentMix, Duration, Mix
from precall_cli.simulate.spread import Spread, between, fixed, measured

Latencies = Callable[[str, str, str], Sequence[float]]
"""Agent, engine, depth → milliseconds of stored plans, ascending."""
Refusals = Callable[[str], tuple[int, Mapping[str, int]]]
"""Agent → briefs that the gate has decided on, and how many it refused, by code."""
CONTACTS = 10_000
"""Triggers in the day where neither the mix nor the command says."""
_DAYTIME = (0.0,) * 8 + (1.0,) * 12 + (0.0,) * 4


@dataclass(frozen=True, slots=True)
class Input:
    """One number that the simulation goes by."""

    name: str
    value: str
    origin: str
    stated: bool
    """Whether the mix itself says so."""


@dataclass(frozen=True, slots=True)
class Setup:
    """All that a simulated day needs."""

    desks: tuple[Desk, ...]
    means: Means
    engines: dict[str, str]
    costs: dict[str, float | None]
    """What one plan of a model costs, by agent; None where that is not known."""
    currency: str
    inputs: tuple[Input, ...]


def read_mix(path: Path) -> tuple[Mix, TomlDocument]:
    """The mix of a TOML file. Raises BadInput with every problem and its line."""
    hint = "`precall schema mix` prints what is expected."
    document = parse_toml(read_regular(path, missing=hint), str(path))
    mix, problems = Mix.examine(document.value)
    if mix is None:
        placed = [f"{document.place(p.pointer)}: {describe([p])}" for p in problems]
        text = placed[0] if len(placed) == 1 else "\n  ".join([f"{len(placed)} problems", *placed])
        raise BadInput(text, hint="`precall schema mix` prints what is expected.", problems=tuple(problems))
    return mix, document


def prepare(
    mix: Mix,
    document: TomlDocument,
    policies: Policies,
    latencies: Latencies,
    *,
    contacts: int | None = None,
    prices: Path | None = None,
    switched_off: Mapping[str, str] = MappingProxyType({}),
    refusals: Refusals | None = None,
) -> Setup:
    """The day that a mix describes. Raises BadInput for an agent that no policy knows.

    `prices` is the user's table of prices, in place of the built-in one; `switched_off` gives the reason for
    agents that make trivial plans only; `refusals` says what the gate refused before, of `LEAST_MEASURED`
    briefs or more, for agents of which the mix says nothing.
    """
    total = contacts or mix.contacts or CONTACTS
    maker = _Maker(mix, document, latencies, prices, refusals)
    desks: list[Desk] = []
    costs: dict[str, float | None] = {}
    engines: dict[str, str] = {}
    upto, before = 0.0, 0
    for name in mix.agents:
        if name not in policies.by_agent:
            raise BadInput(
                f"there is no agent {name!r}",
                place=document.place(f"/agents/{name}"),
                hint=f"The policies have: {', '.join(policies.by_agent)}.",
            )
    for policy in policies:
        name = policy.agent
        if name not in mix.agents:
            continue
        agent = mix.agents[name]
        upto += agent.share
        count = round(total * min(upto, 1.0)) - before
        before += count
        desks.append(maker.desk(name, agent, policy, count, switched_off.get(name)))
        engines[name] = agent.engine or policy.planning.engine
        costs[name] = maker.cost(name, agent, policy)
    batch = mix.batch
    takes = maker.spread("/batch/takes", batch.takes) if "batch" in document.value else None
    means = Means(
        workers=mix.planner.workers,
        per_second=mix.planner.per_minute / 60 if mix.planner.per_minute else None,
        burst=mix.planner.burst,
        lines=mix.dialler.lines,
        batch_opens_s=batch.opens * 3_600,
        batch_closes_s=batch.closes * 3_600,
        batch_size=batch.size,
        batches_in_flight=batch.in_flight,
        batch_takes=takes or between(batch.takes.points(), "default"),
    )
    return Setup(tuple(desks), means, engines, costs, mix.currency, tuple(maker.inputs))


class _Maker:
    def __init__(
        self,
        mix: Mix,
        document: TomlDocument,
        latencies: Latencies,
        prices: Path | None,
        refusals: Refusals | None,
    ) -> None:
        self.mix, self.document, self.latencies, self.prices = mix, document, latencies, prices
        self.refusals = refusals
        self.inputs: list[Input] = []

    def desk(self, name: str, agent: AgentMix, policy: Policy, count: int, off: str | None) -> Desk:
        planning = policy.planning
        engine = agent.engine or planning.engine
        off = off or (None if policy.enabled else "the policy is disabled")
        mode = "skipped" if off else planning.mode
        if off:
            self._note(f"{name} plans", "trivial ones", off)
        kind = policy.triggers[0] if policy.triggers else "list_cursor"
        planner = self._planner(name, agent, engine, planning.depth)
        if mode == "at_call":
            self._note(f"{name} planner", _said(planner), planner.origin)
        call = (
            self.spread(f"/agents/{name}/call", agent.call)
            if agent.call
            else Spread(exponential=float(timing.TALK_S[planning.depth]), origin="table of the dry-run")
        )
        self._note(f"{name} call", _said(call), call.origin)
        return Desk(
            agent=name,
            mode=mode,
            triggers=count,
            hours=agent.arrivals or _DAYTIME,
            refused=self._refused(name, agent),
            standing=agent.standing,
            live=mode == "at_call" and engine == "claude",
            planner=planner,
            failed=agent.failed,
            budget_s=planning.budget_ms / 1000,
            sla_s=planning.sla_s,
            before_gate=fixed((timing.BRIEF_MS[kind] + timing.GATE_MS) / 1000, "table of the dry-run"),
            on_the_spot_s=(timing.LOOKUP_MS + timing.OFFLINE_MS[planning.depth]) / 1000,
            line_up_s=timing.DIAL_MS / 1000,
            call=call,
            lines=agent.lines,
        )

    def cost(self, name: str, agent: AgentMix, policy: Policy) -> float | None:
        planning = policy.planning
        engine = agent.engine or planning.engine
        if engine != "claude" or planning.mode == "skipped":
            return 0.0
        if agent.cost is not None:
            self._note(f"{name} plan", f"{agent.cost:g}", self.document.place(f"/agents/{name}/cost"))
            return agent.cost
        batch = planning.mode == "precomputed"
        found = timing.planner_cost(engine, planning.model, planning.depth, batch=batch, prices=self.prices)
        if found is None:
            self._note(f"{name} plan", "not known", f"no price for the model {planning.model}")
            return None
        self._note(f"{name} plan", f"{found['amount']:g}", f"table of prices, {planning.model}")
        return float(found["amount"])

    def spread(self, pointer: str, duration: Duration) -> Spread:
        """What a duration of the file means."""
        origin = self.document.place(pointer)
        if duration.s is not None:
            return fixed(duration.s, origin)
        if duration.mean is not None:
            return Spread(exponential=duration.mean, origin=origin)
        return between(duration.points(), origin)

    def _refused(self, name: str, agent: AgentMix) -> tuple[tuple[str, float], ...]:
        """Part that the gate refuses by code: as the mix says, else as it was in the store, else none."""
        if agent.refused is not None:
            return tuple(agent.refused.items())
        decided, by_code = self.refusals(name) if self.refusals else (0, {})
        if decided < timing.LEAST_MEASURED:
            return ()
        share = sum(by_code.values()) / decided
        self._note(f"{name} refused", f"{share:.1%}", f"{decided:,} briefs that the gate decided on")
        return tuple((code, number / decided) for code, number in sorted(by_code.items()))

    def _planner(self, name: str, agent: AgentMix, engine: str, depth: str) -> Spread:
        if agent.planner:
            return self.spread(f"/agents/{name}/planner", agent.planner)
        stored = self.latencies(name, engine, depth)
        if len(stored) >= timing.LEAST_MEASURED:
            return measured([ms / 1000 for ms in stored], f"{len(stored):,} stored plans")
        table = timing.CLAUDE_MS if engine == "claude" else timing.OFFLINE_MS
        most = table[depth] / 1000  # type: ignore[index]  # a depth of the policy
        return between([(0.5, 0.6 * most), (0.95, most)], f"table of the dry-run: {engine}, {depth}")

    def _note(self, name: str, value: str, origin: str) -> None:
        self.inputs.append(Input(name, value, origin, origin.startswith(self.document.source)))


def _said(spread: Spread) -> str:
    if spread.exponential is not None:
        return f"{spread.exponential:g} s on average, exponential"
    if len(spread.points) == 1:
        return f"{spread.points[0][1]:g} s"
    return f"{spread.mean:.3g} s on average, at most {spread.points[-1][1]:.3g} s"
