"""What leaves the store: every row, nothing that acts as a formula, and nobody's data where it is masked."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import (
    NOW,
    copy_filled,
    make_audit,
    make_brief,
    make_outcome,
    make_plan,
    make_policy,
    tamper,
)

from precall_cli.cli.db_datasette import write_datasette
from precall_cli.cli.db_export import export_tables
from precall_cli.errors import BadInput, IntegrityError, PrecallError
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.transcript import Transcript
from precall_cli.report.inert import inert, no_command
from precall_cli.report.table_files import defused, write_table
from precall_cli.store import Store
from precall_cli.store.browsable_schema import datasette_metadata

WORDS = "Dana Reyes here, ring 210 555 0147 or dana.reyes@ferry.example, since 2026-11-03. dana reyes. =1+1"
SECRETS = ("Dana", "dana", "Reyes", "0147", "@ferry", "+1210555")


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


def export(
    path: Path, to: Path, format_name: str = "csv", *names: str, **how: bool
) -> list[tuple[str, int, str]]:
    with Store.open(path, create=False, read_only=True) as store:
        options = {"redact": False, "force": False} | how
        return export_tables(store, to, format_name, list(names), **options)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A store with one more call, whose words hold what must not leave."""
    path = tmp_path / "p.db"
    copy_filled(path)
    document = make_brief(9).document()
    document["contact"] |= {"name": "Dana Reyes", "email": "dana.reyes@ferry.example"}
    brief = type(make_brief()).from_document(document, "brief")
    plan = make_plan(9).model_copy(update={"brief_digest": brief.digest(), "plan_id": None})
    plan = plan.model_copy(update={"plan_id": plan.content_id()})
    call = Transcript.from_document(
        {
            "schema": "precall.transcript/1", "call_id": "call_9", "started_at": "2026-11-20T15:00:00Z",
            "turns": [
                {"i": 0, "speaker": "contact", "text": WORDS}, {"i": 1, "speaker": "agent", "text": "=2"},
            ],
        },
        "transcript",
    )  # fmt: skip
    items = tuple(
        item.model_copy(update={"quote": WORDS[:10]}) if item.quote else item for item in make_audit(9).items
    )
    audit = make_audit(9).model_copy(update={"plan_id": plan.plan_id, "items": items})
    with Store.open(path) as store:
        store.save_plan(plan, brief, make_policy(), now=NOW)
        store.save_transcript(call, now=NOW)
        store.save_audit(audit, now=NOW)
        reason = {"item": "q1", "reason": "time_constraint", "note": WORDS, "turn": 1}
        store.save_outcome(
            make_outcome(9, plan_id=plan.plan_id, said=WORDS, plan_deviation_reasons=[reason]), now=NOW
        )
        store.save_outcome(make_outcome(11, plan_id="pln_nowhere", mood="cross"), now=NOW)
        told = {"plan_id": plan.plan_id, "agent": "inbound", "digest": "sha256:0", "tokens": 7, "text": WORDS}
        store.save_instructions(ToldInstructions.from_document(told, "told"), now=NOW)
    return path


def rows_of(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["=1", "+1", "-1", "@a", "\t=1", "\r", "'=1", "''-x", " =1", "＝1", "-5.5", "1e9", "- a"]
)


@given(st.lists(st.tuples(texts, st.none() | st.integers(-9, 9), st.none() | st.floats(-1, 1)), max_size=5))
def test_csv_gives_every_cell_back_inert_and_none_is_a_formula(
    rows: list[tuple[str, int | None, float | None]],
) -> None:
    file = io.BytesIO()
    table = Table("t", ("a", "n", "x"), ("text", "integer", "real"))
    assert write_table(table, rows, "csv", file) == len(rows)
    header, *read = csv.reader(io.StringIO(file.getvalue().decode(), newline=""))
    assert header == ["a", "n", "x"] and len(read) == len(rows)
    for (cell, number, real), (text, n, x) in zip(rows, read, strict=True):
        shown = no_command(inert(cell))
        assert text in (shown, f"'{shown}") and text == defused(shown)
        assert (n, x) == ("" if number is None else str(number), "" if real is None else repr(real))
        number_like = re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text)
        acts = text.lstrip().startswith(tuple("=+-@＝＋－＠")) or text.startswith(("\t", "\r"))
        assert number_like or not acts


@given(texts)
def test_taking_one_apostrophe_away_gives_the_text(text: str) -> None:
    shown = defused(text)
    again = shown[1:] if shown.startswith("'") and defused(shown[1:]) != shown[1:] else shown
    assert again == text


