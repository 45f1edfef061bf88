"""Many audits as one page: a row for each call, the ones to look at first on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from precall_cli.records.audit import Audit
from precall_cli.records.plan import CallPlan
from precall_cli.report.audit_view import AuditView, make_view
from precall_cli.report.html.page import render_page

VERDICTS: tuple[Literal["fail", "review", "pass"], ...] = ("fail", "review", "pass")


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One call of an index."""

    plan: CallPlan
    audit: Audit
    page: str
    """Where its own report lies, from the index."""


@dataclass(frozen=True, slots=True)
class _Row:
    view: AuditView
    href: str
    found: int
    silent: int


def render_index_page(rows: Sequence[IndexRow]) -> bytes:
    """The index of several calls: failed ones first, then those to review, each in the order given."""
    shown = [_row(row) for row in rows]
    shown.sort(key=lambda row: VERDICTS.index(row.view.audit.verdict))
    verdicts = [row.view.audit.verdict for row in shown]
    return render_page("index", rows=shown, tally=[(v, verdicts.count(v)) for v in VERDICTS])


def _row(row: IndexRow) -> _Row:
    view = make_view(row.plan, row.audit)
    agents = [d for d in view.found if d.owner == "agent"]
    return _Row(view, quote(row.page), len(agents), sum(d.logged == "unlogged" for d in agents))
