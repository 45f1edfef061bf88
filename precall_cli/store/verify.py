"""Is what the store says still what was sealed? Every row of the chain and every record, once, in order.

Checked are: each hash; that each row follows on the one before; that each record is there, its JSON has the
sealed digest, and its columns say what its JSON says; that no record stands without a row or under two rows;
briefs and policies against their digests; merged outcomes against their versions; SQLite's own check of the
file; the schema. Memory does not grow with the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from precall_cli.errors import BadInput, IntegrityError, PrecallError
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.plan import plan_id_of
from precall_cli.records.record import content_id, format_time, parse_time
from precall_cli.store import rows
from precall_cli.store.database import Database
from precall_cli.store.erased import is_as_erased
from precall_cli.store.figures import find_figure_faults
from precall_cli.store.merging import merged_outcome, outcome_cells
from precall_cli.store.outcomes import started_at
from precall_cli.store.rows import SEALED_TABLES, Row, SealedTable
from precall_cli.store.schema import find_stand_ins, schema_faults
from precall_cli.store.seal import GENESIS, ChainRow, text_digest

FaultKind = Literal["edited", "dropped", "reordered", "used_twice", "not_sealed", "schema", "damaged", "head"]
MOST_FAULTS = 100
"""So many faults are described; all are counted."""

LIMITS = (
    "A chain in one file proves order and content, not its own age: whoever rewrites the whole file can "
    "rewrite every hash. Keep the head hash elsewhere and give it to the next verification.",
    "Rows cut off at the end leave no trace in a chain; an earlier head shows it.",
    "The time of sealing is the clock of the machine that sealed, or what --now said.",
)
"""What this cannot prove."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not verify."""

    kind: FaultKind
    """What happened to it."""
    table: str
    """Where."""
    row: str
    """Which row: its `seq`, or its key."""
    problem: str
    """In words."""


