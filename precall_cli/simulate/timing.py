"""How long each stage between trigger and outcome takes: as stated, as measured, or by this table.

The table is a model, stated here so that anybody can hold another against it, and the same everywhere. Where
the store knows how long live plans of the kind took, that counts instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from precall_cli.records.plan import Depth
from precall_cli.records.policy import Policy

if TYPE_CHECKING:
    from precall_cli.claude.prices import Prices

How = Literal["stated", "measured", "modelled", "none"]
"""`stated`: by the times of trigger and brief; `measured`: by stored plans, or here; `none`: no time."""

BRIEF_MS: Mapping[str, int] = {
    "form_submit": 900,
    "intent_signal": 2500,
    "calendar_event": 400,
    "list_cursor": 0,
    "scheduled_sweep": 0,
}
"""From trigger to brief; lists and sweeps are assembled beforehand."""
GATE_MS = 5
LOOKUP_MS = 5
"""To find a stored plan."""
OFFLINE_MS: Mapping[Depth, int] = {"trivial": 5, "lightweight": 15, "standard": 25, "deep": 40}
"""The offline planner: three times what it takes on a small server."""
CLAUDE_MS: Mapping[Depth, int] = {"trivial": 5, "lightweight": 3200, "standard": 6500, "deep": 10500}
"""A model's answer, nineteen times in twenty."""
CLAUDE_TOKENS: Mapping[Depth, tuple[int, int, int]] = {
    "trivial": (0, 0, 0),
    "lightweight": (900, 2000, 1100),
    "standard": (1100, 2000, 1500),
    "deep": (1400, 2000, 2400),
}
"""What a plan takes in tokens, by the shipped cases: input, input read from the cache, output."""
DIAL_MS = 1200
"""From plan to ringing: line set-up."""
TALK_S: Mapping[Depth, int] = {"trivial": 60, "lightweight": 180, "standard": 240, "deep": 360}
"""How long a call of this depth lasts."""
OUTCOME_MS = 500
"""To write what came of it."""
LEAST_MEASURED = 20
"""So many stored plans make a measurement."""
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Latency:
    """How long a plan takes, and how that is known."""

    ms: float
    how: How
    note: str


def planner_latency(engine: str, depth: Depth, stored: Sequence[float]) -> Latency:
    """Of a live plan: the 95th percentile of stored ones if there are enough, else the table's.

    `stored` are milliseconds in ascending order.
    """
    if len(stored) >= LEAST_MEASURED:
        ms = stored[min(len(stored) - 1, int(len(stored) * SHARE))]
        return Latency(ms, "measured", f"95th percentile of {len(stored)} stored plans")
    table = CLAUDE_MS if engine == "claude" else OFFLINE_MS
    return Latency(table[depth], "modelled", f"{engine}, {depth}")


def planner_cost(
    engine: str, model: str | None, depth: Depth, *, batch: bool, prices: Path | None = None
) -> dict[str, Any] | None:
    """What a plan costs, by the table of prices; None where the price of the model is not known.

    `prices` is the user's table, in place of the built-in one.
    """
    if engine != "claude" or depth == "trivial":
        return {"amount": 0, "currency": "USD"}
    from precall_cli.claude.prices import Usage

    fresh, cached, output = CLAUDE_TOKENS[depth]
    usage = Usage(
        model=model or "", requests=1, input_tokens=fresh, cache_read_tokens=cached, output_tokens=output
    )
    cost: dict[str, Any] | None = usage.document(_prices(prices), batch=batch)["cost"]
    return cost


def planner_model(policy: Policy, engine: str) -> str | None:
    """The model that would be asked: what the policy names, else what fits its depth; None offline."""
    if engine != "claude":
        return None
    from precall_cli.claude.request import model_for

    return model_for(policy)[0]


@cache
def _prices(path: Path | None) -> Prices:
    from precall_cli.claude.prices import load_prices

    return load_prices(path)
