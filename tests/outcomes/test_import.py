"""Outcomes from files: every field kept, bad rows named, and no order or repetition makes another store."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.cli.logged import import_rows
from precall_cli.errors import BadInput
from precall_cli.records.json_text import readable_json
from precall_cli.records.record import parse_time
from precall_cli.runtime_log import log_reason
from precall_cli.store import Store
from tests.cli.command import NOW, write
from tests.cli.inside import run as precall
from tests.outcomes.old_database import ROWS, ask, build
from tests.store.store_samples import make_brief, make_plan, make_policy

AT = parse_time(NOW)


def put(folder: Path, rows: list[dict[str, Any]], name: str = "o.jsonl") -> Path:
    return write(folder / name, "".join(json.dumps(row) + "\n" for row in rows))


def listed(db: Path) -> str:
    """What `outcome list --json` prints."""
    with Store.open(db, read_only=True) as store:
        assert store.verify().ok
        return readable_json([found.document() for found in store.load_outcomes()])


def merged(db: Path) -> list[tuple[object, ...]]:
    return ask(db, "SELECT * FROM outcomes ORDER BY call_id")


def thousand(chance: random.Random) -> list[dict[str, Any]]:
    """1,000 rows over 300 calls that agree, add, differ, take back and repeat one another."""
    rows = []
    for _ in range(1000):
        row: dict[str, Any] = {"call_id": f"call_{chance.randrange(300)}"}
        if chance.random() < 0.7:
            row["disposition"] = chance.choice(["booked", "refused", None, 3, ["a", "b"]])
        if chance.random() < 0.4:
            row["updated_at"] = f"2026-10-0{chance.randrange(1, 6)}T10:00:00Z"
        if chance.random() < 0.3:
            row["plan_id"] = f"pln_{chance.randrange(3)}"
        if chance.random() < 0.4:
            row["plan_deviation_reasons"] = [
                {"item": f"q{chance.randrange(3)}", "reason": "contact_refused", "turn": chance.randrange(4)}
                for _ in range(chance.randrange(3))
            ]
        if chance.random() < 0.3:
            row["minutes"] = chance.choice([1, 1.5, 0, -2e-7, 10**17 + 1])
        rows.append(row)
    return rows


def test_any_permutation_and_repetition_of_a_thousand_rows_gives_the_same_store(tmp_path: Path) -> None:
    """At one stroke the same chain, too; in pieces, and days apart, the same merged outcomes."""
    chance = random.Random(20261120)
    rows = thousand(chance)
    import_rows(put(tmp_path, rows), tmp_path / "a.db", AT)
    shuffled = rows + chance.sample(rows, 400)
    chance.shuffle(shuffled)
    import_rows(put(tmp_path, shuffled), tmp_path / "b.db", AT)
    chain = "SELECT * FROM chain ORDER BY seq"
    assert ask(tmp_path / "a.db", chain) == ask(tmp_path / "b.db", chain)
    chance.shuffle(shuffled)
    for day, start in enumerate(range(0, len(shuffled), 350), start=1):
        moment = parse_time(f"2026-12-0{day}T00:00:00Z")
        import_rows(put(tmp_path, shuffled[start : start + 350]), tmp_path / "c.db", moment)
    sealed = "SELECT call_id, outcome_id, outcome_json FROM outcome_versions ORDER BY 1, 2"
    for other in ("b.db", "c.db"):
        assert merged(tmp_path / "a.db") == merged(tmp_path / other)
        assert listed(tmp_path / "a.db") == listed(tmp_path / other)
        assert ask(tmp_path / "a.db", sealed) == ask(tmp_path / other, sealed)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.lists(st.integers(0, 3), max_size=2),
)  # fmt: skip
FIELDS = st.dictionaries(st.sampled_from(["mood", "cost", "ärger", "at", "updated_at"]), VALUES, max_size=4)
PLANS = st.fixed_dictionaries({}, optional={"plan_id": st.sampled_from(["pln_1", "pln_2"])})
REASONS = st.lists(
    st.fixed_dictionaries(
        {"reason": st.sampled_from(["other", "contact_ended"])}, optional={"turn": st.integers(0, 2)}
    ),
    max_size=2,
)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), FIELDS, PLANS, REASONS), min_size=1, max_size=12),
    st.randoms(),
    st.data(),
)
def test_the_store_is_a_function_of_the_set_of_rows(
    tmp_path_factory: pytest.TempPathFactory, parts: list[Any], chance: random.Random, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("sets")
    rows = [
        {"call_id": f"c{call}", **fields, **plan, "plan_deviation_reasons": reasons}
        for call, fields, plan, reasons in parts
    ]
    cut = data.draw(st.integers(0, len(rows)))
    import_rows(put(folder, rows), folder / "a.db", AT)
    again = [*rows, *chance.sample(rows, len(rows) // 2)]
    chance.shuffle(again)
    for piece in (again[:cut], again[cut:]):
        if piece:
            import_rows(put(folder, piece), folder / "b.db", AT)
    assert merged(folder / "a.db") == merged(folder / "b.db")
    assert listed(folder / "a.db") == listed(folder / "b.db")


def test_every_field_keeps_its_name_and_type(tmp_path: Path) -> None:
    row = {"call_id": "c", "α/β": {"deep": [1, 2.5, None, True, "x"]}, "zero": 0, "no": False,
           "nothing": None, "": "nameless", "big": 2**53 + 1, "phone": "+12105550147"}  # fmt: skip
    put(tmp_path, [row])
    (tmp_path / "o.jsonl.gz").write_bytes(gzip.compress((tmp_path / "o.jsonl").read_bytes()))
    import_rows(tmp_path / "o.jsonl.gz", tmp_path / "precall.db", AT)
    again = precall("outcome", "import", "o.jsonl", "--json", cwd=tmp_path)
    assert again.document == {"read": 1, "new": 0, "calls": 1}
    found = precall("outcome", "list", "--json", cwd=tmp_path).document[0]
    assert {key: found[key] for key in row} == row | {"big": str(2**53 + 1)}


def test_csv_cells_are_text_and_an_empty_one_says_nothing(tmp_path: Path) -> None:
    reasons = json.dumps([{"reason": "time_constraint", "turn": 2}]).replace('"', '""')
    text = (
        f'\ufeffcall_id,zip,note,plan_deviation_reasons\r\nc1,01234,"two\r\nlines",\r\nc2,,,"{reasons}"\r\n'
    )
    (tmp_path / "o.csv").write_text(text, encoding="utf-8", newline="")
    import_rows(tmp_path / "o.csv", tmp_path / "p.db", AT)
    one, two = json.loads(listed(tmp_path / "p.db"))
    assert (one["zip"], one["note"]) == ("01234", "two\r\nlines") and "plan_deviation_reasons" not in one
    assert "zip" not in two and two["plan_deviation_reasons"][0]["turn"] == 2


ROWS_WITH_FAULTS = '{"call_id": "a"}\n{"call_id": 7}\nnonsense\n{"call_id": "b", "plan": 3}\n'
ODD_REASON = '{"call_id": "a", "plan_deviation_reasons": [{"reason": "bored"}]}'


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("o.jsonl", ROWS_WITH_FAULTS, ["o.jsonl:2", "o.jsonl:3:1: is not JSON", "o.jsonl:4", "/plan"]),
        ("o.jsonl", ODD_REASON, ["o.jsonl:1", "/plan_deviation_reasons/0/reason"]),
        ("o.json", '[{"call_id": "a"}, {"call_id": ""}]', ["o.json: /1", "/call_id"]),
        ("o.csv", "call_id,a\nx,1\ny,1,2\n", ["o.csv:3", "3 cells"]),
        ("o.csv", "call,a\nx,1\n", ["o.csv:1", "call_id"]),
        ("o.csv", "call_id,a,a\nx,1,2\n", ["o.csv:1", "twice"]),
        ("o.jsonl.gz", "no gzip", ["o.jsonl.gz"]),
    ],
)  # fmt: skip
def test_bad_rows_are_named_and_nothing_is_stored(
    tmp_path: Path, name: str, text: str, said: list[str]
) -> None:
    write(tmp_path / name, text)
    with pytest.raises(BadInput) as caught:
        import_rows(tmp_path / name, tmp_path / "p.db", AT)
    assert all(part in str(caught.value) for part in said), str(caught.value)
    assert not (tmp_path / "p.db").exists()


def test_a_sqlite_file_of_unknown_columns_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "runtime.db"
    build(path)
    before = path.read_bytes()
    db = tmp_path / "precall.db"
    with pytest.raises(BadInput, match="dialer_log, outcomes"):
        import_rows(path, db, AT)
    with pytest.raises(BadInput, match="no table 'agents' with a call_id"):
        import_rows(path, db, AT, "agents")
    run = precall("outcome", "import", "runtime.db", "--table", "outcomes", cwd=tmp_path)
    assert run.code == 0 and "4 outcomes read, 4 said something new, of 3 calls" in run.out, run.err
    assert import_rows(path, db, AT, "booked").new == 2
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["precall.db", "runtime.db"]
    first = json.loads(listed(db))[0]
    assert (first["call_id"], first["id"], first["minutes"]) == ("old_1", 1, 3.5)
    assert first["recording"] == {"base64": "AP8="} and len(ROWS) == 4


def test_a_runtime_that_is_writing_is_read_without_a_trace(tmp_path: Path) -> None:
    """Rows that stand only in the write-ahead log are seen; the file's bytes stay."""
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE calls (call_id INTEGER PRIMARY KEY, won INTEGER) ")
        connection.execute("INSERT INTO calls VALUES (41, 1), (42, 0)")
        connection.commit()
        before = path.read_bytes()
        assert import_rows(path, tmp_path / "p.db", AT).new == 2
        assert path.read_bytes() == before
    assert [json.loads(row[-1])["call_id"] for row in merged(tmp_path / "p.db")] == ["41", "42"]


