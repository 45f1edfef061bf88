"""A rate report made by hand, with every part that a page shows."""

from __future__ import annotations

from typing import Any

from precall_cli.records.rate import RateReport


def share(count: int, of: int, spread: float = 0.05) -> dict[str, Any]:
    rate = round(count / of, 6) if of else None
    low = None if rate is None else round(max(0.0, rate - spread), 6)
    high = None if rate is None else round(min(1.0, rate + spread), 6)
    return {"count": count, "of": of, "rate": rate, "low": low, "high": high, "small": of < 30}


def row(key: str, deviated: int, due: int, silent: int = 0) -> dict[str, Any]:
    """One group; its last weeks hold what it has in all, unevenly."""
    weeks = []
    for n in range(12):
        some, of = deviated // 12 * (n % 3), due // 12 * (n % 4)
        rate = round(some / of, 6) if of else None
        weeks.append({"week": f"2026-W{38 + n}", "due": of, "deviated": min(some, of), "rate": rate})
    return {
        "key": key, "calls": due // 8 + 1, "live": due // 8, "deviation": share(deviated, due),
        "unexplained": share(silent, due), "silent": share(silent, deviated, 0.2),
        "cells": {
            "explained": deviated - silent, "silent": silent,
            "kept_logged": min(3, due - deviated), "clear": max(0, due - deviated - 3),
            "logged_elsewhere": 2,
        },
        "plan": {"deviations": 4, "calls": share(min(4, due // 8), due // 8), "foreseen": share(9, 13)},
        "uncertain": 5, "breached": 2, "trend": weeks,
    }  # fmt: skip


def change(key: str, verdict: str, p: float) -> dict[str, Any]:
    return {
        "key": key, "before": share(40, 400), "after": share(66, 410), "difference": 0.060976, "test": "z",
        "design_effect": 1.2, "p": p, "p_adjusted": p, "verdict": verdict,
    }  # fmt: skip


def rate_report(names: tuple[str, ...] = ("inbound", "cold_list", "dormant"), **changes: Any) -> RateReport:
    rows = [row(name, 48 // (n + 1), 420 // (3 * n + 1), 20 // (n + 1)) for n, name in enumerate(names)]
    rows.append(row("quiet", 1, 9, 1))
    reading = {
        "overrides": "before", "decided": 0, "overturned": 0, "disputed": 0, "rows": rows,
        "total": row("all", 1234, 9876, 617),
        "changes": [
            change("all", "change", 0.0004), change(names[0], "chance", 0.21), change("quiet", "too_few", 1),
        ],
    }  # fmt: skip
    after = reading | {"overrides": "after", "decided": 31, "overturned": 7, "disputed": 1, "changes": []}
    document = {
        "schema": "precall.rate/1", "by": "agent", "first": "2026-09-14", "last": "2026-12-06",
        "compared": ["2026-10", "2026-11"], "readings": [reading, after],
        "notes": ["Of each call the audit sealed last counts."],
    }  # fmt: skip
    return RateReport.from_document(document | changes, "rate")
