"""Builds a runtime's own database as it was before there were plans. All people and calls are invented.

Run it to look at one: `python tests/outcomes/old_database.py old.db`.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

SCHEMA = """
CREATE TABLE outcomes (
  id INTEGER PRIMARY KEY,
  call_id VARCHAR(40) NOT NULL,
  disposition TEXT NOT NULL DEFAULT 'unknown',
  minutes REAL,
  tags TEXT,
  crm_key INTEGER,
  recording BLOB
);
CREATE TABLE agents (name TEXT PRIMARY KEY);
CREATE TABLE dialer_log (call_id TEXT, rang_at TEXT);
CREATE INDEX by_disposition ON outcomes (disposition);
CREATE VIEW booked AS SELECT call_id, minutes FROM outcomes WHERE disposition = 'booked';
"""
ROWS = [
    (1, "old_1", "booked", 3.5, '["warm"]', 9007199254740993, b"\x00\xff"),
    (2, "old_2", "no_answer", None, None, None, None),
    (3, "old_3", "refused", 0.0, "", -1, b""),
    (4, "old_2", "booked", 7.25, None, None, None),  # the second try of a call
]
OLD_QUERIES = (
    "SELECT id, call_id, disposition, minutes, tags, crm_key, recording FROM outcomes ORDER BY id",
    "SELECT * FROM booked ORDER BY call_id",
    "SELECT disposition, count(*), sum(minutes) FROM outcomes GROUP BY disposition ORDER BY 1",
    "SELECT o.call_id, d.rang_at FROM outcomes AS o JOIN dialer_log AS d USING (call_id) ORDER BY 1, 2",
    "SELECT name FROM agents",
)


def build(path: Path) -> None:
    """Writes the database; `path` must not exist."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
        connection.execute("INSERT INTO agents VALUES ('Ava')")
        connection.execute("INSERT INTO dialer_log VALUES ('old_1', '2025-03-04T10:00:00Z')")
        connection.commit()


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    """The rows that a query gives, in a connection of its own, as any other tool would ask."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


if __name__ == "__main__":
    build(Path(sys.argv[1]))
