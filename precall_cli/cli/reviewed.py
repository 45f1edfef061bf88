"""What the review commands do with a store: the next call, one call with its decisions, a decision kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.errors import BadInput, NothingCollected
from precall_cli.records.audit import Audit
from precall_cli.records.plan import CallPlan
from precall_cli.records.review import Review
from precall_cli.records.transcript import Transcript
from precall_cli.review.deciding import Said, make_review, repeated
from precall_cli.review.queue import draw, is_clean_turn

if TYPE_CHECKING:
    from precall_cli.records.agreement import AgreementReport
    from precall_cli.store import Store
    from precall_cli.store.queue import QueueCounts, Waiting


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the queue is drawn."""

    who: str | None = None
    agent: str | None = None
    share_clean: float = 0.05
    seed: int = 1
    second: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One call as a reviewer sees it."""

    plan: CallPlan
    transcript: Transcript
    audit: Audit
    """The audit that counts: the one sealed last."""
    reviews: tuple[Review, ...]
    """Decisions on any audit of the call, the first sealed first."""
    sealed_at: str
    """When the plan was sealed."""


def next_call(store: Store, drawn: Drawn) -> tuple[Waiting, QueueCounts]:
    """The call to look at next. Raises NothingCollected when none waits, BadInput for no share."""
    from precall_cli.store.queue import Queue

    if not 0 <= drawn.share_clean <= 1:
        raise BadInput("must lie between 0 and 1", place="--share-clean")
    queue = Queue(store, drawn.who, drawn.agent)
    counts = queue.counts()
    if drawn.second:
        if not drawn.who:
            raise BadInput("is needed with --second", place="--who", hint="Say who looks a second time.")
        found = min(queue.for_second(), key=lambda call: draw(drawn.seed, call.call_id), default=None)
        if found is None:
            raise NothingCollected(f"there is no call that others decided on and {drawn.who} has not seen")
        return found, counts
    sample = _sample(queue.clean(), drawn) if is_clean_turn(counts.decided, drawn.share_clean) else None
    found = sample or queue.riskiest() or _sample(queue.clean(), drawn)
    if found is None:
        raise NothingCollected(
            "no call waits for review",
            place=str(store.path),
            hint=f"{counts.clean:,} clean calls are outside the sample: --share-clean 1 opens them all."
            if counts.clean
            else "`precall audit TRANSCRIPT --plan PLAN` brings more.",
        )
    return found, counts


def _sample(clean: Iterator[Waiting], drawn: Drawn) -> Waiting | None:
    """The next one of the clean sample, in the order of its draw."""
    drawn_calls = ((draw(drawn.seed, call.call_id), call) for call in clean)
    within = [pair for pair in drawn_calls if pair[0] < drawn.share_clean or drawn.share_clean == 1]
    return min(within, key=lambda pair: (pair[0], pair[1].call_id))[1] if within else None


def load_case(store: Store, call_id: str) -> Case:
    """A call with its last audit, its plan, its words and its decisions. Raises BadInput when it has none."""
    audit = store.load_audit(call_id)
    if audit.plan_id is None or not store.has_plan(audit.plan_id):
        raise BadInput(
            "the plan it was audited against is not stored here",
            place=f"call {call_id}",
            hint="`precall plan create` seals one; audits of loose plans cannot be reviewed.",
        )
    stored = store.load_plan(audit.plan_id)
    reviews = tuple(review for _, _, review in store.load_reviews(call_id=call_id))
    return Case(stored.plan, store.load_transcript(call_id), audit, reviews, stored.sealed_at)


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision, as the store has it."""

    review: Review
    new: bool
    """False where it was said before; then nothing was changed."""


def keep_decision(store: Store, call_id: str, said: Said, now: datetime) -> Kept:
    """Seals a decision about the last audit of a call. The same again by the same person changes nothing."""
    audit = store.load_audit(call_id)
    review = make_review(audit, said, now)
    with store.writing():
        earlier = repeated(review, (found for _, _, found in store.load_reviews(call_id=call_id)))
        if earlier is not None:
            return Kept(earlier, False)
        saved = store.save_review(review, now=now)
    return Kept(review, saved.new)


def agreement_of(path: Path, as_of: datetime | None) -> AgreementReport:
    """How far the reviewers of a store agree, by what was sealed by `as_of`."""
    from precall_cli.review.agreement import measure_agreement
    from precall_cli.store import Store

    notes = (
        "Only blind first decisions count: of each reviewer the first on a subject. `review next` shows no "
        "decision of others; that nobody looked elsewhere, no store can prove.",
        "Reviewed calls are mostly risky ones, so kappa says nothing of calls at large.",
    )
    by_audit: dict[str, list[Review]] = defaultdict(list)
    with Store.open(path, create=False, read_only=True) as store:
        for _, _, review in store.load_reviews(as_of=as_of):
            by_audit[review.audit_id].append(review)
        report = measure_agreement(_audits_of(store, by_audit))
    return report.model_copy(update={"notes": notes if report.rows else ()})


def _audits_of(store: Store, by_audit: dict[str, list[Review]]) -> Iterator[tuple[Audit, Sequence[Review]]]:
    for audit_id, reviews in by_audit.items():
        for stored in store.load_audits(reviews[0].call_id):
            if stored.audit.audit_id == audit_id:
                yield stored.audit, reviews
