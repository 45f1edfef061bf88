"""Deviation rates for the terminal: what was due first, the rate with its interval, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from precall_cli.records.rate import Change, RateReport, RateRow, Reading, Share, TrendPoint
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import count, fill, hanging, joined, percent

BARS = "▁▂▃▄▅▆▇█"
WEEKS = 12
NBSP = "\u00a0"
WIDE_INTERVAL = 0.05
"""An interval wider than this leaves no digit behind the point."""
ROOMY = 96
"""Columns from which the trend has all its weeks."""
NARROW = 76
"""Below so many columns, the silent share and the trend have no place in the table."""
NAMES = {
    "item": "kind of item",
    "type": "type of deviation",
    "agent": "agent",
    "week": "week",
    "policy": "policy",
    "model": "model",
    "engine": "planner engine",
}


def render_rates(report: RateReport, width: int) -> Iterator[Text]:
    """The lines of the report, at most `width` columns each."""
    head = [line((f"Deviation rate by {NAMES[report.by]}", "bold"))]
    if report.agent:
        head.append(line("agent ", report.agent))
    if report.first or report.last:
        head.append(line(f"{report.first or '…'} to {report.last or '…'}"))
    if report.as_of:
        head.append(line(f"as of {report.as_of}"))
    yield from joined(head, " · ", width)
    for reading in report.readings:
        yield Text()
        yield from _reading(report, reading, width)
    yield Text()
    for note in report.notes:
        yield from hanging(line(("note: ", "dim")), line((note, "dim")), 6, width)


def _reading(report: RateReport, reading: Reading, width: int) -> Iterator[Text]:
    if not reading.total.calls:
        yield line("no audited call in this period")
        return
    yield from joined(_which(reading, len(report.readings) > 1), " · ", width)
    yield from _table(report, reading, width)
    yield Text()
    yield from _cells(reading.total, width)
    yield Text()
    yield from _figures(reading.total, width)
    if reading.changes and report.compared:
        yield Text()
        yield from _changes(reading.changes, report.compared, width)


def _which(reading: Reading, both: bool) -> list[Text]:
    said = {"before": "As the audits read it", "after": "With what reviewers decided"}
    parts = [line((said[reading.overrides], "bold"))] if both or reading.decided else []
    parts.append(line(count(reading.total.calls, "call")))
    if reading.overrides == "after" and reading.decided:
        parts.append(
            line(
                count(reading.decided, "audit"),
                f" reviewed, {count(reading.overturned, 'reading')} overturned",
            )
        )
        if reading.disputed:
            parts.append(line((f"{reading.disputed} disputed", "magenta")))
    return parts


def _table(report: RateReport, reading: Reading, width: int) -> Iterator[Text]:
    wide, by_type = width >= NARROW, report.by == "type"
    rows = [*reading.rows, reading.total] if len(reading.rows) != 1 else list(reading.rows)
    weeks = 0 if not wide or report.by == "week" else WEEKS if width >= ROOMY else WEEKS - 4
    taken = (0 if by_type else 8) + 36 + (7 if wide else 0) + (weeks + 1 if weeks else 0)
    columns = max(8, min(max(len(row.key) for row in rows) + 1, width - taken))
    head = (
        fill("", columns)
        + ("" if by_type else f"{'calls':>8}")
        + f"{'due':>9}{'off':>7}{'rate':>8}{'95 %':>12}"
    )
    yield line((head + (f"{'silent':>7}" if wide else "") + (" trend" if weeks else ""), "dim"))
    top = max((point.rate or 0 for row in rows for point in row.trend[-weeks:]), default=0.0)
    for row in rows:
        style = "bold" if row is reading.total else ""
        share = row.deviation
        figures = ("" if by_type else f"{row.calls:>8,}") + f"{share.of:>9,}{share.count:>7,}"
        rate = "no rate" if share.rate is None else rate_text(share) + ("*" if share.small else " ")
        name = row.key.replace("_", " ") if report.by in ("item", "type") else row.key
        text = line(
            (fill(one_line(name), columns), style),
            figures,
            (f"{rate:>8}", style),
            f"{interval_text(share):>12}",
        )
        if wide:
            silent = row.silent
            text = line(text, f"{'' if silent.rate is None else percent(silent.rate):>7}")
        yield line(text, " ", sparkline(row.trend[-weeks:], top)) if weeks else text
    if any(row.deviation.small and row.deviation.rate is not None for row in rows):
        yield line(("* few were due: says little", "yellow"))
    if weeks and top:
        first, last = rows[0].trend[-weeks].week, rows[0].trend[-1].week
        yield from hanging(
            line(), line((f"trend: {first} to {last}, bars from 0 to {percent(top)}", "dim")), 0, width
        )


def rate_text(share: Share) -> str:
    """A rate with as many digits as its interval carries."""
    if share.rate is None or share.low is None or share.high is None:
        return "no rate"
    if share.high - share.low > WIDE_INTERVAL or share.count in (0, share.of):
        return percent(share.rate).replace(" ", NBSP)
    return f"{share.rate * 100:.1f}{NBSP}%"


def interval_text(share: Share) -> str:
    """Its interval, `7–12 %`; nothing where there is no rate."""
    if share.rate is None or share.low is None or share.high is None:
        return ""
    digits = 0 if share.high - share.low > WIDE_INTERVAL else 1
    return f"{share.low * 100:.{digits}f}–{share.high * 100:.{digits}f}{NBSP}%"


def sparkline(points: Sequence[TrendPoint], top: float) -> str:
    """A bar for each week's rate, from 0 to `top`; a dot where nothing was due."""
    bars = []
    for point in points:
        if point.rate is None:
            bars.append("·")
        else:
            bars.append(BARS[min(len(BARS) - 1, int(point.rate / top * len(BARS)))] if top else BARS[0])
    return "".join(bars)