def test_a_bad_row_of_a_database_is_named_by_its_rowid(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "r.db")) as connection:
        connection.execute("CREATE TABLE calls (call_id TEXT, cost REAL)")
        connection.execute("INSERT INTO calls VALUES ('a', 1), (NULL, 2), ('c', 9e999)")
        connection.commit()
    with pytest.raises(BadInput) as caught:
        import_rows(tmp_path / "r.db", tmp_path / "p.db", AT)
    assert "calls row 2" in str(caught.value) and "calls row 3: cost" in str(caught.value)
    assert not (tmp_path / "p.db").exists()


def test_a_store_gives_its_versions_to_another_store(tmp_path: Path) -> None:
    rows = [{"call_id": "a", "x": 1}, {"call_id": "a", "x": 2}, {"call_id": "b"}]
    import_rows(put(tmp_path, rows), tmp_path / "a.db", AT)
    import_rows(tmp_path / "a.db", tmp_path / "b.db", AT)
    assert merged(tmp_path / "a.db") == merged(tmp_path / "b.db")
    assert import_rows(put(tmp_path, rows), tmp_path / "b.db", AT).new == 0


def test_a_plan_goes_with_the_plan_id_it_was_named_with(tmp_path: Path) -> None:
    """Two rows that name two plans: the later one's stands, and no plan of the earlier one beside its id."""
    plan = {
        "schema": "precall.plan/1",
        "agent": "inbound",
        "objective": {"id": "objective", "type": "other", "statement": "x"},
    }
    rows = [
        {"call_id": "c", "at": "2026-10-01T00:00:00Z", "plan_id": "pln_1", "plan": plan},
        {"call_id": "c", "at": "2026-10-02T00:00:00Z", "plan_id": "pln_2"},
        {"call_id": "d", "plan_id": "pln_1", "plan": plan},
    ]
    import_rows(put(tmp_path, rows), tmp_path / "p.db", AT)
    c, d = json.loads(listed(tmp_path / "p.db"))
    assert c["plan_id"] == "pln_2" and "plan" not in c
    assert d["plan"]["objective"]["statement"] == "x"


