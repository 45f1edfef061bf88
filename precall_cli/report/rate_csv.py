"""Deviation rates as a table: a row for each group and reading, the whole last."""

from __future__ import annotations

import io
from dataclasses import dataclass

from precall_cli.records.rate import RateReport, RateRow
from precall_cli.report.table_files import write_table

COLUMNS = (
    "by", "key", "overrides", "calls", "due", "deviated", "rate", "low", "high", "small", "silent",
    "silent_rate", "unexplained_rate", "logged_and_found", "logged_and_kept", "neither", "uncertain",
    "critical_calls", "plan_deviations", "plan_calls",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rates:
    name: str = "rates"
    columns: tuple[str, ...] = COLUMNS
    types: tuple[str, ...] = ()


def render_rates_csv(report: RateReport) -> str:
    """The rows as CSV, under COLUMNS; a rate that does not exist is an empty cell.

    `by` is empty in the row of the whole. Shares are fractions from 0 to 1.
    """
    rows = []
    for reading in report.readings:
        rows += [_cells(report.by, reading.overrides, row) for row in reading.rows]
        rows.append(_cells("", reading.overrides, reading.total))
    file = io.BytesIO()
    write_table(_Rates(), rows, "csv", file)
    return file.getvalue().decode()


def _cells(by: str, overrides: str, row: RateRow) -> tuple[object, ...]:
    share, cells, plan = row.deviation, row.cells, row.plan
    return (
        by, row.key, overrides, row.calls, share.of, share.count, share.rate, share.low, share.high,
        int(share.small), cells.silent, row.silent.rate, row.unexplained.rate, cells.explained,
        cells.kept_logged, cells.clear, row.uncertain, row.breached, plan.deviations, plan.calls.count,
    )  # fmt: skip
