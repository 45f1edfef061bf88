"""A view without an end in the place of a table: no command waits for it, the file stays as it is."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import BRIEF, NOW, write
from tests.cli.inside import run

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {} FROM n"


@pytest.fixture
def a_minute() -> Iterator[None]:
    """An endless query comes back to no Python code: only the signal's own action ends it."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(60)
    yield
    signal.alarm(0)


@pytest.mark.parametrize(
    "table", ["_sqlite_migrations", "chain", "briefs", "plans", "audits", "outcomes", "outcome_versions"]
)
def test_no_command_reads_an_endless_view(tmp_path: Path, a_minute: None, table: str) -> None:
    write(tmp_path / "brief.json", BRIEF)
    assert run("plan", "create", "brief.json", "--now", NOW, cwd=tmp_path).code == 0
    store = tmp_path / "precall.db"
    with closing(sqlite3.connect(store)) as tampered:
        columns = [row[1] for row in tampered.execute(f"PRAGMA table_info({table})")]
        tampered.execute("PRAGMA foreign_keys = OFF")
        tampered.execute(f"DROP TABLE {table}")
        chosen = ", ".join(f'x AS "{name}"' for name in columns)
        tampered.execute(f"CREATE VIEW {table} AS {ENDLESS.format(chosen)}")
        tampered.commit()
    before = store.read_bytes()
    for command in (
        "verify", "verify --json", f"verify --since {NOW}", "db info", "db migrate", "plan list", "rate",
        "db export --to out", "db backup copy.db", "outcome import precall.db --db other.db",
    ):  # fmt: skip
        done = run(*command.split(), cwd=tmp_path)
        assert done.code in ((2, 4) if "import" in command else (4,)), (command, done)
        assert store.read_bytes() == before, command
        if command == "verify":
            assert f"{table}" in done.out, done.out
