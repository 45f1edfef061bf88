"""One call, audited and judged: what is undecided is put to the judge, and all figures follow anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from precall_cli.audit import load_matcher
from precall_cli.audit.examination import Examination, Judgement
from precall_cli.judge.answers import Fault, Verdict
from precall_cli.judge.ask import Heard, Judge
from precall_cli.judge.prompt import prompt_label
from precall_cli.judge.question import OpenItem, Question, make_question
from precall_cli.judge.rules import objection_to, settle
from precall_cli.records.audit import Audit, AuditJudge, DiscardedVerdict, ItemJudge
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.transcript import Transcript

if TYPE_CHECKING:
    from precall_cli.audit.fusion import Fusion
    from precall_cli.audit.match import Matcher
    from precall_cli.records.audit import Status

_MOST_REASON = 300
UNDECIDED = "uncertain"


@dataclass(frozen=True, slots=True)
class _Counted:
    """The votes for one item over all runs; what did not count is `uncertain`."""

    votes: tuple[str, ...]
    winner: Verdict | None
    """A verdict of the majority; None where there is none, or it does not decide."""
    agreed: int


def judge_call(
    plan: CallPlan,
    transcript: Transcript,
    log: Sequence[DeviationReason] = (),
    policy: Policy | None = None,
    *,
    judge: Judge,
    matcher: Matcher | None = None,
    fusion: Fusion | None = None,
    told: ToldInstructions | None = None,
) -> tuple[Audit, Examination]:
    """The audit of one call and its examination, with what the engine left open settled by the judge.

    Raises BadInput where the judge plays back and a reply is missing, Unavailable where a reply cannot be
    kept; a fault of the server changes no status and stands in the notes.
    """
    from precall_cli.audit.engine import Judged, audit_of, make_audit
    from precall_cli.audit.log_in_call import take_log, whole_log

    _, found = make_audit(plan, transcript, log, policy, matcher or load_matcher(), fusion, told)
    question = make_question(found)
    discarded: list[DiscardedVerdict] = []
    counted: dict[str, _Counted] = {}
    heard: Heard | None = None
    if question.items:
        heard = judge.put(question, transcript.call_id, plan.plan_id)
        counted = _count(heard, question, found, discarded)
    judged = {
        name: _mark(judge, heard, question.items[name], each) for name, each in counted.items() if heard
    }
    after = _settled(found, question, counted, judge)
    faults = tuple(r.reason for r in heard.runs if isinstance(r, Fault)) if heard else ()
    if faults:
        after = replace(after, notes=(*after.notes, *_fault_notes(faults, judge.runs)))
    flipped = sum(len(set(each.votes)) > 1 for each in counted.values())
    answered = any(each.votes for each in counted.values())
    summary = AuditJudge(
        model=judge.model,
        prompt=prompt_label(),
        runs=judge.runs,
        asked=len(question.items),
        decided=sum(mark.decided for mark in judged.values()),
        flipped=flipped,
        flip_rate=round(flipped / len(counted), 4) if answered else None,
        discarded=tuple(discarded),
        faults=faults,
        usage=heard.usage.document(judge.prices, batch=False) if heard else None,
    )
    whole = whole_log(log, take_log(plan, transcript).entries)
    quotes = {name: each.winner.quote for name, each in counted.items() if each.winner and each.winner.quote}
    return audit_of(after, whole, policy, told, Judged(judge.label, judged, quotes, summary)), after


def _count(
    heard: Heard, question: Question, found: Examination, discarded: list[DiscardedVerdict]
) -> dict[str, _Counted]:
    """The votes for each item; verdicts that do not count go to `discarded`, with the reason."""
    ballots: dict[str, list[Verdict | None]] = {name: [] for name in question.items}
    for number, run in enumerate(heard.runs, start=1):
        if isinstance(run, Fault):
            continue
        of = _by_item(number, run, question, found, discarded)
        for name, ballot in ballots.items():
            ballot.append(of.get(name))
    return {name: _majority(ballot, len(heard.runs)) for name, ballot in ballots.items()}


def _by_item(
    number: int,
    run: Sequence[Verdict],
    question: Question,
    found: Examination,
    discarded: list[DiscardedVerdict],
) -> dict[str, Verdict]:
    named = Counter(verdict.item for verdict in run)
    kept: dict[str, Verdict] = {}
    for verdict in run:
        item: OpenItem | None = question.items.get(verdict.item)
        if item is None:
            why = "it was not asked about this item"
        elif named[verdict.item] > 1:
            why = "it gave several verdicts for this item"
        else:
            why = objection_to(verdict, item.judgement, item.turns, found)
        if why:
            known = verdict.item if verdict.item in found.judgements else "?"
            discarded.append(DiscardedVerdict(run=number, item=known, status=_word(verdict.status), why=why))
        else:
            kept[verdict.item] = verdict
    return kept


def _word(status: str) -> str:
    return status if status.isascii() and status.replace("_", "").isalpha() and len(status) <= 40 else "?"


def _majority(ballot: Sequence[Verdict | None], runs: int) -> _Counted:
    votes = tuple(_vote(verdict) for verdict in ballot)
    tally = Counter(votes).most_common(1)
    if not tally or tally[0][0] == UNDECIDED or tally[0][1] * 2 <= runs:
        return _Counted(votes, None, tally[0][1] if tally else 0)
    agreeing = [verdict for verdict in ballot if verdict is not None and _vote(verdict) == tally[0][0]]
    turns = Counter(verdict.turn for verdict in agreeing)
    turn = min(turns, key=lambda t: (-turns[t], t))
    return _Counted(votes, next(v for v in agreeing if v.turn == turn), tally[0][1])


def _vote(verdict: Verdict | None) -> str:
    if verdict is None:
        return UNDECIDED
    return f"{verdict.status} {verdict.result}".strip()


def _settled(
    found: Examination, question: Question, counted: Mapping[str, _Counted], judge: Judge
) -> Examination:
    """The examination with the judge's statuses; order, turns and loose ends follow from them."""
    changed: dict[str, Judgement] = {}
    for name, each in counted.items():
        if each.winner is not None:
            why = f"settled by {judge.model}, {each.agreed} of {judge.runs} runs: {_reason(each.winner)}"
            share = round(each.agreed / judge.runs, 3)
            changed[name] = settle(question.items[name].judgement, each.winner, found, why, share)
    if not changed:
        return found
    judgements = {name: changed.get(name, judgement) for name, judgement in found.judgements.items()}
    explained = {j.turns[0] for j in changed.values() if j.status in ("asked", "asked_again", "offered")}
    loose = tuple(x for x in found.loose if x.turn not in explained or x.kind not in ("question", "offer"))
    at: dict[int, list[str]] = {}
    for judgement in judgements.values():
        for turn in judgement.turns:
            at.setdefault(turn, []).append(judgement.item)
    off = {x.turn for x in loose if x.kind in ("question", "offer")}
    turns = tuple(replace(t, items=tuple(at.get(t.i, ())), off_plan=t.i in off) for t in found.turns)
    return replace(
        found, judgements=judgements, loose=loose, turns=turns, asked_order=_order(found, judgements)
    )


