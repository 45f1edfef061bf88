"""What goes into a store: each record with its row of the chain, in one transaction, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from precall_cli.errors import BadInput
from precall_cli.records.audit import Audit, audit_document
from precall_cli.records.brief import Brief
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.json_text import Json
from precall_cli.records.outcome import CallOutcome
from precall_cli.records.plan import CallPlan, plan_id_of
from precall_cli.records.policy import Policy
from precall_cli.records.record import Record, content_id, format_time
from precall_cli.records.refusal import Refusal
from precall_cli.records.review import Review
from precall_cli.records.rollout import SignOff, Switch
from precall_cli.records.transcript import Transcript
from precall_cli.records.wordless import ERASED
from precall_cli.store import rows
from precall_cli.store.database import Database
from precall_cli.store.erased import is_erased
from precall_cli.store.merging import insert, merge_call, stored_plan
from precall_cli.store.rows import SealedTable
from precall_cli.store.seal import GENESIS, ChainRow, text_digest

CHAIN_COLUMNS = (
    "seq", "kind", "record_id", "digest", "sealed_at", "brief_digest", "policy_digest", "prev_hash", "hash"
)  # fmt: skip
"""Of the table: the cells of a ChainRow, then its hash."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did."""

    id: str
    """Id of the record."""
    seq: int
    """Its row in the chain."""
    new: bool
    """False when it was stored before; then nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a plan or a refusal rests on."""

    brief: Json
    brief_digest: str
    policy_digest: str


def seal_record(
    database: Database,
    table: SealedTable,
    record_id: str,
    document: Json,
    now: datetime,
    basis: _Basis | None = None,
) -> Saved:
    """Stores a record and its row of the chain; the caller holds the transaction.

    Raises BadInput when the id is taken by other content.
    """
    if now.tzinfo is None:
        raise ValueError("the time of sealing needs a time zone")
    text = rows.cell_text(document)
    digest = text_digest(text.encode())
    known = database.one(
        "SELECT seq, digest FROM chain WHERE kind = ? AND record_id = ?", (table.kind, record_id)
    )
    if known:
        if known[1] != digest:
            raise BadInput(
                f"the {table.kind} {record_id} is stored with other content (row {known[0]}); "
                "a sealed record never changes",
                place=str(database.path),
            )
        return Saved(record_id, int(known[0]), False)
    last = database.one("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1")
    sealed_at = format_time(now)
    row = ChainRow(
        seq=int(last[0]) + 1 if last else 1,
        kind=table.kind,
        record_id=record_id,
        digest=digest,
        sealed_at=sealed_at,
        brief_digest=basis.brief_digest if basis else None,
        policy_digest=basis.policy_digest if basis else None,
        prev_hash=str(last[1]) if last else GENESIS,
    )
    insert(database, "chain", dict(zip(CHAIN_COLUMNS, (*row.cells(), row.hash()), strict=True)))
    stored: rows.Row = {"seq": row.seq, table.key: record_id, "sealed_at": sealed_at, table.json: text}
    stored |= {column: getattr(row, column) for column in table.rests_on}
    stored |= table.columns(document, basis.brief if basis else None)
    if table.links:
        stored["plan_id"] = stored_plan(database, document)
    insert(database, table.table, stored)
    return Saved(record_id, row.seq, True)


def _save_basis(database: Database, brief: Brief, policy_digest: str) -> _Basis:
    """Keeps a brief under its digest; gives what a plan or a refusal rests on."""
    document, digest = _digested(brief)
    if brief.contact.name == ERASED or is_erased(database, "brief", digest):
        raise BadInput(
            "its words were erased from this store: nothing is planned on it",
            place=f"brief {brief.brief_id}",
            hint="Assemble a new brief, if this person may be called again.",
        )
    if not database.one("SELECT 1 FROM briefs WHERE brief_digest = ?", (digest,)):
        row: rows.Row = {"brief_digest": digest, **rows.brief_columns(document)}
        insert(database, "briefs", row | {"brief_json": rows.cell_text(document)})
    return _Basis(document, digest, policy_digest)


def _save_policy(database: Database, policy: Policy) -> str:
    """Keeps a policy under its digest, and gives it."""
    document, digest = _digested(policy)
    if not database.one("SELECT 1 FROM policies WHERE policy_digest = ?", (digest,)):
        row: rows.Row = {"policy_digest": digest, **rows.policy_columns(document)}
        insert(database, "policies", row | {"policy_json": rows.cell_text(document)})
    return digest


