"""Words in the columns that a runtime made itself, in the table `outcomes` that was there before us."""

from __future__ import annotations

from precall_cli.records.json_text import Json
from precall_cli.records.wordless import without_words
from precall_cli.store.database import Database
from precall_cli.store.migrations import OUTCOME_COLUMNS
from precall_cli.store.schema import outcome_columns


def erase_runtime_words(database: Database, call_id: str) -> None:
    """Erases them in every row of a call; ids, times and numbers of the runtime stay."""
    own = [name for name in outcome_columns(database) if name not in ("call_id", *OUTCOME_COLUMNS)]
    for name in own:
        quoted = '"' + name.replace('"', '""') + '"'
        rows = database.rows(f"SELECT rowid, {quoted} FROM outcomes WHERE call_id = ?", (call_id,))
        for rowid, cell in list(rows):
            left = _left(name, cell)
            if left != cell:
                database.run(f"UPDATE outcomes SET {quoted} = ? WHERE rowid = ?", (left, rowid))


def _left(name: str, cell: Json) -> Json:
    if isinstance(cell, bytes):
        return b""
    return without_words("outcome", {name: cell}).get(name, "")
