"""The timeline of one call, T0 to T5: when the brief is there, how the plan comes about, when it rings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.record import format_time, parse_time
from precall_cli.simulate import timing
from precall_cli.simulate.timing import How, Latency
from precall_cli.simulate.triggers import TriggerCase

Cache = Literal["hit", "miss", "expired", "not used"]
Rung = Literal["as planned", "offline", "trivial"]
"""How far the planning fell back."""


class Past(Protocol):
    """What a store knows; a dry-run without a store knows nothing."""

    def cached(self, brief: Brief, policy: Policy, at: datetime) -> CallPlan | None:
        """The last plan stored for this brief and version."""
        ...

    def latencies(self, agent: str, engine: str, depth: str) -> Sequence[float]:
        """Milliseconds of stored live plans, ascending."""
        ...

    def opted_out(self) -> Collection[str]:
        """Contacts and phones for which an opt-out stands."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One moment of the timeline."""

    name: str
    """T0, T1, T2, T3 or T5."""
    what: str
    at: datetime | None
    """None where it does not come about."""
    ms: float | None
    """Since the stage before."""
    how: How
    note: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was there, and how that is known."""

    at: datetime | None
    ms: float | None
    how: How
    note: str


def start_of(case: TriggerCase, now: datetime | None) -> tuple[datetime, Moment]:
    """When the trigger fired, and when the brief was there.

    A calendar event names the moment of the meeting, not of the reminder, and a list is assembled before its
    cursor comes by: there the trigger fires when the brief is at hand.
    """
    happened = parse_time(case.trigger.at)
    assembled = parse_time(case.brief.assembled_at) if case.brief.assembled_at else None
    modelled = timing.BRIEF_MS[case.trigger.kind]
    if case.trigger.kind == "calendar_event":
        start = assembled or now or happened
        start -= timedelta(milliseconds=modelled if assembled else 0)
        brief = Moment(start + timedelta(milliseconds=modelled), modelled, "modelled", "for the reminder")
        return start, brief
    if assembled is None:
        brief_at = happened + timedelta(milliseconds=modelled)
        return happened, Moment(brief_at, modelled, "modelled", "assembled on the trigger")
    if assembled <= happened:
        note = "the same moment" if assembled == happened else f"assembled before, {format_time(assembled)}"
        return happened, Moment(happened, 0, "none", note)
    took = (assembled - happened).total_seconds() * 1000
    return happened, Moment(assembled, took, "stated", "by the times of trigger and brief")


@dataclass(frozen=True, slots=True)
class Made:
    """How the plan comes about."""

    ms: float
    live_ms: float
    how: How
    note: str
    rung: Rung = "as planned"
    fallback: str = ""


def made_nothing(took: float | None) -> Made:
    """What a refusal takes; `took` is what was measured here."""
    how: How = "modelled" if took is None else "measured"
    return Made(timing.GATE_MS if took is None else took, 0, how, "the gate refuses; nothing is planned")


def how_made(policy: Policy, engine: str, cache: Cache, past: Past, took: float | None) -> Made:
    """How the plan comes about: looked up, made here, cut off by the budget. `took` is what was measured."""
    planning = policy.planning
    if engine == "none":
        ms = timing.GATE_MS + timing.OFFLINE_MS["trivial"] if took is None else took
        how: How = "modelled" if took is None else "measured"
        return Made(ms, 0, how, "trivial plan; nothing planned live")
    if planning.mode == "precomputed":
        if cache == "hit":
            return Made(timing.LOOKUP_MS, 0, "modelled", "stored plan looked up; nothing planned live")
        note = "made in the batch before the dial; nothing planned live"
        return Made(timing.LOOKUP_MS, 0, "modelled", note)
    latency = timing.planner_latency(
        engine, planning.depth, past.latencies(policy.agent, engine, planning.depth)
    )
    if engine == "offline":
        if took is not None:
            latency = Latency(took - timing.GATE_MS, "measured", "gate and planner, here")
        ms = latency.ms + timing.GATE_MS
        return Made(ms, ms, latency.how, latency.note)
    if latency.ms + timing.GATE_MS <= planning.budget_ms:
        ms = latency.ms + timing.GATE_MS
        return Made(ms, ms, latency.how, latency.note)
    # At the end of the budget the plan of the offline planner stands, made while the model was waited for.
    why = f"the model would take {latency.ms:,.0f} ms ({latency.note}) of {planning.budget_ms:,} ms"
    return Made(planning.budget_ms, planning.budget_ms, latency.how, "cut off by the budget", "offline", why)


def stages_of(
    case: TriggerCase,
    start: datetime,
    brief: Moment,
    plan: CallPlan | None,
    made: Made,
    policy: Policy,
    cached: CallPlan | None,
) -> tuple[Stage, ...]:
    """The stages that come about, in order."""
    first = Stage("T0", "trigger", start, None, "stated", case.trigger.detail)
    second = Stage("T1", "brief", brief.at, brief.ms, brief.how, brief.note)
    assert brief.at is not None
    decided = brief.at + timedelta(milliseconds=made.ms)
    if plan is None:
        return first, second, Stage("T2", "refusal", decided, made.ms, made.how, made.note)
    note = f"{made.note}: {cached.plan_id}" if cached else made.note
    third = Stage("T2", "plan", decided, made.ms, made.how, note)
    dialled = decided + timedelta(milliseconds=timing.DIAL_MS)
    talk = timing.TALK_S[(plan.planner.depth if plan.planner else None) or policy.planning.depth]  # type: ignore[index]
    ended = dialled + timedelta(seconds=talk, milliseconds=timing.OUTCOME_MS)
    return (
        first,
        second,
        third,
        Stage("T3", "dial", dialled, timing.DIAL_MS, "modelled", "line set-up"),
        Stage("T5", "outcome", ended, talk * 1000 + timing.OUTCOME_MS, "modelled", "talk and record"),
    )
