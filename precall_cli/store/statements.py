"""Statements that every version makes alike: triggers that keep what is stored, and indices."""

from __future__ import annotations


def once(table: str, taken: str) -> str:
    """A trigger against INSERT OR REPLACE, which deletes a row without asking the DELETE trigger."""
    return (
        f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: this row is stored already and never replaced'); END"
    )


def frozen(table: str) -> tuple[str, str]:
    """Triggers against every change and every deletion."""
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: a stored row never changes'); END",
        kept(table),
    )


def kept(table: str) -> str:
    """A trigger against deletion."""
    return (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: a stored row is never deleted'); END"
    )


def linked_once(table: str, columns: str) -> str:
    """A trigger that lets one change through: `plan_id` from null to what the record itself says.

    No function of JSON stands in a trigger or an index: SQLite calls them unsafe under trusted_schema=OFF.
    """
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in columns.split())
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"WHEN NOT (OLD.plan_id IS NULL AND NEW.plan_id = OLD.said_plan_id AND {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: a stored row never changes'); END"
    )


def sealed(table: str, kind: str, key: str) -> str:
    """A trigger that ties a record to its row of the chain."""
    return (
        f"CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table} WHEN NOT EXISTS (SELECT 1 FROM chain "
        f"WHERE seq = NEW.seq AND kind = '{kind}' AND record_id = NEW.{key} AND sealed_at = NEW.sealed_at) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: a row needs its own row in the chain'); END"
    )


def index_statements(lines: str) -> tuple[str, ...]:
    """A statement for each line `table (column, …)`; the index is named after table and first column."""
    return tuple(
        f"CREATE INDEX {line.split()[0]}_{line.split('(')[1].split(',')[0].rstrip(')')} ON {line}"
        for line in lines.strip().splitlines()
    )
