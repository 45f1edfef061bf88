"""Replays of history: what another version would have changed, the worst first, nothing stored."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from precall_cli.planner import load_playbook
from precall_cli.planning import Planned, Refused, plan_brief
from precall_cli.policies import load_policies
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.refusal import Refusal
from precall_cli.simulate.replay import RANKS, replay
from tests.cli import command
from tests.cli.inside import run

NOON = datetime(2026, 10, 6, 18, 22, 40, tzinfo=UTC)


def sealed(cwd: Path, number: int, **changes: Any) -> None:
    contact = command.BRIEF["contact"] | {"contact_id": f"con_{number}"}
    brief = command.brief(brief_id=f"brf_{number}", contact=contact, **changes)
    command.write(cwd / "b.json", brief)
    done = run("plan", "create", "b.json", "--now", f"2026-10-06T18:22:{number:02}Z", cwd=cwd)
    assert done.code in (0, 1), done.err


def replayed(cwd: Path, *args: str | Path, code: int = 0) -> dict[str, Any]:
    done = run("policy", "replay", *args, "--now", "2026-10-20T00:00:00Z", "--json", cwd=cwd)
    assert done.code == code, done.err
    found: dict[str, Any] = done.document
    return found


def new_policy(cwd: Path, text: str, agent: str = "inbound") -> Path:
    path = cwd / "new.toml"
    path.write_text(f"agent = '{agent}'\n{text}")
    return path


def test_the_same_version_changes_nothing(tmp_path: Path) -> None:
    sealed(tmp_path, 1)
    found = replayed(tmp_path)
    assert (found["plans"], found["changed"], found["worst"], found["drifted"]) == (1, 0, [], 0)


def test_each_change_is_named_with_what_was_and_what_becomes(tmp_path: Path) -> None:
    sealed(tmp_path, 1)
    found = replayed(tmp_path, "--policy", new_policy(tmp_path, "[limits]\nquestions = 2\nnext_steps = 1\n"))
    [worst] = found["worst"]
    assert worst["kind"] == "ladder"
    assert [(c["kind"], c["what"], c["after"]) for c in worst["changes"]] == [
        ("next_step", "removed", None),
        ("qualification", "removed", None),
    ]
    assert found["items"] == [
        {"kind": "next_step", "what": "removed", "count": 1},
        {"kind": "qualification", "what": "removed", "count": 1},
    ]
    later = replayed(tmp_path, "--policy", new_policy(tmp_path, "[planning]\nbudget_ms = 3000\n"))["worst"][0]
    assert (later["kind"], later["notes"]) == ("timing", ["budget in ms 4000 → 3000"])
    judged = replayed(tmp_path, "--policy", new_policy(tmp_path, "[audit.weights]\nstop = 3\n"))
    assert judged["changed"] == 0, "how a call is judged changes no plan"


def test_what_must_be_said_is_worse_than_what_is_asked_and_a_broken_budget_worse_still(
    tmp_path: Path,
) -> None:
    sealed(tmp_path, 1)
    heard = {"recording": False, "ai_voice": True, "obtained_at": "2026-10-06T18:22:08Z"}
    cursor = {"kind": "list_cursor", "at": "2026-10-06T18:22:08Z"}
    sealed(tmp_path, 2, agent="cold_list", trigger=cursor, consent=heard)
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "inbound.toml").write_text("[limits]\nquestions = 1\n")
    (policies / "cold_list.toml").write_text("[disclosures]\nrecording = 'off'\n[limits]\nquestions = 3\n")
    found = replayed(tmp_path, "--policy", policies)
    assert [(w["agent"], w["kind"]) for w in found["worst"]] == [("cold_list", "must"), ("inbound", "talk")]
    assert found["worst"][0]["changes"][0]["kind"] == "disclosure", "the gravest change of a plan comes first"
    (policies / "inbound.toml").write_text("[planning]\nbudget_ms = 10\n")
    found = replayed(tmp_path, "--policy", policies, code=1)
    assert [w["kind"] for w in found["worst"]] == ["budget", "must"]
    assert (found["worst"][0]["live_ms"], found["worst"][0]["budget_ms"]) == (20, 10)
    assert replayed(tmp_path, "--policy", policies, "--limit", "1", code=1)["worst"] == found["worst"][:1]
    assert replayed(tmp_path, "--policy", policies, "--agent", "cold_list")["plans"] == 1


def test_a_dearer_engine_is_priced(tmp_path: Path) -> None:
    sealed(tmp_path, 1)
    text = "[planning]\nengine = 'claude'\nmodel = '{}'\n"
    found = replayed(tmp_path, "--policy", new_policy(tmp_path, text.format("claude-opus-5-5")))
    assert found["cost"]["before"] == 0 < found["cost"]["after"]
    assert round(found["worst"][0]["cost"]["after"], 6) == found["cost"]["after"]
    unknown = replayed(tmp_path, "--policy", new_policy(tmp_path, text.format("unheard-of")))
    assert (unknown["unpriced"], unknown["cost"]["after"]) == (1, 0)


def test_refusals_stay_refused_at_their_moment_whatever_the_policy(tmp_path: Path) -> None:
    sealed(tmp_path, 1, dnc={"listed": True})
    found = replayed(tmp_path, "--policy", new_policy(tmp_path, "[limits]\nquestions = 1\n"))
    assert (found["plans"], found["refusals"], found["would_pass"]) == (0, 1, 0)


def test_a_period_without_a_plan_is_exit_3(tmp_path: Path) -> None:
    assert run("policy", "replay", cwd=tmp_path).code == 3
    assert not (tmp_path / "precall.db").exists()
    sealed(tmp_path, 1)
    now = ("--now", "2026-10-20T00:00:00Z")
    assert run("policy", "replay", "--since", "1d", *now, cwd=tmp_path).code == 3
    for since in ("30d", "2026-10-01", "2026-10-06T00:00:00Z", "4w", "999h"):
        assert run("policy", "replay", "--since", since, *now, cwd=tmp_path).code == 0, since
    assert run("policy", "replay", "--since", "soon", *now, cwd=tmp_path).code == 2


@dataclass(frozen=True)
class Past:
    plan: CallPlan
    brief: Brief
    policy: Policy
    sealed_at: str
    seq: int


@dataclass(frozen=True)
class PastNo:
    refusal: Refusal
    brief: Brief
    sealed_at: str
    seq: int


def history(number: int) -> Iterator[Past]:
    policies, playbook = load_policies(None), load_playbook(None)
    brief = Brief.from_document(command.brief(), "b")
    made = plan_brief(brief, policies, playbook, now=NOON)
    assert isinstance(made, Planned)
    for seq in range(number):
        yield Past(made.plan, brief, made.policy, "2026-10-06T18:22:40Z", seq)


def test_memory_does_not_grow_with_history(tmp_path: Path) -> None:
    new_policy(tmp_path, "[limits]\nquestions = 1\n")
    policies, playbook = load_policies(None, instead=(tmp_path / "new.toml",)), load_playbook(None)

    def peak(number: int) -> int:
        tracemalloc.start()
        found = replay(history(number), (), policies, playbook, lambda *_: (), limit=5)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (found.plans, len(found.worst)) == (number, 5)
        assert [w.seq for w in found.worst] == [0, 1, 2, 3, 4], "of equals, the first sealed"
        return most

    peak(6)
    assert peak(32) < 1.5 * peak(8)


def test_a_refusal_that_the_rules_of_today_let_pass_is_listed(tmp_path: Path) -> None:
    policies, playbook = load_policies(None), load_playbook(None)
    brief = Brief.from_document(command.brief(), "b")
    refused = plan_brief(brief, policies, playbook, now=NOON, opted_out=["con_100"])
    assert isinstance(refused, Refused)
    latched = PastNo(refused.refusal, brief, "2026-10-06T18:22:40Z", 1)
    mended = PastNo(refused.refusal.model_copy(update={"code": "GATE_HOURS", "pointer": "/contact/timezone"}),
                    brief, "2026-10-06T18:22:40Z", 2)  # fmt: skip
    held = PastNo(refused.refusal.model_copy(update={"code": "ACCOUNT_OBJECTIVE_HELD"}), brief, "", 3)
    found = replay((), (latched, mended, held), policies, playbook, lambda *_: (), limit=5)
    assert (found.refusals, found.passing) == (3, 1), "an opt-out and a lock stand as they stood"
    assert found.would_pass[0].code == "GATE_HOURS" and found.would_pass[0].objective


def test_an_agent_that_is_gone_loses_its_plans(tmp_path: Path) -> None:
    [past] = history(1)
    gone = Past(past.plan.model_copy(update={"agent": "butler"}), past.brief, past.policy, past.sealed_at, 1)
    found = replay((gone,), (), load_policies(None), load_playbook(None), lambda *_: (), limit=5)
    assert found.by_rank["no agent"] == 1 and found.alarming


def test_what_the_planner_changed_is_not_put_down_to_the_policy() -> None:
    [past] = history(1)
    other = past.plan.model_copy(
        update={"objective": past.plan.objective.model_copy(update={"statement": "Something else"})}
    )
    moved = Past(other, past.brief, past.policy, past.sealed_at, 1)
    found = replay((moved,), (), load_policies(None), load_playbook(None), lambda *_: (), limit=5)
    assert (found.drifted, found.changed) == (1, 0)


@pytest.mark.parametrize("took", [3000.0, 5000.0])
def test_a_budget_is_held_against_what_the_plan_took(took: float) -> None:
    [past] = history(1)
    planner = past.plan.planner
    assert planner is not None
    timed = past.plan.model_copy(update={"planner": planner.model_copy(update={"latency_ms": took})})
    slow = Past(timed, past.brief, past.policy, past.sealed_at, 1)
    found = replay((slow,), (), load_policies(None), load_playbook(None), lambda *_: (), limit=5)
    assert found.by_rank["budget"] == (took > 4000)
    assert list(RANKS)[:3] == ["refused", "no agent", "budget"]