def _digested(record: Record) -> tuple[Json, str]:
    """The form of a record that its digest is taken of, and the digest."""
    digest = record.digest()
    given = record.document()
    if text_digest(rows.cell_text(given).encode()) == digest:
        return given, digest
    return record.full_document(), digest


def save_plan(database: Database, plan: CallPlan, brief: Brief, policy: Policy, now: datetime) -> Saved:
    """A plan with the brief and the policy that it rests on."""
    document = plan.full_document()
    wanted = plan_id_of(document)
    if plan.plan_id is None:
        document["plan_id"] = wanted
    elif plan.plan_id != wanted:
        document = plan.document()
        if plan_id_of(document) != plan.plan_id:
            raise BadInput(
                f"/plan_id: is {plan.plan_id}, but the content gives {wanted}",
                place=str(database.path),
                hint="Leave plan_id out, or plan anew.",
            )
    for pointer, said, found in (
        ("/brief_digest", plan.brief_digest, brief.digest()),
        ("/policy_digest", plan.policy_digest, policy.digest()),
    ):
        if said not in (None, found):
            raise BadInput(f"{pointer}: is {said}, not that of what it is stored with", place=wanted)
    basis = _save_basis(database, brief, _save_policy(database, policy))
    saved = seal_record(database, rows.PLANS, document["plan_id"], document, now, basis)
    if saved.new:
        _link_to_plan(database, saved.id)
    return saved


def _link_to_plan(database: Database, plan_id: str) -> None:
    """What named this plan before it was stored now points to it."""
    for table in ("transcripts", "audits"):
        database.run(
            f"UPDATE {table} SET plan_id = said_plan_id WHERE said_plan_id = ? AND plan_id IS NULL",
            (plan_id,),
        )
    waiting = database.rows(
        "SELECT DISTINCT call_id FROM outcome_versions WHERE said_plan_id = ?", (plan_id,)
    )
    for (call_id,) in list(waiting):
        merge_call(database, str(call_id))


def save_refusal(database: Database, refusal: Refusal, brief: Brief, now: datetime) -> Saved:
    """A refusal with its brief."""
    if refusal.brief_digest != brief.digest():
        raise BadInput("/brief_digest: is not that of the brief it is stored with", place=refusal.brief_id)
    document = refusal.full_document()
    refusal_id = refusal.refusal_id or refusal.content_id()
    basis = _save_basis(database, brief, refusal.policy_digest)
    return seal_record(database, rows.REFUSALS, refusal_id, document | {"refusal_id": refusal_id}, now, basis)


def save_transcript(database: Database, transcript: Transcript, now: datetime) -> Saved:
    """A transcript under the digest of its words."""
    document = _given(transcript)
    return seal_record(database, rows.TRANSCRIPTS, _content_id("trn_", document), document, now)


def save_audit(database: Database, audit: Audit, now: datetime) -> Saved:
    """An audit, its items and deviations also as rows."""
    document = audit_document(audit)
    saved = seal_record(database, rows.AUDITS, audit.audit_id, document, now)
    if saved.new:
        for table, columns, found in (
            ("audit_items", rows.ITEM_COLUMNS, rows.item_rows(document)),
            ("audit_deviations", rows.DEVIATION_COLUMNS, rows.deviation_rows(document)),
        ):
            marks = ", ".join("?" * (len(columns) + 1))
            database.run_many(
                f"INSERT INTO {table} (audit_seq, {', '.join(columns)}) VALUES ({marks})",
                [(saved.seq, *row) for row in found],
            )
    return saved


def save_outcome(database: Database, outcome: CallOutcome, now: datetime) -> Saved:
    """What the runtime said of a call this time; the call's merged outcome follows."""
    saved = _seal_outcome(database, outcome, now)
    if saved.new:
        merge_call(database, outcome.call_id)
    return saved


def save_outcomes(database: Database, outcomes: Iterable[CallOutcome], now: datetime) -> int:
    """Many at once, each call merged once; gives how many said something new.

    They are sealed by call and content, not as they come, so that no order or repetition of the same
    outcomes gives another store.
    """
    ordered = sorted(outcomes, key=lambda each: (each.call_id, each.canonical()))
    new = [each.call_id for each in ordered if _seal_outcome(database, each, now).new]
    for call_id in dict.fromkeys(new):
        merge_call(database, call_id)
    return len(new)


