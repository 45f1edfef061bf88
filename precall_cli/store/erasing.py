"""Erasing the words of a person, or of a time, from a store whose chain goes on to verify.

Each record keeps its row of the chain, with the digest of what it said. In its cell stands the same record
without words, and an erasure, sealed at the end of the chain, names the record and the digest of what stands
there now: so a verification tells this from every other change.

What is kept: ids, times, states, figures; opt-outs with their phones, since they must be honoured.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.erasure import MOST_RECORDS, Erasure
from precall_cli.records.json_text import Json
from precall_cli.records.record import format_time
from precall_cli.records.wordless import without_items, without_person, without_words
from precall_cli.store import rows
from precall_cli.store.adopting import seal_runtime_rows
from precall_cli.store.database import Database
from precall_cli.store.erasable import TABLES, erasable
from precall_cli.store.merging import merge_call
from precall_cli.store.reading import read_cell
from precall_cli.store.rows import SealedTable
from precall_cli.store.runtime_words import erase_runtime_words
from precall_cli.store.seal import text_digest
from precall_cli.store.store import Store
from precall_cli.store.writing import seal_record

Change: TypeAlias = Callable[[str, Json], Json]
"""From the kind and the document of a record to what is left of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose words are to go, or of which time; who wants it, and why."""

    contact_id: str | None
    before: datetime | None
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing did, or would do."""

    records: dict[str, int]
    """Records that lost words, by kind; empty when there was nothing left to erase."""
    erasures: tuple[str, ...]
    """Ids of what was sealed about it."""
    known: bool
    """Whether anything of that person, or of that time, is in the store at all."""


class _DryRun(Exception):
    """Takes back what was done to see what would be."""


def erase_words(store: Store, wanted: Wanted, *, now: datetime, dry_run: bool = False) -> Erased:
    """Erases, seals what was erased, and clears the file of what stood there.

    All in one transaction. `dry_run` only counts. Raises BadInput for blank `who` or `why`, Unavailable where
    the file could not be cleared since another process reads: the words are erased then, but not yet gone
    from the disk, and doing the same again clears it.
    """
    if not wanted.who.strip() or not wanted.why.strip():
        raise BadInput("an erasure says who erases and why", place="db forget")
    database = store._database
    database.run("PRAGMA secure_delete = ON")
    done = Erased({}, (), known=False)
    try:
        with database.writing():
            done = _erase(database, wanted, now)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return done
    _clear_file(database)
    return done


def _erase(database: Database, wanted: Wanted, now: datetime) -> Erased:
    seal_runtime_rows(database, now)  # what a runtime wrote by itself has a seal before it loses its words
    found: list[dict[str, str]] = []
    sealed: list[str] = []
    counts: Counter[str] = Counter()
    calls: set[str] = set()

    def seal() -> None:
        if found:
            sealed.append(_seal(database, wanted, found, now))
            found.clear()

    with _unfrozen(database):
        for kind, record_id, digest in _replaced(database, wanted, calls):
            found.append({"kind": kind, "record_id": record_id, "digest": digest})
            counts[kind] += 1
            if len(found) == MOST_RECORDS:
                seal()
        seal()
    for call_id in sorted(calls):
        erase_runtime_words(database, call_id)
        merge_call(database, call_id)
    return Erased(dict(sorted(counts.items())), tuple(sealed), bool(counts) or _knows(database, wanted))


def _knows(database: Database, wanted: Wanted) -> bool:
    found = erasable(database, wanted.contact_id, wanted.before)
    return bool(found.briefs or any(found.records.values()))


def _seal(database: Database, wanted: Wanted, found: list[dict[str, str]], now: datetime) -> str:
    document = {
        "contact_id": wanted.contact_id, "before": format_time(wanted.before) if wanted.before else None,
        "who": wanted.who, "why": wanted.why, "at": format_time(now), "records": found,
    }  # fmt: skip
    erasure = Erasure.from_document(document, "erasure")
    erasure_id = erasure.content_id()
    full = erasure.full_document() | {"erasure_id": erasure_id}
    saved = seal_record(database, rows.ERASURES, erasure_id, full, now)
    columns = ", ".join(rows.ERASED_COLUMNS)
    database.run_many(
        f"INSERT INTO erased_records (erasure_seq, {columns}) VALUES (?, ?, ?, ?, ?)",
        [(saved.seq, *row) for row in rows.erased_rows(full)],
    )
    return erasure_id


@contextmanager
def _unfrozen(database: Database) -> Iterator[None]:
    """Takes away the triggers against changes, and puts them back: in the transaction, so nobody sees it."""
    names = [f"{table.table}_no_update" for table in TABLES] + ["briefs_no_update"]
    taken = []
    for name in names:
        row = database.one("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?", (name,))
        if row:
            taken.append(str(row[0]))
            database.run(f"DROP TRIGGER {name}")
    yield
    for sql in taken:
        database.run(sql)


