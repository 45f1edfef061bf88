"""What comes out of a store. A cell is read as strictly as a file from outside: it may have been edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from precall_cli.errors import BadInput, IntegrityError
from precall_cli.records.audit import Audit
from precall_cli.records.brief import Brief
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.plan import CallPlan, plan_id_of
from precall_cli.records.policy import Policy
from precall_cli.records.record import Record, format_time, parse_time
from precall_cli.records.refusal import Refusal
from precall_cli.records.review import Review
from precall_cli.records.rollout import SignOff, Switch
from precall_cli.records.transcript import Transcript
from precall_cli.store.database import Database
from precall_cli.store.erased import is_as_erased
from precall_cli.store.seal import text_digest

R = TypeVar("R", bound=Record)
_LAST = "\U0010ffff"
_HINT = "`precall verify` looks at every row."


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as it was sealed."""

    plan: CallPlan
    """The plan."""
    brief: Brief
    """What it rests on."""
    policy: Policy
    """What applied."""
    sealed_at: str
    """When it was sealed, RFC 3339."""
    seq: int
    """Its row in the chain."""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """One line of a list of plans."""

    plan_id: str
    agent: str
    contact_id: str
    contact_name: str
    account_id: str
    account_name: str
    objective_type: str
    objective: str
    engine: str | None
    depth: str | None
    fallback_reason: str | None
    created_at: str | None
    expires_at: str | None
    supersedes: str | None
    sealed_at: str
    seq: int


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """A refusal as it was sealed."""

    refusal: Refusal
    sealed_at: str
    seq: int


@dataclass(frozen=True, slots=True)
class StoredAudit:
    """An audit as it was sealed."""

    audit: Audit
    sealed_at: str
    seq: int


def read_cell(database: Database, table: str, row: object, cell: object) -> Json:
    """The JSON that a cell holds. Raises IntegrityError, naming table and row, when it holds none."""
    place = f"{database.path}: {table} row {row}"
    if not isinstance(cell, str | bytes):
        raise IntegrityError("the cell holds no text", place=place, hint=_HINT)
    try:
        return parse_json(cell, place)
    except BadInput as error:
        raise IntegrityError(error.problem, place=error.place, hint=_HINT) from None


def read_record(database: Database, table: str, row: object, cell: object, kind: type[R]) -> R:
    """The record that a cell holds. Raises IntegrityError, naming table and row, when it holds none."""
    document = read_cell(database, table, row, cell)
    record, problems = kind.examine(document)
    if record is None:
        first = problems[0]
        raise IntegrityError(
            f"{first.pointer or '/'}: {first.problem}",
            place=f"{database.path}: {table} row {row}",
            hint=_HINT,
        )
    return record


def find_plan_id(database: Database, name: str) -> str:
    """The id of the one plan that `name` means: an id, or enough of its beginning, with or without `pln_`.

    Raises BadInput when none or several do, naming those that come near.
    """
    place = f"plan {name}"
    if not name:
        raise BadInput("no plan is named", place=str(database.path))
    for start in dict.fromkeys((name, f"pln_{name}")):
        found = _ids(database, "plan_id >= ? AND plan_id <= ?", (start, start + _LAST), 6)
        if name in found or len(found) == 1:
            return name if name in found else found[0]
        if found:
            more = " and more" if len(found) > 5 else ""
            raise BadInput("is the beginning of several", place=place, hint=", ".join(found[:5]) + more + ".")
    near = _ids(database, "plan_id < ?", (name,), 2, "DESC") + _ids(database, "plan_id > ?", (name,), 2)
    hint = f"Near it: {', '.join(sorted(near))}." if near else "There is no plan in this store yet."
    raise BadInput(f"is not in {database.path}", place=place, hint=hint)


def _ids(
    database: Database, where: str, values: tuple[str, ...], limit: int, order: str = "ASC"
) -> list[str]:
    sql = f"SELECT plan_id FROM plans WHERE {where} ORDER BY plan_id {order} LIMIT {limit}"
    return [str(row[0]) for row in database.rows(sql, values)]