def _seal_outcome(database: Database, outcome: CallOutcome, now: datetime) -> Saved:
    if outcome.plan and outcome.plan_id and outcome.plan.plan_id not in (None, outcome.plan_id):
        raise BadInput("/plan/plan_id: is not the outcome's plan_id", place=outcome.call_id)
    document = _given(outcome)
    return seal_record(database, rows.OUTCOMES, _content_id("out_", document), document, now)


def latch_opt_out(
    database: Database,
    contact_id: str | None,
    phone: str | None,
    call_id: str,
    turn: int | None,
    now: datetime,
) -> Saved:
    """Somebody asked in a call never to be called again. The same call and turn again changes nothing."""
    if not contact_id and not phone:
        raise BadInput("an opt-out needs a contact id or a phone", place=call_id)
    document = {
        "action": "latch", "contact_id": contact_id, "phone": phone, "call_id": call_id, "turn": turn,
    }  # fmt: skip
    return seal_record(database, rows.OPT_OUTS, _content_id("opt_", document), document, now)


def release_opt_out(database: Database, contact: str, who: str, why: str, now: datetime) -> Saved:
    """Lifts every opt-out that stands for a contact id or a phone, and says who did it and why.

    Raises BadInput when none stands, or when `who` or `why` is blank.
    """
    if not who.strip() or not why.strip():
        raise BadInput("a release says who releases and why", place=contact)
    standing: Sequence[Json] = [
        row[0]
        for row in database.rows(
            "SELECT opt_out_id FROM opt_outs_standing WHERE contact_id = ? OR phone = ? ORDER BY seq",
            (contact, contact),
        )
    ]
    if not standing:
        raise BadInput("no opt-out stands for this contact or phone", place=contact)
    document = {"action": "release", "released": contact, "who": who, "why": why, "lifts": list(standing)}
    return seal_record(database, rows.OPT_OUTS, _content_id("opt_", document), document, now)


def save_review(database: Database, review: Review, now: datetime) -> Saved:
    """A decision about a stored audit."""
    known = database.one("SELECT call_id FROM audits WHERE audit_id = ?", (review.audit_id,))
    if known is None or known[0] != review.call_id:
        raise BadInput(
            f"the audit {review.audit_id} of call {review.call_id} is not stored here",
            place=str(database.path),
            hint=f"`precall review show {review.call_id}` names the audits of a call.",
        )
    return _save_by_content(database, rows.REVIEWS, review.full_document(), now)


def save_sign_off(database: Database, sign_off: SignOff, policy: Policy, now: datetime) -> Saved:
    """A sign-off, with the version of the policy that it signs."""
    if _save_policy(database, policy) != sign_off.policy_digest:
        raise BadInput("/policy_digest: is not that of the policy it signs", place=sign_off.agent)
    return _save_by_content(database, rows.SIGN_OFFS, sign_off.full_document(), now)


def save_switch(database: Database, switch: Switch, now: datetime) -> Saved:
    """An agent's planning switched on or off."""
    return _save_by_content(database, rows.SWITCHES, switch.full_document(), now)


def save_instructions(database: Database, told: ToldInstructions, now: datetime) -> Saved:
    """What an agent was told; its plan must be stored."""
    if stored_plan(database, {"plan_id": told.plan_id}) is None:
        raise BadInput(
            f"the plan {told.plan_id} is not stored here",
            place=str(database.path),
            hint="Only what was sealed is told on the record.",
        )
    return _save_by_content(database, rows.INSTRUCTIONS, told.full_document(), now)


def _save_by_content(database: Database, table: SealedTable, document: Json, now: datetime) -> Saved:
    wanted = content_id(table.prefix, table.key, document)
    if document.get(table.key) not in (None, wanted):
        raise BadInput(
            f"/{table.key}: is {document[table.key]}, but the content gives {wanted}",
            place=str(database.path),
        )
    return seal_record(database, table, wanted, document | {table.key: wanted}, now)


def _given(record: Record) -> Json:
    """The record without fields that hold their default, so that two ways to write it are one."""
    document = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"schema": f"precall.{record.record_name}/1", **document}


def _content_id(prefix: str, document: Json) -> str:
    digest = text_digest(rows.cell_text(document).encode())
    return prefix + digest.removeprefix("sha256:")[:20]