def _cells(total: RateRow, width: int) -> Iterator[Text]:
    cells = total.cells
    rows = (("logged", cells.explained, cells.kept_logged), ("not logged", cells.silent, cells.clear))
    yield line((f"{'Of what was due':<18}{'deviation found':>17}{'none found':>13}", "dim"))
    for name, found, none in rows:
        style = "bold yellow" if name == "not logged" and found else ""
        yield line(f"  {name:<16}", (f"{found:>17,}", style), f"{none:>13,}")
    if cells.logged_elsewhere:
        entries = count(cells.logged_elsewhere, "log entry", "log entries")
        text = f"and {entries} on what was not due or is no item"
        yield from hanging(line("  "), line((text, "dim")), 2, width)


def _figures(total: RateRow, width: int) -> Iterator[Text]:
    silent = total.silent
    if silent.rate is not None:
        text = f"{silent.count:,} of {silent.of:,} deviations were logged nowhere, {_said(silent)}"
        if total.unexplained.rate is not None:
            text += f"; that is {rate_text(total.unexplained)} of what was due"
        yield from hanging(line(("silent        ", "bold")), line(text), 14, width)
    plan = total.plan
    if plan.calls.of:
        text = f"{count(plan.deviations, 'deviation')} of the plan's own, "
        text += f"in {plan.calls.count:,} of {plan.calls.of:,} calls"
        if plan.foreseen.rate is not None:
            text += f"; of {plan.foreseen.of:,} objections raised "
            text += f"it foresaw {plan.foreseen.count:,}, {_said(plan.foreseen)}"
        yield from hanging(line(("plan quality  ", "bold")), line(text), 14, width)
    breached = f"{count(total.breached, 'call')} with a critical deviation"
    uncertain = f"{count(total.uncertain, 'item')} undecided, in no rate"
    yield from hanging(line(("besides       ", "bold")), line(f"{breached}; {uncertain}"), 14, width)


def _said(share: Share) -> str:
    small = ", too few to say much" if share.small else ""
    return f"{rate_text(share)} ({interval_text(share)}{small})"


def _changes(changes: Sequence[Change], compared: tuple[str, str], width: int) -> Iterator[Text]:
    yield from hanging(line(), line((f"{compared[1]}, against {compared[0]}", "bold")), 0, width)
    many = len(changes) > 2
    shown = [change for change in changes if change.key != "all" or many or len(changes) == 1]
    without = [change for change in shown if None in (change.before.rate, change.after.rate)]
    for change in shown:
        if change not in without or len(without) == 1:
            yield from hanging(
                line("  ", (one_line(change.key), "bold"), "  "), line(change_text(change)), 4, width
            )
    if len(without) > 1:
        which = "everything" if len(without) == len(shown) else ", ".join(one_line(c.key) for c in without)
        yield from hanging(line("  ", (which, "dim"), "  "), line((change_text(without[0]), "dim")), 4, width)
    if len(without) == len(shown):
        return
    tests = "two-proportion z-test with the spread between calls; Fisher's exact test where few are expected"
    several = f"; {len(changes) - 1} groups, so p is adjusted (Holm)" if many else ""
    yield from hanging(line(("  ", "dim")), line((tests + several, "dim")), 2, width)


def change_text(change: Change) -> str:
    """One change in words: both rates, the p-value, and what it means."""
    one, other = change.before, change.after
    if one.rate is None or other.rate is None:
        return "nothing was due in one of the periods: nothing to compare"
    rates = f"{rate_text(one)} of {one.of:,} → {rate_text(other)} of {other.of:,}"
    p = "p < 0.001" if change.p_adjusted < 0.001 else f"p = {change.p_adjusted:.3f}"
    p = p.replace(" ", NBSP)
    means = {
        "change": "fell" if (change.difference or 0) < 0 else "rose",
        "chance": "means nothing: chance alone gives as much",
        "too_few": "means nothing: too few were due",
    }[change.verdict]
    return f"{rates}  {means} ({p}, {'Fisher' if change.test == 'fisher' else 'z'})"
