"""Reviews, sign-offs, switches and told instructions: sealed like everything else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from store_samples import NOW, copy_filled, make_audit, make_plan, make_policy

from precall_cli.errors import BadInput
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.review import Review
from precall_cli.records.rollout import SignOff, Switch
from precall_cli.store import Store

AT = "2026-11-21T09:00:00Z"


def make_review(**fields: object) -> Review:
    document = {
        "call_id": "call_1", "audit_id": make_audit(1).audit_id, "item": "q1", "decision": "overturn",
        "status": "volunteered", "cause": "recogniser", "reason": "he said so", "who": "Ines", "at": AT,
    }  # fmt: skip
    return Review.from_document({"schema": "precall.review/1", **document, **fields}, "review")


def make_sign_off(digest: str) -> SignOff:
    document = {"agent": "inbound", "policy_digest": digest, "role": "Product", "who": "Ines", "at": AT}
    return SignOff.from_document({"schema": "precall.sign_off/1", **document}, "sign-off")


def make_told(plan_id: str | None) -> ToldInstructions:
    document = {
        "plan_id": plan_id, "agent": "inbound", "digest": "sha256:ab", "tokens": 12, "not_due": ["q1"],
        "text": "Say hello.",
    }  # fmt: skip
    return ToldInstructions.from_document({"schema": "precall.instructions/1", **document}, "told")


def save_all(store: Store) -> None:
    store.save_review(make_review(), now=NOW)
    store.save_sign_off(make_sign_off(make_policy().digest()), make_policy(), now=NOW)
    switch = {"schema": "precall.switch/1", "agent": "inbound", "enabled": False, "who": "Ines", "at": AT}
    store.save_switch(Switch.from_document(switch, "switch"), now=NOW)
    store.save_instructions(make_told(make_plan(1).plan_id), now=NOW)


def test_decisions_come_back_once_and_verify(tmp_path: Path) -> None:
    copy_filled(tmp_path / "p.db")
    with Store.open(tmp_path / "p.db") as store:
        save_all(store)
        head = store.info().head_hash
        save_all(store)
        assert store.info().head_hash == head
        assert [review.status for _, _, review in store.load_reviews(call_id="call_1")] == ["volunteered"]
        assert list(store.load_reviews(as_of=NOW - timedelta(seconds=1))) == []
        assert [each.role for each in store.load_sign_offs(make_policy().digest())] == ["Product"]
        assert [each.enabled for each in store.load_switches()] == [False]
        told = store.load_instructions(make_plan(1).plan_id or "")
        assert told is not None
        assert told.not_due == ("q1",)
        assert store.load_instructions(make_plan(2).plan_id or "") is None
        assert store.verify().ok


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("reviews", "who = 'Otto'"),
        ("sign_offs", "role = 'Founder'"),
        ("switches", "enabled = 1"),
        ("instructions", "not_due_count = 0"),
    ],
)
def test_what_was_decided_cannot_be_edited_unseen(tmp_path: Path, table: str, change: str) -> None:
    path = tmp_path / "p.db"
    copy_filled(path)
    with Store.open(path) as store:
        save_all(store)
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            connection.execute(f"UPDATE {table} SET {change}")
        trigger = f"{table}_no_update"
        (made,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (trigger,)).fetchone()
        connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(f"UPDATE {table} SET {change}")
        connection.execute(made)
        connection.commit()
    with Store.open(path, read_only=True) as store:
        assert [fault.table for fault in store.verify().faults] == [table]


def test_decisions_about_what_is_not_stored_are_refused(tmp_path: Path) -> None:
    copy_filled(tmp_path / "p.db")
    with Store.open(tmp_path / "p.db") as store:
        head = store.info().head_hash
        with pytest.raises(BadInput, match="not stored here"):
            store.save_review(make_review(call_id="call_2"), now=NOW)
        with pytest.raises(BadInput, match="not that of the policy"):
            store.save_sign_off(make_sign_off("sha256:0"), make_policy(), now=NOW)
        with pytest.raises(BadInput, match="not stored here"):
            store.save_instructions(make_told("pln_none"), now=NOW)
        with pytest.raises(BadInput, match="the content gives"):
            store.save_review(make_review(review_id="rev_0"), now=NOW)
        assert store.info().head_hash == head


def test_an_overturn_needs_a_reason() -> None:
    with pytest.raises(BadInput, match="/reason"):
        make_review(reason=" ")
