"""A store of the first version gets its figures when it is migrated; triggers keep them from then on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from precall_cli.store import Store, migrate_store
from precall_cli.store.call_figures import COLUMNS, derived_rows
from precall_cli.store.schema import _expected
from tests.rates.large_store import copy_store, other_audit

NOW = datetime(2026, 6, 20, tzinfo=UTC)


def figures(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM call_figures ORDER BY call_id"
        ).fetchall()


def make_first_version(path: Path) -> None:
    """Takes out of a store all that later versions added."""
    first = _expected(1)
    with closing(sqlite3.connect(path)) as connection:
        later = connection.execute(
            "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE '%sqlite_%' "
            "ORDER BY type = 'table', type = 'view'"
        ).fetchall()
        for kind, name in later:
            if name not in first:
                connection.execute(f"DROP {kind} IF EXISTS {name}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name <> 'first_release'")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()


def test_a_store_of_the_first_version_gets_the_same_figures(tmp_path: Path) -> None:
    path = copy_store(tmp_path / "p.db")
    wanted = figures(path)
    make_first_version(path)
    migrate_store(path, now=NOW)
    assert figures(path) == wanted
    assert len(wanted) == 90
    with Store.open(path, read_only=True) as store:
        assert store.verify().ok


def test_figures_follow_a_new_reading_and_new_words_whatever_comes_first(tmp_path: Path) -> None:
    path = copy_store(tmp_path / "p.db")
    with Store.open(path) as store:
        for number in range(30):
            audit = store.load_audit(f"call_{number:06d}")
            again = other_audit(number, audit.call_id, audit.plan_id or "", 70 + number)
            store.save_audit(again, now=NOW)
        words = store.load_transcript("call_000003")
        unknown = words.model_copy(update={"started_at": None})
        store.save_transcript(unknown, now=NOW)
    with closing(sqlite3.connect(path)) as connection:
        derived = connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM ({derived_rows()}) ORDER BY call_id"
        ).fetchall()
    assert figures(path) == derived
    with Store.open(path, read_only=True) as store:
        assert store.verify().ok
