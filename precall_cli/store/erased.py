"""What stands in the place of erased words: told from an edit by the erasure that was sealed for it."""

from __future__ import annotations

from precall_cli.store.database import Database
from precall_cli.store.seal import text_digest

_SQL = "SELECT digest FROM erased_records WHERE kind = ? AND record_id = ? ORDER BY erasure_seq DESC LIMIT 1"


def is_erased(database: Database, kind: str, record_id: str) -> bool:
    """Whether words of this record were erased."""
    return database.one(_SQL, (kind, record_id)) is not None


def is_as_erased(database: Database, kind: str, record_id: str, cell: bytes) -> bool:
    """Whether a cell that is not what was sealed is what its last erasure left."""
    row = database.one(_SQL, (kind, record_id))
    return row is not None and row[0] == text_digest(cell)
