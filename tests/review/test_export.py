"""A decided call becomes a case: nobody in it is found again, and the audit says the same."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from precall_cli.audit import audit_call
from precall_cli.check.case import find_cases
from precall_cli.check.play import World, play
from precall_cli.cli.app import app
from precall_cli.cli.reviewed import keep_decision
from precall_cli.review.deciding import Said
from precall_cli.review.redaction import Redactor, leftovers
from precall_cli.store import Store
from tests.review.decided import CASES, copy_decided

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BRIEF: dict[str, Any] = {
    "contact": {"contact_id": "003A", "name": "Dr. Maria May", "phone": "+12105550147"},
    "account": {"account_id": "acc_1", "name": "Ferry Lane Dental LLC", "domain": "ferrylane.example"},
    "ae": {"name": "Will Ortiz", "email": "will@northwind.example"},
    "engaged_contacts": [{"contact_id": "003B", "name": "Jo Lindt"}],
}


def export(db: Path, call: str, to: Path, *more: str) -> Any:
    return CliRunner().invoke(app, ["review", "export-fixture", call, str(to), "--db", str(db), *more])


@pytest.mark.parametrize("case", CASES)
def test_the_case_names_nobody_of_the_call_and_plays_as_before(tmp_path: Path, case: str) -> None:
    call_id = copy_decided(tmp_path / "p.db")[case]
    with Store.open(tmp_path / "p.db") as store:
        keep_decision(store, call_id, Said("confirm", "sam"), NOW)
        stored = store.load_plan(store.find_plan_for_call(call_id) or "")
        audit = store.load_audit(call_id)
    done = export(tmp_path / "p.db", call_id, tmp_path / "cases")
    assert done.exit_code == 0, done.output
    (found,) = find_cases(tmp_path / "cases")
    text = "".join(path.read_text("utf-8") for path in found.files)
    brief = stored.brief.document()
    people = [brief["contact"]["name"], brief["ae"]["name"], brief["account"]["name"]]
    people += [entry["contact_name"] for entry in brief.get("prior_calls", [])]
    for name in people:
        assert not re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)
        assert not re.search(rf"\b{re.escape(name.split()[0])}\b", text), name
    for secret in (brief["contact"]["phone"], brief["contact"]["contact_id"], call_id, brief["brief_id"]):
        assert secret not in text
    assert not re.search(r"[\w.]+@(?!company-)", text)
    again = play(found, World()).audit
    assert again is not None
    assert [(i.item, i.status, i.result, i.turns) for i in again.items] == [
        (i.item, i.status, i.result, i.turns) for i in audit.items
    ]
    assert [(d.type, d.item, d.turns, d.logged) for d in again.deviations] == [
        (d.type, d.item, d.turns, d.logged) for d in audit.deviations
    ]


def test_the_labels_are_what_was_decided_and_misses_are_written_down(tmp_path: Path) -> None:
    db = tmp_path / "p.db"
    call_id = copy_decided(db)["inbound-missed-disclosure"]
    assert export(db, call_id, tmp_path / "cases").exit_code == 2
    with Store.open(db) as store:
        status = next(item.status for item in store.load_audit(call_id).items if item.item == "d2")
        said = Said("overturn", "sam", "d2", status="given", cause="recogniser", reason='Devin said "taped"')
        keep_decision(store, call_id, said, NOW)
    assert status == "missing"
    assert export(db, call_id, tmp_path / "cases").exit_code == 0
    (found,) = find_cases(tmp_path / "cases")
    expect = tomllib.loads(found.file("expect.toml").read_text("utf-8"))
    assert expect["items"]["d2"] == "given"
    assert (expect["verdict"], expect["compliance"]) == ("pass", "clean")
    assert expect["known_misses"]["items"] == {"d2": "missing"}
    assert "Devin" not in expect["story"]
    checked = CliRunner().invoke(app, ["check", str(tmp_path / "cases"), "--json"])
    assert checked.exit_code == 0
    assert export(db, call_id, tmp_path / "cases").exit_code == 2  # it is there already


def test_a_disputed_call_makes_no_case(tmp_path: Path) -> None:
    db = tmp_path / "p.db"
    call_id = copy_decided(db)["dormant-discount"]
    with Store.open(db) as store:
        keep_decision(store, call_id, Said("dispute", "kim", "q1", reason="no"), NOW)
    done = export(db, call_id, tmp_path / "cases")
    assert done.exit_code == 2
    assert not (tmp_path / "cases").exists()


def test_one_name_has_one_stand_in_in_every_form() -> None:
    redactor = Redactor(BRIEF)
    said = redactor.text(
        "Maria May? MARIA here, and Maria's boss Jo Lindt of Ferry Lane Dental, Ferry Lane for short."
    )
    first = redactor.text("Maria")
    assert f"{first} " in said
    assert first.upper() in said
    assert f"{first}'s boss" in said
    assert not re.search("Maria|Lindt|Ferry|Dental", said, re.IGNORECASE)
    assert redactor.text("we may meet; will that do?") == "we may meet; will that do?"
    assert redactor.text("hi maria") == f"hi {first.lower()}"


def test_numbers_addresses_and_ids_go_and_days_stay() -> None:
    redactor = Redactor(BRIEF)
    said = redactor.text(
        "Ring (210) 555-0147 or will@northwind.example by 2026-11-20, 15:04, see https://x.example/a?b=1"
    )
    assert "0147" not in said
    assert "northwind" not in said
    assert "2026-11-20" in said
    assert "x.example/a" not in said
    document = redactor.document(
        {"contact_id": "003A", "phone": "+12105550147", "at": "2026-11-20T15:04:05Z"}
    )
    assert document["at"] == "2026-11-20T15:04:05Z"
    assert document["phone"].startswith("+121055501")
    assert document["contact_id"] == redactor.document(BRIEF)["contact"]["contact_id"] != "003A"
    assert leftovers(["so I told Priya, and Maria agreed"], redactor) == ("Maria", "Priya")


NAMES = st.from_regex(r"[A-Z][a-z]{4,9}", fullmatch=True)


@given(NAMES, NAMES, NAMES, st.integers(0, 3))
def test_no_name_of_the_brief_is_left_in_any_text(first: str, last: str, company: str, salt: int) -> None:
    brief = {"contact": {"name": f"{first} {last}"}, "account": {"name": f"{company} Ltd"}}
    redactor = Redactor(brief, salt)
    stand_ins = {part.lower() for name in redactor._map.values() for part in name.split()}
    text = f"{first}, {last.lower()} and {first} {last} at {company}; {company.upper()} Ltd."
    left = {word.lower() for word in re.findall(r"\w+", redactor.text(text))}
    for name in (first, last, company):
        assert name.lower() not in left or name.lower() in stand_ins
    assert redactor.text(text) == Redactor(brief, salt).text(text)
    json.dumps(redactor.document(brief))


def test_a_plan_that_would_not_be_made_again_is_named_as_the_reason(tmp_path: Path) -> None:
    db = tmp_path / "p.db"
    call_id = copy_decided(db)["dormant-discount"]
    with Store.open(db) as store:
        audit = store.load_audit(call_id)
        stored = store.load_plan(audit.plan_id or "")
        shorter = stored.plan.model_copy(
            update={"qualification": stored.plan.qualification[:1], "plan_id": None}
        )
        plan = shorter.model_copy(update={"plan_id": shorter.content_id()})
        store.save_plan(plan, stored.brief, stored.policy, now=NOW)
        store.save_audit(audit_call(plan, store.load_transcript(call_id), (), stored.policy), now=NOW)
        keep_decision(store, call_id, Said("confirm", "sam"), NOW)
    done = export(db, call_id, tmp_path / "cases")
    assert done.exit_code == 2
    assert "would plan it otherwise" in done.output
    assert "redacted" not in done.output
    assert not (tmp_path / "cases").exists()
