"""The cases in `fixtures/`: each folder says what plan and audit have to make of it."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from precall_cli.audit import audit_call
from precall_cli.planner import load_playbook
from precall_cli.planning import Planned, Refused, plan_brief
from precall_cli.policies import load_policies
from precall_cli.records.audit import Audit
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import parse_json, resolve_pointer
from precall_cli.records.outcome import CallOutcome, DeviationReason
from precall_cli.records.plan import plan_id_of
from precall_cli.records.policy import AGENTS
from precall_cli.records.record import parse_time
from precall_cli.records.transcript import Transcript
from precall_cli.transcripts import Sides, read_transcript

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = sorted(path.parent.name for path in FIXTURES.glob("*/brief.json"))
KEYS = {
    "title",
    "story",
    "now",
    "gate",
    "verdict",
    "compliance",
    "agent_speaker",
    "contact_speaker",
    "items",
    "results",
    "deviations",
    "known_misses",
}
MISS_KEYS = {"verdict", "compliance", "items", "results", "missing", "extra"}
Found = Counter[tuple[str, str | None, str]]
"""Deviations as (type, item, logged), each as often as it stands."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one call, by the label or by the audit."""

    items: dict[str, str]
    results: dict[str, str]
    deviations: Found
    verdict: str
    compliance: str


@cache
def expected(case: str) -> dict[str, Any]:
    return tomllib.loads((FIXTURES / case / "expect.toml").read_text(encoding="utf-8"))


@cache
def brief_of(case: str) -> Brief:
    return Brief.from_json((FIXTURES / case / "brief.json").read_bytes(), f"{case}/brief.json")


@cache
def outcome_of(case: str) -> Planned | Refused:
    return plan_brief(
        brief_of(case), load_policies(None), load_playbook(), now=parse_time(expected(case)["now"])
    )


def planned(case: str) -> Planned:
    outcome = outcome_of(case)
    assert isinstance(outcome, Planned)
    return outcome


@cache
def call_of(case: str) -> Transcript:
    (file,) = (FIXTURES / case).glob("transcript.*")
    told = expected(case)
    sides = Sides(agent=tuple(told.get("agent_speaker", ())), contact=tuple(told.get("contact_speaker", ())))
    return read_transcript(file.read_bytes(), f"{case}/{file.name}", sides=sides)


def log_of(case: str) -> tuple[DeviationReason, ...]:
    file = FIXTURES / case / "log.json"
    if not file.exists():
        return ()
    rows = parse_json(file.read_bytes(), f"{case}/log.json")
    wrapped: Any = {"call_id": "log", "plan_deviation_reasons": rows}
    return CallOutcome.from_document(wrapped, f"{case}/log.json").plan_deviation_reasons


@cache
def audit_of(case: str) -> Audit:
    made = planned(case)
    return audit_call(made.plan, call_of(case), log_of(case), made.policy)


def deviations(rows: list[dict[str, str]]) -> Found:
    return Counter((row["type"], row.get("item"), row["logged"]) for row in rows)


def label_of(case: str) -> Judged:
    """What the contract demands of the audit."""
    told = expected(case)
    return Judged(
        told["items"],
        told.get("results", {}),
        deviations(told.get("deviations", [])),
        told["verdict"],
        told["compliance"],
    )


def heard_of(case: str) -> Judged:
    """What the audit says today."""
    audit = audit_of(case)
    return Judged(
        {item.item: item.status for item in audit.items},
        {item.item: item.result for item in audit.items if item.result},
        Counter((d.type, d.item, d.logged) for d in audit.deviations),
        audit.verdict,
        audit.compliance,
    )


def misses(label: Judged, heard: Judged) -> dict[str, Any]:
    """Where the two differ, as `[known_misses]` has it: what the audit says instead."""
    found: dict[str, Any] = {}
    for key in ("verdict", "compliance"):
        if getattr(label, key) != getattr(heard, key):
            found[key] = getattr(heard, key)
    for key in ("items", "results"):
        want, got = getattr(label, key), getattr(heard, key)
        differing = {
            name: got.get(name, "") for name in want.keys() | got.keys() if want.get(name) != got.get(name)
        }
        if differing:
            found[key] = differing
    for key, some in (
        ("missing", label.deviations - heard.deviations),
        ("extra", heard.deviations - label.deviations),
    ):
        if some:
            found[key] = some
    return found


