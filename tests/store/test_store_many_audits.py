"""Many audits at once: the same store as one at a time, and `precall db import` on top of it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.errors import BadInput
from precall_cli.pairs.audits import Unread, read_audits
from precall_cli.records.audit import Audit, audit_document
from precall_cli.records.written_audit import WrittenAudit
from precall_cli.store import Store
from precall_cli.store.bulk import CHUNK
from tests.cli.inside import run

NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
TABLES = ("chain", "audits", "audit_items", "audit_deviations", "call_figures")


def audit(number: int, adherence: float | None = 0.5, plan_id: str | None = None) -> Audit:
    """An audit with an item, a deviation and an odd word in it."""
    return Audit.from_document(
        {
            "audit_id": f"aud_{number:04d}", "call_id": f"call_{number % 5}", "plan_id": plan_id,
            "signature": "test",
            "items": [{"item": "q1", "kind": "qualification", "status": "skipped", "confidence": 1.0},
                      {"item": "o1", "kind": "objection", "status": "ignored", "turns": [3, 4],
                       "confidence": 0.25, "quote": "naïve “words” \u2028 \\ \x07 \U0001f600"}],
            "deviations": [{"type": "question_skipped", "item": "q1", "severity": "minor", "owner": "agent",
                            "turns": [], "explanation": "never asked", "logged": "unlogged"}],
            "scores": {"adherence": adherence, "deviation_rate": 0.5, "unexplained_deviation_rate": 1e-7,
                       "applicable": 2, "deviated": 1, "uncertain": 0},
            "outcome": {"objective": "pursued"}, "compliance": "clean", "verdict": "review",
        },
        "test",
    )  # fmt: skip


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as file:
        return {table: file.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


@given(
    numbers=st.lists(st.integers(0, 12), max_size=30), adherence=st.sampled_from([None, 0.0, 1.0, 0.333333])
)
@settings(max_examples=12, deadline=None)
def test_many_at_once_make_the_store_that_one_at_a_time_makes(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[int], adherence: float | None
) -> None:
    folder = tmp_path_factory.mktemp("many")
    audits = [audit(number, adherence, "pln_not_here") for number in numbers]
    with Store.open(folder / "one.db") as store, store.writing():
        for each in audits:
            store.save_audit(each, now=NOW)
    with Store.open(folder / "many.db") as store:
        saved = store.save_audits(iter(audits), now=NOW)
        assert (saved.new, saved.new + saved.known) == (len(set(numbers)), len(numbers))
        assert store.save_audits(audits, now=NOW).new == 0
        assert store.verify().ok
    assert content(folder / "many.db") == content(folder / "one.db")


def test_an_id_with_other_content_is_refused_and_the_chunks_before_stay(tmp_path: Path) -> None:
    audits = [audit(number) for number in range(CHUNK + 1)]
    with Store.open(tmp_path / "a.db") as store:
        with pytest.raises(BadInput, match=f"the audit aud_{CHUNK:04d} is stored with other content"):
            store.save_audits([*audits, audit(CHUNK, 0.75)], now=NOW)
        assert store.info().rows["audit"] == CHUNK
        assert store.verify().ok


def write(path: Path, *rows: object) -> Path:
    lines = [
        row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_import_stores_what_is_an_audit_names_what_is_none_and_can_be_repeated(tmp_path: Path) -> None:
    whole = audit_document(audit(1))
    twice = json.dumps({"id": "b"} | audit_document(audit(3)))[:-1] + ', "verdict": "pass"}'
    write(
        tmp_path / "audits.jsonl",
        {"id": "a"} | whole,
        {"id": "x", "error": "pairs.jsonl:2: /plan: must be an object"},
        audit_document(audit(2)),
        "not json",
        twice,
        {"id": "c"} | whole | {"verdict": "splendid"},
    )
    command = ("db", "import", "audits.jsonl", "--db", "a.db", "--now", "2026-11-18T16:00:00Z")
    first = run(*command, cwd=tmp_path)
    assert first.code == 1
    assert first.out == "2 audits stored, 0 stored before, 4 rows could not be read as audits\n"
    assert "audits.jsonl:2: pairs.jsonl:2: /plan: must be an object" in first.err
    assert (
        "audits.jsonl:5: the key 'verdict' stands twice" in first.err
        and "audits.jsonl:6: /verdict" in first.err
    )
    again = run(*command, "--json", cwd=tmp_path)
    assert json.loads(again.out) == {"new": 0, "known": 2, "not_read": 4}
    assert run("verify", "--db", "a.db", cwd=tmp_path).code == 0
    assert run("rate", "--db", "a.db", cwd=tmp_path).code == 0


def test_no_row_and_no_file(tmp_path: Path) -> None:
    write(tmp_path / "empty.jsonl", "")
    assert run("db", "import", "empty.jsonl", "--db", "a.db", cwd=tmp_path).code == 3
    assert run("db", "import", "none.jsonl", "--db", "b.db", cwd=tmp_path).code == 2
    assert not (tmp_path / "b.db").exists()


@pytest.mark.parametrize("identity", ['"p1"', "12", "null", '{"a":1}', '"a\\"b"', "1.5", "[]"])
@pytest.mark.parametrize("wide", [False, True])
def test_every_way_to_write_an_audit_is_read_as_the_same_audit(
    tmp_path: Path, identity: str, wide: bool
) -> None:
    wanted = audit(1)
    document = audit_document(wanted)
    body = json.dumps(document, ensure_ascii=wide, separators=None if wide else (",", ":"))
    path = write(tmp_path / "a.jsonl", '{"id":' + identity + "," + body[1:])
    assert list(read_audits(path)) == [WrittenAudit.of(wanted)]


def test_a_key_that_stands_twice_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    text = json.dumps({"id": "a"} | audit_document(audit(1)), separators=(",", ":"))
    for place in ('"verdict":"review"', '"applicable":2', '"item":"q1"', '"owner":"agent"'):
        doubled = text.replace(place, f"{place},{place}", 1)
        assert doubled != text
        (found,) = read_audits(write(tmp_path / "a.jsonl", doubled))
        assert isinstance(found, Unread) and "stands twice" in found.problem
