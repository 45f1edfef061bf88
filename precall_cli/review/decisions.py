"""Which decisions stand, and what an audit says with them. The audit itself is never changed.

A decision is about one *subject* of an audit: an item, a deviation (its type, with or without an item), or
the call as a whole. Of all that was decided about a subject, by whomever, the last `confirm`, `overturn` or
`dispute` that was sealed holds; `skip` decides nothing. What is said of an item or a deviation goes before
what is said of the call.

An overturn with a status puts that status in place of the one read, and the deviation that belongs to it.
One without a status says that the deviation does not stand against the agent. The cause says whose doing it
is: `plan` makes it a deviation of the plan, `contact` and `recogniser` leave none. What is disputed is as
undecided as `uncertain`: counted, and in no rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from precall_cli.records.audit import SEVERITY_OF, Audit, AuditItem, Deviation
from precall_cli.records.review import Review

Subject: TypeAlias = tuple[str | None, str | None]
"""Item and type of deviation; both None: the call as a whole."""

TYPE_OF_STATUS: dict[tuple[str, str], str] = {
    ("objective", "not_pursued"): "objective_not_pursued",
    ("opening", "changed"): "opening_changed",
    ("disclosure", "late"): "disclosure_late",
    ("disclosure", "missing"): "disclosure_missing",
    ("qualification", "skipped"): "question_skipped",
    ("objection", "handled_differently"): "objection_handled_differently",
    ("objection", "ignored"): "objection_ignored",
    ("stop", "violated"): "stop_ignored",
    ("known", "asked_again"): "asked_known_answer",
    ("do_not_mention", "mentioned"): "withheld_mentioned",
}
"""The deviation that follows from a status, by kind and status."""
HOLDING = ("confirm", "overturn", "dispute")
"""Decisions that hold until the next one."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """An audit as it reads with the decisions that stand."""

    audit: Audit
    """Items and deviations corrected; scores, verdict and compliance are still those of the first reading."""
    overturned: int
    """Decisions that changed something."""
    disputed: int
    """Subjects that are disputed."""


def subject_of(review: Review) -> Subject:
    """What a decision is about."""
    return review.item, review.type


def standing(reviews: Iterable[Review]) -> dict[Subject, Review]:
    """The decision that holds about each subject of one audit; `reviews` in the order of sealing."""
    held: dict[Subject, Review] = {}
    for review in reviews:
        if review.decision in HOLDING:
            held[subject_of(review)] = review
    return held


def correct(audit: Audit, reviews: Iterable[Review]) -> Corrected:
    """The audit with the decisions that stand; `reviews` are those about this audit, in order of sealing."""
    held = standing(review for review in reviews if review.audit_id == audit.audit_id)
    desk = _Desk(list(audit.items), list(audit.deviations))
    whole = held.pop((None, None), None)
    if whole is not None and whole.decision == "dispute":
        spoken = {item for item, _ in held}
        for item in audit.items:
            if item.item not in spoken:
                desk.dispute(item.item, None)
        if (None, None) not in held:
            desk.drop(lambda d: d.item is None and (None, d.type) not in held)
    for (item_id, type_), review in sorted(held.items(), key=lambda pair: str(pair[0])):
        if review.decision == "dispute":
            desk.dispute(item_id, type_)
        elif review.decision == "overturn":
            desk.overturn(item_id, type_, review)
    changed = audit.model_copy(update={"items": tuple(desk.items), "deviations": tuple(desk.deviations)})
    return Corrected(changed, desk.overturned, desk.disputed)


@dataclass(slots=True)
class _Desk:
    """Items and deviations on which decisions are worked, one after the other."""

    items: list[AuditItem]
    deviations: list[Deviation]
    overturned: int = 0
    disputed: int = 0

    def dispute(self, item_id: str | None, type_: str | None) -> None:
        self.disputed += 1
        self.drop(lambda d: d.item == item_id and type_ in (None, d.type))
        if item_id is not None:
            self._set_status(item_id, "uncertain")

    def overturn(self, item_id: str | None, type_: str | None, review: Review) -> None:
        self.overturned += 1
        if review.status is not None and item_id is not None:
            self._restate(item_id, review)
            return
        found = [d for d in self._found(item_id) if type_ in (None, d.type)]
        if review.cause == "plan" and found:
            for d in found:
                self.deviations[self.deviations.index(d)] = d.model_copy(update={"owner": "plan"})
        elif found:
            self.drop(lambda d: d in found)
        elif type_ is not None:  # one that the audit had missed
            self._add(type_, item_id, "plan" if review.cause == "plan" else "agent", review.reason)

    def _restate(self, item_id: str, review: Review) -> None:
        item = next((entry for entry in self.items if entry.item == item_id), None)
        if item is None or review.status is None:
            return
        before, after = item.status, review.status
        derived = set(TYPE_OF_STATUS.values())
        self._set_status(item_id, after)
        # What was said of a question's order or repetition falls with the asking itself.
        self.drop(lambda d: d.item == item_id and (d.type in derived or before != after))
        type_ = TYPE_OF_STATUS.get((item.kind, after))
        if type_ is not None and review.cause != "contact":
            self._add(type_, item_id, "plan" if review.cause == "plan" else "agent", review.reason)

    def _found(self, item_id: str | None) -> list[Deviation]:
        return [d for d in self.deviations if d.item == item_id and d.logged != "unconfirmed"]

    def _set_status(self, item_id: str, status: str) -> None:
        for place, entry in enumerate(self.items):
            if entry.item == item_id:
                self.items[place] = entry.model_copy(update={"status": status})

    def drop(self, which: Callable[[Deviation], bool]) -> None:
        """Takes deviations away; where the runtime had logged a reason, that entry stays, unconfirmed."""
        kept: list[Deviation] = []
        for d in self.deviations:
            if d.logged == "unconfirmed" or not which(d):
                kept.append(d)
            elif d.logged == "explained":
                kept.append(d.model_copy(update={"logged": "unconfirmed"}))
        self.deviations = kept

    def _add(self, type_: str, item_id: str | None, owner: Literal["agent", "plan"], reason: str) -> None:
        """A deviation that a person saw; a log entry on it, unconfirmed so far, now explains it."""
        entry = next(
            (
                d
                for d in self.deviations
                if d.logged == "unconfirmed" and d.item == item_id and d.type in (type_, "unspecified")
            ),
            None,
        )
        if entry is not None:
            self.deviations.remove(entry)
        self.deviations.append(
            Deviation(
                type=type_,
                item=item_id,
                severity=SEVERITY_OF.get(type_, "info"),
                owner=owner,
                turns=(),
                explanation=reason or "A reviewer says so.",
                logged="explained" if entry is not None else "unlogged",
                logged_reason=entry.logged_reason if entry is not None else None,
            )
        )