def _order(found: Examination, judgements: Mapping[str, Judgement]) -> tuple[str, ...]:
    """The asked questions in the order of their first asking; what the judge added stands by its turn."""
    order = [name for name in found.asked_order if judgements[name].status == "asked"]
    for name, judgement in judgements.items():
        if judgement.kind == "qualification" and judgement.status == "asked" and name not in order:
            later = [k for k, other in enumerate(order) if judgements[other].turns[0] > judgement.turns[0]]
            order.insert(later[0] if later else len(order), name)
    return tuple(order)


def _mark(judge: Judge, heard: Heard, item: OpenItem, counted: _Counted) -> ItemJudge:
    return ItemJudge(
        model=judge.model,
        prompt=prompt_label(),
        request=heard.request,
        runs=judge.runs,
        agreed=counted.agreed,
        votes=dict(sorted(Counter(counted.votes).items())),
        decided=counted.winner is not None,
        before=cast("Status", item.judgement.status),
    )


def _reason(verdict: Verdict) -> str:
    return " ".join(verdict.reason.split())[:_MOST_REASON]


def _fault_notes(faults: Sequence[str], runs: int) -> list[str]:
    """One note for each fault, with how many runs it took."""
    return [
        f"the judge gave no answer in {n} of {runs} {'run' if runs == 1 else 'runs'}: {reason}; "
        "what it would have settled stays as it was"
        for reason, n in Counter(faults).items()
    ]
