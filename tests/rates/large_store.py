"""The store that the benchmark makes, small; and its figures by the slow and obvious way, from raw JSON."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from precall_cli.records.audit import Audit

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "reviewing.py"
OPEN = {"not_reached", "not_raised", "not_triggered", "not_needed", "uncertain"}
KIND_OF = {
    "stop_ignored": "stop", "disclosure_missing": "disclosure", "disclosure_late": "disclosure",
    "withheld_mentioned": "do_not_mention", "asked_known_answer": "known", "objection_ignored": "objection",
    "objection_handled_differently": "objection", "objective_not_pursued": "objective",
    "opening_changed": "opening", "question_skipped": "qualification", "question_repeated": "qualification",
    "question_out_of_order": "qualification", "rung_skipped": "next_step",
}  # fmt: skip


@cache
def _benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("reviewing", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _bytes(calls: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.db"
        _benchmark().fill(path, calls)
        return path.read_bytes()


def copy_store(path: Path, calls: int = 90) -> Path:
    """A store with that many calls, two minutes apart from 2026-06-01T14:00:00Z on."""
    path.write_bytes(_bytes(calls))
    return path


def other_audit(number: int, call_id: str, plan_id: str, seed: int) -> Audit:
    """A further reading of a call."""
    import random

    document = _benchmark().make_audit(number, call_id, plan_id, random.Random(seed))
    return Audit.from_document(document | {"audit_id": f"aud_other_{number}"}, "audit")


def raw_audits(path: Path, as_of: str | None = None) -> list[dict[str, Any]]:
    """Of each call the last audit, with its plan and day, all from the JSON cells."""
    limit = as_of or "9999"
    with closing(sqlite3.connect(path)) as db:
        plans = {
            p: json.loads(text)
            for p, text, at in db.execute("SELECT plan_id, plan_json, sealed_at FROM plans")
            if at <= limit
        }
        starts: dict[str, str] = {}
        for text, at in db.execute("SELECT transcript_json, sealed_at FROM transcripts ORDER BY seq"):
            call = json.loads(text)
            if at <= limit:
                starts[call["call_id"]] = call.get("started_at") or ""
        latest: dict[str, dict[str, Any]] = {}
        for text, at in db.execute("SELECT audit_json, sealed_at FROM audits ORDER BY seq"):
            if at <= limit:
                audit = json.loads(text)
                began = datetime.fromisoformat((starts.get(audit["call_id"]) or at).upper())
                day = began.astimezone(UTC).date().isoformat()
                latest[audit["call_id"]] = audit | {"plan": plans.get(audit["plan_id"]), "day": day}
    return list(latest.values())


def group_of(audit: dict[str, Any], by: str) -> str:
    plan = audit["plan"]
    if by == "week":
        year, week, _ = datetime.fromisoformat(audit["day"]).isocalendar()
        return f"{year}-W{week:02d}"
    if plan is None:
        return "(plan not stored)"
    return {
        "agent": plan["agent"],
        "policy": f"{plan['agent']} {plan['policy_digest'][7:15]}",
        "engine": plan["planner"]["engine"],
        "model": plan["planner"]["model"] or "(no model)",
    }[by]


def count(audits: list[dict[str, Any]], by: str) -> dict[str, dict[str, int]]:
    """Group to what a reader with a pencil counts."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for audit in audits:
        real = [d for d in audit["deviations"] if d["logged"] != "unconfirmed"]
        agents = [d for d in real if d["owner"] == "agent"]
        noted = {d["item"] for d in audit["deviations"] if d["logged"] == "unconfirmed"}
        if by == "type":
            _count_types(found, audit, real, agents)
            continue
        if by != "item":
            found[_name(audit, by, None)]["calls"] += 1
            found[_name(audit, by, None)]["breached"] += any(d["severity"] == "critical" for d in real)
            found[_name(audit, by, None)]["plan_owned"] += sum(d["owner"] == "plan" for d in real)
        for item in audit["items"]:
            own = [d for d in agents if d["item"] == item["item"]]
            group = found[_name(audit, by, item)]
            group["due"] += bool(own) or item["status"] not in OPEN
            group["off"] += bool(own)
            group["silent"] += any(d["logged"] == "unlogged" for d in own)
            group["kept_logged"] += item["item"] in noted and not own and item["status"] not in OPEN
            group["uncertain"] += item["status"] == "uncertain"
        for loose in [d for d in agents if d["item"] is None]:
            group = found[_name(audit, by, None)]
            group["due"] += 1
            group["off"] += 1
            group["silent"] += loose["logged"] == "unlogged"
    return {key: dict(counts) for key, counts in found.items() if any(counts.values())}


def _name(audit: dict[str, Any], by: str, item: dict[str, Any] | None) -> str:
    if by != "item":
        return group_of(audit, by)
    return item["kind"] if item else "(no item)"


def _count_types(found: Any, audit: dict[str, Any], real: list[Any], agents: list[Any]) -> None:
    loose = sum(d["item"] is None for d in agents)
    due_items = [
        i for i in audit["items"]
        if i["status"] not in OPEN or any(d["item"] == i["item"] for d in agents)
    ]  # fmt: skip
    live = bool(due_items) or loose > 0
    for type_, kind in KIND_OF.items():
        group = found[type_]
        group["due"] += sum(i["kind"] == kind for i in due_items)
        group["off"] += len({d["item"] for d in real if d["type"] == type_})
    for type_ in ("no_next_step", "off_ladder_step", "off_plan_question", "unanticipated_objection"):
        seen = any(d["type"] == type_ for d in real)
        found[type_]["due"] += live or seen
        found[type_]["off"] += seen
