"""Deviation rates as a page: counts and what was due first, intervals and trends drawn, the plan apart."""

from __future__ import annotations

from dataclasses import dataclass

from precall_cli.records.rate import Change, RateReport, RateRow, Reading
from precall_cli.report.audit_view import in_words
from precall_cli.report.html.charts import TREND_HEIGHT, Interval, Trend, draw_trend, place, scale_for
from precall_cli.report.html.page import render_page
from precall_cli.report.layout import percent
from precall_cli.report.rate_text import NAMES, interval_text, rate_text

READINGS = {
    "before": "As the audits read the calls",
    "after": "With what reviewers decided",
}
"""What a reading is called; one alone, of which nothing was decided, is the audits' own."""
SPARK_HEIGHT = 28


@dataclass(frozen=True, slots=True)
class _Row:
    row: RateRow
    interval: Interval | None
    spark: Trend


@dataclass(frozen=True, slots=True)
class _Reading:
    reading: Reading
    title: str
    rows: tuple[_Row, ...]
    scale: str
    trend: Trend

    @property
    def trends(self) -> bool:
        """Whether any row has a trend to show."""
        return any(row.spark.drawn for row in self.rows)


def render_rate_page(report: RateReport) -> bytes:
    """The page of a rate report: the numbers of the report and no other."""
    spans = [part for part in (report.first, report.last) if part]
    return render_page(
        "rate",
        report=report,
        by=NAMES[report.by],
        period=" to ".join(dict.fromkeys(spans)) or "all that is stored",
        readings=tuple(_reading(reading, alone=len(report.readings) == 1) for reading in report.readings),
        rate_of=rate_text,
        interval_of=interval_text,
        change_of=change_of,
        p_of=p_of,
        spark_height=SPARK_HEIGHT,
        trend_height=TREND_HEIGHT,
        name_of=lambda key: in_words(key) if report.by in ("item", "type") else key,
    )


def change_of(change: Change) -> str:
    """The difference in points, with its sign."""
    if change.difference is None:
        return "–"
    return f"{change.difference * 100:+.1f} points".replace("-", "−")


def p_of(value: float) -> str:
    """A p-value as papers print it."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _reading(reading: Reading, *, alone: bool) -> _Reading:
    scale = scale_for([row.deviation for row in reading.rows])
    return _Reading(
        reading=reading,
        title=READINGS["before" if alone and not reading.decided else reading.overrides],
        rows=tuple(
            _Row(row, place(row.deviation, scale), draw_trend(row.trend, height=SPARK_HEIGHT))
            for row in reading.rows
        ),
        scale=percent(scale),
        trend=draw_trend(reading.total.trend),
    )