def load_plan(database: Database, name: str) -> StoredPlan:
    """The plan that `name` means, with its brief and policy, all three checked against their digests."""
    plan_id = find_plan_id(database, name)
    row = database.one(
        "SELECT p.seq, p.sealed_at, CAST(p.plan_json AS BLOB), p.brief_digest, CAST(b.brief_json AS BLOB), "
        "p.policy_digest, CAST(o.policy_json AS BLOB) FROM plans AS p "
        "LEFT JOIN briefs AS b USING (brief_digest) LEFT JOIN policies AS o USING (policy_digest) "
        "WHERE p.plan_id = ?",
        (plan_id,),
    )
    if row is None:  # the index has it, the table does not
        raise _edited(database, "plans", plan_id)
    seq, sealed_at, plan_cell, brief_digest, brief_cell, policy_digest, policy_cell = row
    plan = read_record(database, "plans", seq, plan_cell, CallPlan)
    content = read_cell(database, "plans", seq, plan_cell)
    if plan_id_of(content) != plan_id and not is_as_erased(database, "plan", plan_id, plan_cell):
        raise _edited(database, "plans", seq)
    for table, kind, key, cell in (
        ("briefs", "brief", brief_digest, brief_cell),
        ("policies", "policy", policy_digest, policy_cell),
    ):
        if not isinstance(cell, bytes):
            raise _edited(database, table, key)
        if text_digest(cell) != key and not is_as_erased(database, kind, key, cell):
            raise _edited(database, table, key)
    return StoredPlan(
        plan=plan,
        brief=read_record(database, "briefs", brief_digest, brief_cell, Brief),
        policy=read_record(database, "policies", policy_digest, policy_cell, Policy),
        sealed_at=str(sealed_at),
        seq=int(seq),
    )


def _edited(database: Database, table: str, row: object) -> IntegrityError:
    return IntegrityError(
        "its content is not what was sealed", place=f"{database.path}: {table} row {row}", hint=_HINT
    )


def list_plans(
    database: Database,
    *,
    agent: str | None,
    contact: str | None,
    account: str | None,
    since: datetime | None,
    limit: int | None,
) -> list[PlanSummary]:
    """Plans that meet every condition given, the last sealed first."""
    where, values = _conditions(
        (("agent = ?", agent), ("contact_id = ?", contact), ("account_id = ?", account), _since(since))
    )
    columns = ", ".join(PlanSummary.__dataclass_fields__)
    sql = f"SELECT {columns} FROM plans{where} ORDER BY seq DESC LIMIT ?"
    found = database.rows(sql, (*values, -1 if limit is None else limit))
    return [_summary(database, row) for row in found]


def _summary(database: Database, row: tuple[Any, ...]) -> PlanSummary:
    *texts, seq = row
    if not all(isinstance(value, str) for value in (*texts[:8], texts[-1])) or any(
        not isinstance(value, str | None) for value in texts
    ):
        raise _edited(database, "plans", seq)
    return PlanSummary(*row)


def load_refusals(
    database: Database, *, contact: str | None, since: datetime | None, limit: int | None
) -> list[StoredRefusal]:
    """Refusals that meet every condition given, the last sealed first."""
    where, values = _conditions((("contact_id = ?", contact), _since(since)))
    found = database.rows(
        f"SELECT seq, sealed_at, CAST(refusal_json AS BLOB) FROM refusals{where} ORDER BY seq DESC LIMIT ?",
        (*values, -1 if limit is None else limit),
    )
    return [
        StoredRefusal(read_record(database, "refusals", seq, cell, Refusal), str(at), int(seq))
        for seq, at, cell in found
    ]


def _since(since: datetime | None) -> tuple[str, str | None]:
    return "sealed_at >= ?", format_time(since) if since else None


def _conditions(given: tuple[tuple[str, str | None], ...]) -> tuple[str, tuple[str, ...]]:
    used = [(condition, value) for condition, value in given if value is not None]
    where = " WHERE " + " AND ".join(condition for condition, _ in used) if used else ""
    return where, tuple(value for _, value in used)


