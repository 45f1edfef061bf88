"""Rates as the command line asks for them: days and periods understood first, then counted from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from precall_cli.cli.options import moment
from precall_cli.errors import BadInput
from precall_cli.rates.counting import count_audit
from precall_cli.rates.periods import Period, parse_day, parse_period
from precall_cli.rates.reporting import Counted, make_report
from precall_cli.records.rate import By, RateReport
from precall_cli.records.record import format_time, parse_time
from precall_cli.records.review import Review
from precall_cli.records.tally import Tallies, Tally
from precall_cli.review.decisions import HOLDING, correct

if TYPE_CHECKING:
    from precall_cli.store import Store
    from precall_cli.store.figures import Figures


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for."""

    by: By
    since: str | None = None
    until: str | None = None
    compare: tuple[str, str] | None = None
    as_of: str | None = None
    overrides: Literal["before", "after", "both"] = "after"
    agent: str | None = None
    now: str | None = None


def parse_as_of(text: str | None, now: datetime) -> datetime | None:
    """The moment of `--as-of`: a time, or the end of a UTC day. Raises BadInput."""
    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError:
        day = date.fromisoformat(parse_day(text, now.date(), "--as-of"))
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, seconds=-1)


def rate_store(path: Path, asked: Asked) -> RateReport:
    """The report that was asked for. Raises BadInput for days or periods that are none."""
    from precall_cli.store import Store
    from precall_cli.store.figures import Figures

    now = moment(asked.now)
    as_of = parse_as_of(asked.as_of, now)
    today = (as_of or now).date()
    period, compared = _periods(asked, today)
    with Store.open(path, create=False, read_only=True) as store:
        figures = Figures(store, as_of=as_of, agent=asked.agent)
        before = _count(figures, asked.by)
        readings = [before] if asked.overrides != "after" else []
        if asked.overrides != "before":
            readings.append(_after(store, figures, before, asked.by, as_of))
    return make_report(
        asked.by,
        readings,
        period=period,
        compared=compared,
        agent=asked.agent,
        as_of=format_time(as_of) if as_of else None,
    )


def _periods(asked: Asked, today: date) -> tuple[Period, tuple[Period, Period] | None]:
    """The days that count, and the two periods that are compared, the earlier first."""
    since = parse_day(asked.since, today, "--since") if asked.since else None
    until = parse_day(asked.until, today, "--until") if asked.until else None
    if since and until is None:
        until = max(today.isoformat(), since)
    if since and until and since > until:
        raise BadInput(f"{since} is after {until}", place="--since", hint="Give --since before --until.")
    period = Period(since, until)
    if asked.compare:
        one, other = (parse_period(text, today, "--compare") for text in asked.compare)
        pair = (one, other) if (one.first or "") <= (other.first or "") else (other, one)
        if (pair[0].last or "") >= (pair[1].first or ""):
            raise BadInput("the two periods overlap", place="--compare", hint="Name two that do not.")
        if since is None and until is None:
            period = Period(pair[0].first, pair[1].last)
        return period, pair
    earlier = period.before()
    return period, (earlier, period) if earlier else None


def _count(figures: Figures, by: By) -> Counted:
    groups = figures.tallies(by)
    whole = groups if by == "week" else figures.tallies("week") if by in ("item", "type") else _by_day(groups)
    return Counted("before", groups, whole)


def _by_day(groups: Tallies) -> Tallies:
    """All groups of whole calls together."""
    added: Tallies = defaultdict(Tally)
    for (_, day), tally in groups.items():
        added["", day] += tally
    return dict(added)


def _after(store: Store, figures: Figures, before: Counted, by: By, as_of: datetime | None) -> Counted:
    """The counts with what reviewers decided: each audit they decided on is counted anew."""
    reviews: dict[str, list[Review]] = defaultdict(list)
    for _, _, review in store.load_reviews(as_of=as_of):
        if review.decision in HOLDING:
            reviews[review.audit_id].append(review)
    groups, whole = defaultdict(Tally, before.groups), defaultdict(Tally, before.whole)
    decided = overturned = disputed = 0
    for batch in _batches(sorted(reviews), 500):
        for placed in figures.placed_audits(batch):
            corrected = correct(placed.audit, reviews[placed.audit.audit_id])
            decided += 1
            overturned += corrected.overturned
            disputed += corrected.disputed
            for tallies, dimension in ((groups, by), (whole, "week")):
                for key, tally in count_audit(placed.audit, dimension, placed.keys).items():
                    tallies[key, placed.day] -= tally
                for key, tally in count_audit(corrected.audit, dimension, placed.keys).items():
                    tallies[key, placed.day] += tally
    return Counted("after", dict(groups), dict(whole), decided, overturned, disputed)


def _batches(ids: list[str], size: int) -> Iterable[list[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