@dataclass(frozen=True, slots=True)
class LatePlan:
    """A plan that was sealed after its call had begun."""

    plan_id: str
    seq: int
    sealed_at: str
    call_id: str
    started_at: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found."""

    rows: int
    """Rows of the chain that were recomputed."""
    head_seq: int
    """The last row; 0 in an empty store."""
    head_hash: str
    """Its hash: keep it elsewhere, and a later verification can prove that nothing before it changed."""
    fault_count: int
    """How many faults there are."""
    faults: tuple[Fault, ...]
    """The first of them, in the order of the chain."""
    late_plans: tuple[LatePlan, ...]
    """Plans sealed after their call began."""
    erased: int = 0
    """Records that hold no words any more, each as the erasure that was sealed for it left it."""
    limits: tuple[str, ...] = LIMITS
    """What this cannot prove."""

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return not self.fault_count and not self.late_plans


class _Findings:
    def __init__(self) -> None:
        self.count = 0
        self.erased = 0
        self.kept: list[Fault] = []

    def add(self, kind: FaultKind, table: str, row: object, problem: str) -> None:
        self.count += 1
        if len(self.kept) < MOST_FAULTS:
            self.kept.append(Fault(kind, table, str(row), problem))


def verify(database: Database, *, since: datetime | None, expected_head: str | None) -> Verification:
    """Recomputes the seal; `since` leaves out the rows sealed before it.

    `expected_head` is a hash noted earlier: the chain must still hold it. Raises Unavailable or
    IntegrityError only where the file cannot be read at all.
    """
    findings = _Findings()
    for fault in schema_faults(database):
        findings.add("schema", "sqlite_schema", "-", fault)
    if stand_ins := find_stand_ins(database):
        for name in stand_ins:
            findings.add("damaged", name, "-", "is no table any more; no row of the store was read")
        return Verification(0, 0, "", findings.count, tuple(findings.kept), ())
    first = 1
    if since is not None:
        first = database.number(
            "SELECT coalesce(min(seq), (SELECT coalesce(max(seq), 0) + 1 FROM chain)) FROM chain "
            "WHERE sealed_at >= ?",
            (format_time(since),),
        )
    checked = 0
    late: tuple[LatePlan, ...] = ()
    try:
        _check_file(database, findings)
        checked = _check_chain(database, first, findings)
        _check_repeats(database, findings)
        for table in SEALED_TABLES:
            _check_unsealed(database, table, findings)
        _check_kept(database, findings)
        _check_outcomes(database, findings)
        for call_id in () if since or findings.count else find_figure_faults(database):
            findings.add("edited", "call_figures", call_id, "its counts are not those of the audit")
        late = tuple(_late_plans(database, since))
    except PrecallError as error:
        findings.add("damaged", "the file", "-", error.problem)
    head = _head(database, findings)
    if expected_head is not None and expected_head != GENESIS:
        known = database.one("SELECT seq FROM chain WHERE hash = ?", (expected_head,))
        if known is None:
            findings.add("head", "chain", "-", f"the head {expected_head} that was noted is not in the chain")
    return Verification(
        checked, head[0], head[1], findings.count, tuple(findings.kept), late, findings.erased
    )


def _head(database: Database, findings: _Findings) -> tuple[int, str]:
    try:
        row = database.one("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1")
    except PrecallError as error:
        findings.add("damaged", "chain", "-", error.problem)
        return 0, ""
    return (int(row[0]), str(row[1])) if row else (0, GENESIS)


def _check_file(database: Database, findings: _Findings) -> None:
    for (said,) in database.rows("PRAGMA integrity_check(10)"):
        if said != "ok":
            findings.add("damaged", "the file", "-", str(said))
    for table, row, parent, _ in database.rows("PRAGMA foreign_key_check"):
        findings.add("dropped", str(table), row, f"names a row of {parent} that is not there")


_CHAIN_SQL = (
    "SELECT seq, kind, record_id, digest, sealed_at, brief_digest, policy_digest, prev_hash, hash "
    "FROM chain WHERE seq >= ? ORDER BY seq"
)


def _check_chain(database: Database, first: int, findings: _Findings) -> int:
    """Recomputes each row of the chain and its record; gives their number."""
    before = database.one("SELECT seq, hash FROM chain WHERE seq < ? ORDER BY seq DESC LIMIT 1", (first,))
    last_seq, last_hash = (int(before[0]), str(before[1])) if before else (0, GENESIS)
    last_holds = True
    tables = {table.kind: table for table in SEALED_TABLES}
    count = 0
    for *fields, found_hash in database.rows(_CHAIN_SQL, (first,)):
        row = ChainRow(*fields)
        count += 1
        for missing in range(last_seq + 1, min(row.seq, last_seq + MOST_FAULTS)):
            findings.add("dropped", "chain", missing, "the row is missing")
        holds = _hash_of(row) == found_hash
        if not holds:
            kind, problem = _why_wrong(database, row, str(found_hash))
            findings.add(kind, "chain", row.seq, problem)
        elif row.prev_hash != last_hash and row.seq == last_seq + 1 and last_holds:
            # A row that holds by itself was sealed on another row than the one that stands before it now.
            findings.add("edited", "chain", last_seq, f"row {row.seq} was sealed on another row than this")
        if row.kind in tables:
            _check_record(database, tables[row.kind], row, findings)
        last_seq, last_hash, last_holds = row.seq, str(found_hash), holds
    return count


def _hash_of(row: ChainRow) -> str:
    try:
        return row.hash()
    except (TypeError, ValueError):  # a cell that holds neither text nor null
        return ""


def _why_wrong(database: Database, row: ChainRow, found_hash: str) -> tuple[FaultKind, str]:
    """Whether a row that does not give its hash was moved from another place, or changed."""
    at = database.one("SELECT seq FROM chain WHERE hash = ? AND seq != ?", (row.prev_hash, row.seq - 1))
    place = int(at[0]) + 1 if at else 1 if row.prev_hash == GENESIS else 0
    for seq in dict.fromkeys((place, row.seq - 1, row.seq + 1)):
        moved = ChainRow(
            seq, row.kind, row.record_id, row.digest, row.sealed_at, row.brief_digest, row.policy_digest,
            row.prev_hash,
        )  # fmt: skip
        if seq > 0 and seq != row.seq and _hash_of(moved) == found_hash:
            twice = database.one("SELECT 1 FROM chain WHERE hash = ? AND seq != ?", (found_hash, row.seq))
            if twice:
                return "used_twice", f"the {row.kind} {row.record_id} stands here and at row {seq}"
            return "reordered", f"the row was sealed as row {seq}"
    return "edited", f"the row of {row.kind} {row.record_id} does not give its hash"


def _check_record(database: Database, table: SealedTable, row: ChainRow, findings: _Findings) -> None:
    found = _record_of(database, table, row.seq)
    if found is None:
        findings.add("dropped", table.table, row.seq, f"the {table.kind} {row.record_id} is missing")
        return
    cell = found.pop(table.json)
    data = cell if isinstance(cell, bytes) else b""
    as_sealed = text_digest(data) == row.digest
    if not as_sealed and is_as_erased(database, row.kind, row.record_id, data):
        findings.erased += 1
    elif not as_sealed:
        findings.add(
            "edited", table.table, row.seq, f"the {table.kind} {row.record_id} is not what was sealed"
        )
        return
    try:
        document = parse_json(data, table.table)
    except BadInput as error:
        findings.add("edited", table.table, row.seq, error.problem)
        return
    if not isinstance(document, dict):
        findings.add("edited", table.table, row.seq, "it holds no record")
        return
    if as_sealed:
        _check_id(table, row, document, findings)
    wanted: Row = {"seq": row.seq, table.key: row.record_id, "sealed_at": row.sealed_at}
    wanted |= {column: getattr(row, column) for column in table.rests_on}
    wanted |= table.columns(document, _brief_of(database, row))
    if table.links:
        known = database.one("SELECT plan_id FROM plans WHERE plan_id = ?", (document.get("plan_id"),))
        wanted["plan_id"] = str(known[0]) if known else None
    for column, value in wanted.items():
        if found.get(column) != value:
            findings.add(
                "edited", table.table, row.seq, f"{column} of {row.record_id} is not what its record says"
            )
    for owner, part, columns, made in _PARTS:
        if table is owner:
            _check_part(database, row.seq, (part, columns, made(document)), findings)


def _record_of(database: Database, table: SealedTable, seq: int) -> dict[str, Any] | None:
    with database.guard():
        cursor = database.connection.execute(
            f"SELECT *, CAST({table.json} AS BLOB) AS {table.json} FROM {table.table} WHERE seq = ?", (seq,)
        )
        values = cursor.fetchone()
        names = [column[0] for column in cursor.description]
    return dict(zip(names, values, strict=True)) if values else None


def _check_id(table: SealedTable, row: ChainRow, document: Json, findings: _Findings) -> None:
    wanted = row.record_id
    if table.kind == "plan":
        wanted = plan_id_of(document)
    elif table.prefix:
        wanted = content_id(table.prefix, table.key, document)
    if wanted != row.record_id:
        findings.add("edited", table.table, row.seq, f"its content does not give the id {row.record_id}")


def _brief_of(database: Database, row: ChainRow) -> Json:
    if row.brief_digest is None:
        return None
    found = database.one(
        "SELECT CAST(brief_json AS BLOB) FROM briefs WHERE brief_digest = ?", (row.brief_digest,)
    )
    try:
        return parse_json(found[0], "briefs") if found else None
    except BadInput:
        return None


_Parts = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]
_PARTS = (
    (rows.AUDITS, "audit_items", rows.ITEM_COLUMNS, rows.item_rows),
    (rows.AUDITS, "audit_deviations", rows.DEVIATION_COLUMNS, rows.deviation_rows),
    (rows.ERASURES, "erased_records", rows.ERASED_COLUMNS, rows.erased_rows),
)
"""Rows that are made of a record: its table, theirs, and how they follow from its JSON."""


def _check_part(database: Database, seq: int, parts: _Parts, findings: _Findings) -> None:
    """The rows made of a record, such as those of an audit's items."""
    part, columns, wanted = parts
    key = rows.part_key(part)
    sql = f"SELECT {', '.join(columns)} FROM {part} WHERE {key} = ? ORDER BY position"
    if list(database.rows(sql, (seq,))) != wanted:
        findings.add("edited", part, f"{seq} ({key})", "the rows are not what their record says")


