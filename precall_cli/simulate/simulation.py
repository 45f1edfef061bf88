"""A simulated day and its growth, as one record: figures by agent, what the means bear, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Any

from precall_cli.simulate.day import NOT_DONE as BATCH_NOT_DONE
from precall_cli.simulate.day import UNUSABLE, run_day
from precall_cli.simulate.desk import Desk
from precall_cli.simulate.growth import Load, Slice, loads_of, play_growth
from precall_cli.simulate.histogram import Histogram
from precall_cli.simulate.setup import Setup
from precall_cli.simulate.tally import DayResult, Tally

EDGES = (0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600)
"""Seconds at which the picture of trigger-to-dial is cut."""
ERROR = "a percentile is at most 0.4 % off"


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was simulated and what came of it."""

    setup: Setup
    seed: int
    day: DayResult
    loads: tuple[Load, ...]
    growth: tuple[Slice, ...]

    @property
    def late(self) -> int:
        """Contacts dialled after the SLA."""
        return sum(tally.late for tally in self.day.agents.values())

    def document(self) -> dict[str, Any]:
        """The record `precall.simulation/1`."""
        setup, day = self.setup, self.day
        agents = [_agent(desk, day.agents[desk.agent], setup) for desk in setup.desks]
        known = [each["cost"]["amount"] for each in agents if each["cost"] is not None]
        return {
            "schema": "precall.simulation/1",
            "seed": self.seed,
            "triggers": sum(tally.triggers for tally in day.agents.values()),
            "dialled": sum(tally.dialled for tally in day.agents.values()),
            "late": self.late,
            "cost": {"amount": round(fsum(known), 2), "currency": setup.currency},
            "agents": agents,
            "planner": _planner(day),
            "batches": {"sent": day.batches, "last_done_h": _round(day.batch_last_s, 3_600)},
            "lines": {name: round(busy, 3) for name, busy in day.busy_lines_s.items() if busy},
            "loads": [
                {"name": each.name, "busiest_hour": round(each.used, 6),
                 "breaks_at": None if each.breaks_at is None else round(each.breaks_at, 3), "then": each.then}
                for each in self.loads
            ],
            "growth": [_slice(each, setup) for each in self.growth],
            "inputs": [
                {"name": i.name, "value": i.value, "origin": i.origin, "stated": i.stated}
                for i in setup.inputs
            ],
            "precision": ERROR,
        }  # fmt: skip


def simulate(setup: Setup, seed: int) -> Simulation:
    """Plays a day, then its busiest hour at larger volumes. The same setup and seed give the same bytes."""
    day = run_day(setup.desks, setup.means, seed)
    growth = play_growth(setup.desks, setup.means, seed)
    return Simulation(setup, seed, day, tuple(loads_of(setup.desks, setup.means)), tuple(growth))


def _agent(desk: Desk, tally: Tally, setup: Setup) -> dict[str, Any]:
    paid = paid_plans(desk, tally)
    cost = setup.costs[desk.agent]
    amount = None if cost is None else round(paid * cost, 2)
    with_plan = tally.dialled - tally.plans["fallback"] - tally.plans["trivial"]
    made = tally.plans["live"] + tally.plans["batch"]
    return {
        "agent": desk.agent,
        "mode": desk.mode,
        "engine": setup.engines[desk.agent],
        "triggers": tally.triggers,
        "refused": dict(sorted(tally.refused.items())),
        "dialled": tally.dialled,
        "trigger_to_dial_s": quantiles(tally.to_dial),
        "spread": tally.to_dial.shares(list(EDGES)),
        "sla_s": desk.sla_s,
        "late": tally.late,
        "planner_wait_s": quantiles(tally.planner_wait),
        "line_wait_s": quantiles(tally.line_wait),
        "plans": dict(sorted(tally.plans.items())),
        "fallbacks": dict(sorted(tally.fallbacks.items())),
        "plans_paid": paid,
        "calls_per_plan": round(with_plan / made, 3) if made else None,
        "cost": None if amount is None else {"amount": amount, "currency": setup.currency},
        "cost_per_call": None if amount is None or not tally.dialled else round(amount / tally.dialled, 6),
    }


def paid_plans(desk: Desk, tally: Tally) -> int:
    """Plans that a model was asked for, used or not."""
    if desk.live:
        return tally.asked
    if desk.mode == "precomputed":
        return tally.plans["batch"] + tally.fallbacks[UNUSABLE] + tally.fallbacks[BATCH_NOT_DONE]
    return 0


def quantiles(found: Histogram) -> dict[str, float | None]:
    """Half, nineteen in twenty, all but one in a hundred, all; in seconds."""
    return {
        "p50": _round(found.quantile(0.5)),
        "p95": _round(found.quantile(0.95)),
        "p99": _round(found.quantile(0.99)),
        "max": _round(found.most) if found.count else None,
    }


def _round(seconds: float | None, unit: float = 1.0) -> float | None:
    return None if seconds is None else round(seconds / unit, 3)


def _planner(day: DayResult) -> dict[str, Any]:
    queue = day.planner
    span = queue.last - queue.first
    return {
        "asked": queue.asked,
        "mean_wait_s": round(queue.waited_s / queue.asked, 6) if queue.asked else None,
        "mean_time_s": round(queue.time_in_s / queue.asked, 6) if queue.asked else None,
        "mean_inside": round(queue.area / span, 6) if span else None,
        "busy_s": round(day.busy_workers_s, 3),
    }


def _slice(each: Slice, setup: Setup) -> dict[str, Any]:
    agents = []
    for desk in setup.desks:
        tally = each.result.agents[desk.agent]
        agents.append(
            {
                "agent": desk.agent,
                "dialled": tally.dialled,
                "p99_s": _round(tally.to_dial.quantile(0.99)),
                "late": tally.late,
                "fallbacks": sum(tally.fallbacks.values()),
            }
        )
    return {"factor": each.factor, "seconds": round(each.seconds, 3), "agents": agents}