def test_a_reason_logged_before_or_after_the_import_is_the_same_outcome(tmp_path: Path) -> None:
    rows = put(
        tmp_path, [{"call_id": "c", "mood": "calm"}, {"call_id": "c", "mood": "alarmed", "note": None}]
    )
    entry: dict[str, Any] = {"item": "q1", "reason": "contact_ended", "turn": 4}
    for name, order in (("a.db", "log import"), ("b.db", "import log")):
        with Store.open(tmp_path / name) as store:
            store.save_plan(make_plan(1), make_brief(1), make_policy(), now=AT)
        for step in order.split():
            if step == "log":
                assert log_reason(tmp_path / name, "c", entry, "pln_", AT)
            else:
                import_rows(rows, tmp_path / name, AT)
    assert listed(tmp_path / "a.db") == listed(tmp_path / "b.db")
    assert merged(tmp_path / "a.db") == merged(tmp_path / "b.db")
    with pytest.raises(BadInput) as caught:
        bad = [
            {
                "call_id": "d",
                "plan_id": make_plan(1).plan_id,
                "plan_deviation_reasons": [entry | {"item": "q8"}],
            }
        ]
        import_rows(put(tmp_path, bad), tmp_path / "a.db", AT)
    assert "o.jsonl:1" in str(caught.value) and "It has: objective, q1." in str(caught.value)
