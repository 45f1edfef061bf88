"""A dry-run for the terminal: a timeline from trigger to outcome, and the rules behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from rich.text import Text

from precall_cli.records.json_text import Json
from precall_cli.records.trace import RuleTrace
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import count, fill, hanging, joined

STAGE = 10
"""Columns of a stage and what it is."""
NARROW = 76
"""Columns from which a note hangs under itself."""


class Played(Protocol):
    """A dry-run, as far as this report reads it."""

    @property
    def rules(self) -> tuple[RuleTrace, ...]: ...
    @property
    def passed(self) -> bool: ...
    @property
    def over_budget(self) -> bool: ...
    @property
    def over_sla(self) -> bool: ...
    def document(self) -> dict[str, Any]: ...


def render_dry_run(run: Played, number: int, width: int) -> Iterator[Text]:
    """The lines of one trigger, at most `width` columns each."""
    said = run.document()
    head = line((f"{number}. {said['agent']}", "bold"), f" · {said['trigger']['kind']} · ", said["contact"])
    yield from joined([head, line((f"{said['brief_id']}", "dim"))], " · ", width)
    engine = said["engine"] if said["engine"] != "none" else "no planner"
    how = ", ".join(p for p in (engine, said["model"], said["depth"], said["mode"]) if p).replace("_", " ")
    yield from joined([line(how), line(f"plan cache: {said['cache']['state']}")], " · ", width, line("   "))
    yield from _timeline(said, width)
    yield from _figures(run, said, width)
    gate = said["gate"]
    if gate["decision"] == "refused":
        why = line((gate["code"], "bold red"), f" {gate['pointer']}: {one_line(gate['reason'])}")
        yield from hanging(line("   gate    "), why, 11, width)
    else:
        yield line("   gate    ", ("admitted", "green"))
    if said["plan"]:
        yield from _plan(said["plan"], width)
    if said["fallback"]["rung"] != "as planned":
        text = (
            f"falls back to the {said['fallback']['rung']} plan: {one_line(said['fallback']['reason'] or '')}"
        )
        yield from hanging(line(("   note    ", "yellow")), line(text), 11, width)
    if not said["live"]:
        text = f"could not go live: its version {said['policy_digest'][7:19]} is {said['adoption']}"
        yield from hanging(line(("   note    ", "yellow")), line(text), 11, width)
    for note in said["notes"]:
        yield from hanging(line(("   note    ", "yellow")), line(one_line(note)), 11, width)


def _timeline(said: Json, width: int) -> Iterator[Text]:
    for stage in said["timeline"]:
        clock = stage["at"][11:19] if stage["at"] else " " * 8
        head = line(f"   {clock} ", (fill(f"{stage['stage']} {stage['what']}", STAGE), "bold"), " ")
        if stage["ms"] is not None:
            how = "" if stage["how"] == "none" else stage["how"]
            head = line(head, f"{_ms(stage['ms']):>8}  ", (f"{how:<9} ", "dim"))
        note = line((one_line(stage["note"]), "dim"))
        yield from hanging(head, note, head.cell_len if width >= NARROW else 14, width)


def _figures(run: Played, said: Json, width: int) -> Iterator[Text]:
    live = said["live_ms"]
    parts = [
        line("live plan ", (_ms(live) if live else "none", "bold red" if run.over_budget else "bold"))
        if not said["budget_ms"]
        else line(
            "live plan ",
            (f"{_ms(live)} of {_ms(said['budget_ms'])}", "bold red" if run.over_budget else "bold"),
        )
    ]
    dial = said["trigger_to_dial_s"]
    if dial is not None:
        sla = f" of {_s(said['sla_s'])}" if said["sla_s"] else ", no SLA"
        parts.append(line("dial after ", (f"{_s(dial)}{sla}", "bold red" if run.over_sla else "bold")))
    cost = said["cost"]
    parts.append(line("cost ", _money(cost)))
    yield from joined(parts, " · ", width, line("   "))


def _money(cost: Json) -> str:
    if cost is None:
        return "not known"
    return f"{cost['amount']:g} {cost['currency']}"


def _plan(plan: Json, width: int) -> Iterator[Text]:
    counts = ", ".join(
        count(len(plan[key]), noun)
        for key, noun in (
            ("disclosures", "disclosure"),
            ("qualification", "question"),
            ("objections", "objection"),
            ("next_steps", "rung"),
            ("stop_conditions", "stop"),
        )
    )
    yield from hanging(line("   plan    "), line(one_line(plan["objective"]["statement"])), 11, width)
    yield from hanging(line(" " * 11), line((f"{plan['plan_id']}: {counts}", "dim")), 11, width)
    known = plan.get("coordination") or {}
    if known:
        text = f"{len(known['known'])} known, {len(known['do_not_mention'])} withheld across the account"
        yield from hanging(line(" " * 11), line((text, "dim")), 11, width)


def render_rules(rules: Sequence[RuleTrace], width: int) -> Iterator[Text]:
    """Every rule: those that fired, then those that did not, each with the reason."""
    for fired, title in ((True, "fired"), (False, "did not fire")):
        group = [rule for rule in rules if rule.fired is fired]
        yield line(("   " + f"{count(len(group), 'rule')} {title}", "bold"))
        for rule in group:
            mark = ("   + ", "green") if fired else ("   - ", "dim")
            head = line(mark, (rule.rule, "cyan" if fired else ""), "  ")
            yield from hanging(head, line((one_line(rule.reason), "dim")), 9, width)


def render_total(runs: Sequence[Played], width: int) -> Iterator[Text]:
    """How many went through, and what kept the others."""
    documents = [run.document() for run in runs]
    refused = sum(d["gate"]["decision"] == "refused" for d in documents)
    budget = sum(run.over_budget for run in runs)
    sla = sum(run.over_sla for run in runs)
    unsigned = sum(not d["live"] for d in documents)
    parts = [line((f"{count(len(runs), 'trigger')}: {sum(r.passed for r in runs)} would be dialled", "bold"))]
    for number, what in (
        (refused, "refused"),
        (budget, "over budget"),
        (sla, "over the SLA"),
        (unsigned, "by a version that may not go live"),
    ):
        if number:
            parts.append(line((f"{number} {what}", "bold red")))
    amounts = [d["cost"] for d in documents]
    known = [cost for cost in amounts if cost is not None]
    total = round(sum(cost["amount"] for cost in known), 6)
    unknown = f" and {len(amounts) - len(known)} not known" if len(known) < len(amounts) else ""
    parts.append(line(f"cost {total:g} USD{unknown}"))
    parts.append(line("nothing was stored"))
    yield from joined(parts, " · ", width)


def _ms(ms: float) -> str:
    if ms >= 10_000:
        return _s(ms / 1000)
    return f"{ms:,.0f} ms"


def _s(seconds: float) -> str:
    if seconds >= 7200:
        return f"{seconds / 3600:,.1f} h"
    if seconds >= 600:
        return f"{seconds / 60:,.1f} min"
    return f"{seconds:.1f} s" if seconds % 1 else f"{seconds:.0f} s"
