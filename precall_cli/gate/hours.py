"""Calling hours: a week of half-open stretches in local time, public holidays, and the two narrowed.

A stretch is compared with the clock on the wall at the contact's place, so that both days on which
the clocks change come out right: 08:00 is 08:00 on the wall, however long the night was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SEARCH_DAYS = 370
"""How far ahead the next permitted moment is looked for."""

LOCAL_HOLIDAYS = {"AU": ("ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"), "FR": ("57", "6AE")}
"""Parts with public holidays of their own; all of them count where the part of the contact is not known."""

Stretch = tuple[time, time]
"""From the first until just before the second, on the wall clock."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When calls may be made, week in, week out."""

    days: tuple[tuple[Stretch, ...], ...]
    """Seven days, Monday first; a day without stretches is closed."""
    holidays_of: frozenset[str]
    """Places on whose public holidays no call may be made."""

    def narrowed_by(self, other: Hours) -> Hours:
        """Only the hours that both allow; the holidays of either close the day."""
        days = tuple(_overlap(mine, theirs) for mine, theirs in zip(self.days, other.days, strict=True))
        return Hours(days, self.holidays_of | other.holidays_of)

    def stretches_on(self, day: date) -> tuple[Stretch, ...]:
        """The hours of one date, in order; none on a holiday that counts."""
        stretches = self.days[day.weekday()]
        return () if stretches and self.holiday_on(day) else stretches

    def holiday_on(self, day: date) -> str:
        """Name and place of the public holiday that closes this date, or nothing."""
        for place in sorted(self.holidays_of):
            if name := public_holiday(place, day):
                return f"{name} ({place})"
        return ""

    def allow(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether a call may be made at this moment in this time zone."""
        local = moment.astimezone(zone)
        clock = local.time()
        return any(opens <= clock < closes for opens, closes in self.stretches_on(local.date()))

    def next_opening(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The first permitted moment after `moment`, in UTC; None if there is none for a year."""
        today = moment.astimezone(zone).date()
        for offset in range(SEARCH_DAYS):
            for opens, _ in self.stretches_on(today + timedelta(days=offset)):
                at = datetime.combine(today + timedelta(days=offset), opens, zone).astimezone(UTC)
                if at > moment:
                    return at
        return None


def _overlap(mine: tuple[Stretch, ...], theirs: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    both = ((max(a, c), min(b, d)) for a, b in mine for c, d in theirs)
    return tuple(sorted((opens, closes) for opens, closes in both if opens < closes))


@lru_cache(maxsize=256)
def _holidays(place: str, year: int) -> dict[date, str]:
    """Public holidays of a place: date → name. A part without a calendar takes all of its country."""
    import holidays

    country, _, part = place.partition("-")
    if part and part in holidays.country_holidays(country).subdivisions:
        return _calendar(country, part, year)
    found = _calendar(country, None, year)
    for each in LOCAL_HOLIDAYS.get(country, ()):
        found = _calendar(country, each, year) | found
    return found


def _calendar(country: str, part: str | None, year: int) -> dict[date, str]:
    import holidays

    return dict(holidays.country_holidays(country, subdiv=part, years=year, language="en_US").items())


def public_holiday(place: str, day: date) -> str:
    """The name of the public holiday on this date at this place, or nothing.

    Raises NotImplementedError for a country of which no calendar is known.
    """
    return _holidays(place, day.year).get(day, "")


def describe_day(stretches: tuple[Stretch, ...]) -> str:
    """Hours of a day in words: `10:00-13:00 and 14:00-20:00`, or `no calls`."""
    return " and ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in stretches) or "no calls"
