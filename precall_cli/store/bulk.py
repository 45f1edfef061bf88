"""Many audits into a store at little more than the cost of their rows.

What saving one at a time does for each is done once for a chunk: the look for what is stored, the look for
plans, and the statements. Each row is the same as if it had been saved alone, triggers included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from precall_cli.errors import BadInput
from precall_cli.records.audit import Audit, audit_document
from precall_cli.records.json_text import Json
from precall_cli.records.record import format_time
from precall_cli.store import rows
from precall_cli.store.database import Cell, Database
from precall_cli.store.seal import GENESIS, ChainRow, text_digest
from precall_cli.store.writing import CHAIN_COLUMNS

CHUNK = 250
"""Audits stored together: the most that a kill can undo."""


@dataclass(slots=True)
class SavedMany:
    """What saving many did."""

    new: int = 0
    known: int = 0
    """Stored before; nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An audit as it will be stored."""

    audit_id: str
    document: Json
    text: str
    digest: str


def save_audits(database: Database, audits: Iterable[Audit], now: datetime) -> SavedMany:
    """Seals audits in their order, a chunk in a transaction.

    Raises BadInput when an id is taken by an audit that says something else; the chunks before stay.
    """
    if now.tzinfo is None:
        raise ValueError("the time of sealing needs a time zone")
    saved = SavedMany()
    source = iter(audits)
    while chunk := [_entry(audit) for audit in islice(source, CHUNK)]:
        with database.writing():
            new = _not_stored(database, chunk)
            _insert(database, new, format_time(now))
        saved.new += len(new)
        saved.known += len(chunk) - len(new)
    return saved


def _entry(audit: Audit) -> _Entry:
    document = audit_document(audit)
    text = rows.cell_text(document)
    return _Entry(audit.audit_id, document, text, text_digest(text.encode()))


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
    said = sorted({str(each.document["plan_id"]) for each in new if each.document["plan_id"]})
    plans = {
        str(plan_id)
        for (plan_id,) in database.rows(f"SELECT plan_id FROM plans WHERE plan_id IN ({_marks(said)})", said)
    }
    last = database.one("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1")
    seq, head = (int(last[0]), str(last[1])) if last else (0, GENESIS)
    chain: list[tuple[Cell, ...]] = []
    audits: list[tuple[Cell, ...]] = []
    items: list[tuple[Cell, ...]] = []
    deviations: list[tuple[Cell, ...]] = []
    table = rows.AUDITS
    names: tuple[str, ...] = ()
    for seq, each in enumerate(new, start=seq + 1):  # noqa: B020 - from the one after the last
        row = ChainRow(seq, table.kind, each.audit_id, each.digest, sealed_at, None, None, head)
        head = row.hash()
        chain.append((*row.cells(), head))
        plan_id = each.document["plan_id"]
        columns = table.columns(each.document, None)
        names = names or ("seq", table.key, "sealed_at", table.json, "plan_id", *columns)
        stands = plan_id if plan_id in plans else None
        audits.append((seq, each.audit_id, sealed_at, each.text, stands, *columns.values()))
        items += [(seq, *cells) for cells in rows.item_rows(each.document)]
        deviations += [(seq, *cells) for cells in rows.deviation_rows(each.document)]
    for name, columns_of, found in (
        ("chain", CHAIN_COLUMNS, chain),
        (table.table, names, audits),
        ("audit_items", ("audit_seq", *rows.ITEM_COLUMNS), items),
        ("audit_deviations", ("audit_seq", *rows.DEVIATION_COLUMNS), deviations),
    ):
        sql = f"INSERT INTO {name} ({', '.join(columns_of)}) VALUES ({_marks(columns_of)})"
        database.run_many(sql, found)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
