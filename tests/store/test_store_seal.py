"""The seal: another tool can recompute it, and a single change anywhere is named."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import (
    NOW,
    copy_filled,
    fill,
    make_brief,
    make_outcome,
    make_plan,
    make_policy,
    make_transcript,
    tamper,
)

from precall_cli.records.json_text import digest
from precall_cli.store import Fault, Store, Verification
from precall_cli.store.seal import ChainRow


def verification(path: Path) -> Verification:
    with Store.inspect(path) as store:
        return store.verify()


def test_the_rule_as_it_is_written_down_gives_every_hash(tmp_path: Path) -> None:
    copy_filled(tmp_path / "p.db")
    kept = {"plan": "plans", "refusal": "refusals", "transcript": "transcripts", "audit": "audits",
            "outcome": "outcome_versions", "opt_out": "opt_outs"}  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "p.db")) as connection:
        connection.row_factory = sqlite3.Row
        before = "sha256:" + "0" * 64
        for row in connection.execute("SELECT * FROM chain ORDER BY seq").fetchall():
            (cell,) = connection.execute(
                f"SELECT {row['kind']}_json FROM {kept[row['kind']]} WHERE seq = ?", (row["seq"],)
            ).fetchone()
            assert row["digest"] == "sha256:" + hashlib.sha256(cell.encode()).hexdigest()
            content = {key: row[key] for key in row.keys() if key != "hash"}  # noqa: SIM118
            # All keys and values are ASCII and the one number is an integer: here this is RFC 8785.
            text = json.dumps(content, sort_keys=True, separators=(",", ":"))
            assert row["prev_hash"] == before
            assert row["hash"] == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
            before = row["hash"]


@given(st.text(), st.text() | st.none(), st.integers(1, 2**53 - 1))
def test_the_hash_is_of_the_canonical_form(text: str, other: str | None, seq: int) -> None:
    row = ChainRow(seq, "plan", text, "sha256:0", text, other, None, "sha256:0")
    assert row.hash() == digest(asdict(row))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE chain SET sealed_at = '2026-01-01T00:00:00Z' WHERE seq = 1",
        "DELETE FROM chain WHERE seq = 18",
        "INSERT INTO chain SELECT 99, kind, 'x', digest, sealed_at, NULL, NULL, prev_hash, hash FROM chain",
        "INSERT OR REPLACE INTO chain SELECT * FROM chain WHERE seq = 2",
        "INSERT OR REPLACE INTO chain SELECT 19, kind, record_id, digest, sealed_at, brief_digest, "
        "policy_digest, (SELECT hash FROM chain WHERE seq = 18), hash FROM chain WHERE seq = 2",
        "UPDATE plans SET agent = 'dormant'",
        "DELETE FROM plans",
        "INSERT OR REPLACE INTO plans SELECT * FROM plans",
        "REPLACE INTO briefs SELECT * FROM briefs",
        "UPDATE briefs SET brief_json = '{}'",
        "DELETE FROM policies",
        "UPDATE audits SET verdict = 'pass'",
        "UPDATE audits SET plan_id = NULL",
        "REPLACE INTO audits SELECT * FROM audits",
        "UPDATE audit_items SET status = 'asked'",
        "REPLACE INTO audit_items SELECT * FROM audit_items",
        "DELETE FROM audit_deviations",
        "UPDATE transcripts SET transcript_json = '{}'",
        "DELETE FROM transcripts",
        "DELETE FROM refusals",
        "UPDATE outcome_versions SET outcome_json = '{}'",
        "DELETE FROM opt_outs",
        "UPDATE opt_outs SET contact_id = 'nobody'",
    ],
)
def test_the_database_itself_refuses_a_change(tmp_path: Path, statement: str) -> None:
    copy_filled(tmp_path / "p.db")
    with closing(sqlite3.connect(tmp_path / "p.db")) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    assert verification(tmp_path / "p.db").ok


COLUMNS = {
    "chain": ("kind", "record_id", "digest", "sealed_at", "brief_digest", "prev_hash", "hash"),
    "plans": ("plan_id", "sealed_at", "brief_digest", "agent", "contact_name", "objective", "plan_json"),
    "refusals": ("refusal_id", "code", "reason", "account_id", "refusal_json"),
    "transcripts": ("transcript_id", "call_id", "plan_id", "said_plan_id", "started_at", "transcript_json"),
    "outcome_versions": ("outcome_id", "call_id", "outcome_json"),
    "outcomes": ("plan_id", "plan", "plan_deviation_reasons", "outcome_json"),
    "audits": ("audit_id", "verdict", "adherence", "deviated", "rung", "audit_json"),
    "audit_items": ("status", "turn", "confidence"),
    "audit_deviations": ("type", "severity", "logged"),
    "opt_outs": ("contact_id", "action", "opt_out_json"),
    "briefs": ("brief_digest", "contact_id", "brief_json"),
    "policies": ("policy_digest", "title", "policy_json"),
}
VALUES = {"turn": "7", "deviated": "7", "adherence": "0.25", "confidence": "0.25", "action": "'release'"}
TEXT_VALUES = ("'x'", "'{}'", "'[]'", "CAST(x'ff1b' AS TEXT)")


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_one_edited_cell_is_named(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("edit") / "p.db"
    copy_filled(path, 2)
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    value = VALUES.get(column) or data.draw(st.sampled_from(TEXT_VALUES))
    key = "rowid" if not table.startswith("audit_") else "audit_seq"
    with closing(sqlite3.connect(path)) as connection:
        count = connection.execute(f"SELECT count(DISTINCT {key}) FROM {table}").fetchone()[0]
        chosen = data.draw(st.integers(0, count - 1))
        (row,) = connection.execute(
            f"SELECT DISTINCT {key} FROM {table} ORDER BY 1 LIMIT 1 OFFSET {chosen}"
        ).fetchone()
    tamper(path, f"UPDATE {table} SET {column} = {value} WHERE {key} = {row}")
    result = verification(path)
    assert not result.ok
    assert any(fault.table == table or table in ("plans", "chain") for fault in result.faults), result.faults
    if table not in ("briefs", "policies", "outcomes", "outcome_versions"):
        assert any(str(row) in fault.row for fault in result.faults), result.faults


@pytest.mark.parametrize(
    ("table", "before", "after"),
    [
        ("transcripts", "forty", "fifty"),
        ("plans", "How many reps", "How many cats"),
        ("audits", "never", "often"),
        ("opt_outs", "{", "{ "),
        ("refusals", '"mend":""', '"mend":"call"'),
        ("outcome_versions", "calm", "angry"),
        ("briefs", "+1210", "+1211"),
        ("policies", "4000", "4001"),
    ],
)
def test_words_edited_where_no_column_repeats_them(
    tmp_path: Path, table: str, before: str, after: str
) -> None:
    path = tmp_path / "p.db"
    copy_filled(path)
    column = {"outcome_versions": "outcome_json", "policies": "policy_json"}.get(table, f"{table[:-1]}_json")
    tamper(path, f"UPDATE {table} SET {column} = replace({column}, '{before}', '{after}') WHERE rowid < 9")
    assert first(path, table).kind == "edited"


def first(path: Path, table: str = "chain") -> Fault:
    return next(fault for fault in verification(path).faults if fault.table == table)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 11))
def test_a_deleted_row_is_named(tmp_path_factory: pytest.TempPathFactory, seq: int) -> None:
    path = tmp_path_factory.mktemp("delete") / "p.db"
    copy_filled(path, 2)
    tamper(path, f"DELETE FROM chain WHERE seq = {seq}")
    assert (first(path).kind, first(path).row) == ("dropped", str(seq))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12))
def test_two_swapped_rows_are_named(tmp_path_factory: pytest.TempPathFactory, one: int, two: int) -> None:
    path = tmp_path_factory.mktemp("swap") / "p.db"
    copy_filled(path, 2)
    tamper(
        path,
        f"UPDATE chain SET seq = -1 WHERE seq = {one}",
        f"UPDATE chain SET seq = {one} WHERE seq = {two}",
        f"UPDATE chain SET seq = {two} WHERE seq = -1",
    )
    result = verification(path)
    assert result.ok == (one == two)
    if one != two:
        assert (first(path).kind, first(path).row) == ("reordered", str(min(one, two)))
        assert str(max(one, two)) in first(path).problem


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 12))
def test_a_row_used_twice_is_named(tmp_path_factory: pytest.TempPathFactory, seq: int) -> None:
    path = tmp_path_factory.mktemp("twice") / "p.db"
    copy_filled(path, 2)
    tamper(
        path,
        "INSERT INTO chain SELECT 13, kind, record_id || '+', digest, sealed_at, brief_digest, "
        f"policy_digest, prev_hash, hash FROM chain WHERE seq = {seq}",
    )
    assert any(fault.kind == "used_twice" and str(seq) in fault.row for fault in verification(path).faults)


def test_a_row_rewritten_with_a_fitting_hash_is_named_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    copy_filled(path)
    with closing(sqlite3.connect(path)) as connection:
        *fields, _ = connection.execute("SELECT * FROM chain WHERE seq = 5").fetchone()
    fields[4] = "2020-01-01T00:00:00Z"
    forged = ChainRow(*fields).hash()
    tamper(path, f"UPDATE chain SET sealed_at = '2020-01-01T00:00:00Z', hash = '{forged}' WHERE seq = 5")
    assert (first(path).kind, first(path).row) == ("edited", "5")


def test_a_cut_off_end_shows_only_by_a_head_that_was_noted(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    head = fill(path)
    tamper(
        path,
        "DELETE FROM opt_outs WHERE seq > 15",
        "DELETE FROM audits WHERE seq > 15",
        "DELETE FROM audit_items WHERE audit_seq > 15",
        "DELETE FROM audit_deviations WHERE audit_seq > 15",
        "DELETE FROM call_figures WHERE audit_seq > 15",
        "DELETE FROM outcome_versions WHERE seq > 15",
        "DELETE FROM outcomes WHERE call_id = 'call_3'",
        "DELETE FROM chain WHERE seq > 15",
    )
    with Store.open(path, read_only=True) as store:
        result = store.verify()
        assert result.ok
        assert any("cut off" in limit for limit in result.limits)
        assert store.verify(expected_head=result.head_hash).ok
        kinds = [fault.kind for fault in store.verify(expected_head=head).faults]
        assert kinds == ["head"]


def test_a_noted_head_holds_when_more_is_stored(tmp_path: Path) -> None:
    head = fill(tmp_path / "p.db", 1)
    assert fill(tmp_path / "p.db", 2) != head
    with Store.open(tmp_path / "p.db") as store:
        assert store.verify(expected_head=head).ok


def test_a_plan_sealed_after_its_call_began_is_named(tmp_path: Path) -> None:
    began = "2026-11-20T15:04:05.250Z"
    for name, say in (
        ("transcript", lambda store: store.save_transcript(make_transcript(1, started_at=began), now=NOW)),
        ("outcome", lambda store: store.save_outcome(
            make_outcome(1, plan_id=make_plan(1).plan_id, started_at=began), now=NOW)),
        ("both", lambda store: (
            store.save_transcript(make_transcript(1, started_at=began, plan=False), now=NOW),
            store.save_outcome(make_outcome(1, plan_id=make_plan(1).plan_id), now=NOW))),
    ):  # fmt: skip
        for seconds, late in ((0, []), (1, ["call_1"])):
            with Store.open(tmp_path / f"{name}{seconds}.db") as store:
                store.save_plan(
                    make_plan(1), make_brief(1), make_policy(), now=NOW + timedelta(seconds=seconds)
                )
                say(store)
                result = store.verify()
                assert [found.call_id for found in result.late_plans] == late
                assert result.ok is not bool(late)
                assert not store.verify(since=NOW + timedelta(hours=1)).late_plans


def test_since_leaves_out_what_was_sealed_before(tmp_path: Path) -> None:
    copy_filled(tmp_path / "p.db")
    tamper(tmp_path / "p.db", "UPDATE plans SET agent = 'x' WHERE seq = 1")
    with Store.open(tmp_path / "p.db") as store:
        assert store.verify().rows == 18
        assert not store.verify().ok
        later = store.verify(since=NOW + timedelta(seconds=2))
        assert (later.rows, later.ok) == (12, True)
        assert store.verify(since=NOW + timedelta(days=1)).rows == 0


def test_records_that_no_row_seals_are_named(tmp_path: Path) -> None:
    copy_filled(tmp_path / "p.db")
    tamper(
        tmp_path / "p.db",
        "INSERT INTO opt_outs SELECT 77, 'opt_x', sealed_at, action, contact_id, phone, call_id, turn, "
        "released, who, why, opt_out_json FROM opt_outs WHERE seq = 6",
    )
    assert any(
        (fault.kind, fault.row) == ("not_sealed", "77") for fault in verification(tmp_path / "p.db").faults
    )
