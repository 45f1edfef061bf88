"""The simulated day against laws that hold for every queue, and closed forms of the simplest ones."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.simulate.day import NO_WINDOW, NOT_DONE, OVER_BUDGET, run_day
from precall_cli.simulate.desk import Desk, Means
from precall_cli.simulate.growth import loads_of
from precall_cli.simulate.histogram import Histogram
from precall_cli.simulate.randomness import Stream, natural_log
from precall_cli.simulate.spread import Spread, between, fixed
from precall_cli.simulate.tally import DayResult

DAY_S = 86_400.0
PINNED = [
    "0x1.f464f6da6b577p-1",
    "0x1.86451220be4c9p-1",
    "0x1.258ed17a03695p-1",
    "0x1.64f67011f0e9cp-3",
    "0x1.87476848e09aep-2",
    "0x1.3127a905d502cp-3",
]
NOTHING = fixed(0.0, "")
DESK = Desk(
    agent="inbound", mode="at_call", triggers=60_000, hours=(1.0,) * 24, refused=(), standing=0.0, live=True,
    planner=Spread(exponential=1.0), failed=0.0, budget_s=1e9, sla_s=None, before_gate=NOTHING,
    on_the_spot_s=0.0, line_up_s=0.0, call=NOTHING, lines=None,
)  # fmt: skip
MEANS = Means(
    workers=1, per_second=None, burst=1, lines=1_000, batch_opens_s=-14_400, batch_closes_s=21_600,
    batch_size=1_000, batches_in_flight=2, batch_takes=fixed(3_600.0, ""),
)  # fmt: skip


def day(desk: Desk, means: Means = MEANS, seed: int = 1) -> DayResult:
    return run_day([desk], means, seed)


def littles_law(result: DayResult) -> None:
    """L = λW: contacts counted over time against the sum of the times that each spent there."""
    queue = result.planner
    span = queue.last - queue.first
    assert queue.inside == 0
    assert queue.area / span == pytest.approx(
        (queue.asked / span) * (queue.time_in_s / queue.asked), rel=1e-9
    )


@pytest.mark.parametrize("used", [0.5, 0.8])
def test_one_worker_waits_as_the_formula_for_one_server_says(used: float) -> None:
    """M/M/1: on average ρ / (1 − ρ) services are waited for. Within 5 % over 60,000 contacts."""
    serves = used * DAY_S / DESK.triggers
    result = day(replace(DESK, planner=Spread(exponential=serves)), seed=2)
    queue = result.planner
    assert queue.waited_s / queue.asked == pytest.approx(serves * used / (1 - used), rel=0.05)
    assert queue.time_in_s / queue.asked == pytest.approx(serves / (1 - used), rel=0.05)
    assert result.busy_workers_s / DAY_S == pytest.approx(used, rel=0.02)
    littles_law(result)


def test_five_lines_wait_as_erlang_says() -> None:
    """M/M/c, Erlang C: part of the contacts that wait, and how long. Within 3 % and 8 % over 80,000."""
    lines, used = 5, 0.7
    talks = used * lines * DAY_S / 80_000
    desk = replace(DESK, triggers=80_000, live=False, planner=NOTHING, call=Spread(exponential=talks))
    found = day(desk, replace(MEANS, lines=lines)).agents["inbound"].line_wait
    load = lines * used
    full = load**lines / factorial(lines) / (1 - used)
    waits = full / (sum(load**k / factorial(k) for k in range(lines)) + full)
    assert found.mean == pytest.approx(waits * talks / (lines * (1 - used)), rel=0.08)
    assert found.shares([1e-12])[1] / found.count == pytest.approx(waits, rel=0.03)


def test_in_overload_nobody_waits_past_the_budget_and_the_worker_never_rests() -> None:
    desk = replace(DESK, triggers=20_000, planner=fixed(9.0, ""), budget_s=40.0)
    result = day(desk)
    tally = result.agents["inbound"]
    littles_law(result)
    assert tally.planner_wait.most <= 40.0
    assert tally.plans["live"] + tally.plans["fallback"] == tally.dialled == 20_000
    assert tally.fallbacks[OVER_BUDGET] > 10_000
    assert result.busy_workers_s == pytest.approx(DAY_S, rel=0.002)


def test_a_rate_limit_lets_no_more_through_than_it_says() -> None:
    desk = replace(DESK, triggers=30_000, planner=NOTHING, budget_s=5.0)
    tally = day(desk, replace(MEANS, workers=500, per_second=0.25, burst=40)).agents["inbound"]
    assert 0.25 * DAY_S * 0.99 < tally.asked <= 0.25 * (DAY_S + 5) + 40
    free = day(desk, replace(MEANS, workers=500)).agents["inbound"]
    assert free.asked == desk.triggers and not free.fallbacks


def test_plans_of_a_batch_are_there_when_the_batch_is_done_and_not_before() -> None:
    desk = replace(DESK, mode="precomputed", live=False, triggers=6_000, hours=(0.0,) * 8 + (1.0,) * 16)
    assert day(desk).agents["inbound"].plans == {"batch": 6_000}
    late = day(desk, replace(MEANS, batch_opens_s=0.0, batch_closes_s=7_000.0)).agents["inbound"]
    assert late.fallbacks == {NO_WINDOW: 2_000} and late.plans["batch"] == 4_000
    slow = day(desk, replace(MEANS, batch_takes=fixed(12 * 3_600.0, ""), batches_in_flight=9)).agents[
        "inbound"
    ]
    early = slow.fallbacks[NOT_DONE]
    assert (slow.plans == {"fallback": early} and early == 6_000) or slow.plans["batch"] + early == 6_000


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), workers=st.integers(1, 6), serves=st.floats(0.01, 40),
    budget=st.floats(0.5, 30), refused=st.floats(0, 0.9), standing=st.floats(0, 1),
    lines=st.integers(1, 9), calls=st.floats(0, 600),
)  # fmt: skip
def test_every_trigger_ends_somewhere(
    seed: int,
    workers: int,
    serves: float,
    budget: float,
    refused: float,
    standing: float,
    lines: int,
    calls: float,
) -> None:
    desk = replace(
        DESK, triggers=600, planner=between([(0.5, serves), (0.9, 3 * serves)], ""), budget_s=budget,
        refused=(("GATE_HOURS", refused),), standing=standing, lines=lines, call=fixed(calls, ""), failed=0.1,
    )  # fmt: skip
    result = day(desk, replace(MEANS, workers=workers, per_second=0.5, burst=3), seed)
    tally = result.agents["inbound"]
    assert tally.triggers == 600 == tally.dialled + tally.refused.total()
    assert tally.plans.total() == tally.dialled == tally.to_dial.count
    assert tally.plans["fallback"] == tally.fallbacks.total() <= result.planner.asked
    assert tally.asked <= result.planner.asked
    if result.planner.asked:
        littles_law(result)


def test_twice_the_volume_breaks_at_half_the_factor() -> None:
    desk = replace(DESK, refused=(("GATE_HOURS", 0.1),), standing=0.2, call=fixed(60.0, ""), budget_s=0.5)
    means = replace(MEANS, per_second=50.0)
    once = {load.name: load.breaks_at for load in loads_of([desk], means)}
    twice = {load.name: load.breaks_at for load in loads_of([replace(desk, triggers=120_000)], means)}
    assert once.keys() == {"planner workers", "the provider's rate limit", "dialler lines"}
    assert all(twice[name] == pytest.approx((at or 0) / 2) for name, at in once.items())
    assert once["the provider's rate limit"] == pytest.approx(50 / (60_000 / DAY_S * 0.9 * 0.8))


def test_memory_does_not_grow_with_the_contacts() -> None:
    peaks = []
    for triggers in (8_000, 24_000):
        tracemalloc.start()
        day(replace(DESK, triggers=triggers, hours=(1.0,), live=False))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_numbers_are_the_same_bits_everywhere() -> None:
    drawn = Stream(7, "inbound").uniform(2, 3)
    assert [value.hex() for value in drawn.ravel().tolist()] == PINNED
    logs = natural_log(np.array([0.5, 0.1, 1.0, 7.5, 1e-12]))
    assert logs.tolist() == pytest.approx(np.log([0.5, 0.1, 1.0, 7.5, 1e-12]).tolist(), rel=1e-15, abs=0)


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_percentile_is_off_by_less_than_it_says(values: list[float], share: float) -> None:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    exact = sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]
    assert histogram.quantile(share) == pytest.approx(exact, rel=1 / 250)
