"""The answer to *why did the agent say that?*: turn, plan item, facts, policy, planner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from precall_cli.records.audit import AuditItem, Deviation
from precall_cli.records.plan import CallPlan, Item
from precall_cli.records.transcript import Turn
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, hanging
from precall_cli.report.plan_text import Facts, describe_fact


def render_turn(turn: Turn, width: int) -> Iterator[Text]:
    """The turn that was asked about, in full."""
    head = line((f"#{turn.i} {turn.speaker}", "bold"), "  ")
    yield from hanging(head, line("“", one_line(turn.text), "”"), 4, width)


def render_item(
    entry: AuditItem, item: Item, text: str, deviations: Sequence[Deviation], facts: Facts | None, width: int
) -> Iterator[Text]:
    """One plan item behind the words, with the facts that it rests on and what the audit says of it."""
    status = entry.status.replace("_", " ") + (f", {entry.result}" if entry.result else "")
    head = line("  ", (f"{entry.kind.replace('_', ' ')} {entry.item}", "bold"), "  ")
    yield from hanging(head, line(one_line(text), (f"  [{status}]", "dim")), 4, width)
    if entry.reason:
        yield from hanging(line("    ", ("audit ", "dim")), line(one_line(entry.reason)), 6, width)
    for pointer in item.because:
        known = describe_fact(pointer, facts) if facts else "(the brief is not stored)"
        yield from hanging(line("    ", ("because ", "dim"), (pointer, "cyan"), " "), line(known), 6, width)
    if not item.because:
        yield line("    ", ("rests on no fact of the brief", "dim"))
    if item.rule:
        yield from hanging(line("    ", ("rule ", "dim")), line(one_line(item.rule)), 6, width)
    for rejected in item.rejected:
        said = line(one_line(f"{rejected.choice}: {rejected.rule}"))
        yield from hanging(line("    ", ("rejected ", "dim")), said, 6, width)
    for deviation in deviations:
        head = line("    ", (deviation.type.replace("_", " "), "yellow"), " ")
        yield from hanging(head, line(one_line(deviation.explanation), f" ({deviation.logged})"), 6, width)


def render_none(
    nearest: Item | None, text: str, deviations: Sequence[Deviation], width: int
) -> Iterator[Text]:
    """Nothing in the plan asked for it: said plainly, with the nearest item and any deviation it is."""
    yield line(("  nothing in the plan asked for this", "bold yellow"))
    for deviation in deviations:
        head = line("    ", (deviation.type.replace("_", " "), "yellow"), " ")
        yield from hanging(head, line(one_line(deviation.explanation), f" ({deviation.logged})"), 6, width)
    if nearest is not None:
        yield from hanging(
            line("    ", ("nearest ", "dim")), line(f"{nearest.id} {clip(one_line(text), 160)}"), 6, width
        )


def render_origin(plan: CallPlan, width: int) -> Iterator[Text]:
    """Which planner and which policy chose it."""
    planner = plan.planner
    how = (
        ", ".join(p for p in (planner.engine, planner.model, planner.depth, planner.version) if p)
        if planner
        else ""
    )
    parts: Mapping[str, str | None] = {
        "plan": plan.plan_id,
        "planner": how or None,
        "policy": f"{plan.agent} {plan.policy_digest[:23]}…" if plan.policy_digest else plan.agent,
        "brief": plan.brief_id,
    }
    text = " · ".join(f"{name} {value}" for name, value in parts.items() if value)
    yield from hanging(line(("chosen by ", "dim")), line(text), 2, width)
