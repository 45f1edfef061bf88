"""A decision made of what a person said, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from precall_cli.errors import BadInput
from precall_cli.records.audit import SEVERITY_OF, STATUSES, Audit
from precall_cli.records.record import format_time
from precall_cli.records.review import Cause, Decision, Review
from precall_cli.review.decisions import TYPE_OF_STATUS, subject_of


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says about an audit."""

    decision: Decision
    who: str
    item: str | None = None
    type: str | None = None
    status: str | None = None
    cause: str | None = None
    reason: str = ""


def make_review(audit: Audit, said: Said, at: datetime) -> Review:
    """The decision as a record. Raises BadInput, naming the flag, for what the audit cannot take."""
    if not said.who.strip():
        raise BadInput("is required", place="--who", hint="Say who decides: a name, a team's address.")
    _check_subject(audit, said)
    if said.decision == "overturn":
        _check_overturn(audit, said)
    elif said.status or said.cause:
        raise BadInput(
            "only an overturn has a status and a cause", place="--as" if said.status else "--cause"
        )
    if said.decision in ("overturn", "dispute") and not said.reason.strip():
        raise BadInput(f"is required to {said.decision}", place="--reason", hint="Say why, in words.")
    document = {
        "schema": "precall.review/1",
        "call_id": audit.call_id,
        "audit_id": audit.audit_id,
        "item": said.item,
        "type": said.type,
        "decision": said.decision,
        "status": said.status,
        "cause": said.cause,
        "reason": said.reason.strip(),
        "who": said.who.strip(),
        "at": format_time(at),
    }
    review = Review.from_document(document, f"review of {audit.call_id}")
    return review.model_copy(update={"review_id": review.content_id()})


def repeated(review: Review, earlier: Iterable[Review]) -> Review | None:
    """The decision that says the same already: the last one of this person about this subject, if it does."""
    own = [
        found
        for found in earlier
        if found.who == review.who
        and found.audit_id == review.audit_id
        and subject_of(found) == subject_of(review)
    ]
    if not own:
        return None
    same = {"review_id": None, "at": review.at}
    return own[-1] if own[-1].model_copy(update=same) == review.model_copy(update=same) else None


def _check_subject(audit: Audit, said: Said) -> None:
    ids = [item.item for item in audit.items]
    if said.item is not None and said.item not in ids:
        raise BadInput(
            f"the plan has no item {said.item!r}", place="--item", hint="It has: " + ", ".join(ids) + "."
        )
    if said.type is not None and said.type not in SEVERITY_OF:
        raise BadInput(
            f"{said.type!r} is no type of deviation",
            place="--type",
            hint="Known are: " + ", ".join(SEVERITY_OF) + ".",
        )


def _check_overturn(audit: Audit, said: Said) -> None:
    if said.item is None and said.type is None:
        raise BadInput(
            "an overturn says what it overturns", place="--overturn", hint="Name it with --item or --type."
        )
    causes = get_args(Cause)
    if said.cause not in causes:
        problem = "is required to overturn" if said.cause is None else f"{said.cause!r} is no cause"
        raise BadInput(
            problem, place="--cause", hint=f"One of {', '.join(causes)}: where the difference comes from."
        )
    found = [
        d
        for d in audit.deviations
        if d.item == said.item and said.type in (None, d.type) and d.logged != "unconfirmed"
    ]
    if said.status is not None:
        _check_status(audit, said)
    elif said.type is None and not [d for d in found if d.owner == "agent"]:
        raise BadInput(
            f"nothing stands against {said.item}: what should its status be?",
            place="--as",
            hint="Name it with --as STATUS.",
        )
    elif found and said.cause == "agent" and all(d.owner == "agent" for d in found):
        raise BadInput(
            "that the agent did it is what the audit says", place="--cause", hint="Confirm it: --confirm."
        )


def _check_status(audit: Audit, said: Said) -> None:
    entry = next((item for item in audit.items if item.item == said.item), None)
    if entry is None:
        raise BadInput("a status belongs to an item", place="--as", hint="Name it with --item.")
    if said.type is not None:
        raise BadInput("say either the status or the type", place="--as", hint="Leave one of them out.")
    allowed = STATUSES[entry.kind]
    if said.status not in allowed:
        raise BadInput(
            f"{said.status!r} is no status of {entry.kind.replace('_', ' ')}",
            place="--as",
            hint=f"One of {', '.join(allowed)}.",
        )
    deviates = (entry.kind, said.status) in TYPE_OF_STATUS
    if said.status == entry.status and not (deviates and said.cause in ("plan", "contact")):
        raise BadInput(
            f"{entry.status} is what the audit says of {entry.item}",
            place="--as",
            hint="Confirm it: --confirm.",
        )
