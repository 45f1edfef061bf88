"""Briefs of coordinated accounts put aside on disk, to be worked on account by account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from precall_cli.batch.source import Entry, brief_text
from precall_cli.records.brief import Brief


class Spool:
    """A temporary file that grows with the list and takes no memory; gone when closed."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # a private file on disk, without a name
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("PRAGMA cache_size = -1000")
        self._file.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, account, place, brief)")

    def close(self) -> None:
        """Throws everything away."""
        self._file.close()

    def add(self, place: str, brief: Brief) -> None:
        """Puts a brief aside."""
        row = (brief.account.account_id, place, brief_text(brief))
        self._file.execute("INSERT INTO kept (account, place, brief) VALUES (?, ?, ?)", row)

    def __len__(self) -> int:
        return int(self._file.execute("SELECT count(*) FROM kept").fetchone()[0])

    def entries(self) -> Iterator[Entry]:
        """Everything again, in order."""
        for place, text in self._file.execute("SELECT place, brief FROM kept ORDER BY number"):
            yield Entry(place, Brief.from_json(text, place))

    def accounts(self) -> Iterator[str]:
        """Each account once, in the order of its first brief."""
        self._file.execute("CREATE INDEX IF NOT EXISTS by_account ON kept (account, number)")
        rows = self._file.execute("SELECT account FROM kept GROUP BY account ORDER BY min(number)")
        for (account,) in rows:
            yield account

    def briefs(self, account: str) -> list[tuple[str, Brief]]:
        """An account's briefs with their places, in the order of the list."""
        rows = self._file.execute(
            "SELECT place, brief FROM kept WHERE account = ? ORDER BY number", (account,)
        )
        return [(place, Brief.from_json(text, place)) for place, text in rows]
