"""One audit as a page: three figures on top, plan and call side by side, evidence linked both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from precall_cli.records.audit import SEVERITIES, Audit, Deviation
from precall_cli.records.plan import CallPlan, Item
from precall_cli.records.transcript import Transcript, Turn
from precall_cli.report.audit_view import MARKS, AuditView, Heading, ItemView, Tone, grouped, make_view
from precall_cli.report.facts import Fact, Facts, find_fact
from precall_cli.report.html.page import render_page
from precall_cli.report.html.timeline import clock, lay_out

SECTIONS = {
    "objective": "Objective",
    "opening": "Open with",
    "disclosure": "Disclose",
    "qualification": "Find out",
    "objection": "If they say",
    "next_step": "Ask for",
    "stop": "Stop when",
    "known": "Known already",
    "do_not_mention": "Keep back",
}
_GRAVITY: tuple[Tone, ...] = ("idle", "kept", "uncertain", *SEVERITIES)
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn's words; `tone` is that of the items it is a quote of, None outside of any."""

    text: str
    tone: Tone | None


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn with what it proves."""

    turn: Turn
    at: str
    """When it began, `1:05`; nothing where the transcript does not tell."""
    pieces: tuple[Piece, ...]
    items: tuple[ItemView, ...]
    """The items that it is evidence for."""
    deviations: tuple[Deviation, ...]
    """What departs from the plan in it and belongs to no item."""
    tone: Tone | None
    """The gravest of both; None for a turn that proves nothing."""


@dataclass(frozen=True, slots=True)
class Section:
    """The items of one kind."""

    title: str
    groups: tuple[tuple[ItemView, ...], ...]
    """Items with nothing to tell apart stand together."""


def render_audit_page(
    plan: CallPlan,
    transcript: Transcript,
    audit: Audit,
    heading: Heading,
    facts: Facts | None = None,
    back: str | None = None,
) -> bytes:
    """The page of one audit. Without `facts` the items name their pointers alone.

    `back` is the file name of the index of several calls, where there is one.
    """
    view = make_view(plan, audit)
    turns = [_turn(turn, view) for turn in transcript.turns]
    strip = lay_out(transcript.turns)
    return render_page(
        "audit",
        view=view,
        audit=audit,
        plan=plan,
        transcript=transcript,
        heading=heading,
        sections=tuple(_sections(view)),
        turns=turns,
        strip=strip,
        bars=tuple(zip(strip.bars, turns, strict=True)),
        anchors=_anchors(view.items),
        facts_of=lambda item: _facts(item, facts),
        has_brief=facts is not None,
        step=_rung_step(plan, audit),
        critical=sum(d.severity == "critical" for d in view.found),
        marks=MARKS,
        texts=_texts(plan),
        turn_count=len(transcript.turns),
        back=back,
    )


def _sections(view: AuditView) -> Iterator[Section]:
    for kind, title in SECTIONS.items():
        own = [item for item in view.items if item.entry.kind == kind]
        if own:
            yield Section(title, tuple(tuple(group) for group in grouped(own)))


def _anchors(items: Sequence[ItemView]) -> dict[str, str]:
    """The fragment of each item: its id where that is a plain one, else its number. No two are alike."""
    return {
        view.entry.item: f"item-{view.entry.item}"
        if _PLAIN_ID.fullmatch(view.entry.item)
        else f"item.{number}"
        for number, view in enumerate(items)
    }


def _turn(turn: Turn, view: AuditView) -> TurnView:
    items = tuple(item for item in view.items if turn.i in item.entry.turns)
    loose = tuple(d for d in view.loose if turn.i in d.turns)
    tones: list[Tone] = [_tone_here(item, turn.i) for item in items] + [d.severity for d in loose]
    return TurnView(
        turn=turn,
        at="" if turn.start_s is None else clock(turn.start_s),
        pieces=tuple(_pieces(turn, items)),
        items=items,
        deviations=loose,
        tone=max(tones, key=_GRAVITY.index, default=None),
    )


def _tone_here(item: ItemView, turn: int) -> Tone:
    """The tone of an item in one of its turns: a deviation counts where it shows."""
    if item.deviations and not any(turn in d.turns for d in item.deviations if d.turns):
        return "kept"
    return item.tone


def _pieces(turn: Turn, items: Sequence[ItemView]) -> Iterator[Piece]:
    """The words of a turn, cut where a quote begins or ends."""
    quotes: list[tuple[int, int, Tone]] = []
    for item in items:
        quote, where = item.entry.quote, item.entry.quote_turn
        if quote and (where if where is not None else item.entry.turns[0]) == turn.i:
            start = turn.text.find(quote)
            if start >= 0:
                quotes.append((start, start + len(quote), item.tone))
    cuts = sorted({0, len(turn.text), *(at for start, end, _ in quotes for at in (start, end))})
    for start, end in pairwise(cuts):
        over = [tone for first, last, tone in quotes if first <= start and end <= last]
        yield Piece(turn.text[start:end], max(over, key=_GRAVITY.index, default=None))


def _facts(item: Item, facts: Facts | None) -> tuple[Fact, ...]:
    if facts is None:
        return tuple(Fact(pointer, "", "", "", "") for pointer in item.because)
    return tuple(find_fact(pointer, facts) for pointer in item.because)


def _rung_step(plan: CallPlan, audit: Audit) -> str:
    """What the rung that was reached is."""
    return next((step.step for step in plan.next_steps if step.id == audit.outcome.rung), "")


def _texts(plan: CallPlan) -> Mapping[str, tuple[str, str]]:
    """What each item says, in two lines: what it is, and how it is to be said or answered."""
    said: dict[str, tuple[str, str]] = {plan.objective.id: (plan.objective.statement, "")}
    if plan.opening:
        said[plan.opening.id] = (f"“{plan.opening.line}”", "")
    for disclosure in plan.disclosures:
        due = {"opening": "before the first question or offer", "call": "at any time"}
        said[disclosure.id] = (disclosure.text, due.get(disclosure.due, disclosure.due))
    for question in plan.qualification:
        said[question.id] = (question.question, "")
    for objection in plan.objections:
        said[objection.id] = (
            f"“{objection.objection}”",
            f"{objection.handling.replace('_', ' ')}: {objection.response}".removeprefix(": "),
        )
    for step in plan.next_steps:
        said[step.id] = (step.step, f"“{step.ask}”")
    for stop in plan.stop_conditions:
        said[stop.id] = (stop.condition, stop.action)
    if plan.coordination:
        for known in plan.coordination.known:
            told = ", ".join(part for part in (known.told_by, (known.told_at or "")[:10]) if part)
            said[known.id] = (f"{known.topic.replace('_', ' ')}: {known.answer}", told and f"told by {told}")
        for withheld in plan.coordination.do_not_mention:
            said[withheld.id] = (withheld.text, "")
    return said
