"""Outcomes from before there were plans: migrated in place, nothing lost, all of it known."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from precall_cli.cli.logged import import_rows
from precall_cli.records.record import parse_time
from precall_cli.store import Store, migrate_store
from tests.cli.command import NOW, brief, write
from tests.cli.inside import run as precall
from tests.outcomes.old_database import OLD_QUERIES, ROWS, ask, build

AT = parse_time(NOW)
COLUMNS = ["id", "call_id", "disposition", "minutes", "tags", "crm_key", "recording"]


class OldOutcome(BaseModel):
    """The model of the runtime's own release, from before there were plans: it knows its columns alone."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id: int
    call_id: str
    disposition: str
    minutes: float | None
    tags: str | None
    crm_key: int | None
    recording: bytes | None


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    path = tmp_path / "runtime.db"
    build(path)
    run = precall("db", "migrate", "--db", path, "--now", NOW, cwd=tmp_path)
    assert run.code == 0, run.err
    assert "4 outcomes of the runtime sealed" in run.out
    return path


def test_every_old_row_and_query_still_works_and_the_backup_is_the_file_as_it_was(migrated: Path) -> None:
    fresh = migrated.with_name("fresh.db")
    build(fresh)
    for query in OLD_QUERIES:
        assert ask(migrated, query) == ask(fresh, query) == ask(Path(f"{migrated}.v0.bak"), query)
    with closing(sqlite3.connect(migrated)) as connection:
        cursor = connection.execute("SELECT * FROM outcomes ORDER BY id")
        assert [column[0] for column in cursor.description][: len(COLUMNS)] == COLUMNS
        found = cursor.fetchall()
    assert [row[: len(COLUMNS)] for row in found] == ROWS
    for row in found:  # a reader that refuses whatever it does not know
        OldOutcome.model_validate(dict(zip(COLUMNS, row, strict=False)))


def test_what_was_there_before_is_listed_sealed_and_can_be_audited(migrated: Path) -> None:
    folder = migrated.parent
    listed = precall("outcome", "list", "--json", "--db", migrated, cwd=folder).document
    assert [each["call_id"] for each in listed] == ["old_1", "old_2", "old_3"]
    first, second, third = listed
    assert (first["minutes"], first["tags"], first["crm_key"]) == (3.5, '["warm"]', "9007199254740993")
    assert first["recording"] == {"base64": "AP8="} and third["recording"] == {"base64": ""}
    assert (third["minutes"], third["tags"], third["crm_key"]) == (0.0, "", -1)
    assert {"id", "call_id", "disposition", "minutes", "tags"} <= second.keys()
    assert precall("verify", "--db", migrated, cwd=folder).code == 0

    write(folder / "b.json", brief())
    plan = precall("plan", "create", "b.json", "--now", NOW, "--json", "--db", migrated, cwd=folder).document
    logged = precall(
        "outcome", "log", "old_1", "--item", "q1", "--reason", "contact_volunteered", "--turn", "3",
        "--plan", plan["plan_id"], "--db", migrated, "--now", NOW, cwd=folder,
    )  # fmt: skip
    assert logged.code == 0, logged.err
    later = '{"call_id": "old_1", "disposition": "cancelled", "at": "2026-10-07T08:00:00Z"}'
    import_rows(write(folder / "old.jsonl", later), migrated, AT)
    with Store.open(migrated, read_only=True) as store:
        outcome = store.load_outcome("old_1")
    assert outcome is not None
    document = outcome.document()
    assert (document["disposition"], document["minutes"], document["plan_id"]) == (
        "cancelled", 3.5, plan["plan_id"],
    )  # fmt: skip
    assert ask(migrated, "SELECT disposition, plan_id FROM outcomes WHERE call_id = 'old_1'") == [
        ("cancelled", plan["plan_id"])
    ]
    second_call = "SELECT id, disposition, minutes FROM outcomes WHERE call_id = 'old_2' ORDER BY id"
    assert ask(migrated, second_call) == [(2, "no_answer", None), (4, "booked", 7.25)]
    with Store.open(migrated, read_only=True) as store:
        assert store.find_plan_for_call("old_1") == plan["plan_id"]
        assert store.verify().ok
    assert migrate_store(migrated, now=AT).applied == ()


def test_the_old_writer_goes_on_and_is_heard(migrated: Path) -> None:
    folder = migrated.parent
    with closing(sqlite3.connect(migrated)) as connection:
        connection.execute("INSERT INTO outcomes (call_id, disposition) VALUES ('new_1', 'booked')")
        connection.execute("UPDATE outcomes SET disposition = 'won', minutes = 9 WHERE call_id = 'old_3'")
        connection.commit()
    shown = precall("outcome", "list", "--db", migrated, cwd=folder)
    assert "new_1" in shown.out and "not sealed" in shown.out and "db migrate" in shown.err
    assert [import_rows(migrated, migrated, AT).new for _ in range(2)] == [2, 0]
    listed = precall("outcome", "list", "--json", "--db", migrated, cwd=folder).document
    assert (listed[0]["call_id"], listed[0]["disposition"]) == ("new_1", "booked")
    assert listed[-1]["disposition"] == "won" and listed[-1]["minutes"] == 9
    assert ask(migrated, "SELECT disposition FROM outcomes WHERE call_id = 'old_3'") == [("won",)]
    with Store.open(migrated, read_only=True) as store:
        assert store.verify().ok
        assert store.info().rows["outcome"] == 6


def test_rows_in_any_order_make_the_same_of_a_runtimes_table_and_are_not_news_again(tmp_path: Path) -> None:
    """Also where a column keeps a value in another type than the outcome says it in."""
    chance = random.Random(7)
    odd = [3, "3.50", True, ["a"], None, "x", 2.5, {"base64": "AP8="}]
    rows = [
        {"call_id": f"n{n % 7}", **{name: chance.choice(odd) for name in ("disposition", "minutes", "tags")}}
        for n in range(40)
    ]
    rows = [row | {"disposition": row["disposition"] or "unknown", "crm_key": 7} for row in rows]
    for name in ("a.db", "b.db"):
        build(tmp_path / name)
        migrate_store(tmp_path / name, now=AT)
        for start in range(0, 40, 13):
            text = "".join(json.dumps(row) + "\n" for row in rows[start : start + 13])
            import_rows(write(tmp_path / "o.jsonl", text), tmp_path / name, AT)
        assert import_rows(tmp_path / name, tmp_path / name, AT).new == 0
        chance.shuffle(rows)
    columns = "call_id, disposition, minutes, tags, crm_key, recording, plan_id, outcome_json"
    both = [
        ask(tmp_path / name, f"SELECT {columns} FROM outcomes ORDER BY 1, 2") for name in ("a.db", "b.db")
    ]
    assert both[0] == both[1] and len(both[0]) == 11
    with Store.open(tmp_path / "a.db", read_only=True) as store:
        assert store.verify().ok
