"""Intervals and tests against published values, exact arithmetic and their laws."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.rates.statistics import (
    Z95,
    compare_tallies,
    design_effect,
    fisher_exact,
    holm,
    two_proportions,
    wilson,
)
from precall_cli.records.tally import Tally

COUNTS = st.integers(0, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
SMALL = st.integers(0, 14).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # Newcombe 1998, table I, method 3 (Wilson without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(COUNTS)
def test_wilson_bounds_are_the_shares_that_the_score_test_just_keeps(pair: tuple[int, int]) -> None:
    count, of = pair
    low, high = wilson(count, of)
    assert 0 <= low <= high <= 1
    if of:
        share = count / of
        assert low <= share <= high
        for bound in (low, high):
            if 1e-9 < bound < 1 - 1e-9:
                assert isclose(abs(share - bound), Z95 * sqrt(bound * (1 - bound) / of), rel_tol=1e-6)
        mirrored = wilson(of - count, of)
        assert isclose(1 - mirrored[1], low, abs_tol=1e-12)


def exact_fisher(a: int, n: int, b: int, m: int) -> float:
    """The same by whole fractions, table by table."""
    both = a + b
    weights = {i: comb(n, i) * comb(m, both - i) for i in range(max(0, both - m), min(n, both) + 1)}
    seen = weights[a]
    return float(Fraction(sum(w for w in weights.values() if w <= seen), sum(weights.values())))


@given(SMALL, SMALL)
def test_fisher_is_what_whole_fractions_give(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert fisher_exact(*one, *other) == pytest.approx(exact_fisher(*one, *other), abs=1e-9)
    assert fisher_exact(*one, *other) == pytest.approx(fisher_exact(*other, *one), abs=1e-12)


def test_fisher_gives_the_published_value_of_the_tea_tasting() -> None:
    assert fisher_exact(3, 4, 1, 4) == pytest.approx(0.485714, abs=1e-6)


@given(COUNTS, COUNTS, st.floats(1, 5))
def test_a_wider_spread_never_makes_a_change_surer(
    one: tuple[int, int], other: tuple[int, int], effect: float
) -> None:
    plain = two_proportions(*one, *other)
    assert 0 <= plain <= two_proportions(*one, *other, effect) <= 1
    assert plain == pytest.approx(two_proportions(*other, *one))


def test_the_z_test_gives_the_textbook_value() -> None:
    assert two_proportions(15, 100, 30, 100) == pytest.approx(0.0110, abs=5e-4)  # z = 2.540


def test_items_that_deviate_together_widen_the_spread_by_their_number() -> None:
    """Ten calls of ten items each, all off or none: each call is worth one item."""
    tally = sum(
        (
            Tally(calls=1, live=1, due=10, deviated=off, xx=off * off, xn=10 * off, nn=100)
            for off in [10] * 5 + [0] * 5
        ),
        Tally(),
    )
    assert design_effect(tally) == pytest.approx(10 * 10 / 9)
    assert design_effect(Tally(calls=3, live=3, due=30, deviated=5)) == 1.0


def test_few_are_tested_exactly_and_many_with_the_spread_between_calls() -> None:
    few = compare_tallies(Tally(due=10, deviated=1), Tally(due=12, deviated=6))
    assert (few.test, few.p) == ("fisher", pytest.approx(exact_fisher(1, 10, 6, 12)))
    many = compare_tallies(Tally(due=500, deviated=50), Tally(due=500, deviated=90))
    assert (many.test, many.p) == ("z", pytest.approx(two_proportions(50, 500, 90, 500)))


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_raises_every_value_and_keeps_their_order(values: list[float]) -> None:
    adjusted = holm(values)
    assert all(0 <= p <= a <= 1 for p, a in zip(values, adjusted, strict=True))
    order = sorted(range(len(values)), key=lambda i: values[i])
    assert [adjusted[i] for i in order] == sorted(adjusted)
    slow = [
        min(
            1.0,
            max(((len(values) - rank) * values[i] for rank, i in enumerate(order[: place + 1])), default=0),
        )
        for place in range(len(order))
    ]
    assert [adjusted[i] for i in order] == pytest.approx(slow)
