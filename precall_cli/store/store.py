"""The store: one SQLite file, in which plans, refusals, calls and audits are kept and sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from precall_cli.errors import PrecallError
from precall_cli.records.audit import Audit
from precall_cli.records.brief import Brief
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.outcome import CallOutcome
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.refusal import Refusal
from precall_cli.records.review import Review
from precall_cli.records.rollout import SignOff, Switch
from precall_cli.records.transcript import Transcript
from precall_cli.records.written_audit import WrittenAudit
from precall_cli.store import bulk, migrate, reading, reading_outcomes, relations, writing
from precall_cli.store import verify as verifying
from precall_cli.store.adopting import Adopted, seal_runtime_rows
from precall_cli.store.bulk import SavedMany
from precall_cli.store.database import Cell, Database
from precall_cli.store.masking import Masking
from precall_cli.store.opening import open_store
from precall_cli.store.reading import PlanSummary, StoredAudit, StoredPlan, StoredRefusal
from precall_cli.store.relations import Relation
from precall_cli.store.rows import SEALED_TABLES
from precall_cli.store.schema import VERSION, check_schema, fingerprint
from precall_cli.store.seal import GENESIS
from precall_cli.store.verify import Verification
from precall_cli.store.writing import Saved

WAIT_S = 5.0
"""Seconds to wait for another process that writes."""


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store is, at a glance."""

    path: str
    version: int
    """Of the schema."""
    schema: str
    """Fingerprint of the schema."""
    size_bytes: int
    journal_mode: str
    rows: dict[str, int]
    """Sealed rows by kind."""
    opted_out: int
    """Contact ids and phones for which an opt-out stands."""
    head_seq: int
    """The last row of the chain."""
    head_hash: str
    """Its hash: keep it elsewhere to prove later that nothing before it changed."""
    last_sealed_at: str | None


