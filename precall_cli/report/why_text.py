"""The answer to *why did the agent say that?*: turn, plan item, facts, policy, planner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from rich.text import Text

from precall_cli.records.audit import AuditItem, Deviation
from precall_cli.records.json_text import Json, resolve_pointer
from precall_cli.records.plan import CallPlan, Item
from precall_cli.records.transcript import Turn
from precall_cli.report.console import line
from precall_cli.report.facts import Facts, find_fact
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, hanging


class Answer(Protocol):
    """What one turn, or one item, has to do with the plan."""

    @property
    def turn(self) -> Turn | None: ...
    @property
    def items(self) -> tuple[AuditItem, ...]: ...
    @property
    def deviations(self) -> tuple[Deviation, ...]: ...
    @property
    def nearest(self) -> str | None: ...
    @property
    def words(self) -> str: ...
    @property
    def due(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def known(self) -> tuple[str, ...]: ...


def render_answer(plan: CallPlan, answer: Answer, facts: Facts, width: int) -> Iterator[Text]:
    """One answer: the turn in full, then each plan item behind it with its facts, or that there is none."""
    items = {item.id: item for _, item in plan.items()}
    if answer.turn is not None:
        head = line((f"#{answer.turn.i} {answer.turn.speaker}", "bold"), "  ")
        yield from hanging(head, line("“", one_line(answer.turn.text), "”"), 4, width)
    elif answer.items:
        yield line(("never came up in the call", "bold"))
    else:
        yield from hanging(line(("nobody said ", "bold")), line("“", one_line(answer.words), "”"), 4, width)
    due = dict(answer.due)
    for entry in answer.items:
        own = [d for d in answer.deviations if d.item == entry.item]
        yield from _item(entry, items[entry.item], own, due.get(entry.item, ""), facts, width)
    ids = {entry.item for entry in answer.items}
    loose = [d for d in answer.deviations if d.item not in ids]
    if not answer.items:
        yield line(("  nothing in the plan asked for this", "bold yellow"))
    for deviation in loose:
        yield from _deviation(deviation, width)
    if answer.nearest:
        text = f"{answer.nearest} {clip(one_line(items[answer.nearest].words()), 160)}"
        yield from hanging(line("    ", ("nearest ", "dim")), line(text), 6, width)
        yield from _due(due.get(answer.nearest, ""), width)
        yield from _facts(items[answer.nearest].because, "because", facts, width)
    if not answer.items:
        yield from _facts(answer.known, "known", facts, width)
        if not answer.known:
            yield line("    ", ("the brief knew nothing of it", "dim"))


def answer_document(plan: CallPlan, answer: Answer, facts: Facts) -> Json:
    """One answer as JSON: turn, items with the values they rest on, deviations, the nearest item."""
    items = {item.id: item for _, item in plan.items()}
    return {
        "turn": answer.turn.model_dump(mode="json") if answer.turn else None,
        "items": [
            {
                "audit": entry.model_dump(mode="json"),
                "plan": items[entry.item].model_dump(mode="json"),
                "facts": {pointer: _value(pointer, facts) for pointer in items[entry.item].because},
                "sources": [_source(pointer, facts) for pointer in items[entry.item].because],
                "due": dict(answer.due).get(entry.item),
            }
            for entry in answer.items
        ],
        "deviations": [deviation.model_dump(mode="json") for deviation in answer.deviations],
        "nearest": answer.nearest,
        "nearest_due": dict(answer.due).get(answer.nearest) if answer.nearest else None,
        "words": answer.words or None,
        "known": [{**_source(pointer, facts), "value": _value(pointer, facts)} for pointer in answer.known],
        "plan_id": plan.plan_id,
        "policy_digest": plan.policy_digest,
        "planner": plan.planner.model_dump(mode="json") if plan.planner else None,
    }


def _value(pointer: str, facts: Facts) -> Json:
    try:
        return resolve_pointer(facts.brief, pointer)
    except KeyError:
        return None


def _source(pointer: str, facts: Facts) -> dict[str, Json]:
    fact = find_fact(pointer, facts)
    return {
        "pointer": pointer,
        "source": fact.source or None,
        "at": fact.at or None,
        "age": fact.age or None,
    }


def _due(due: str, width: int) -> Iterator[Text]:
    if due:
        yield from hanging(line("    ", ("due ", "dim")), line(due), 6, width)


def _facts(pointers: tuple[str, ...], name: str, facts: Facts, width: int) -> Iterator[Text]:
    """A line for each fact: where it stands in the brief, its value, who says so, how old it was."""
    for pointer in pointers:
        fact = find_fact(pointer, facts)
        told = [f"source {fact.source}" if fact.source else "", fact.age]
        said = "; ".join(part for part in told if part) or "no source or age given"
        value = f"= {clip(fact.value, 160)}" if not fact.missing else "stands no more in the brief"
        head = line("    ", (f"{name} ", "dim"), (one_line(pointer), "cyan"), " ")
        yield from hanging(head, line(value, (f" ({said})", "dim") if not fact.missing else ""), 6, width)


def _item(
    entry: AuditItem, item: Item, deviations: list[Deviation], due: str, facts: Facts, width: int
) -> Iterator[Text]:
    status = entry.status.replace("_", " ") + (f", {entry.result}" if entry.result else "")
    name = entry.item if entry.item == entry.kind else f"{entry.kind.replace('_', ' ')} {entry.item}"
    head = line("  ", (name, "bold"), "  ")
    yield from hanging(head, line(one_line(item.words()), (f"  [{status}]", "dim")), 4, width)
    if entry.reason:
        yield from hanging(line("    ", ("audit ", "dim")), line(one_line(entry.reason)), 6, width)
    yield from _due(due, width)
    yield from _facts(item.because, "because", facts, width)
    if not item.because:
        yield line("    ", ("rests on no fact of the brief", "dim"))
    if item.rule:
        yield from hanging(line("    ", ("rule ", "dim")), line(one_line(item.rule)), 6, width)
    for rejected in item.rejected:
        said = line(one_line(f"{rejected.choice}: {rejected.rule}"))
        yield from hanging(line("    ", ("rejected ", "dim")), said, 6, width)
    for deviation in deviations:
        yield from _deviation(deviation, width)


def _deviation(deviation: Deviation, width: int) -> Iterator[Text]:
    head = line("    ", (deviation.type.replace("_", " "), "yellow"), "  ")
    yield from hanging(head, line(one_line(deviation.explanation), f" ({deviation.logged})"), 6, width)


def render_origin(plan: CallPlan, width: int) -> Iterator[Text]:
    """Which planner and which policy chose it."""
    planner = plan.planner
    how = (
        ", ".join(p for p in (planner.engine, planner.model, planner.depth, planner.version) if p)
        if planner
        else ""
    )
    parts: dict[str, str | None] = {
        "plan": plan.plan_id,
        "planner": how or None,
        "fallback": one_line(planner.fallback_reason) if planner and planner.fallback_reason else None,
        "policy": f"{plan.agent} {plan.policy_digest[:23]}…" if plan.policy_digest else plan.agent,
        "brief": plan.brief_id,
    }
    text = " · ".join(f"{name} {value}" for name, value in parts.items() if value)
    yield from hanging(line(("chosen by ", "dim")), line(text), 2, width)