def known_misses(case: str) -> dict[str, Any]:
    told = expected(case).get("known_misses", {})
    return {key: deviations(value) if key in ("missing", "extra") else value for key, value in told.items()}


REFUSED = [case for case in CASES if "gate" in expected(case)]
CALLED = [case for case in CASES if case not in REFUSED]


def test_every_agent_has_three_cases_or_more() -> None:
    agents = Counter(brief_of(case).agent for case in CASES)
    assert set(agents) == set(AGENTS)
    assert min(agents.values()) >= 3


@pytest.mark.parametrize("case", CASES)
def test_a_case_says_what_it_is(case: str) -> None:
    told = expected(case)
    assert not set(told) - KEYS
    assert not set(told.get("known_misses", {})) - MISS_KEYS
    assert told["title"]
    assert told["story"].endswith(".")
    assert case.startswith(f"{brief_of(case).agent}-")
    calls = list((FIXTURES / case).glob("transcript.*"))
    assert len(calls) == (0 if case in REFUSED else 1)


@pytest.mark.parametrize("case", CASES)
def test_the_brief_has_no_problem(case: str) -> None:
    document = parse_json((FIXTURES / case / "brief.json").read_bytes(), case)
    brief, problems = Brief.examine(document)
    assert problems == []
    assert brief is not None


@pytest.mark.parametrize("case", REFUSED)
def test_the_gate_refuses_by_name(case: str) -> None:
    outcome = outcome_of(case)
    assert isinstance(outcome, Refused)
    assert outcome.refusal.code == expected(case)["gate"]["refusal"]
    resolve_pointer(brief_of(case).document(), outcome.refusal.pointer)


@pytest.mark.parametrize("case", CALLED)
def test_the_plan_has_the_items_that_are_labelled(case: str) -> None:
    plan = planned(case).plan
    assert [item.id for _, item in plan.items()] == list(expected(case)["items"])
    assert plan.plan_id == plan_id_of(plan.full_document())


@pytest.mark.parametrize("case", CALLED)
def test_every_reason_of_the_plan_resolves(case: str) -> None:
    document = brief_of(case).document()
    for _, item in planned(case).plan.items():
        for pointer in item.because:
            resolve_pointer(document, pointer)


@pytest.mark.parametrize("case", CALLED)
def test_the_call_follows_its_plan_within_a_minute(case: str) -> None:
    call, now = call_of(case), parse_time(expected(case)["now"])
    assert {turn.speaker for turn in call.turns} <= {"agent", "contact", "tool", "system"}
    if call.started_at is not None:
        assert timedelta(0) < parse_time(call.started_at) - now < timedelta(minutes=1)


@pytest.mark.parametrize("case", CALLED)
def test_the_audit_says_what_the_label_says_but_for_known_misses(case: str) -> None:
    assert misses(label_of(case), heard_of(case)) == known_misses(case)


@pytest.mark.parametrize("case", CALLED)
def test_what_is_quoted_was_said_in_that_turn(case: str) -> None:
    turns = call_of(case).turns
    for item in audit_of(case).items:
        if item.quote is not None:
            assert item.quote_turn is not None
            assert item.quote in turns[item.quote_turn].text
            assert item.quote_turn in item.turns


def test_nine_labels_in_ten_come_out_right() -> None:
    labels = sum(len(expected(case)["items"]) for case in CALLED)
    missed = sum(len(known_misses(case).get("items", {})) for case in CALLED)
    assert missed / labels <= 0.1


@pytest.mark.parametrize("case", [case for case in CALLED if log_of(case)])
def test_a_log_speaks_of_items_of_the_plan(case: str) -> None:
    ids = {item.id for _, item in planned(case).plan.items()}
    assert {reason.item for reason in log_of(case)} <= ids
