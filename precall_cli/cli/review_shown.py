"""A call shown for review: as text, as JSON, or on a screen with keys."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.records.json_text import Json

if TYPE_CHECKING:
    from precall_cli.cli.reviewed import Case, Drawn
    from precall_cli.store.queue import QueueCounts, Waiting

GROUPS = ("critical", "uncertain", "silent", "clean")


def waiting_document(waiting: Waiting, counts: QueueCounts) -> Json:
    """The next call as JSON: why it is the next, and what else waits."""
    return {
        "call_id": waiting.call_id,
        "critical": waiting.critical,
        "uncertain": waiting.uncertain,
        "silent": waiting.silent,
        "waiting": {name: getattr(counts, name) for name in GROUPS},
        "decided": counts.decided,
    }


def case_document(case: Case) -> Json:
    """A call with its decisions as JSON; `corrected` is the audit with those that stand."""
    from precall_cli.records.audit import audit_document
    from precall_cli.review.decisions import correct

    corrected = correct(case.audit, case.reviews)
    read = audit_document(corrected.audit)
    return {
        "call_id": case.audit.call_id,
        "audit": audit_document(case.audit),
        "reviews": [review.full_document() for review in case.reviews],
        "corrected": {"items": read["items"], "deviations": read["deviations"]},
        "overturned": corrected.overturned,
        "disputed": corrected.disputed,
    }


def show_case(
    case: Case,
    who: str | None,
    *,
    waiting: Waiting | None = None,
    counts: QueueCounts | None = None,
    decisions: bool = True,
) -> None:
    """Prints a call: why it waits, audit and transcript, its decisions, what to type next."""
    from precall_cli.report.audit_text import render_audit
    from precall_cli.report.audit_view import Heading
    from precall_cli.report.console import make_console
    from precall_cli.report.review_text import (
        half_width,
        render_call,
        render_decisions,
        render_next,
        render_transcript,
        render_why_here,
        why_here,
    )

    console = make_console()
    width = console.width
    if waiting is not None and counts is not None:
        reasons = why_here(waiting.critical, waiting.uncertain, waiting.silent)
        groups = [(name, getattr(counts, name)) for name in GROUPS]
        console.print(*render_why_here(reasons, [*groups, ("decided", counts.decided)], width), sep="\n")
        console.print()
    half = half_width(width)
    engine = case.plan.planner.engine if case.plan.planner else ""
    heading = Heading(f"{case.plan.plan_id} ({case.plan.agent}, {engine}, sealed {case.sealed_at})")
    left = list(render_audit(case.plan, case.transcript, case.audit, heading, half))
    right = list(render_transcript(case.transcript, case.audit, half))
    console.print(*render_call(left, right, width), sep="\n")
    console.print()
    if decisions:
        console.print(*render_decisions(case.reviews, width), sep="\n")
        console.print()
    console.print(*render_next(case.audit, who, width), sep="\n")


def open_screen(path: Path, drawn: Drawn, now: datetime | None) -> bool:
    """Opens the keyboard screen where there is a terminal and Textual; False where there is not."""
    import os
    import sys
    from importlib.util import find_spec

    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        return False
    if find_spec("textual") is None:
        from precall_cli.report.console import note

        note("keys need Textual: pip install 'precall-cli[review]'")
        return False
    from precall_cli.cli.screens.review import run_screen

    run_screen(path, drawn, now)
    return True
