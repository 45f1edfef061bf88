"""What is saved comes back; saving again changes nothing; the order plays no part."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import (
    NOW,
    dump,
    fill,
    make_audit,
    make_brief,
    make_outcome,
    make_plan,
    make_policy,
    make_refusal,
    make_transcript,
)

from precall_cli.errors import BadInput
from precall_cli.store import Store


def test_all_kinds_come_back(tmp_path: Path) -> None:
    fill(tmp_path / "p.db")
    with Store.open(tmp_path / "p.db", read_only=True) as store:
        stored = store.load_plan(make_plan(2).plan_id or "")
        assert stored.plan == make_plan(2)
        assert stored.brief == make_brief(2)
        assert stored.policy == make_policy()
        assert stored.sealed_at == "2026-11-20T15:04:07Z"
        assert store.load_transcript("call_2") == make_transcript(2)
        assert store.load_audit("call_2") == make_audit(2)
        assert [found.audit for found in store.load_audits("call_2")] == [make_audit(2)]
        assert store.load_refusals(contact="con_3")[0].refusal == make_refusal(3)
        outcome = store.load_outcome("call_1")
        assert outcome is not None
        assert outcome.document()["mood"] == "calm"
        assert store.find_plan_for_call("call_1") == make_plan(1).plan_id
        assert [row.contact_name for row in store.list_plans()] == ["Dana 3", "Dana 2", "Dana 1"]
        assert [row.contact_id for row in store.list_plans(contact="con_2")] == ["con_2"]
        assert store.list_plans(since=NOW + timedelta(seconds=3), limit=1)[0].contact_id == "con_3"
        assert {kind: count for kind, count in store.info().rows.items() if count} == dict.fromkeys(
            ("plan", "refusal", "transcript", "outcome", "audit", "opt_out"), 3
        )


def test_a_plan_is_found_by_its_beginning_and_near_ones_are_named(tmp_path: Path) -> None:
    fill(tmp_path / "p.db")
    plan_id = make_plan(1).plan_id or ""
    with Store.open(tmp_path / "p.db") as store:
        assert store.load_plan(plan_id[:12]).plan.plan_id == plan_id
        assert store.load_plan(plan_id[4:12]).plan.plan_id == plan_id
        for name in ("pln_", "pln_zz", "pln_%", "", "nope'--", "\udcff", "\U0010ffff"):
            with pytest.raises(BadInput) as caught:
                store.load_plan(name)
            if name == "pln_":
                assert plan_id in caught.value.hint
        with pytest.raises(BadInput, match="has no audit"):
            store.load_audit("call_99")


def test_saving_again_changes_no_byte_that_is_said(tmp_path: Path) -> None:
    head = fill(tmp_path / "p.db")
    before = dump(tmp_path / "p.db")
    assert fill(tmp_path / "p.db") == head
    assert dump(tmp_path / "p.db") == before


def test_same_records_same_chain(tmp_path: Path) -> None:
    assert fill(tmp_path / "a.db") == fill(tmp_path / "b.db")


def test_a_plan_that_is_not_what_its_ids_say_is_refused(tmp_path: Path) -> None:
    plan = make_plan(1)
    with Store.open(tmp_path / "p.db") as store:
        with pytest.raises(BadInput, match="the content gives"):
            store.save_plan(
                plan.model_copy(update={"plan_id": "pln_0"}), make_brief(1), make_policy(), now=NOW
            )
        with pytest.raises(BadInput, match="/brief_digest"):
            store.save_plan(plan, make_brief(2), make_policy(), now=NOW)
        store.save_audit(make_audit(1), now=NOW)
        other = make_audit(1).model_copy(update={"verdict": "pass"})
        with pytest.raises(BadInput, match="other content"):
            store.save_audit(other, now=NOW)
        with pytest.raises(ValueError, match="time zone"):
            store.save_audit(make_audit(2), now=datetime(2026, 1, 1))
        assert store.info().head_seq == 1
        assert not store.has_plan("pln_0")


def test_records_that_come_before_their_plan_are_linked_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Store.open(path) as store:
        store.save_transcript(make_transcript(1), now=NOW)
        store.save_audit(make_audit(1), now=NOW)
        store.save_outcome(make_outcome(1, plan_id=make_plan(1).plan_id), now=NOW)
        assert store.verify().ok
        store.save_plan(make_plan(1), make_brief(1), make_policy(), now=NOW)
        assert store.verify().ok
    with closing(sqlite3.connect(path)) as connection:
        for table in ("transcripts", "audits", "outcomes"):
            assert connection.execute(f"SELECT plan_id FROM {table}").fetchall() == [(make_plan(1).plan_id,)]
        (plan,) = connection.execute("SELECT plan FROM outcomes").fetchone()
    assert json.loads(plan)["objective"]["statement"] == "Book a call, no. 1"


def test_views_answer_questions(tmp_path: Path) -> None:
    fill(tmp_path / "p.db")
    with closing(sqlite3.connect(tmp_path / "p.db")) as connection:
        assert connection.execute("SELECT verdict, agent, contact_name FROM calls").fetchall() == [
            ("review", "inbound", f"Dana {number}") for number in (1, 2, 3)
        ]
        assert connection.execute("SELECT count(*) FROM turns WHERE speaker = 'contact'").fetchone() == (3,)
        assert connection.execute(
            "SELECT DISTINCT quote FROM audit_evidence WHERE quote IS NOT NULL"
        ).fetchall() == [("How many reps",)]
        assert (
            connection.execute("SELECT item, turn FROM audit_items WHERE turn IS NOT NULL").fetchall()
            == [("q1", 0)] * 3
        )
        assert connection.execute("SELECT DISTINCT type FROM audit_deviations").fetchall() == [
            ("objective_not_pursued",)
        ]


def test_all_or_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path / "p.db") as store:
        with pytest.raises(BadInput), store.writing():
            store.save_plan(make_plan(1), make_brief(1), make_policy(), now=NOW)
            store.save_plan(make_plan(2), make_brief(1), make_policy(), now=NOW)
        assert store.info().head_seq == 0
        store.save_plan(make_plan(1), make_brief(1), make_policy(), now=NOW)
        assert store.info().head_seq == 1


def test_an_opt_out_stands_until_it_is_released(tmp_path: Path) -> None:
    with Store.open(tmp_path / "p.db") as store:
        store.latch_opt_out("con_1", "+12105550101", "call_1", 4, now=NOW)
        store.latch_opt_out("con_2", "+12105550101", "call_2", 9, now=NOW)
        assert store.opted_out() == {"con_1", "con_2", "+12105550101"}
        with pytest.raises(BadInput, match="who releases"):
            store.release_opt_out("con_1", "Ana Reyes", " ", now=NOW)
        store.release_opt_out("con_1", "Ana Reyes", "she wrote to us", now=NOW)
        assert store.opted_out() == {"con_2", "+12105550101"}
        assert not store.latch_opt_out("con_1", "+12105550101", "call_1", 4, now=NOW).new
        assert store.opted_out() == {"con_2", "+12105550101"}
        with pytest.raises(BadInput, match="no opt-out stands"):
            store.release_opt_out("con_1", "Ana Reyes", "she wrote to us", now=NOW)
        store.latch_opt_out("con_1", None, "call_3", 2, now=NOW)
        assert "con_1" in store.opted_out()
        store.release_opt_out("con_1", "Ana Reyes", "she wrote to us", now=NOW)
        store.release_opt_out("+12105550101", "Ana Reyes", "wrong number", now=NOW)
        assert store.opted_out() == frozenset()
        assert store.verify().ok
        with pytest.raises(BadInput):
            store.latch_opt_out(None, "", "call_1", 1, now=NOW)


def test_what_the_runtime_says_is_merged(tmp_path: Path) -> None:
    with Store.open(tmp_path / "p.db") as store:
        reason = {"item": "q1", "reason": "contact_volunteered"}
        assert store.save_outcome(make_outcome(1, disposition="unknown", minutes=3), now=NOW).new
        assert store.save_outcome(
            make_outcome(1, disposition="booked", updated_at="2026-11-20T16:00:00Z", minutes=None,
                         plan_deviation_reasons=[reason]), now=NOW
        ).new  # fmt: skip
        assert not store.save_outcome(make_outcome(1, disposition="unknown", minutes=3), now=NOW).new
        later = {"reason": "time_constraint", "turn": 8}
        store.save_outcome(make_outcome(1, plan_deviation_reasons=[later, reason]), now=NOW)
        merged = store.load_outcome("call_1")
        assert merged is not None
        document = merged.document()
        assert (document["disposition"], document["minutes"]) == ("booked", 3)
        assert document["plan_deviation_reasons"] == [later, reason]
        assert [found.call_id for found in store.load_outcomes()] == ["call_1"]
        assert store.load_outcome("call_2") is None
        assert store.verify().ok


SAVES = [
    lambda s, n, at: s.save_plan(make_plan(n), make_brief(n), make_policy(), now=at),
    lambda s, n, at: s.save_refusal(make_refusal(n), make_brief(n), now=at),
    lambda s, n, at: s.save_transcript(make_transcript(n), now=at),
    lambda s, n, at: s.save_audit(make_audit(n), now=at),
    lambda s, n, at: s.save_outcome(make_outcome(n, plan_id=make_plan(n).plan_id, state="open"), now=at),
    lambda s, n, at: s.save_outcome(make_outcome(n, state="won", at="2026-11-20T17:00:00Z"), now=at),
    lambda s, n, at: s.save_outcome(
        make_outcome(n, state="lost", plan_deviation_reasons=[{"reason": "other", "turn": 3}]), now=at
    ),
    lambda s, n, at: s.latch_opt_out(f"con_{n}", None, f"call_{n}", 1, now=at),
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SAVES) - 1), st.integers(1, 2)), max_size=25), st.randoms())
def test_any_order_with_repeats_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("orders")
    shuffled = steps + chance.sample(steps, len(steps) // 2)
    chance.shuffle(shuffled)
    for name, order in (("a.db", steps), ("b.db", shuffled)):
        with Store.open(folder / name) as store:
            for index, (save, number) in enumerate(order):
                SAVES[save](store, number, NOW + timedelta(seconds=index))
            result = store.verify()
            assert result.ok, result.faults
            assert result.rows == len(set(steps))
    assert dump(folder / "a.db") == dump(folder / "b.db")


def test_time_is_stored_in_utc(tmp_path: Path) -> None:
    from datetime import timezone

    at = datetime(2026, 11, 20, 10, 4, 5, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    with Store.open(tmp_path / "p.db") as store:
        store.save_plan(make_plan(1), make_brief(1), make_policy(), now=at)
        assert store.load_plan("pln_").sealed_at == "2026-11-20T15:04:05Z"
        assert store.list_plans(since=datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC))
