"""Times as people say them: "a minute ago", "back in March", "tomorrow at half past two"."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_MINUTES = {0: "{hour}", 15: "quarter past {hour}", 30: "half past {hour}", 45: "quarter to {next}"}


def say_ago(then: datetime, now: datetime, zone: ZoneInfo) -> str | None:
    """How long ago something was, in the contact's own days; None for the future or more than six weeks."""
    seconds = (now - then).total_seconds()
    if seconds < 0:
        return None
    if seconds < 210:
        return "a minute ago"
    if seconds < 20 * 60:
        return "a few minutes ago"
    here, there = now.astimezone(zone), then.astimezone(zone)
    days = (here.date() - there.date()).days
    if days == 0:
        return "this morning" if there.hour < 12 <= here.hour else "earlier today"
    if days == 1:
        return "yesterday"
    if days < 7 and there.date() >= _monday(here.date()):
        return f"on {DAYS[there.weekday()]}"
    if there.date() >= _monday(here.date()) - timedelta(days=7):
        return "last week"
    return "a few weeks ago" if days <= 42 else None


def say_back(then: datetime, now: datetime, zone: ZoneInfo, *, lasting: bool) -> str:
    """When an earlier talk was; with `lasting`, in words that hold for weeks ("in March")."""
    here, there = now.astimezone(zone).date(), then.astimezone(zone).date()
    months = (here.year - there.year) * 12 + here.month - there.month
    if not lasting and months <= 1 and there <= here:
        days = (here - there).days
        if days == 0:
            return "earlier today"
        if days == 1:
            return "yesterday"
        if there >= _monday(here):
            return "earlier this week"
        if there >= _monday(here) - timedelta(days=7):
            return "last week"
        return "last month" if months else "earlier this month"
    return say_month(there, here)


def say_month(then: date, today: date) -> str:
    """`in March`, `in November last year`, `in 2024`."""
    if then.year == today.year:
        return f"in {MONTHS[then.month - 1]}"
    if then.year == today.year - 1:
        return f"in {MONTHS[then.month - 1]} last year"
    return f"in {then.year}"


def say_meeting(
    at: datetime, now: datetime, zone: ZoneInfo, *, lasting: bool, time_known: bool = True
) -> str | None:
    """When a meeting is, in the contact's zone: `tomorrow at ten`; None once it has begun.

    Without `time_known` the day alone is said.
    """
    if at <= now:
        return None
    here, there = now.astimezone(zone), at.astimezone(zone)
    days = (there.date() - here.date()).days
    if days == 0 and not lasting:
        day = "today"
    elif days == 1 and not lasting:
        day = "tomorrow"
    elif days < 7:
        day = f"on {DAYS[there.weekday()]}"
    else:
        day = f"on {DAYS[there.weekday()]} the {say_ordinal(there.day)} of {MONTHS[there.month - 1]}"
    return f"{day} at {say_time(there)}" if time_known else day


def say_time(moment: datetime) -> str:
    """`ten`, `half past two`, `9:20`; the part of the day where it is not business hours."""
    shape = _MINUTES.get(moment.minute)
    hour, after = _HOURS[moment.hour % 12], _HOURS[(moment.hour + 1) % 12]
    if shape is None:
        said = f"{moment.hour % 12 or 12}:{moment.minute:02d}"
    else:
        said = shape.format(hour=hour, next=after)
    if moment.minute == 0 and moment.hour % 12 == 0:
        return "noon" if moment.hour else "midnight"
    if moment.hour < 7:
        return f"{said} in the morning"
    return f"{said} in the evening" if moment.hour >= 18 else said


def say_ordinal(number: int) -> str:
    """`1st`, `22nd`, `13th`."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def say_two_days(now: datetime, zone: ZoneInfo) -> str:
    """Two working days to choose from, the day after next at the earliest: `Thursday or Friday`."""
    day = now.astimezone(zone).date() + timedelta(days=2)
    days: list[str] = []
    while len(days) < 2:
        if day.weekday() < 5:
            days.append(DAYS[day.weekday()])
        day += timedelta(days=1)
    return " or ".join(days)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
