"""Many audits into a store at little more than the cost of their rows.

What saving one at a time does for each is done once for a chunk: the look for what is stored, the look for
plans, and the statements. Each row is the same as if it had been saved alone, triggers included.

A statement writes many rows. Our triggers can refuse a row, so SQLite keeps, for each statement, a copy of
every page as it was before; with a row a statement those copies cost as much as the rows.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from precall_cli.errors import BadInput
from precall_cli.records.audit import Audit
from precall_cli.records.record import format_time
from precall_cli.records.written_audit import WrittenAudit
from precall_cli.store import audit_cells
from precall_cli.store.audit_cells import COLUMNS
from precall_cli.store.database import Cell, Database
from precall_cli.store.seal import GENESIS, ChainRow, text_digest
from precall_cli.store.writing import CHAIN_COLUMNS

CHUNK = 1000
"""Audits stored together: the most that a kill can undo, a second's work."""
VALUES = 4000
"""Values in one statement; SQLite takes 32,766."""


@dataclass(slots=True)
class SavedMany:
    """What saving many did."""

    new: int = 0
    known: int = 0
    """Stored before; nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An audit as it will be stored, all but its place in the chain."""

    audit_id: str
    plan_id: str | None
    text: str
    digest: str
    cells: tuple[Cell, ...]
    items: list[Cell]
    deviations: list[Cell]


def save_audits(database: Database, audits: Iterable[Audit | WrittenAudit], now: datetime) -> SavedMany:
    """Seals audits in their order, a chunk in a transaction.

    Raises BadInput when an id is taken by an audit that says something else; the chunks before stay.
    """
    if now.tzinfo is None:
        raise ValueError("the time of sealing needs a time zone")
    saved = SavedMany()
    source = iter(audits)
    with _copies_in_memory(database), _no_search_for_cycles():
        while _save_chunk(database, islice(source, CHUNK), format_time(now), saved):
            pass
    return saved


def _save_chunk(
    database: Database, audits: Iterable[Audit | WrittenAudit], sealed_at: str, saved: SavedMany
) -> bool:
    """Whether there were any. None of them is held when the next are read."""
    chunk = [_entry(audit) for audit in audits]
    if not chunk:
        return False
    with database.writing():
        new = _not_stored(database, chunk)
        _insert(database, new, sealed_at)
    saved.new += len(new)
    saved.known += len(chunk) - len(new)
    return True


@contextmanager
def _copies_in_memory(database: Database) -> Iterator[None]:
    """Keeps the copies of pages that a statement needs, some megabytes at most, out of a file."""
    database.run("PRAGMA temp_store = MEMORY")
    try:
        yield
    finally:
        database.run("PRAGMA temp_store = DEFAULT")


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """What is made here holds no cycle and goes with its chunk: looking for some is a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _entry(audit: Audit | WrittenAudit) -> _Entry:
    written = audit if isinstance(audit, WrittenAudit) else WrittenAudit.of(audit)
    document, text = written.document, written.text
    return _Entry(
        document["audit_id"],
        document["plan_id"],
        text,
        text_digest(text.encode()),
        audit_cells.audit_cells(document),
        audit_cells.item_cells(document),
        audit_cells.deviation_cells(document),
    )


def _not_stored(database: Database, chunk: Sequence[_Entry]) -> list[_Entry]:
    """Those that the store does not hold yet, each once."""
    ids = [each.audit_id for each in chunk]
    known = {
        str(record_id): str(digest)
        for record_id, digest in database.rows(
            f"SELECT record_id, digest FROM chain WHERE kind = 'audit' AND record_id IN ({_marks(ids)})", ids
        )
    }
    new: list[_Entry] = []
    for each in chunk:
        if each.audit_id not in known:
            new.append(each)
            known[each.audit_id] = each.digest
        elif known[each.audit_id] != each.digest:
            raise BadInput(
                f"the audit {each.audit_id} is stored with other content; a sealed record never changes",
                place=str(database.path),
            )
    return new


def _insert(database: Database, new: Sequence[_Entry], sealed_at: str) -> None:
    if not new:
        return
    said = sorted({each.plan_id for each in new if each.plan_id})
    plans = {
        str(plan_id)
        for (plan_id,) in database.rows(f"SELECT plan_id FROM plans WHERE plan_id IN ({_marks(said)})", said)
    }
    last = database.one("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1")
    seq, head = (int(last[0]), str(last[1])) if last else (0, GENESIS)
    chain: list[Cell] = []
    audits: list[Cell] = []
    items: list[Cell] = []
    deviations: list[Cell] = []
    for seq, each in enumerate(new, start=seq + 1):  # noqa: B020 - from the one after the last
        row = ChainRow(seq, "audit", each.audit_id, each.digest, sealed_at, None, None, head)
        head = row.hash()
        chain += (*row.cells(), head)
        stands = each.plan_id if each.plan_id in plans else None
        audits += (seq, each.audit_id, sealed_at, each.text, stands, *each.cells)
        items += _belonging(each.items, seq, len(COLUMNS["audit_items"]))
        deviations += _belonging(each.deviations, seq, len(COLUMNS["audit_deviations"]))
    _insert_rows(database, "chain", CHAIN_COLUMNS, chain)
    for table, cells in (("audits", audits), ("audit_items", items), ("audit_deviations", deviations)):
        _insert_rows(database, table, COLUMNS[table], cells)


def _belonging(cells: list[Cell], seq: int, width: int) -> list[Cell]:
    """Rows of so many cells, the first of each now the row of their audit."""
    cells[::width] = [seq] * (len(cells) // width)
    return cells


def _insert_rows(database: Database, table: str, columns: Sequence[str], cells: Sequence[Cell]) -> None:
    """Rows, one after the other: as many as go into a statement, and the last few each by itself."""
    width = len(columns)
    many = VALUES // width
    marks = f"({_marks(columns)})"
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    whole = len(cells) - len(cells) % (many * width)
    for at in range(0, whole, many * width):
        database.run(sql + ", ".join([marks] * many), cells[at : at + many * width])
    database.run_many(sql + marks, [cells[at : at + width] for at in range(whole, len(cells), width)])


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
