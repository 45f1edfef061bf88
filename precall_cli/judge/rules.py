"""What the judge may decide, and on what proof; the package's docstring says it in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from precall_cli.audit.examination import Examination, Judgement
from precall_cli.audit.statuses.results import result_of
from precall_cli.audit.statuses.stops import going_on
from precall_cli.audit.words import content
from precall_cli.judge.answers import Verdict
from precall_cli.records.audit import STATUSES
from precall_cli.records.plan import StopCondition

NEAR = 0.25
"""Log-odds beyond the band around a threshold within which a decided item is shown to the judge as well."""
CRITICAL = frozenset({"violated", "missing", "mentioned"})
"""Statuses that make a critical finding; who has one is not asked about."""
_NEVER = {"stop": frozenset({"not_triggered"}), "do_not_mention": frozenset({"respected"})}
"""The all-clear of what may be a stop talked past, or a confidence let out: never the judge's to give."""
PROVED_BY = {
    "objective": {"achieved": "contact", "pursued": "agent"},
    "opening": {"followed": "agent", "changed": "agent"},
    "disclosure": {"given": "agent", "late": "agent"},
    "qualification": {"asked": "agent", "volunteered": "contact"},
    "objection": {"handled": "contact", "handled_differently": "contact", "ignored": "contact"},
    "next_step": {"offered": "agent"},
    "stop": {"honoured": "contact", "violated": "contact"},
    "known": {"asked_again": "agent"},
    "do_not_mention": {"mentioned": "agent"},
}
"""Kind → status → whose words prove it. A status that is not here is of something that did not happen."""


def is_open(judgement: Judgement, limits: Mapping[str, float]) -> bool:
    """Whether the judge is asked about an item."""
    if judgement.status == "uncertain":
        return True
    band = limits["uncertain_critical" if judgement.kind in _NEVER else "uncertain"]
    return judgement.status not in CRITICAL and abs(judgement.margin) < band + NEAR


def possible(judgement: Judgement) -> tuple[str, ...]:
    """The statuses that may be answered for an item."""
    lean = leaning(judgement)
    return tuple(
        status
        for status in STATUSES[judgement.kind]
        if status == "uncertain"
        or (
            status not in _NEVER.get(judgement.kind, ())
            and (status in PROVED_BY[judgement.kind] or status == lean)
        )
    )


def leaning(judgement: Judgement) -> str:
    """The status that the engine leans to, or has decided on."""
    if judgement.status != "uncertain":
        return judgement.status
    # What is undecided without a nearest status is an absence that the engine is not sure of.
    return judgement.nearest or ("skipped" if judgement.kind == "qualification" else "")


def objection_to(verdict: Verdict, judgement: Judgement, turns: tuple[int, ...], found: Examination) -> str:
    """Why a verdict about an open item does not count; nothing where it does."""
    if verdict.status not in STATUSES[judgement.kind]:
        return "there is no such status for this kind"
    if verdict.status not in possible(judgement):
        return f"{verdict.status} is not for the judge to say of this item"
    if verdict.result and verdict.status != "offered":
        return "only an offered next step has a result"
    speaker = PROVED_BY[judgement.kind].get(verdict.status)
    if speaker is None:
        return ""
    return _fault_of_quote(verdict, speaker, turns, found) or _contradiction(verdict, judgement, found)


def _fault_of_quote(verdict: Verdict, speaker: str, turns: tuple[int, ...], found: Examination) -> str:
    """What is wrong with the words that should prove a status."""
    if not any(character.isalnum() for character in verdict.quote):
        return f"{verdict.status} needs a quote"
    if verdict.turn not in turns:
        return "the turn is none that was weighed for this item"
    turn = found.reading.turns[verdict.turn]
    if turn.speaker != speaker:
        return f"{verdict.status} is proved by the {speaker}'s words, not the {turn.speaker}'s"
    if verdict.quote not in turn.text:
        return "the quote does not stand in its turn"
    return ""


def _contradiction(verdict: Verdict, judgement: Judgement, found: Examination) -> str:
    """What code reads out of the quoted turn itself, where that is another thing than the verdict."""
    reading, item = found.reading, found.reading.items[judgement.item][1]
    if judgement.kind == "stop" and isinstance(item, StopCondition):
        going = going_on(reading, verdict.turn, item.action)
        if bool(going) != (verdict.status == "violated"):
            return f"the agent {'went on' if going else 'did not go on'} after it"
    if judgement.kind == "objection" and leaning(judgement) not in PROVED_BY["objection"]:
        # The engine heard no objection there, and any words of the contact stand verbatim in their turn.
        alike = content(verdict.quote) & content(" ".join((item.words(), *item.cues)))
        return "" if alike else "the quote shares no word with the objection"
    if judgement.kind == "disclosure":
        if not content(verdict.quote) & content(item.words()):
            return "the quote shares no word with what has to be disclosed"
        before = [t for t in _put_at(found) if t < verdict.turn]
        after = [t for t in _put_at(found) if t <= verdict.turn]
        if verdict.status == "given" and before:
            return "a question or an offer was put before it"
        if verdict.status == "late" and not after:
            return "no question or offer was put before it"
    if judgement.kind == "next_step" and verdict.result != result_of(reading, verdict.turn)[0]:
        return "the contact's reply does not give that result"
    if judgement.kind == "do_not_mention" and not content(verdict.quote):
        return "the quote says nothing"
    return ""


def _put_at(found: Examination) -> list[int]:
    """Turns in which the agent is known to have put a question or an offer."""
    put = [t for j in found.judgements.values() if j.status in ("asked", "offered") for t in j.turns[:1]]
    return sorted({*put, *(x.turn for x in found.loose if x.kind in ("question", "offer"))})


def settle(
    judgement: Judgement, verdict: Verdict, found: Examination, why: str, confidence: float
) -> Judgement:
    """The judgement that a verdict comes to, with the evidence turns that its status has."""
    reading = found.reading
    proof = verdict.turn if verdict.status in PROVED_BY[judgement.kind] else None
    turns: tuple[int, ...] = () if proof is None else (proof,)
    if proof is not None and judgement.kind == "stop":
        later = [t for t in reading.agent if t > proof]
        item = reading.items[judgement.item][1]
        going = going_on(reading, proof, item.action) if isinstance(item, StopCondition) else []
        turns = (proof, *(going or later[:1]))
    elif proof is not None and judgement.kind == "objection":
        turns = (proof, *[t for t in reading.agent if t > proof][:1])
    elif proof is not None and verdict.status == "achieved":
        turns = (*[t for t in reading.agent if t < proof][-1:], proof)
    return replace(
        judgement,
        status=verdict.status,
        result=verdict.result or None,
        turns=turns,
        proof=proof,
        confidence=confidence,
        why=why,
    )
