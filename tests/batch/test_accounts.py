"""One account, one story: what was told is known to the next, and one objective has one plan."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.accounts import Heard, Story
from precall_cli.batch.dial import check_dial
from precall_cli.batch.tally import Tally
from precall_cli.records.brief import Brief
from precall_cli.records.outcome import CallOutcome
from precall_cli.records.record import format_time, parse_time
from precall_cli.store import Store
from precall_cli.store.standing import open_plans
from tests.batch.lists import NOW, ROLLOUT, colleague, desk, plans_in, run_list, with_policy, write_list
from tests.cli.inside import run

BUDGET = {"topic": "budget", "value": "$40k approved for Q3"}
SECRET = {"topic": "reorg", "value": "Omar is to take over the desk", "confidential": True}
LATER = "2026-11-18T17:00:00Z"


def _weak(row: dict[str, Any]) -> dict[str, Any]:
    """The same with an interest so weak that the call only asks: an objective that several may have."""
    row.pop("ae", None)
    return row


def _plan(db: Path, contact: str) -> dict[str, Any]:
    with Store.open(db, read_only=True) as store:
        return store.load_plan(plans_in(db)[contact][-1]).plan.full_document()


def test_what_one_contact_told_us_is_known_to_the_next_by_name_and_date(tmp_path: Path) -> None:
    rows = [
        _weak(colleague(1, "Sarah Lin", BUDGET)),
        _weak(colleague(2, "Omar Diaz", SECRET)),
        _weak(colleague(3, "Ines Roth")),
    ]
    tally = run_list(tmp_path / "s.db", rows, desk())
    assert (tally.planned, tally.accounts, tally.account_contacts) == (3, 1, 3)
    plan = _plan(tmp_path / "s.db", "con_3")
    known = plan["coordination"]["known"]
    assert [(k["topic"], k["answer"], k["told_by"], k["told_at"]) for k in known] == [
        ("budget", "$40k approved for Q3", "Sarah Lin", "2026-11-10T10:00:00Z")
    ]
    assert "take over" in plan["coordination"]["do_not_mention"][0]["text"]
    own = _plan(tmp_path / "s.db", "con_1")["coordination"]["known"]
    assert own == []


def test_a_plan_may_cite_what_a_colleague_said_and_each_pointer_resolves(tmp_path: Path) -> None:
    rows = [_weak(colleague(1, "Sarah Lin", BUDGET)), _weak(colleague(2, "Omar Diaz"))]
    run_list(tmp_path / "s.db", rows, desk())
    from precall_cli.records.json_text import resolve_pointer

    with Store.open(tmp_path / "s.db", read_only=True) as store:
        stored = store.load_plan(plans_in(tmp_path / "s.db")["con_2"][0])
    brief = stored.brief.document()
    for _, item in stored.plan.items():
        for pointer in item.because:
            resolve_pointer(brief, pointer)
    assert brief["provenance"][0]["file"] == "brief brf_1"


def test_a_runtime_may_write_down_what_was_told_and_the_next_plan_knows_it(tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    run_list(db, [_weak(colleague(1, "Sarah Lin"))], desk())
    outcome = CallOutcome.from_document(
        {"call_id": "call_77", "plan_id": plans_in(db)["con_1"][0], "facts": [BUDGET, {"no": "fact"}]},
        "outcome",
    )
    with Store.open(db) as store:
        store.save_outcome(outcome, now=parse_time(LATER))
    run_list(db, [_weak(colleague(2, "Omar Diaz"))], desk(now=LATER))
    [known] = _plan(db, "con_2")["coordination"]["known"]
    assert (known["told_by"], known["told_at"]) == ("Sarah Lin", LATER)


def test_what_is_told_later_is_a_change_at_the_dial(tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    omar = _weak(colleague(2, "Omar Diaz"))
    run_list(db, [omar], desk())
    plan = plans_in(db)["con_2"][0]
    with Store.open(db) as store:
        brief = Brief.from_document(omar, "b")
        assert not check_dial(store, plan, brief, rollout=ROLLOUT, now=parse_time(NOW)).refused
    run_list(db, [_weak(colleague(1, "Sarah Lin", BUDGET))], desk())
    with Store.open(db) as store:
        found = check_dial(store, plan, brief, rollout=ROLLOUT, now=parse_time(NOW))
    assert [move.pointer for move in found.staleness.moves] == ["/engaged_contacts/0"]


def test_an_objective_that_is_held_is_refused_with_the_plan_that_holds_it(tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    rows = [colleague(1, "Sarah Lin"), colleague(2, "Omar Diaz")]
    tally = run_list(db, rows, desk())
    assert (tally.planned, dict(tally.refused)) == (1, {"ACCOUNT_OBJECTIVE_HELD": 1})
    holder = plans_in(db)["con_1"][0]
    with Store.open(db) as store:
        [stored] = store.load_refusals()
        assert stored.refusal.held_by == holder
        assert holder in stored.refusal.reason
        assert not store.verify().faults
        outcome = CallOutcome.from_document({"call_id": "call_5", "plan_id": holder}, "outcome")
        store.save_outcome(outcome, now=parse_time(LATER))
    assert run_list(db, [rows[1]], desk(now=LATER)).planned == 1


@pytest.mark.parametrize(
    ("part", "changes", "lapses"),
    [
        ("planning", {}, "2026-11-19T16:00:00Z"),  # made at call: a day after its seal
        ("planning", {"sla_s": 172_800}, "2026-11-20T16:00:00Z"),  # or when the policy promises the dial
        ("refresh", {"expires_after_h": 5}, "2026-11-18T21:00:00Z"),  # at its own expiry
    ],
)
def test_a_call_that_never_comes_about_does_not_hold_the_account_for_ever(
    part: str, changes: dict[str, float], lapses: str, tmp_path: Path
) -> None:
    db = tmp_path / "s.db"
    found = with_policy("intent_event", lambda policy: policy[part].update(changes))
    rows = [colleague(1, "Sarah Lin"), colleague(2, "Omar Diaz")]
    before = parse_time(lapses) - timedelta(seconds=1)

    def omar(now: datetime) -> Tally:
        at = desk(policies=found, now=format_time(now), call_at=parse_time(NOW))
        return run_list(db, rows[1:], at)

    run_list(db, rows[:1], desk(policies=found))
    assert dict(omar(before).refused) == {"ACCOUNT_OBJECTIVE_HELD": 1}
    with Store.open(db, read_only=True) as store:
        assert f"lapses at {lapses}" in store.load_refusals()[-1].refusal.mend
        assert [each.open_until for each in open_plans(store, now=before)] == [lapses]
        assert not list(open_plans(store, now=parse_time(lapses)))
    assert omar(parse_time(lapses)).planned == 1


def test_the_holder_itself_may_be_planned_again(tmp_path: Path) -> None:
    db = tmp_path / "s.db"
    run_list(db, [colleague(1, "Sarah Lin")], desk())
    moved = colleague(1, "Sarah Lin")
    moved["contact"]["title"] = "COO"
    tally = run_list(db, [moved], desk(now=LATER))
    assert (tally.planned, tally.refreshed) == (1, 1)


def test_of_two_processes_exactly_one_wins_and_the_other_says_why(tmp_path: Path) -> None:
    for number, name in ((1, "Sarah Lin"), (2, "Omar Diaz")):
        (tmp_path / f"{number}.json").write_text(json.dumps(colleague(number, name)))
    assert run("init", ".", cwd=tmp_path).code == 0
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "precall_cli", "plan", "create", f"{n}.json", "--now", NOW, "--json"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in (1, 2)
    ]
    done = [(process.communicate(timeout=120)[0], process.returncode) for process in started]
    assert sorted(code for _, code in done) == [0, 1], done
    documents = [json.loads(out) for out, _ in done]
    plan = next(d for d in documents if "plan_id" in d)
    refusal = next(d for d in documents if "code" in d)
    assert (refusal["code"], refusal["held_by"]) == ("ACCOUNT_OBJECTIVE_HELD", plan["plan_id"])


def test_the_account_is_shown_with_locks_and_secrets(tmp_path: Path) -> None:
    rows = [colleague(1, "Sarah Lin", BUDGET), colleague(2, "Omar Diaz", SECRET)]
    write_list(tmp_path / "b.jsonl", rows)
    batch = run("plan", "batch", "b.jsonl", "--now", NOW, cwd=tmp_path)
    assert "1 account gathered once for 2 contacts: 1 pass saved" in batch.out
    found = run("account", "show", "acc_shared", "--now", NOW, "--json", cwd=tmp_path).document
    assert [person["name"] for person in found["contacts"]] == ["Omar Diaz", "Sarah Lin"]
    [lock] = found["locks"]
    assert (lock["objective"], lock["contact_id"]) == ("book_meeting", "con_1")
    assert [told["confidential"] for told in found["told"]] == [False, True]
    assert found["do_not_mention"][0]["to"] == "con_1"
    text = run("account", "show", "acc_shared", "--now", NOW, cwd=tmp_path)
    assert "in confidence" in text.out
    assert run("account", "show", "acc_none", cwd=tmp_path).code == 2


def test_the_order_of_a_list_and_a_break_in_the_middle_tell_the_same_story(tmp_path: Path) -> None:
    rows = [
        _weak(colleague(1, "Sarah Lin", BUDGET)),
        _weak(colleague(2, "Omar Diaz", SECRET)),
        _weak(colleague(3, "Ines Roth")),
    ]
    run_list(tmp_path / "whole.db", rows, desk())
    with Store.open(tmp_path / "whole.db", read_only=True) as store:
        first = store.load_plan(plans_in(tmp_path / "whole.db")["con_2"][0])
    with Store.open(tmp_path / "broken.db") as store:  # as if a run had been killed after one contact
        store.save_plan(first.plan, first.brief, first.policy, now=parse_time(NOW))
    run_list(tmp_path / "broken.db", rows, desk())
    assert plans_in(tmp_path / "broken.db") == plans_in(tmp_path / "whole.db")


hearings = st.builds(
    Heard,
    st.sampled_from(["con_1", "con_2"]),
    st.just("Sarah Lin"),
    st.sampled_from(["budget", "Budget ", "team_size"]),
    st.sampled_from(["40k", "50k"]),
    st.none() | st.sampled_from(["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]),
    st.booleans(),
    st.sampled_from(["brief a", "brief b"]),
    st.just("/x"),
)


@given(st.lists(hearings, max_size=6), st.randoms(use_true_random=False))
def test_a_story_is_the_same_in_whatever_order_it_was_heard(heard: list[Heard], chance: Any) -> None:
    mixed = heard[:]
    chance.shuffle(mixed)
    story = Story("acc").with_more(heard)
    assert story == Story("acc").with_more(mixed)
    assert len({each.key for each in story.heard}) == len(story.heard)
    for each in heard:  # what was told in confidence stays so
        if each.confidential:
            assert next(h for h in story.heard if h.key == each.key).confidential
