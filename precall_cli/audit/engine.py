"""From an examination to the published audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from precall_cli.audit.deviations import find_deviations
from precall_cli.audit.evidence import quote_of
from precall_cli.audit.examination import Examination, Judgement
from precall_cli.audit.examine import examine
from precall_cli.audit.fusion import Fusion, load_fusion
from precall_cli.audit.log_in_call import take_log, whole_log
from precall_cli.audit.logged import reason_for, unconfirmed
from precall_cli.audit.match import Matcher, queries_of
from precall_cli.audit.score import breached, score, verdict
from precall_cli.audit.signature import signature
from precall_cli.audit.told import leave_out_untold
from precall_cli.records.audit import (
    SEVERITY_OF,
    Audit,
    AuditItem,
    AuditJudge,
    Deviation,
    ItemJudge,
    OutcomeReached,
    Status,
)
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.json_text import digest
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Judging, Policy
from precall_cli.records.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge settled in an examination that already has its statuses."""

    label: str
    """Model, prompt and runs, for the signature."""
    items: Mapping[str, ItemJudge]
    quotes: Mapping[str, str]
    """The words that it quoted, checked."""
    summary: AuditJudge


def make_audit(
    plan: CallPlan,
    transcript: Transcript,
    log: Sequence[DeviationReason],
    policy: Policy | None,
    matcher: Matcher,
    fusion: Fusion | None = None,
    told: ToldInstructions | None = None,
) -> tuple[Audit, Examination]:
    """The audit of one call and the examination it is a view of.

    What the agent logged within the call is taken as the runtime's log; `told` is what it was told, if that
    was kept: what it was not told was not due.
    """
    spoken = take_log(plan, transcript)
    found = examine(plan, spoken.transcript, matcher, fusion or load_fusion())
    if told is not None:
        found = leave_out_untold(found, told)
    if spoken.refused:
        found = replace(found, notes=(*found.notes, *spoken.refused))
    return audit_of(found, whole_log(log, spoken.entries), policy, told), found


def audit_of(
    found: Examination,
    log: Sequence[DeviationReason],
    policy: Policy | None,
    told: ToldInstructions | None = None,
    judged: Judged | None = None,
) -> Audit:
    """The published view of an examination."""
    reading = found.reading
    judging = policy.audit if policy is not None else Judging()
    items = tuple(_published(found, j, judged) for j in found.judgements.values())
    deviations = _deviations(found, log)
    scores = score(items, deviations, judging)
    sign = signature(reading.matcher, reading.fusion, judging, told, judged.label if judged else "")
    content: dict[str, Any] = {
        "plan": reading.plan.document(),
        "transcript": reading.transcript.document(),
        "log": [entry.model_dump(mode="json") for entry in log],
        "signature": sign,
    }
    if judged is not None:  # the same model may say another thing: then it is another audit
        content["judged"] = [judged.summary.verdicts(), [item.model_dump(mode="json") for item in items]]
    return Audit(
        audit_id="aud_" + digest(content).removeprefix("sha256:")[:20],
        call_id=reading.transcript.call_id,
        plan_id=reading.plan.plan_id,
        signature=sign,
        items=items,
        deviations=deviations,
        off_plan_turns=tuple(t.i for t in found.turns if t.off_plan),
        scores=scores,
        outcome=_outcome(found),
        compliance="breached" if breached(deviations) else "clean",
        verdict=cast(Literal["pass", "review", "fail"], verdict(scores, deviations, judging)),
        notes=found.notes,
        judge=judged.summary if judged else None,
    )


def _published(found: Examination, judgement: Judgement, judged: Judged | None) -> AuditItem:
    quote, at = None, None
    if judged is not None and judgement.item in judged.quotes:
        quote, at = judged.quotes[judgement.item], judgement.proof
    elif judgement.proof is not None:
        turn = found.reading.turns[judgement.proof]
        kind, item = found.reading.items[judgement.item]
        wanted = " ".join(query.text + " " + " ".join(query.cues) for query in queries_of(kind, item))
        quote = (
            quote_of(turn, wanted, asks=judgement.status in ("asked", "asked_again", "offered", "pursued"))
            or None
        )
        at = judgement.proof if quote else None
    return AuditItem(
        item=judgement.item,
        kind=judgement.kind,
        status=cast(Status, judgement.status),
        result=cast(Literal["accepted", "declined", "open"] | None, judgement.result),
        turns=judgement.turns,
        confidence=round(judgement.confidence, 3),
        quote=quote,
        quote_turn=at,
        reason=judgement.why or None,
        judge=judged.items.get(judgement.item) if judged else None,
    )


def _deviations(found: Examination, log: Sequence[DeviationReason]) -> tuple[Deviation, ...]:
    deviations: list[Deviation] = []
    used: list[DeviationReason] = []
    for type_, finding in find_deviations(found):
        entry = reason_for(type_, finding.item, finding.turns, log)
        if entry is not None:
            used.append(entry)
        deviations.append(
            Deviation(
                type=type_,
                item=finding.item,
                severity=SEVERITY_OF[type_],
                owner="plan" if type_ == "unanticipated_objection" else "agent",
                turns=finding.turns,
                explanation=finding.explanation,
                logged="explained" if entry is not None else "unlogged",
                logged_reason=entry.reason if entry is not None else None,
            )
        )
    return (*deviations, *unconfirmed(log, used, found.reading.plan))


def _outcome(found: Examination) -> OutcomeReached:
    """How far the call came: the highest rung accepted, else the highest offered."""
    objective = found.judgements[found.reading.plan.objective.id]
    rungs = [r for r in found.of("next_step") if r.status == "offered"]
    best = next((r for r in rungs if r.result == "accepted"), rungs[0] if rungs else None)
    return OutcomeReached(
        objective=objective.status, rung=best.item if best else None, result=best.result if best else None
    )
