"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from precall_cli.errors import BadInput
from precall_cli.rates.periods import Period, parse_day, parse_period, week_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-20", "2026-11-20", "2026-11-20"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
        ("30d", "2026-10-24", "2026-11-22"),
        ("4w", "2026-10-26", "2026-11-22"),
    ],
)
def test_a_period_is_whole_days(text: str, first: str, last: str) -> None:
    assert parse_period(text, TODAY, "--compare") == Period(first, last)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13", "2026-W60", "2026-11-31", "2026-11-15..2026-11-01"]
)
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_period(text, TODAY, "--compare")
    assert "2026-W47" in caught.value.hint


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    assert Period("2026-11-09", "2026-11-22").before() == Period("2026-10-26", "2026-11-08")
    assert Period(None, "2026-11-22").before() is None


def test_a_time_stands_for_its_day_in_utc_and_weeks_are_those_of_iso() -> None:
    assert parse_day("2026-11-20T23:30:00-05:00", TODAY, "--since") == "2026-11-21"
    assert week_of("2027-01-01") == "2026-W53"
