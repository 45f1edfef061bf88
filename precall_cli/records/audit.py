"""Audit: plan against actual, with evidence for each status."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from precall_cli.records.plan import ItemKind
from precall_cli.records.record import Id, Part, Record, Text

Status = Literal[
    "achieved",
    "pursued",
    "not_pursued",
    "followed",
    "changed",
    "given",
    "late",
    "missing",
    "asked",
    "volunteered",
    "skipped",
    "not_raised",
    "handled",
    "handled_differently",
    "ignored",
    "offered",
    "not_needed",
    "not_triggered",
    "honoured",
    "violated",
    "respected",
    "asked_again",
    "mentioned",
    "not_reached",
    "uncertain",
]
STATUSES: dict[str, tuple[str, ...]] = {
    "objective": ("achieved", "pursued", "not_pursued", "not_reached", "uncertain"),
    "opening": ("followed", "changed", "not_reached", "uncertain"),
    "disclosure": ("given", "late", "missing", "not_reached", "uncertain"),
    "qualification": ("asked", "volunteered", "skipped", "not_reached", "uncertain"),
    "objection": ("not_raised", "handled", "handled_differently", "ignored", "not_reached", "uncertain"),
    "next_step": ("offered", "not_needed", "skipped", "not_reached", "uncertain"),
    "stop": ("not_triggered", "honoured", "violated", "not_reached", "uncertain"),
    "known": ("respected", "asked_again", "not_reached", "uncertain"),
    "do_not_mention": ("respected", "mentioned", "not_reached", "uncertain"),
}
NOT_APPLICABLE = frozenset({"not_reached", "not_raised", "not_triggered", "not_needed"})

DeviationType = Literal[
    "stop_ignored",
    "disclosure_missing",
    "withheld_mentioned",
    "disclosure_late",
    "asked_known_answer",
    "objection_ignored",
    "objective_not_pursued",
    "no_next_step",
    "off_ladder_step",
    "opening_changed",
    "question_skipped",
    "question_out_of_order",
    "question_repeated",
    "objection_handled_differently",
    "rung_skipped",
    "off_plan_question",
    "unanticipated_objection",
]
Severity = Literal["critical", "major", "minor", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "minor", "major", "critical")
SEVERITY_OF: dict[str, Severity] = {
    "stop_ignored": "critical",
    "disclosure_missing": "critical",
    "withheld_mentioned": "critical",
    "disclosure_late": "major",
    "asked_known_answer": "major",
    "objection_ignored": "major",
    "objective_not_pursued": "major",
    "no_next_step": "major",
    "off_ladder_step": "major",
    "opening_changed": "minor",
    "question_skipped": "minor",
    "question_out_of_order": "minor",
    "question_repeated": "minor",
    "objection_handled_differently": "minor",
    "rung_skipped": "minor",
    "off_plan_question": "minor",
    "unanticipated_objection": "info",
}


class ItemJudge(Part):
    """What a judge was asked about an item, and how its runs came out."""

    model: Text
    """The model."""
    prompt: Text
    """Version and digest of its prompt."""
    request: Text
    """Digest of the request, the same for every run."""
    runs: Annotated[int, Field(ge=1)]
    """How often it was to be asked."""
    agreed: Annotated[int, Field(ge=0)]
    """How many runs gave the commonest answer."""
    votes: dict[str, int]
    """Answer → runs; what did not count, or did not decide, is `uncertain`."""
    decided: bool
    """Whether a majority of all runs settled it."""
    before: Status
    """The status that the engine gave it."""


class DiscardedVerdict(Part):
    """A verdict of a judge that did not count."""

    run: Annotated[int, Field(ge=1)]
    """Which run gave it."""
    item: Id
    """The item, or `?` where the plan has none of that id."""
    status: Text
    """The status it gave."""
    why: Text
    """Why it does not count."""


class AuditJudge(Part):
    """A judge that was asked about what the engine left open."""

    model: Text
    """The model."""
    prompt: Text
    """Version and digest of its prompt."""
    runs: Annotated[int, Field(ge=1)]
    """How often each call is put to it."""
    asked: Annotated[int, Field(ge=0)]
    """Items that it was asked about."""
    decided: Annotated[int, Field(ge=0)]
    """Items that it settled."""
    flipped: Annotated[int, Field(ge=0)]
    """Items on which its runs differ."""
    flip_rate: Annotated[float, Field(ge=0, le=1)] | None
    """Share of the items asked about on which its runs differ; null where it gave no answer."""
    discarded: tuple[DiscardedVerdict, ...] = ()
    """Verdicts that did not count."""
    faults: tuple[Text, ...] = ()
    """Why runs gave no answer, one entry a run."""
    usage: dict[str, Any] | None = None
    """Tokens and their price; null where nothing was undecided."""

    def verdicts(self) -> dict[str, Any]:
        """All of it but what it cost."""
        return self.model_dump(mode="json", exclude={"usage"})


class AuditItem(Part):
    """What became of one plan item."""

    item: Id
    """Id of the plan item."""
    kind: ItemKind
    """Its kind."""
    status: Status
    """What became of it."""
    result: Literal["accepted", "declined", "open"] | None = None
    """For an offered rung: what the contact said to it."""
    turns: tuple[int, ...] = ()
    """The turns that prove it, the deciding one first in time."""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """Calibrated probability of the status."""
    quote: Text | None = None
    """Words that stand verbatim in the first of `turns` spoken by the one whose act it proves."""
    quote_turn: int | None = None
    """The turn in which the quote stands."""
    reason: Text | None = None
    """Why this status, in words."""
    judge: ItemJudge | None = None
    """Where a judge was asked about it."""


class Deviation(Part):
    """One departure from the plan."""

    type: DeviationType | Text
    """Kind of deviation; for an unconfirmed log entry, what the runtime called it."""
    item: Id | None
    """The plan item, or null where it belongs to none."""
    severity: Severity
    """How grave."""
    owner: Literal["agent", "plan"]
    """Who is to mend it."""
    turns: tuple[int, ...] = ()
    """Where it shows."""
    explanation: Text
    """In words."""
    logged: Literal["explained", "unlogged", "unconfirmed"]
    """Whether the runtime gave a reason; `unconfirmed`: it gave one, but nothing was found."""
    logged_reason: Text | None = None
    """The reason it gave."""


class Scores(Part):
    """Counts first, then the rates that follow from them; null when nothing was applicable."""

    adherence: float | None
    """1 - deviation_rate."""
    deviation_rate: float | None
    """Weight of items with an agent-owned deviation over weight of applicable items."""
    unexplained_deviation_rate: float | None
    """The same without what the runtime explained."""
    applicable: int
    """Items on which the plan was due, loose deviations included."""
    deviated: int
    """How many of these deviate."""
    uncertain: int
    """Items that the evidence does not decide."""


class OutcomeReached(Part):
    """How far the call came."""

    objective: Text
    """Status of the objective."""
    rung: Id | None = None
    """The highest rung accepted, else the highest offered."""
    result: Text | None = None
    """What the contact said to it."""


class Audit(Record):
    """Audit: plan against transcript."""

    record_name: ClassVar[str] = "audit"

    schema_: Annotated[Literal["precall.audit/1"], Field(alias="schema")] = "precall.audit/1"
    """Which record this is."""
    audit_id: Id
    """`aud_` and the digest of plan, transcript, log and signature."""
    call_id: Id
    """The call."""
    plan_id: Id | None = None
    """The plan."""
    signature: Text
    """Everything that can change a verdict."""
    items: tuple[AuditItem, ...]
    """One entry for each plan item, in plan order."""
    deviations: tuple[Deviation, ...]
    """What departed from the plan."""
    off_plan_turns: tuple[int, ...] = ()
    """Agent turns that ask or offer what no item covers."""
    scores: Scores
    """Adherence."""
    outcome: OutcomeReached
    """What was reached."""
    compliance: Literal["clean", "breached"]
    """Breached on any critical deviation."""
    verdict: Literal["pass", "review", "fail"]
    """What to do with it."""
    notes: tuple[Text, ...] = ()
    """What the transcript could not tell, and what that means for this audit."""
    judge: AuditJudge | None = None
    """Where a judge was asked for."""


def failing(audit: Audit, threshold: str | float | None) -> tuple[Deviation, ...]:
    """The deviations that fail a call: at or above a severity; those of the agent where the rate reaches a
    rate, or where no threshold is given."""
    found = [d for d in audit.deviations if d.logged != "unconfirmed"]
    if isinstance(threshold, str):
        least = SEVERITIES.index(threshold)
        return tuple(d for d in found if SEVERITIES.index(d.severity) >= least)
    if threshold is not None and not reaches_rate(audit, threshold):
        return ()
    return tuple(d for d in found if d.owner == "agent")


def reaches_rate(audit: Audit, threshold: float) -> bool:
    """Whether the deviation rate is at or above one; never where nothing was applicable."""
    rate = audit.scores.deviation_rate
    return rate is not None and rate >= threshold


LEFT_OUT = ("result", "quote", "quote_turn", "reason", "confidence", "judge")
"""What an item's JSON does not name where it is empty; of an audit, only `judge`."""


def audit_document(audit: Audit) -> dict[str, Any]:
    """The audit as JSON with a stable order; optional fields that are empty are left out."""
    document: dict[str, Any] = audit.model_dump(mode="json", by_alias=True, exclude_none=False)
    for item in document["items"]:
        for key in LEFT_OUT:
            if item[key] is None:
                del item[key]
    if document["judge"] is None:
        del document["judge"]
    return document
