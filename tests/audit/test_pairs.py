# ruff: noqa: E501  (a call is read turn by turn)
"""One line in, one line out: pairs as `audit-pairs` streams them."""

from __future__ import annotations

import json

import pytest

from precall_cli.audit import audit_pair
from precall_cli.records.audit import Audit
from tests.audit.calls import PLAN, SPOKEN, call


def line(**changes: object) -> bytes:
    return json.dumps({"id": "p1", "plan": PLAN, "transcript": call(SPOKEN).document()} | changes).encode()


def test_a_pair_gives_a_valid_audit_with_its_id() -> None:
    found = json.loads(audit_pair(line(), "pairs.jsonl line 1"))
    assert found.pop("id") == "p1"
    assert Audit.from_document(found, "out").verdict == "pass"


def test_an_audit_is_one_line() -> None:
    assert b"\n" not in audit_pair(line(), "x")


def test_null_opening_and_coordination_are_fine() -> None:
    bare = PLAN | {
        "opening": None,
        "coordination": None,
        "objections": [],
        "stop_conditions": [],
        "disclosures": [],
    }
    found = json.loads(audit_pair(line(plan=bare), "x"))
    assert {i["item"] for i in found["items"]} == {"objective", "q1", "q2", "q3", "q4", "n1", "n2"}
    assert {i["item"]: i["status"] for i in found["items"]}["q1"] == "asked"


@pytest.mark.parametrize(
    "data",
    [b"", b"nonsense", b"[]", b"{}", b'{"id": 1, "plan": 3, "transcript": {}}', line(plan={"agent": "x"}), line(transcript={"call_id": "c"}),
     line(plan_deviation_reasons=[{"reason": "because"}]), b'{"id": "a", "id": "b"}'],
)  # fmt: skip
def test_a_bad_pair_becomes_an_error_line(data: bytes) -> None:
    found = json.loads(audit_pair(data, "pairs.jsonl line 7"))
    assert set(found) == {"id", "error"}
    assert "pairs.jsonl line 7" in found["error"]


def test_the_log_of_a_pair_is_used() -> None:
    short = call(SPOKEN[:4] + SPOKEN[6:]).document()
    found = json.loads(
        audit_pair(
            line(transcript=short, plan_deviation_reasons=[{"item": "q2", "reason": "time_constraint"}]), "x"
        )
    )
    assert [(d["type"], d["logged"]) for d in found["deviations"]] == [("question_skipped", "explained")]