def _replaced(database: Database, wanted: Wanted, calls: set[str]) -> Iterator[tuple[str, str, str]]:
    """Replaces each cell: kind and id of the record, digest of what stands there now. Briefs come first."""
    found = erasable(database, wanted.contact_id, wanted.before)
    calls.update(found.calls)
    for digest in found.briefs:
        yield from _replace_brief(database, digest, without_words)
        database.run("DELETE FROM model_replies WHERE brief_digest = ?", (digest,))
    for table in TABLES:
        for record_id in found.records[table.kind]:
            yield from _replace(database, table, record_id, without_words)
    if wanted.contact_id is not None:
        yield from _replace_elsewhere(database, wanted.contact_id, calls)


def _replace_elsewhere(
    database: Database, contact_id: str, calls: set[str]
) -> Iterator[tuple[str, str, str]]:
    """What colleagues' briefs and plans repeat of what this person told us."""
    spelled = json.dumps(contact_id, ensure_ascii=False)
    others = database.rows(
        "SELECT brief_digest, CAST(brief_json AS BLOB) FROM briefs WHERE contact_id <> ? "
        "AND instr(brief_json, ?) > 0 ORDER BY brief_digest",
        (contact_id, spelled),
    )
    for digest, cell in list(others):
        _, gone = without_person(read_cell(database, "briefs", digest, cell), contact_id)
        if not gone:
            continue
        yield from _replace_brief(database, digest, lambda _, brief: without_person(brief, contact_id)[0])
        for plan_id in _ids(database, "SELECT plan_id FROM plans WHERE brief_digest = ?", digest):
            yield from _replace(database, rows.PLANS, plan_id, _without(gone))
            for told in _ids(database, "SELECT instructions_id FROM instructions WHERE plan_id = ?", plan_id):
                yield from _replace(database, rows.INSTRUCTIONS, told, without_words)
            calls.update(_ids(database, "SELECT call_id FROM outcomes WHERE plan_id = ?", plan_id))


def _without(gone: tuple[str, ...]) -> Change:
    return lambda _, plan: without_items(plan, gone)


def _ids(database: Database, sql: str, value: str) -> list[str]:
    return [str(row[0]) for row in database.rows(sql, (value,))]


def _replace_brief(database: Database, digest: str, change: Change) -> Iterator[tuple[str, str, str]]:
    row = database.one("SELECT CAST(brief_json AS BLOB) FROM briefs WHERE brief_digest = ?", (digest,))
    if row is None:
        return
    document = change("brief", read_cell(database, "briefs", digest, row[0]))
    text = rows.cell_text(document)
    if text.encode() == row[0]:
        return
    _update(database, "briefs", "brief_digest", digest, rows.brief_columns(document) | {"brief_json": text})
    yield "brief", digest, text_digest(text.encode())


def _replace(
    database: Database, table: SealedTable, record_id: str, change: Change
) -> Iterator[tuple[str, str, str]]:
    row = database.one(
        f"SELECT CAST({table.json} AS BLOB){', brief_digest' if table.rests_on else ''} FROM {table.table} "
        f"WHERE {table.key} = ?",
        (record_id,),
    )
    if row is None:
        return
    document = change(table.kind, read_cell(database, table.table, record_id, row[0]))
    text = rows.cell_text(document)
    if text.encode() == row[0]:
        return
    brief = None
    if table.rests_on:
        kept = database.one("SELECT CAST(brief_json AS BLOB) FROM briefs WHERE brief_digest = ?", (row[1],))
        brief = read_cell(database, "briefs", row[1], kept[0]) if kept else None
    _update(database, table.table, table.key, record_id, table.columns(document, brief) | {table.json: text})
    yield table.kind, record_id, text_digest(text.encode())


def _update(database: Database, table: str, key: str, record_id: str, row: rows.Row) -> None:
    changes = ", ".join(f"{column} = ?" for column in row)
    database.run(f"UPDATE {table} SET {changes} WHERE {key} = ?", (*row.values(), record_id))


def _clear_file(database: Database) -> None:
    """Writes the file anew, so that no page of it holds what was there, and empties the journal."""
    try:
        database.run("VACUUM")
        busy = database.one("PRAGMA wal_checkpoint(TRUNCATE)")
    except Unavailable as error:
        raise Unavailable(
            f"the words are erased, but their old pages are not cleared yet: {error.problem}",
            place=str(database.path),
            hint="Run the same again when nobody else uses the store.",
        ) from None
    if busy and busy[0]:
        raise Unavailable(
            "the words are erased, but their old pages are not cleared yet: another process reads the store",
            place=str(database.path),
            hint="Run the same again when it is done.",
        )
