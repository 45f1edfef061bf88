"""Periods of whole UTC days, as people name them: a day, a week, a month, a year, a span, the last few."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from precall_cli.errors import BadInput
from precall_cli.records.record import YEARS, parse_time

_HINT = "Write 2026-11-20, 2026-W47, 2026-11, 2026, 2026-11-01..2026-11-15, 30d or 4w."


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included; None: open."""

    first: str | None
    """UTC day, like 2026-11-20."""
    last: str | None
    """UTC day."""

    def holds(self, day: str) -> bool:
        """Whether a day lies in it."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def before(self) -> Period | None:
        """The period of the same length that ends the day before; None for an open one."""
        if self.first is None or self.last is None:
            return None
        first, last = date.fromisoformat(self.first), date.fromisoformat(self.last)
        end = first - timedelta(days=1)
        begin = max(end.toordinal() - (last - first).days, date.min.toordinal())
        return Period(date.fromordinal(begin).isoformat(), end.isoformat())

    def __str__(self) -> str:
        if self.first == self.last and self.first:
            return self.first
        return f"{self.first or '…'} to {self.last or '…'}"


def week_of(day: str) -> str:
    """The ISO week of a day: 2026-W47."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"


def parse_day(text: str, today: date, place: str) -> str:
    """The day that a flag names: a date, a time (its UTC day), or `30d`, `4w`: so many days up to today.

    Raises BadInput.
    """
    if match := re.fullmatch(r"(\d{1,4})([dw])", text):
        days = int(match[1]) * (7 if match[2] == "w" else 1)
        if days:
            return (today - timedelta(days=days - 1)).isoformat()
    try:
        return parse_time(text).date().isoformat() if "T" in text.upper()[:11] else _date(text).isoformat()
    except (ValueError, OverflowError):
        raise BadInput(
            f"{text!r} is no day", place=place, hint="Write 2026-11-20, a time, 30d or 4w."
        ) from None


def parse_period(text: str, today: date, place: str) -> Period:
    """The period that a text names. Raises BadInput."""
    first, parted, last = text.partition("..")
    try:
        if parted:
            period = Period(_date(first).isoformat(), _date(last).isoformat())
            if (period.first or "") > (period.last or ""):
                raise ValueError
            return period
        if match := re.fullmatch(r"(\d{4})-W(\d{1,2})", text):
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return Period(monday.isoformat(), (monday + timedelta(days=6)).isoformat())
        if match := re.fullmatch(r"(\d{4})(?:-(\d\d))?", text):
            begin = date(int(match[1]), int(match[2] or 1), 1)
            months = 1 if match[2] else 12
            next_ = date(
                begin.year + (begin.month - 1 + months) // 12, (begin.month - 1 + months) % 12 + 1, 1
            )
            return Period(begin.isoformat(), (next_ - timedelta(days=1)).isoformat())
        if re.fullmatch(r"\d{1,4}[dw]", text):
            return Period(parse_day(text, today, place), today.isoformat())
        day = _date(text).isoformat()
        return Period(day, day)
    except (ValueError, OverflowError):
        raise BadInput(f"{text!r} is no period", place=place, hint=_HINT) from None


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day