def _check_repeats(database: Database, findings: _Findings) -> None:
    for column in ("record_id", "digest", "hash"):
        for kind, value, seqs in database.rows(
            f"SELECT kind, {column}, group_concat(seq, ', ') FROM chain "
            f"GROUP BY kind, {column} HAVING count(*) > 1 ORDER BY min(seq)"
        ):
            findings.add("used_twice", "chain", seqs, f"one {kind} stands in several rows ({column} {value})")


def _check_unsealed(database: Database, table: SealedTable, findings: _Findings) -> None:
    """Records that have no row of the chain."""
    for seq, record_id in database.rows(
        f"SELECT r.seq, r.{table.key} FROM {table.table} AS r LEFT JOIN chain AS c "
        f"ON c.seq = r.seq AND c.kind = ? WHERE c.seq IS NULL ORDER BY r.seq",
        (table.kind,),
    ):
        findings.add("not_sealed", table.table, seq, f"the {table.kind} {record_id} has no row in the chain")
    for part in [part for owner, part, *_ in _PARTS if owner is table]:
        key = rows.part_key(part)
        for (seq,) in database.rows(
            f"SELECT DISTINCT {key} FROM {part} WHERE {key} NOT IN (SELECT seq FROM {table.table})"
        ):
            findings.add("not_sealed", part, f"{seq} ({key})", f"the rows belong to no {table.kind}")


