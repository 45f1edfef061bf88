"""Older databases: adopted after a backup, nothing of theirs lost; and copies of a store in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import NOW, dump, fill, make_audit, make_brief, make_outcome, make_plan, make_policy, names

from precall_cli.errors import BadInput, IntegrityError, PrecallError, Unavailable
from precall_cli.store import Store, migrate_store
from precall_cli.store import migrations as released
from precall_cli.store.schema import fingerprint
from precall_cli.store.seal import GENESIS

FIRST = "sha256:080bfb37e898a8e0830e7cc40058889c51ffa9bb37eb427cf0307dd416d03f16"
OLD = """
CREATE TABLE outcomes (id INTEGER PRIMARY KEY, call_id VARCHAR(40) NOT NULL, disposition TEXT NOT NULL,
  minutes REAL, raw BLOB);
CREATE TABLE agents (name TEXT);
CREATE INDEX by_disposition ON outcomes (disposition);
CREATE VIEW booked AS SELECT call_id FROM outcomes WHERE disposition = 'booked';
INSERT INTO outcomes (call_id, disposition, minutes, raw) VALUES ('old_1', 'booked', 3.5, x'00ff'),
  ('old_2', 'no_answer', NULL, NULL);
INSERT INTO agents VALUES ('Ava');
"""


def make_old(path: Path, *further: str) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLD)
        for statement in further:
            connection.execute(statement)
        connection.commit()
    return path.read_bytes()


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_the_first_release_stays_what_it_was() -> None:
    """A store made today opens with every later precall: this statement list never changes again."""
    assert fingerprint(1) == FIRST
    assert any(GENESIS in text for text in released.VERSIONS[0][1])
    assert released.APPLICATION_ID < 2**31


def test_outcomes_from_before_there_were_plans_are_adopted(tmp_path: Path) -> None:
    path = tmp_path / "runtime.db"
    before = make_old(path)
    old_rows = rows(path, "SELECT * FROM outcomes")
    with pytest.raises(Unavailable, match="before there were plans") as caught:
        Store.open(path)
    assert "db migrate" in caught.value.hint
    assert path.read_bytes() == before

    report = migrate_store(path, now=NOW)
    assert (report.version, report.applied) == (2, ("first_release", "reviews_and_rollout"))
    assert report.backup is not None
    assert rows(report.backup, "SELECT * FROM outcomes") == old_rows
    assert rows(path, "SELECT id, call_id, disposition, minutes, raw FROM outcomes") == old_rows
    assert rows(path, "SELECT * FROM booked") == [("old_1",)]
    assert rows(path, "SELECT * FROM agents") == [("Ava",)]
    assert report.adopted.sealed == 2 and report.adopted.left == ()
    with closing(sqlite3.connect(path)) as connection:  # an old writer goes on
        connection.execute("INSERT INTO outcomes (call_id, disposition) VALUES ('old_3', 'booked')")
        connection.commit()

    with Store.open(path) as store:
        assert store.verify().ok
        store.save_plan(make_plan(1), make_brief(1), make_policy(), now=NOW)
        plan_id = make_plan(1).plan_id
        store.save_outcome(make_outcome(1, plan_id=plan_id, disposition="booked", minutes=2), now=NOW)
        old = make_outcome(1, plan_id=plan_id, disposition="booked").model_copy(update={"call_id": "old_1"})
        store.save_outcome(old, now=NOW)
        with pytest.raises(PrecallError):  # the runtime's own table demands a disposition
            store.save_outcome(make_outcome(2), now=NOW)
        assert store.verify().ok
    assert rows(path, "SELECT * FROM booked ORDER BY 1") == [("call_1",), ("old_1",), ("old_3",)]
    assert rows(path, "SELECT plan_id FROM outcomes WHERE call_id = 'old_1'") == [(plan_id,)]
    assert migrate_store(path, now=NOW).applied == ()
    assert names(tmp_path) == ["runtime.db", "runtime.db.v0.bak"]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE outcomes ADD COLUMN plan TEXT",
        "CREATE TABLE chain (a)",
        "CREATE TRIGGER touch AFTER INSERT ON outcomes BEGIN SELECT 1; END",
    ],
)
def test_what_cannot_be_adopted_is_left_alone(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "runtime.db"
    before = make_old(path, statement)
    with pytest.raises(IntegrityError, match="cannot be migrated"):
        migrate_store(path, now=NOW)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["runtime.db"]


def test_a_migration_that_breaks_off_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runtime.db"
    make_old(path)
    before = rows(path, "SELECT * FROM sqlite_schema")
    name, statements = released.VERSIONS[0]
    monkeypatch.setattr(released, "VERSIONS", ((name, (*statements, "CREATE TABLE agents (twice)")),))
    with pytest.raises(PrecallError):
        migrate_store(path, now=NOW)
    assert rows(path, "SELECT * FROM sqlite_schema") == before
    assert rows(path, "PRAGMA user_version") == [(0,)]


def make_first_release(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of version 1, with the rows that a version 1 could hold."""
    import sqlite_utils

    fill(path)
    held = {
        table: rows(path, f"SELECT * FROM {table}")
        for (table,) in rows(path, "SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not str(table).startswith(("sqlite_", "_sqlite"))
    }
    path.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(released, "VERSIONS", released.VERSIONS[:1])
        database = sqlite_utils.Database(path)
        released.make_migrations().apply(database)
    for table in ("chain", "briefs", "policies", "plans", *sorted(held)):
        for row in held.pop(table, []) if database[table].exists() else []:
            database.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    database.conn.commit()
    database.close()


def test_a_store_of_the_first_release_migrates_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.db"
    make_first_release(path, monkeypatch)
    chain = rows(path, "SELECT * FROM chain ORDER BY seq")
    with pytest.raises(Unavailable, match="db migrate"):
        Store.open(path)
    report = migrate_store(path, now=NOW)
    assert (report.version, report.applied) == (2, ("reviews_and_rollout",))
    assert report.backup is not None
    assert rows(report.backup, "PRAGMA user_version") == [(1,)]
    assert rows(path, "SELECT * FROM chain ORDER BY seq") == chain
    with Store.open(path) as store:
        assert store.verify().ok
        assert store.load_audit("call_2") == make_audit(2)


def test_nothing_to_migrate(tmp_path: Path) -> None:
    fill(tmp_path / "p.db", 1)
    report = migrate_store(tmp_path / "p.db", now=NOW)
    assert (report.applied, report.backup) == ((), None)
    assert names(tmp_path) == ["p.db"]
    with pytest.raises(Unavailable):
        migrate_store(tmp_path / "none.db", now=NOW)
    assert names(tmp_path) == ["p.db"]


def test_a_backup_is_a_store_and_overwrites_nothing(tmp_path: Path) -> None:
    head = fill(tmp_path / "p.db")
    with Store.open(tmp_path / "p.db") as store:
        store.backup(tmp_path / "copy.db")
        store.save_audit(make_audit(9), now=NOW)
        with pytest.raises(BadInput, match="overwrites nothing"):
            store.backup(tmp_path / "copy.db")
        with pytest.raises(Unavailable):
            store.backup(tmp_path / "no" / "copy.db")
        (tmp_path / "link").symlink_to(tmp_path / "copy.db")
        with pytest.raises(BadInput):
            store.backup(tmp_path / "link")
    with Store.open(tmp_path / "copy.db", read_only=True) as copy:
        assert copy.info().head_hash == head
        assert copy.verify().ok
    assert len(dump(tmp_path / "p.db")["audits"]) == len(dump(tmp_path / "copy.db")["audits"]) + 1