def test_every_table_and_view_is_written_row_for_row(filled: Path, tmp_path: Path) -> None:
    before = hashlib.sha256(filled.read_bytes()).digest()
    for name, number, file in export(filled, tmp_path / "out", "jsonl"):
        lines = Path(file).read_text(encoding="utf-8").splitlines()
        wanted = rows_of(filled, f"SELECT count(*) FROM {name}")[0][0]
        assert len(lines) == number == wanted, name
        assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    out = {path.stem for path in (tmp_path / "out").iterdir()}
    assert {"plans", "calls", "turns", "audit_evidence", "chain"} <= out and "_sqlite_migrations" not in out
    turns = [json.loads(line) for line in (tmp_path / "out/turns.jsonl").read_text().splitlines()]
    assert turns[-2]["text"] == WORDS and turns[-2]["call_id"] == "call_9"
    plans = [json.loads(line) for line in (tmp_path / "out/plans.jsonl").read_text().splitlines()]
    assert plans[0]["plan_json"]["objective"]["type"] == plans[0]["objective_type"]
    assert hashlib.sha256(filled.read_bytes()).digest() == before


@pytest.mark.parametrize("format_name", ["csv", "jsonl", "parquet"])
def test_the_same_bytes_every_time(filled: Path, tmp_path: Path, format_name: str) -> None:
    if format_name == "parquet":
        pytest.importorskip("pyarrow", reason="needs the extra precall-cli[parquet]")
    for to in ("a", "b"):
        export(filled, tmp_path / to, format_name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_parquet_has_the_types_of_the_columns(filled: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra precall-cli[parquet]")
    export(filled, tmp_path / "turns.parquet", "parquet", "turns")
    table = parquet.read_table(tmp_path / "turns.parquet")
    assert [str(table.schema.field(n).type) for n in ("turn", "text", "start_s")] == [
        "int64",
        "string",
        "double",
    ]
    assert [row["turn"] for row in table.to_pylist()] == [0, 1] * 4
    tamper(
        filled, 'UPDATE transcripts SET transcript_json = replace(transcript_json, \'"i":0\', \'"i":"x"\')'
    )
    with pytest.raises(IntegrityError, match="no integer"):
        export(filled, tmp_path / "bad.parquet", "parquet", "turns")
    assert not (tmp_path / "bad.parquet").exists() and not list(tmp_path.glob(".bad*"))


def test_what_is_masked_is_nowhere_and_the_rest_is_as_it_was(filled: Path, tmp_path: Path) -> None:
    export(filled, tmp_path / "open", "jsonl")
    export(filled, tmp_path / "masked", "jsonl", redact=True)
    whole = "".join(path.read_text(encoding="utf-8") for path in sorted((tmp_path / "masked").iterdir()))
    assert [secret for secret in SECRETS if secret in whole] == []
    assert "[name] here, ring [phone] or [e-mail], since 2026-11-03. [name]. =1+1" in whole
    for path in (tmp_path / "masked").iterdir():
        plain = (tmp_path / "open" / path.name).read_text(encoding="utf-8").splitlines()
        for one, other in zip(plain, path.read_text(encoding="utf-8").splitlines(), strict=True):
            before, after = json.loads(one), json.loads(other)
            kept = {
                k: v
                for k, v in before.items()
                if k.endswith(("_id", "digest", "_at", "seq", "status", "turn"))
            }
            assert kept.items() <= after.items(), path


def test_nothing_is_written_where_a_file_stands_in_the_way(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "turns.csv").write_text("mine")
    with pytest.raises(BadInput, match="exists already"):
        export(filled, tmp_path / "out", "csv", "calls", "turns")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["turns.csv"]
    assert (tmp_path / "out" / "turns.csv").read_text() == "mine"
    export(filled, tmp_path / "out", "csv", "calls", "turns", force=True)
    assert (tmp_path / "out" / "turns.csv").read_text().startswith("transcript_seq,")
    for to, names in (
        (tmp_path / "none" / "a.csv", ["calls"]),
        (filled, ["calls", "turns"]),
        (tmp_path, ["nope"]),
    ):
        with pytest.raises(BadInput):
            export(filled, to, "csv", *names)


def datasette(path: Path, to: Path, *, redact: bool = False) -> tuple[Path, dict[str, Any]]:
    with Store.open(path, create=False, read_only=True) as store:
        list(write_datasette(store, to, redact=redact, force=False))
    return to / "calls.db", json.loads((to / "metadata.json").read_text())


def test_the_database_to_browse_holds_together(filled: Path, tmp_path: Path) -> None:
    before = hashlib.sha256(filled.read_bytes()).digest()
    browsable, metadata = datasette(filled, tmp_path / "ds")
    assert hashlib.sha256(filled.read_bytes()).digest() == before
    assert rows_of(browsable, "PRAGMA integrity_check") == [("ok",)]
    assert rows_of(browsable, "PRAGMA foreign_key_check") == []
    assert rows_of(browsable, "SELECT count(*), count(verdict) FROM calls") == [(5, 4)]
    found = rows_of(browsable, "SELECT t.label FROM turns_fts f JOIN turns t ON t.id = f.rowid "
                               "WHERE turns_fts MATCH 'rep' ORDER BY t.id")  # fmt: skip
    assert [label for (label,) in found] == ["call_1 #0", "call_2 #0", "call_3 #0"]
    assert rows_of(browsable, "SELECT items, deviations FROM turns WHERE label = 'call_1 #0'") == [
        ('["q1"]', "[]")
    ]
    moods = rows_of(browsable, "SELECT json_extract(outcome_json, '$.mood') FROM outcomes ORDER BY call_id")
    assert moods == [("calm",), ("cross",), ("calm",), ("calm",), (None,)]
    logged = rows_of(
        browsable, "SELECT l.reason, t.label FROM log_entries l JOIN turns t ON t.id = l.turn_id"
    )
    assert logged == [("time_constraint", "call_9 #1")]
    assert rows_of(browsable, "SELECT agent, tokens, text FROM instructions") == [("inbound", 7, WORDS)]
    quoted = rows_of(
        browsable, "SELECT planned, status, quote FROM planned_and_said WHERE call_id = 'call_1'"
    )
    assert quoted == [("How many reps?", "asked", "How many reps")]
    assert rows_of(browsable, "SELECT * FROM plans_sealed_late") != []
    tables = metadata["databases"]["calls"]["tables"]
    views = rows_of(browsable, "SELECT name FROM sqlite_schema WHERE type = 'view'")
    assert views and all(name in tables for (name,) in views)
    for name, about in tables.items():
        columns = {row[1] for row in rows_of(browsable, f"PRAGMA table_info({name})")}
        facets = [f if isinstance(f, str) else f["array"] for f in about.get("facets", [])]
        sorted_by = [about[key] for key in ("sort", "sort_desc", "label_column") if key in about]
        assert columns >= {*facets, *sorted_by, *about.get("columns", {})}, name
        rows_of(browsable, f"SELECT * FROM {name}")
    with closing(sqlite3.connect(browsable)) as connection:
        for query in metadata["databases"]["calls"]["queries"].values():
            assert connection.execute(query["sql"], {"call_id": "call_1", "words": "rep"}).fetchall()
    with pytest.raises(PrecallError):
        Store.open(browsable, create=False)


def test_the_database_to_browse_is_masked_and_the_same_every_time(filled: Path, tmp_path: Path) -> None:
    one, metadata = datasette(filled, tmp_path / "one", redact=True)
    other, _ = datasette(filled, tmp_path / "other", redact=True)
    data = one.read_bytes()
    assert data == other.read_bytes() and stat.S_IMODE(one.stat().st_mode) == 0o600
    assert [secret for secret in SECRETS if secret.encode() in data] == []
    assert "masked" in metadata["description"]
    assert (
        datasette_metadata("x", masked=False)["description"]
        != datasette_metadata("x", masked=True)["description"]
    )
    with pytest.raises(BadInput, match="exists already"):
        datasette(filled, tmp_path / "one")


@pytest.mark.parametrize(
    "edit",
    ["transcripts SET transcript_json = '{\"turns\": [{}]}'", "audits SET audit_json = '{\"items\": 7}'",
     "plans SET plan_json = 'no'", "briefs SET brief_json = '[]'"],
)  # fmt: skip
@pytest.mark.parametrize("redact", [False, True])
def test_an_edited_store_is_named_and_leaves_nothing(
    filled: Path, tmp_path: Path, edit: str, redact: bool
) -> None:
    tamper(filled, f"UPDATE {edit}")
    with pytest.raises(IntegrityError):
        datasette(filled, tmp_path / "ds", redact=redact)
    assert not (tmp_path / "ds").exists()
