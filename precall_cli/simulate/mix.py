"""The mix: what a day brings and what there is to meet it with. Written as TOML by whoever plans capacity."""

from __future__ import annotations

from math import fsum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.errors import Problem
from precall_cli.records.record import Line, Part, Record

Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=1_000_000)]
Count = Annotated[int, Field(ge=1, le=100_000_000)]
Money = Annotated[float, Field(ge=0, le=1_000_000)]
Hours = Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=24, max_length=24)]
DAY_S = 86_400.0


class Duration(Part):
    """A duration: its `mean` (exponential), one fixed value `s`, or percentiles with straight lines between.

    Without `min` it is three quarters of the lowest percentile at the least, without `max` twice the highest
    at the most.
    """

    s: Seconds | None = None
    """Always so many seconds."""
    mean: Seconds | None = None
    """Seconds on average, exponentially spread."""
    min: Seconds | None = None
    """The least."""
    p50: Seconds | None = None
    """Half take no longer."""
    p75: Seconds | None = None
    """Three in four take no longer."""
    p90: Seconds | None = None
    """Nine in ten take no longer."""
    p95: Seconds | None = None
    """Nineteen in twenty take no longer."""
    p99: Seconds | None = None
    """All but one in a hundred take no longer."""
    max: Seconds | None = None
    """The most."""

    def points(self) -> list[tuple[float, float]]:
        """Share and seconds of the percentiles that are given, in order."""
        shares = {"min": 0.0, "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "max": 1.0}
        values = ((share, getattr(self, name)) for name, share in shares.items())
        return [(share, value) for share, value in values if value is not None]


class AgentMix(Part):
    """What the day brings to one agent."""

    share: Share
    """Part of all triggers that are this agent's; the shares of all agents add up to 1."""
    arrivals: Hours | None = None
    """Weight of each hour of the day, 24 numbers; without it 8 to 20 o'clock alike."""
    refused: dict[Line, Share] | None = None
    """Part that the gate refuses, by its code; without it as in the store, else none."""
    standing: Share = 0.0
    """Part of the triggers for which a plan stands that is still good."""
    engine: Literal["offline", "claude"] | None = None
    """Planner, in place of the policy's."""
    planner: Duration | None = None
    """How long a live plan takes; without it as in the store, else by the table of the dry-run."""
    failed: Share = 0.0
    """Part of the planner's answers that cannot be used."""
    cost: Money | None = None
    """What one plan of the `claude` engine costs; without it by the table of prices."""
    call: Duration | None = None
    """How long a call holds its line."""
    lines: Count | None = None
    """Lines of its own; without it it shares those of the dialler."""


class PlannerMix(Part):
    """What live plans share."""

    workers: Count = 64
    """Plans that are made at the same time."""
    per_minute: Count | None = None
    """Requests that the model's provider takes in a minute."""
    burst: Count = 50
    """Requests that may come at once before that limit holds."""


class DiallerMix(Part):
    """What calls share."""

    lines: Count = 1_000
    """Calls at the same time."""


class BatchMix(Part):
    """The window in which precomputed plans are made."""

    opens: Annotated[float, Field(ge=-24, le=24)] = -4.0
    """Hour from midnight of the day; -4 is eight in the evening before."""
    closes: Annotated[float, Field(ge=-24, le=24)] = 6.0
    """Hour after which no batch is sent in."""
    size: Count = 10_000
    """Plans in a batch."""
    in_flight: Count = 4
    """Batches at the same time."""
    takes: Duration = Duration(min=300, p50=1800, p95=7200, max=86_400)
    """From sending a batch in to its answers."""


class Mix(Record):
    """Mix: what a simulated day brings, agent by agent, and what there is to meet it with."""

    record_name: ClassVar[str] = "mix"

    schema_: Annotated[Literal["precall.mix/1"], Field(alias="schema")] = "precall.mix/1"
    """Which record this is."""
    contacts: Count | None = None
    """Triggers in the day, unless --contacts says."""
    currency: Line = "USD"
    """Of all costs."""
    planner: PlannerMix = PlannerMix()
    """What live plans share."""
    dialler: DiallerMix = DiallerMix()
    """What calls share."""
    batch: BatchMix = BatchMix()
    """When precomputed plans are made."""
    agents: Annotated[dict[Line, AgentMix], Field(min_length=1)]
    """What the day brings to each agent, by its name in the policies."""

    def cross_check(self) -> list[Problem]:
        """Shares that do not add up, percentiles out of order, a window that closes before it opens."""
        problems = []
        total = fsum(agent.share for agent in self.agents.values())
        if abs(total - 1) > 1e-6:
            problems.append(Problem("/agents", f"the shares add up to {total:g}, not 1", "Change them."))
        if self.batch.closes <= self.batch.opens:
            problems.append(Problem("/batch/closes", "must be after `opens`", "Give a later hour."))
        durations = [("/batch/takes", self.batch.takes)]
        for name, agent in self.agents.items():
            durations += [
                (f"/agents/{name}/{key}", each)
                for key in ("planner", "call")
                if (each := getattr(agent, key)) is not None
            ]
            if fsum((agent.refused or {}).values()) > 1:
                problems.append(Problem(f"/agents/{name}/refused", "adds up to more than 1", "Lower it."))
            if agent.arrivals is not None and not sum(agent.arrivals):
                problems.append(Problem(f"/agents/{name}/arrivals", "has no hour with a weight", "Add one."))
        problems += [p for place, each in durations if (p := _problem_of(place, each))]
        return problems


def _problem_of(place: str, duration: Duration) -> Problem | None:
    points = duration.points()
    ways = (duration.s is not None) + (duration.mean is not None) + bool(points)
    if ways != 1:
        return Problem(place, "needs one of `s`, `mean` or percentiles", "Write { p50 = 1.4, p95 = 3.1 }.")
    if duration.mean is not None and duration.mean == 0:
        return Problem(place, "must have a mean above 0", "Write { s = 0 } for no time at all.")
    if points and len(points) < 2:
        return Problem(place, "needs at least two percentiles", "Write { p50 = 1.4, p95 = 3.1 }.")
    if [value for _, value in points] != sorted(value for _, value in points):
        return Problem(place, "has percentiles that fall", "Put them in order.")
    return None