def load_transcript(database: Database, call_id: str) -> Transcript:
    """The transcript of a call that was stored last. Raises BadInput when there is none."""
    row = database.one(
        "SELECT seq, CAST(transcript_json AS BLOB) FROM transcripts WHERE call_id = ? "
        "ORDER BY seq DESC LIMIT 1",
        (call_id,),
    )
    if row is None:
        raise _no_call(database, call_id, "transcript")
    return read_record(database, "transcripts", row[0], row[1], Transcript)


def load_audits(database: Database, call_id: str) -> list[StoredAudit]:
    """The audits of a call, the last sealed first."""
    found = database.rows(
        "SELECT seq, sealed_at, CAST(audit_json AS BLOB) FROM audits WHERE call_id = ? ORDER BY seq DESC",
        (call_id,),
    )
    return [
        StoredAudit(read_record(database, "audits", seq, cell, Audit), str(at), int(seq))
        for seq, at, cell in found
    ]


def load_audit(database: Database, call_id: str) -> Audit:
    """The last audit of a call. Raises BadInput when there is none, naming the calls that were audited."""
    found = load_audits(database, call_id)
    if not found:
        raise _no_call(database, call_id, "audit")
    return found[0].audit


def _no_call(database: Database, call_id: str, what: str) -> BadInput:
    known = [
        str(row[0])
        for row in database.rows(
            f"SELECT call_id FROM {what}s GROUP BY call_id ORDER BY max(seq) DESC LIMIT 3"
        )
    ]
    hint = f"The last ones: {', '.join(known)}." if known else f"There is no {what} in this store yet."
    return BadInput(f"has no {what} in {database.path}", place=f"call {call_id}", hint=hint)


def opted_out(database: Database) -> frozenset[str]:
    """Contact ids and phones for which an opt-out stands."""
    found = database.rows("SELECT contact_id, phone FROM opt_outs_standing")
    return frozenset(str(value) for row in found for value in row if value is not None)


def load_reviews(
    database: Database, *, call_id: str | None, as_of: datetime | None
) -> Iterator[tuple[int, str, Review]]:
    """`seq`, time of sealing and review, the first sealed first; `as_of` leaves out what was sealed later."""
    until = ("sealed_at <= ?", format_time(as_of) if as_of else None)
    where, values = _conditions((("call_id = ?", call_id), until))
    for seq, at, cell in database.rows(
        f"SELECT seq, sealed_at, CAST(review_json AS BLOB) FROM reviews{where} ORDER BY seq", values
    ):
        yield int(seq), str(at), read_record(database, "reviews", seq, cell, Review)


def load_sign_offs(database: Database, policy_digest: str | None) -> list[SignOff]:
    """Sign-offs of one version, or of all, the first sealed first."""
    where, values = _conditions((("policy_digest = ?", policy_digest),))
    found = database.rows(
        f"SELECT seq, CAST(sign_off_json AS BLOB) FROM sign_offs{where} ORDER BY seq", values
    )
    return [read_record(database, "sign_offs", seq, cell, SignOff) for seq, cell in found]


def load_switches(database: Database) -> list[Switch]:
    """Every switch, the first sealed first; the last one of an agent is the one that holds."""
    found = database.rows("SELECT seq, CAST(switch_json AS BLOB) FROM switches ORDER BY seq")
    return [read_record(database, "switches", seq, cell, Switch) for seq, cell in found]


def load_instructions(
    database: Database, plan_id: str, *, before: str | None = None
) -> ToldInstructions | None:
    """What the agent was told of a plan last, or last by the time `before`; None when nothing was kept."""
    until = ("sealed_at <= ?", format_time(parse_time(before)) if before else None)
    where, values = _conditions((("plan_id = ?", plan_id), until))
    row = database.one(
        f"SELECT seq, CAST(instructions_json AS BLOB) FROM instructions{where} ORDER BY seq DESC LIMIT 1",
        values,
    )
    return read_record(database, "instructions", row[0], row[1], ToldInstructions) if row else None
