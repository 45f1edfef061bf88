"""From tallies to a report: rows, shares, trends, changes. Counts are added here; nothing is counted anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from precall_cli.rates.periods import Period, week_of
from precall_cli.rates.statistics import SMALL, compare_tallies, holm, wilson
from precall_cli.records.audit import SEVERITY_OF
from precall_cli.records.rate import (
    By,
    Cells,
    Change,
    PlanQuality,
    RateReport,
    RateRow,
    Reading,
    Share,
    TrendPoint,
)
from precall_cli.records.tally import NO_ITEM, Tallies, Tally

WEEKS = 12
"""So many weeks make a trend."""
SURE = 0.05
"""Below this p-value, a change is called one."""
KIND_ORDER = (
    "objective", "opening", "disclosure", "qualification", "objection", "next_step", "stop", "known",
    "do_not_mention", NO_ITEM,
)  # fmt: skip
NOTES = (
    "Of each call the audit sealed last counts; every item due counts once, whatever its weight in a policy.",
    "Intervals take items as independent; those of one call hang together, which the test of a change heeds.",
)


@dataclass(frozen=True, slots=True)
class Counted:
    """All that was counted for one reading."""

    overrides: Literal["before", "after"]
    groups: Tallies
    """By group and day."""
    whole: Tallies
    """All calls, by day under the group ''."""
    decided: int = 0
    overturned: int = 0
    disputed: int = 0


def make_share(count: int, of: int) -> Share:
    """So many of so many, with its interval."""
    low, high = wilson(count, of) if of else (None, None)
    return Share(
        count=count,
        of=of,
        rate=round(count / of, 6) if of else None,
        low=None if low is None else round(low, 6),
        high=None if high is None else round(high, 6),
        small=of < SMALL,
    )


def make_report(
    by: By,
    readings: Iterable[Counted],
    *,
    period: Period,
    compared: tuple[Period, Period] | None = None,
    agent: str | None = None,
    as_of: str | None = None,
) -> RateReport:
    """The report over the calls of a period; `compared` are two periods, the earlier first."""
    return RateReport(
        by=by,
        agent=agent,
        first=period.first,
        last=period.last,
        as_of=as_of,
        compared=None if compared is None else (str(compared[0]), str(compared[1])),
        readings=tuple(_reading(by, counted, period, compared) for counted in readings),
        notes=NOTES,
    )


def _reading(by: By, counted: Counted, period: Period, compared: tuple[Period, Period] | None) -> Reading:
    days = [day for _, day in counted.whole if period.holds(day)]
    weeks = _last_weeks(max(days)) if days else ()
    groups = add_up(counted.groups, period, by)
    rows = tuple(
        _row(by, key, tally, counted.groups, weeks, period)
        for key, tally in _ordered(by, groups)
        if tally.calls
    )
    whole = add_up(counted.whole, period, "agent").get("", Tally())
    return Reading(
        overrides=counted.overrides,
        decided=counted.decided,
        overturned=counted.overturned,
        disputed=counted.disputed,
        rows=rows,
        total=_row(
            "agent", "all", whole, {("all", d): t for (_, d), t in counted.whole.items()}, weeks, period
        ),
        changes=_changes(by, counted, compared) if compared else (),
    )


def add_up(tallies: Tallies, period: Period, by: str) -> dict[str, Tally]:
    """One tally a group over the days of a period."""
    added: dict[str, Tally] = defaultdict(Tally)
    for (key, day), tally in tallies.items():
        if period.holds(day):
            added[week_of(day) if by == "week" else key] += tally
    return dict(added)


def _ordered(by: str, groups: Mapping[str, Tally]) -> list[tuple[str, Tally]]:
    """Groups in their own order: of the contract, of time, or of the alphabet."""
    order: Mapping[str, int] = {}
    if by == "item":
        order = {key: place for place, key in enumerate(KIND_ORDER)}
    elif by == "type":
        order = {key: place for place, key in enumerate(SEVERITY_OF)}
    return sorted(groups.items(), key=lambda pair: (order.get(pair[0], 99), pair[0]))


def _last_weeks(last: str) -> tuple[str, ...]:
    end = date.fromisoformat(last)
    return tuple(week_of((end - timedelta(weeks=back)).isoformat()) for back in range(WEEKS - 1, -1, -1))


def _row(by: By, key: str, tally: Tally, tallies: Tallies, weeks: tuple[str, ...], period: Period) -> RateRow:
    by_week: dict[str, Tally] = defaultdict(Tally)
    for (name, day), part in tallies.items():
        if period.holds(day) and (by == "week" or name == key):
            by_week[week_of(day)] += part
    shown = (key,) if by == "week" else weeks
    # Among the types of deviation stands the plan's own, which nobody is expected to log.
    of_plan = tally.plan_owned if by == "type" else 0
    explained = max(0, tally.deviated - tally.silent - of_plan)
    return RateRow(
        key=key,
        calls=tally.calls,
        live=tally.live,
        deviation=_of_items(key, tally.deviated, tally.due),
        unexplained=_of_items(key, tally.silent, tally.due),
        silent=make_share(tally.silent, tally.deviated - of_plan),
        cells=Cells(
            explained=explained,
            silent=tally.silent,
            kept_logged=tally.kept_logged,
            clear=tally.due - tally.deviated - tally.kept_logged,
            logged_elsewhere=max(0, tally.unconfirmed - tally.kept_logged),
        ),
        plan=PlanQuality(
            deviations=tally.plan_owned,
            calls=make_share(tally.plan_calls, max(tally.live, tally.plan_calls)),
            foreseen=make_share(tally.raised, tally.raised + tally.plan_owned),
        ),
        uncertain=tally.uncertain,
        breached=tally.breached,
        trend=tuple(_point(week, by_week.get(week, Tally())) for week in shown),
    )


def _of_items(key: str, count: int, due: int) -> Share:
    """A share of the items due; what belongs to no item is due only where it deviates: that is no rate."""
    share = make_share(count, due)
    return share.model_copy(update={"rate": None, "low": None, "high": None}) if key == NO_ITEM else share


def _point(week: str, tally: Tally) -> TrendPoint:
    rate = round(tally.deviated / tally.due, 6) if tally.due else None
    return TrendPoint(week=week, due=tally.due, deviated=tally.deviated, rate=rate)


def _changes(by: By, counted: Counted, compared: tuple[Period, Period]) -> tuple[Change, ...]:
    earlier, later = (add_up(counted.whole, period, "agent").get("", Tally()) for period in compared)
    found = [_change("all", earlier, later)]
    if by == "week":
        return tuple(found)
    one, other = (add_up(counted.groups, period, by) for period in compared)
    pairs = {
        key: (one.get(key, Tally()), other.get(key, Tally())) for key, _ in _ordered(by, {**one, **other})
    }
    groups = [_change(key, *pair) for key, pair in pairs.items() if pair[0].due or pair[1].due]
    adjusted = holm([change.p for change in groups])
    for change, p in zip(groups, adjusted, strict=True):
        verdict = change.verdict
        if verdict == "change" and p >= SURE:
            verdict = "chance"
        found.append(change.model_copy(update={"p_adjusted": round(p, 6), "verdict": verdict}))
    return tuple(found)


def _change(key: str, earlier: Tally, later: Tally) -> Change:
    tested = compare_tallies(earlier, later)
    before, after = make_share(earlier.deviated, earlier.due), make_share(later.deviated, later.due)
    known = before.rate is not None and after.rate is not None
    few = before.small or after.small
    return Change(
        key=key,
        before=before,
        after=after,
        difference=round((after.rate or 0) - (before.rate or 0), 6) if known else None,
        test=tested.test,
        design_effect=round(tested.effect, 6),
        p=round(tested.p, 6),
        p_adjusted=round(tested.p, 6),
        verdict="too_few" if few else "change" if tested.p < SURE else "chance",
    )
