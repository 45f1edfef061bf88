"""What the agent was really told: sealed by compose, and what the audit goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from precall_cli.audit import load_matcher
from precall_cli.audit.engine import make_audit
from precall_cli.cli.told import find_told
from precall_cli.errors import IntegrityError
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.plan import CallPlan
from precall_cli.records.record import parse_time
from precall_cli.records.transcript import Transcript
from precall_cli.store import Store
from tests.cli.command import CALL, NOW, PLAN, brief, write
from tests.cli.inside import run as precall
from tests.store.store_samples import tamper

LATER = "2026-10-06T18:23:00Z"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    write(tmp_path / "b.json", brief())
    assert precall("plan", "create", "b.json", "--now", NOW, cwd=tmp_path).code == 0
    return tmp_path


def heard(text: str = CALL, system: str = "") -> Transcript:
    rows = [line.split(": ", 1) for line in text.splitlines()]
    turns = [("agent" if who == "Agent" else "contact", words) for who, words in rows]
    turns = [("system", system), *turns] if system else turns
    return Transcript.from_document(
        {"call_id": "c", "started_at": "2026-10-06T18:23:10Z",
         "turns": [{"i": i, "speaker": who, "text": words} for i, (who, words) in enumerate(turns)]}, "call"
    )  # fmt: skip


def test_what_is_composed_is_sealed_once_and_nothing_with_no_store(told: Path) -> None:
    quiet = precall("compose", "pln_", "--no-store", cwd=told)
    kept = precall("compose", "pln_", "--budget", "1150", "--now", LATER, cwd=told)
    assert quiet.code == kept.code == 0 and "sealed as row 2" in kept.err and "sealed" not in quiet.err
    assert "already sealed as row 2" in precall("compose", "pln_", "--budget", "1150", cwd=told).err
    with Store.open(told / "precall.db", read_only=True) as store:
        plan_id = store.list_plans()[0].plan_id
        record = store.load_instructions(plan_id)
        assert record is not None and record.text == kept.out and record.not_due
        assert store.load_instructions(plan_id, before=NOW) is None
        assert find_told(store, plan_id, heard()).instructions == record
        assert record.not_due[0] in find_told(store, plan_id, heard()).caveats[0]
        same = find_told(store, plan_id, heard(system=f"You are Ava. {record.text}"))
        assert same.instructions == record
        other = find_told(store, plan_id, heard(system=record.text.replace("[q1]", "[q7]")))
        assert other.instructions is None and "not those that were kept" in other.caveats[0]
        early = heard().model_copy(update={"started_at": NOW})
        assert find_told(store, plan_id, early).instructions is None
        assert "after the call began" in find_told(store, plan_id, early).caveats[0]
        assert store.verify().ok
    tamper(
        told / "precall.db",
        "UPDATE instructions SET instructions_json = replace(instructions_json, 'Ava', 'Eva')",
    )
    with Store.open(told / "precall.db", read_only=True) as store:
        assert not store.verify().ok
        with pytest.raises(IntegrityError):
            find_told(store, plan_id, heard())


def test_what_the_agent_was_not_told_is_not_due() -> None:
    plan = CallPlan.from_document(PLAN | {"plan_id": None}, "plan")
    skipping = heard(
        "\n".join(line for line in CALL.splitlines() if "January" not in line and "in place" not in line)
    )
    short = ToldInstructions.from_document(
        {"plan_id": "pln_x", "agent": "inbound", "digest": "sha256:ab", "tokens": 1, "not_due": ["q2"],
         "dropped": [{"layer": "L4.5", "item": "q2", "reason": "limit", "because": "max_questions = 1"}]},
        "told",
    )  # fmt: skip
    matcher = load_matcher()
    before, _ = make_audit(plan, skipping, (), None, matcher)
    after, _ = make_audit(plan, skipping, (), None, matcher, told=short)
    assert [d.item for d in before.deviations] == ["q2"] and after.deviations == ()
    (item,) = [each for each in after.items if each.item == "q2"]
    assert item.status == "not_reached" and "max_questions = 1" in (item.reason or "")
    assert after.scores.applicable == before.scores.applicable - 1
    assert "told:ab" in after.signature and after.audit_id != before.audit_id
    assert parse_time(NOW) < parse_time(LATER)


def test_the_layers_of_a_team_are_a_setting_and_init_writes_them(tmp_path: Path) -> None:
    assert precall("init", cwd=tmp_path).code == 0
    write(tmp_path / "b.json", brief())
    assert precall("plan", "create", "b.json", "--now", NOW, cwd=tmp_path).code == 0
    plain = precall("compose", "pln_", "--no-store", cwd=tmp_path)
    assert plain.code == 0, plain.err
    own = tmp_path / "layers" / "l4_campaign.toml"
    write(own, 'instructions = ["Mention the open day."]\nallow = ["legal advice on leases"]\n')
    lifted = precall("compose", "pln_", cwd=tmp_path)
    assert lifted.code == 2 and "l4_campaign.toml:2" in lifted.err and "l1_platform.toml:15" in lifted.err
    write(own, 'instructions = ["Mention the open day."]\n')
    assert "Mention the open day." in precall("compose", "pln_", "--no-store", cwd=tmp_path).out
