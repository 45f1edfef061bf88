"""The page of rates: the report's own numbers, whole in itself, marks where the numbers put them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.records.rate import Share, TrendPoint
from precall_cli.report.html.charts import draw_trend, place, scale_for
from precall_cli.report.html.rate_page import render_rate_page
from precall_cli.report.rate_text import interval_text, rate_text
from tests.report.page_reader import read_page
from tests.report.rates import rate_report, row
from tests.report.test_audit_page import EVIL, squeezed


def test_every_number_of_the_report_stands_on_the_page() -> None:
    report = rate_report()
    shown = squeezed(read_page(render_rate_page(report)).text)
    for reading in report.readings:
        total = reading.total
        assert squeezed(f"Deviation rate {rate_text(total.deviation)} 1,234 of 9,876 items due") in shown
        assert squeezed(f"Silent deviations {rate_text(total.silent)} 617 of 1,234 deviations") in shown
        for one in reading.rows:
            numbers = one.deviation
            cells = f"{one.calls:,} {numbers.of:,} {numbers.count:,} {rate_text(numbers)}"
            assert f"{one.key}{' small n' if one.deviation.small else ''} {squeezed(cells)}" in shown
            assert squeezed(interval_text(one.deviation)) in shown
            silent = one.silent
            assert squeezed(f"{silent.count:,} of {silent.of:,} {rate_text(silent)}") in shown
        cells = total.cells
        assert f"Logged {cells.explained:,} explained {cells.kept_logged:,} logged, but kept" in shown
        assert f"Not logged {cells.silent:,} silent {cells.clear:,} clear" in shown
    assert "31 audits decided, 7 overturned · 1 item disputed, in no rate" in shown
    for said in ("< 0.001 a change", "0.210 may be chance", "1.000 too few to say", "+6.1 points"):
        assert said in shown


@pytest.mark.parametrize("text", EVIL)
def test_names_of_groups_do_nothing(text: str) -> None:
    shown = read_page(render_rate_page(rate_report((f"a {text}",), agent=text, notes=[text])))
    if text.isprintable():
        assert squeezed(f"a {text}") in squeezed(shown.text)


def test_without_any_call_it_says_so() -> None:
    nothing = row("all", 0, 0) | {"trend": []}
    reading = {"overrides": "before", "decided": 0, "overturned": 0, "disputed": 0, "rows": [], "changes": []}
    report = rate_report(readings=[reading | {"total": nothing}], compared=None, first=None, last=None)
    shown = read_page(render_rate_page(report))
    assert "No call in this period" in shown.text and "all that is stored" in shown.text
    assert not shown.by_tag("svg")


shares = st.tuples(*[st.floats(0, 1)] * 3).map(
    lambda three: Share(count=1, of=2, low=min(three), rate=sorted(three)[1], high=max(three), small=False)
)


@given(st.lists(shares, min_size=1, max_size=6))
def test_intervals_lie_on_the_scale_with_the_point_within(given_: list[Share]) -> None:
    scale = scale_for(given_)
    for share in given_:
        mark = place(share, scale)
        assert mark is not None
        low, width, point = (float(text[:-1]) for text in (mark.low, mark.width, mark.point))
        assert low >= 0 and low + width <= 100.02 and low - 0.02 <= point <= low + width + 0.02


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=14))
def test_the_trend_draws_weeks_in_order_and_joins_neighbours_only(weeks: list[tuple[int, int]]) -> None:
    points = [
        TrendPoint(
            week=f"W{n}", due=max(pair), deviated=min(pair), rate=min(pair) / max(pair) if max(pair) else None
        )
        for n, pair in enumerate(weeks)
    ]
    trend = draw_trend(points)
    xs = [float(week.x[:-1]) for week in trend.weeks]
    assert xs == sorted(xs) and all(0 < x < 100 for x in xs)
    known = [point.rate is not None for point in points]
    assert len(trend.segments) == sum(a and b for a, b in pairwise(known))
    ys = {week.y for week in trend.weeks if not week.empty}
    assert all(0 <= float(y) <= 120 for y in ys)