def _check_kept(database: Database, findings: _Findings) -> None:
    """Briefs and policies against their digests, and those that plans rest on but are not there."""
    for table, key, column, columns in (
        ("briefs", "brief_digest", "brief_json", rows.brief_columns),
        ("policies", "policy_digest", "policy_json", rows.policy_columns),
    ):
        names: list[str] = list(columns({}))
        for digest, cell, *found in database.rows(
            f"SELECT {key}, CAST({column} AS BLOB), {', '.join(names)} FROM {table} ORDER BY {key}"
        ):
            data = cell if isinstance(cell, bytes) else b""
            if text_digest(data) != digest and is_as_erased(database, "brief", str(digest), data):
                findings.erased += 1
            elif text_digest(data) != digest:
                findings.add("edited", table, digest, "its content is not what was sealed")
                continue
            try:
                wanted = columns(parse_json(cell, table))
            except BadInput as error:
                findings.add("edited", table, digest, error.problem)
                continue
            if dict(zip(names, found, strict=True)) != wanted:
                findings.add("edited", table, digest, "its columns are not what its JSON says")
        for seq, digest in database.rows(
            f"SELECT seq, p.{key} FROM plans AS p LEFT JOIN {table} AS k USING ({key}) "
            f"WHERE k.{key} IS NULL ORDER BY seq"
        ):
            findings.add("dropped", table, digest, f"plan row {seq} rests on it, and it is missing")


def _check_outcomes(database: Database, findings: _Findings) -> None:
    """Each merged outcome against its versions."""
    for call_id, *found in database.rows(
        "SELECT call_id, plan_id, plan, plan_deviation_reasons, outcome_json FROM outcomes "
        "WHERE outcome_json IS NOT NULL OR plan_id IS NOT NULL ORDER BY call_id"
    ):
        try:
            wanted = outcome_cells(database, merged_outcome(database, str(call_id)))
        except (BadInput, IntegrityError) as error:
            findings.add("edited", "outcome_versions", call_id, error.problem)
            continue
        if tuple(found) != wanted:
            findings.add("edited", "outcomes", call_id, "the outcome is not what its versions say")
    for (call_id,) in database.rows(
        "SELECT DISTINCT v.call_id FROM outcome_versions AS v LEFT JOIN outcomes AS o USING (call_id) "
        "WHERE o.outcome_json IS NULL ORDER BY v.call_id"
    ):
        findings.add("dropped", "outcomes", call_id, "the outcome is missing, its versions are there")


_CALLS_SQL = """
SELECT p.plan_id, p.seq, p.sealed_at, t.call_id, t.started_at, NULL FROM transcripts AS t
  JOIN plans AS p ON p.plan_id = t.plan_id WHERE t.started_at IS NOT NULL
UNION SELECT p.plan_id, p.seq, p.sealed_at, t.call_id, t.started_at, NULL FROM outcomes AS o
  JOIN plans AS p ON p.plan_id = o.plan_id JOIN transcripts AS t ON t.call_id = o.call_id
  WHERE t.started_at IS NOT NULL
UNION SELECT p.plan_id, p.seq, p.sealed_at, t.call_id, t.started_at, NULL FROM audits AS a
  JOIN plans AS p ON p.plan_id = a.plan_id JOIN transcripts AS t ON t.call_id = a.call_id
  WHERE t.started_at IS NOT NULL
UNION SELECT p.plan_id, p.seq, p.sealed_at, o.call_id, NULL, o.outcome_json FROM outcomes AS o
  JOIN plans AS p ON p.plan_id = o.plan_id
"""


def _late_plans(database: Database, since: datetime | None) -> Iterator[LatePlan]:
    seen = set()
    for plan_id, seq, sealed_at, call_id, said, outcome in database.rows(f"{_CALLS_SQL} ORDER BY 2, 4, 5"):
        try:
            began = said if outcome is None else started_at(parse_json(outcome, "outcomes"))
            if began is None or (since and parse_time(sealed_at) < since):
                continue
            late = parse_time(sealed_at) > parse_time(began)
        except (BadInput, ValueError):
            continue  # a cell that was edited is named by the checks above
        if late and (plan_id, call_id) not in seen:
            seen.add((plan_id, call_id))
            yield LatePlan(str(plan_id), int(seq), str(sealed_at), str(call_id), str(began))
