"""Calling hours: half-open, on the clock at the contact's place, on the days the clocks change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from gate_briefs import admitted, brief, judge, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.gate.hours import Hours
from precall_cli.gate.law import read_law
from precall_cli.records.admission import Admission
from precall_cli.records.record import parse_time


def at(place: str, zone: str, **more: Any) -> Any:
    """A brief of a contact there whose do-not-call check is no concern."""
    return lambda now: brief(
        jurisdiction={"contact": place, "basis": "address", "seller": place},
        contact__timezone=zone,
        dnc__checked_at=(parse_time(now) - timedelta(days=1)).isoformat(),
        consent__obtained_at=None,
        **more,
    )


def is_open(make: Any, now: str) -> bool:
    return isinstance(judge(make(now), now), Admission)


@pytest.mark.parametrize(
    ("now", "may"),
    [
        # An ordinary day, the day the clocks go forward (EDT from then on), and the day they go back.
        ("2026-11-17T12:59:59Z", False),
        ("2026-11-17T13:00:00Z", True),
        ("2026-11-18T01:59:59Z", True),
        ("2026-11-18T02:00:00Z", False),
        ("2026-03-08T11:59:59Z", False),
        ("2026-03-08T12:00:00Z", True),
        ("2026-03-09T00:59:59Z", True),
        ("2026-03-09T01:00:00Z", False),
        ("2026-11-01T12:59:59Z", False),
        ("2026-11-01T13:00:00Z", True),
        ("2026-11-02T01:59:59Z", True),
        ("2026-11-02T02:00:00Z", False),
    ],
)
def test_new_york_may_be_called_from_eight_until_before_nine(now: str, may: bool) -> None:
    assert is_open(at("US-NY", "America/New_York"), now) is may


OPEN_IN_UTC = [
    # zone, day on which the clocks change, when 08:00 and 21:00 fall on that day: worked out by hand.
    ("America/New_York", "2026-03-08", "2026-03-08T12:00:00Z", "2026-03-09T01:00:00Z"),
    ("America/New_York", "2026-11-01", "2026-11-01T13:00:00Z", "2026-11-02T02:00:00Z"),
    ("Europe/London", "2026-03-29", "2026-03-29T07:00:00Z", "2026-03-29T20:00:00Z"),
    ("Europe/London", "2026-10-25", "2026-10-25T08:00:00Z", "2026-10-25T21:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T21:30:00Z", "2026-04-05T10:30:00Z"),
    ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T21:00:00Z", "2026-10-04T10:00:00Z"),
]


@pytest.mark.parametrize(("zone", "day", "opens", "closes"), OPEN_IN_UTC)
def test_every_second_of_the_days_on_which_the_clocks_change(
    zone: str, day: str, opens: str, closes: str
) -> None:
    hours, place = read_law().default_hours(), ZoneInfo(zone)
    first, last = parse_time(opens), parse_time(closes)
    start = datetime.combine(date.fromisoformat(day), time(0), place).astimezone(UTC)
    moment, end, second = start, start + timedelta(hours=23), timedelta(seconds=1)
    wrong = []
    while moment < end:
        if hours.allow(moment, place) is not (first <= moment < last):
            wrong.append(moment)
        moment += second
    assert wrong == []


@pytest.mark.parametrize(
    ("place", "zone", "now", "may", "why"),
    [
        ("GB", "Europe/London", "2026-11-17T07:59:59Z", False, "the default window where no law sets one"),
        ("GB", "Europe/London", "2026-11-17T08:00:00Z", True, "the same"),
        ("US-RI", "America/New_York", "2026-11-17T23:00:00Z", False, "18:00 on a weekday"),
        ("US-RI", "America/New_York", "2026-11-17T22:59:59Z", True, "17:59:59 on a weekday"),
        ("US-RI", "America/New_York", "2026-11-21T14:59:59Z", False, "09:59:59 on a Saturday"),
        ("US-RI", "America/New_York", "2026-11-22T16:00:00Z", False, "a Sunday"),
        (
            "US-RI",
            "America/New_York",
            "2026-08-10T16:00:00Z",
            False,
            "Victory Day, which no other state keeps",
        ),
        ("US-NY", "America/New_York", "2026-08-10T16:00:00Z", True, "no holiday there"),
        ("US-NY", "America/New_York", "2026-12-25T16:00:00Z", True, "no rule on holidays there"),
        (
            "US-MS",
            "America/Chicago",
            "2026-04-27T17:00:00Z",
            False,
            "a holiday there, under a rule we could not read",
        ),
        ("US-FL", "America/New_York", "2026-11-18T01:00:00Z", False, "20:00 in Florida"),
        ("US-FL", "America/Chicago", "2026-11-18T01:00:00Z", True, "19:00 in the west of Florida"),
        ("US-TX", "America/Chicago", "2026-11-22T17:59:59Z", False, "a Sunday before noon"),
        ("US-TX", "America/Chicago", "2026-11-22T18:00:00Z", True, "a Sunday at noon"),
        ("CA-ON", "America/Toronto", "2026-11-18T02:29:59Z", True, "21:29:59 on a weekday"),
        ("CA-ON", "America/Toronto", "2026-11-18T02:30:00Z", False, "21:30 on a weekday"),
        ("CA-ON", "America/Toronto", "2026-11-21T23:00:00Z", False, "18:00 on a Saturday"),
        ("FR", "Europe/Paris", "2026-11-17T12:00:00Z", False, "13:00, the midday break"),
        ("FR", "Europe/Paris", "2026-11-17T13:00:00Z", True, "14:00"),
        ("FR", "Europe/Paris", "2026-07-14T09:00:00Z", False, "the 14th of July"),
        ("FR", "Europe/Paris", "2026-12-26T09:00:00Z", False, "a Saturday, and a holiday in Alsace"),
        ("AU-VIC", "Australia/Melbourne", "2026-11-03T01:00:00Z", False, "Melbourne Cup Day"),
        ("AU-NSW", "Australia/Sydney", "2026-11-03T01:00:00Z", True, "no holiday in Sydney"),
        (
            "AU",
            "Australia/Sydney",
            "2026-11-03T01:00:00Z",
            False,
            "a holiday in a part, and the part is not given",
        ),
        ("AU-WA", "Australia/Perth", "2026-11-17T00:59:59Z", False, "08:59:59 in Perth"),
        (
            "GP",
            "America/Guadeloupe",
            "2026-05-27T15:00:00Z",
            False,
            "Abolition Day there, under French rules",
        ),
        ("IN", "Asia/Kolkata", "2026-11-17T02:30:00Z", True, "08:00, the default where nothing is known"),
        ("IN", "Asia/Kolkata", "2026-11-17T02:29:59Z", False, "07:59:59"),
    ],
)
def test_hours_by_place(place: str, zone: str, now: str, may: bool, why: str) -> None:
    assert is_open(at(place, zone), now) is may, why


@pytest.mark.parametrize(
    ("place", "zone", "now", "allowed_from"),
    [
        ("US-NY", "America/New_York", "2026-11-17T12:59:59Z", "2026-11-17T13:00:00Z"),
        ("US-NY", "America/New_York", "2026-11-18T02:00:00Z", "2026-11-18T13:00:00Z"),
        ("US-NY", "America/New_York", "2026-10-31T02:00:00Z", "2026-10-31T12:00:00Z"),
        ("US-NY", "America/New_York", "2026-11-01T02:00:00Z", "2026-11-01T13:00:00Z"),
        ("FR", "Europe/Paris", "2026-11-17T12:00:00Z", "2026-11-17T13:00:00Z"),
        ("FR", "Europe/Paris", "2026-12-24T19:00:00Z", "2026-12-28T09:00:00Z"),
        ("US-RI", "America/New_York", "2026-11-21T22:00:00Z", "2026-11-23T14:00:00Z"),
    ],
)
def test_a_refusal_says_from_when_on(place: str, zone: str, now: str, allowed_from: str) -> None:
    make = at(place, zone)
    refusal = refused(make(now), now)
    assert (refusal.code, refusal.pointer) == ("GATE_HOURS", "/contact/timezone")
    assert refusal.allowed_from == allowed_from
    assert is_open(make, allowed_from)


def test_the_callers_own_place_narrows_the_hours() -> None:
    make = brief(jurisdiction={"contact": "US-NY", "basis": "address", "seller": "US-FL"})
    admitted(make, "2026-11-18T00:59:59Z")
    assert refused(make, "2026-11-18T01:00:00Z").code == "GATE_HOURS"


def test_the_callers_hours_never_widen_the_default_window() -> None:
    make = brief(
        jurisdiction={"contact": "GB", "basis": "address", "seller": "CA-ON"},
        contact__timezone="Europe/London",
    )
    admitted(make, "2026-11-17T20:59:59Z")
    late = refused(make, "2026-11-17T21:00:00Z")
    assert (late.code, late.allowed_from) == ("GATE_HOURS", "2026-11-18T09:00:00Z")


def test_a_phone_prefix_proves_no_place_so_every_place_in_the_time_zone_counts() -> None:
    for basis, may in (("address", True), ("phone_prefix", False)):
        make = brief(jurisdiction={"contact": "US-NY", "basis": basis, "seller": "US-NY"})
        early = judge(make, "2026-11-17T13:30:00Z")  # 08:30; Kentucky, in the same zone, opens at ten
        assert isinstance(early, Admission) is may
    noon = admitted(make)
    assert {"US-NY", "US-KY", "US-RI"} <= set(noon.jurisdictions)
    assert [(f"{w.opens_at:%H:%M}", f"{w.closes_at:%H:%M}") for w in noon.windows] == [("10:00", "18:00")]


stretches = st.lists(st.times(), unique=True, max_size=6).map(
    lambda ends: tuple(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)
weeks = st.builds(Hours, st.tuples(*[stretches] * 7), st.just(frozenset()))


@settings(deadline=None)
@given(weeks, weeks, st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)))
def test_two_windows_together_allow_just_what_both_allow(one: Hours, other: Hours, naive: datetime) -> None:
    zone, moment = ZoneInfo("Europe/Berlin"), naive.replace(tzinfo=UTC)
    both = one.narrowed_by(other)
    assert both.allow(moment, zone) == (one.allow(moment, zone) and other.allow(moment, zone))
    assert both.days == other.narrowed_by(one).days


@settings(deadline=None)
@given(weeks, st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)))
def test_the_next_opening_is_open_and_nothing_before_it_is(week: Hours, naive: datetime) -> None:
    zone, moment = ZoneInfo("UTC"), naive.replace(tzinfo=UTC)
    opening = week.next_opening(moment, zone)
    if opening is None:
        assert not any(week.days)
        return
    assert week.allow(opening, zone)
    following = week.next_opening(opening, zone)
    assert following is not None
    assert following > opening
    if not week.allow(moment, zone):
        span = (opening - moment) / 50
        assert not any(week.allow(moment + span * step, zone) for step in range(50))