class Store:
    """A store that is open. Use it as a context manager.

    Saving anything again changes nothing. Every method raises Unavailable where the file cannot be reached,
    read or written, and IntegrityError where what it holds cannot be what was stored.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.path = database.path

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        create: bool = True,
        read_only: bool = False,
        wait_s: float = WAIT_S,
    ) -> Self:
        """Opens the store at `path`, making it if it is not there (unless `read_only` or not `create`).

        A file without a byte is a store yet to be made. Whatever is not a store of ours, of this version,
        with our schema, is refused untouched: Unavailable, or IntegrityError for a store that was changed.
        `wait_s` is how long to wait for another process.
        """
        database = open_store(path, create and not read_only, read_only, wait_s)
        try:
            check_schema(database)
        except PrecallError:
            database.close()
            raise
        return cls(database)

    @classmethod
    def inspect(cls, path: Path, *, wait_s: float = WAIT_S) -> Self:
        """Opens a store for reading though its schema may have been changed: for `verify`, which says so."""
        return cls(open_store(path, False, True, wait_s))

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def writing(self) -> AbstractContextManager[None]:
        """Everything saved inside is stored together or not at all; much faster for many records."""
        return self._database.writing()

    def save_plan(self, plan: CallPlan, brief: Brief, policy: Policy, *, now: datetime) -> Saved:
        """Seals a plan with the brief and policy it rests on.

        Raises BadInput when its id or digests are not those of its content, its brief or its policy.
        """
        with self.writing():
            return writing.save_plan(self._database, plan, brief, policy, now)

    def save_refusal(self, refusal: Refusal, brief: Brief, *, now: datetime) -> Saved:
        """Seals a refusal with the brief it rests on."""
        with self.writing():
            return writing.save_refusal(self._database, refusal, brief, now)

    def save_transcript(self, transcript: Transcript, *, now: datetime) -> Saved:
        """Seals a transcript under the digest of its words."""
        with self.writing():
            return writing.save_transcript(self._database, transcript, now)

    def save_outcome(self, outcome: CallOutcome, *, now: datetime) -> Saved:
        """Seals what the runtime says of a call; `load_outcome` merges all it ever said, in any order."""
        with self.writing():
            return writing.save_outcome(self._database, outcome, now)

    def save_outcomes(self, outcomes: Iterable[CallOutcome], *, now: datetime) -> int:
        """Seals many at once, by call and content, so that their order makes no other store.

        Gives how many said something new.
        """
        with self.writing():
            return writing.save_outcomes(self._database, outcomes, now)

    def seal_runtime_rows(self, *, now: datetime) -> Adopted:
        """Seals what a runtime wrote by itself into a table of outcomes that was there before us."""
        with self.writing():
            return seal_runtime_rows(self._database, now)

    def save_audit(self, audit: Audit, *, now: datetime) -> Saved:
        """Seals an audit. Raises BadInput when its id is taken by an audit that says something else."""
        with self.writing():
            return writing.save_audit(self._database, audit, now)

    def save_audits(self, audits: Iterable[Audit | WrittenAudit], *, now: datetime) -> SavedMany:
        """Seals many, some at a time in one transaction, so that others can write in between.

        Raises BadInput like `save_audit`; what was sealed before it stays.
        """
        return bulk.save_audits(self._database, audits, now)

    def latch_opt_out(
        self, contact_id: str | None, phone: str | None, call_id: str, turn: int | None, *, now: datetime
    ) -> Saved:
        """Notes that a contact asked, in that turn of that call, never to be called again."""
        with self.writing():
            return writing.latch_opt_out(self._database, contact_id, phone, call_id, turn, now)

    def release_opt_out(self, contact: str, who: str, why: str, *, now: datetime) -> Saved:
        """Lifts the opt-outs that stand for a contact id or phone. Raises BadInput when none does."""
        with self.writing():
            return writing.release_opt_out(self._database, contact, who, why, now)

    def save_review(self, review: Review, *, now: datetime) -> Saved:
        """Seals a person's decision. Raises BadInput when the audit it is about is not stored."""
        with self.writing():
            return writing.save_review(self._database, review, now)

    def save_sign_off(self, sign_off: SignOff, policy: Policy, *, now: datetime) -> Saved:
        """Seals a sign-off with the version it signs."""
        with self.writing():
            return writing.save_sign_off(self._database, sign_off, policy, now)

    def save_switch(self, switch: Switch, *, now: datetime) -> Saved:
        """Seals that an agent's planning was switched on or off."""
        with self.writing():
            return writing.save_switch(self._database, switch, now)

    def save_instructions(self, told: ToldInstructions, *, now: datetime) -> Saved:
        """Seals what an agent was told. Raises BadInput when its plan is not stored."""
        with self.writing():
            return writing.save_instructions(self._database, told, now)

    def load_reviews(
        self, *, call_id: str | None = None, as_of: datetime | None = None
    ) -> Iterator[tuple[int, str, Review]]:
        """`seq`, time of sealing and review, the first sealed first; of those sealed by `as_of`."""
        return reading.load_reviews(self._database, call_id=call_id, as_of=as_of)

    def load_sign_offs(self, policy_digest: str | None = None) -> list[SignOff]:
        """Sign-offs of one version of a policy, or of all, the first sealed first."""
        return reading.load_sign_offs(self._database, policy_digest)

    def load_switches(self) -> list[Switch]:
        """Every switch, the first sealed first; the last one of an agent is the one that holds."""
        return reading.load_switches(self._database)

    def load_instructions(self, plan_id: str, *, before: str | None = None) -> ToldInstructions | None:
        """What the agent was told of a plan last, or last by the time `before`; None if nothing was kept."""
        return reading.load_instructions(self._database, plan_id, before=before)

    def opted_out(self) -> frozenset[str]:
        """Contact ids and phones for which an opt-out stands."""
        return reading.opted_out(self._database)

    def load_plan(self, plan: str) -> StoredPlan:
        """The plan with this id, or the one whose id begins so. Raises BadInput, naming those near it."""
        return reading.load_plan(self._database, plan)

    def has_plan(self, plan_id: str) -> bool:
        """Whether the plan with exactly this id is stored."""
        return self._database.one("SELECT 1 FROM plans WHERE plan_id = ?", (plan_id,)) is not None

    def list_plans(
        self,
        *,
        agent: str | None = None,
        contact: str | None = None,
        account: str | None = None,
        since: datetime | None = None,
        limit: int | None = 50,
    ) -> list[PlanSummary]:
        """Plans that meet every condition given, the last sealed first; `limit` None gives all."""
        return reading.list_plans(
            self._database, agent=agent, contact=contact, account=account, since=since, limit=limit
        )

    def load_refusals(
        self, *, contact: str | None = None, since: datetime | None = None, limit: int | None = 50
    ) -> list[StoredRefusal]:
        """Refusals that meet every condition given, the last sealed first; `limit` None gives all."""
        return reading.load_refusals(self._database, contact=contact, since=since, limit=limit)

    def find_plan_for_call(self, call_id: str) -> str | None:
        """Id of the plan that a call was dialled with, as its outcome says, else its transcript."""
        return reading_outcomes.find_plan_for_call(self._database, call_id)

    def load_outcome(self, call_id: str) -> CallOutcome | None:
        """All that the runtime said of a call, merged; None when it said nothing."""
        return reading_outcomes.load_outcome(self._database, call_id)

    def load_outcomes(self) -> Iterator[CallOutcome]:
        """Every call's merged outcome, by call id."""
        return reading_outcomes.load_outcomes(self._database)

    def load_unsealed(self) -> Iterator[CallOutcome]:
        """Outcomes of calls of which only rows speak that a runtime wrote by itself."""
        return reading_outcomes.load_unsealed(self._database)

    def load_transcript(self, call_id: str) -> Transcript:
        """The transcript of a call that was stored last. Raises BadInput when there is none."""
        return reading.load_transcript(self._database, call_id)

    def load_audit(self, call_id: str) -> Audit:
        """The last audit of a call. Raises BadInput when there is none."""
        return reading.load_audit(self._database, call_id)

    def load_audits(self, call_id: str) -> list[StoredAudit]:
        """Every audit of a call, the last sealed first."""
        return reading.load_audits(self._database, call_id)

    def verify(self, *, since: datetime | None = None, expected_head: str | None = None) -> Verification:
        """Recomputes the seal of every row; with `since`, of those sealed from then on."""
        return verifying.verify(self._database, since=since, expected_head=expected_head)

    def backup(self, to: Path) -> None:
        """Copies the store to a file that must not exist, while others may go on writing."""
        migrate.backup(self._database, to)

    def relations(self) -> dict[str, Relation]:
        """Every table and view of the store, by name."""
        return relations.find_relations(self._database)

    def read_relation(self, relation: Relation) -> Iterator[tuple[Cell, ...]]:
        """The rows of a table or view, always in the same order."""
        return relations.read_relation(self._database, relation)

    def read_masked(self, relation: Relation) -> Iterator[tuple[Cell, ...]]:
        """The same rows with phones, e-mails and the names of briefs masked."""
        return Masking(self._database).rows(relation, self.read_relation(relation))

    def write_browsable(self, to: Path, *, masked: bool) -> dict[str, int]:
        """Fills an empty file with a database to browse: rows by table."""
        from precall_cli.store.browsable import write_browsable

        with self.one_state():
            return write_browsable(self._database, to, masked=masked)

    def one_state(self) -> AbstractContextManager[None]:
        """Everything read inside belongs to one state of the store, whoever writes meanwhile."""
        return relations.one_state(self._database)

    def info(self) -> StoreInfo:
        """What the store is and holds."""
        database = self._database
        counts = {table.kind: 0 for table in SEALED_TABLES}
        for kind, number in database.rows("SELECT kind, count(*) FROM chain GROUP BY kind ORDER BY kind"):
            counts[str(kind)] = int(number)
        head = database.one("SELECT seq, hash, sealed_at FROM chain ORDER BY seq DESC LIMIT 1")
        journal = database.one("PRAGMA journal_mode")
        with database.guard():
            size = self.path.stat().st_size
        return StoreInfo(
            path=str(self.path),
            version=VERSION,
            schema=fingerprint(),
            size_bytes=size,
            journal_mode=str(journal[0]) if journal else "",
            rows=counts,
            opted_out=len(self.opted_out()),
            head_seq=int(head[0]) if head else 0,
            head_hash=str(head[1]) if head else GENESIS,
            last_sealed_at=str(head[2]) if head else None,
        )
