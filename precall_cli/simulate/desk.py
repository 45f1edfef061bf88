"""What a simulated day works with: the agents' desks and the means that they share."""

from __future__ import annotations

from dataclasses import dataclass

from precall_cli.simulate.spread import Spread


@dataclass(frozen=True, slots=True)
class Desk:
    """One agent as the simulation sees it."""

    agent: str
    mode: str
    """`at_call`, `precomputed` or `skipped`."""
    triggers: int
    hours: tuple[float, ...]
    """Weight of each hour of the day."""
    refused: tuple[tuple[str, float], ...]
    """Code of the gate, and part of the triggers that it refuses."""
    standing: float
    """Part of the triggers for which a plan stands."""
    live: bool
    """Whether plans are asked of a model, through workers and rate limit; else they are made on the spot."""
    planner: Spread
    failed: float
    budget_s: float
    sla_s: float | None
    before_gate: Spread
    """From trigger to brief and through the gate."""
    on_the_spot_s: float
    """To find a stored plan, or to make one offline."""
    line_up_s: float
    """From plan to dial."""
    call: Spread
    lines: int | None
    """Lines of its own."""


@dataclass(frozen=True, slots=True)
class Means:
    """What all agents share."""

    workers: int
    per_second: float | None
    burst: int
    lines: int
    batch_opens_s: float
    batch_closes_s: float
    batch_size: int
    batches_in_flight: int
    batch_takes: Spread
