"""One plan for the terminal, as a colleague would read it; with `--why`, the facts behind each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from precall_cli.records.plan import CallPlan, Item
from precall_cli.report.console import line
from precall_cli.report.cost_text import render_making
from precall_cli.report.facts import Facts, describe_fact
from precall_cli.report.inert import one_line
from precall_cli.report.layout import fill, hanging, joined

HEAD = 12
"""Columns of the section name."""


def render_plan(
    plan: CallPlan,
    status: str,
    width: int,
    facts: Facts | None = None,
    talkers: Sequence[tuple[str, int]] = (),
) -> Iterator[Text]:
    """The plan's lines, at most `width` columns each. `status` says where it is stored and sealed.

    `talkers` are the models that held its calls, with how many calls each.
    """
    planner = plan.planner
    made = [line((plan.plan_id or "plan without an id", "bold")), line(plan.agent)]
    if planner:
        how = ", ".join(p for p in (planner.engine, planner.depth, planner.mode) if p).replace("_", " ")
        made.append(line(how))
    if plan.created_at:
        made.append(line(plan.created_at))
    if plan.brief_id:
        made.append(line("brief ", plan.brief_id))
    yield from joined(made, " · ", width)
    if status:
        yield from joined([line((status, "dim"))], "", width)
    if planner and planner.fallback_reason:
        yield from hanging(line(("fallback: ", "yellow")), line(one_line(planner.fallback_reason)), 2, width)
    yield Text()
    for section, rows in _sections(plan):
        for index, (item, text, style) in enumerate(rows):
            shown_id = "" if item.id in ("objective", "opening") else item.id
            head = line((fill(section if index == 0 else "", HEAD), "bold"), (fill(shown_id, 4), "dim"))
            yield from hanging(head, Text(one_line(text), style=style, end=""), HEAD + 4, width)
            if facts is not None:
                yield from _why(item, facts, width)
    yield from _expiry(plan)
    if planner:
        yield from render_making(planner, talkers, width)


def _expiry(plan: CallPlan) -> Iterator[Text]:
    if plan.expires_at or plan.supersedes:
        yield Text()
    if plan.expires_at:
        yield line(("expires ", "dim"), plan.expires_at)
    if plan.supersedes:
        yield line(("supersedes ", "dim"), plan.supersedes)


def _sections(plan: CallPlan) -> Iterator[tuple[str, list[tuple[Item, str, str]]]]:
    yield "Objective", [(plan.objective, plan.objective.statement, "bold")]
    if plan.opening:
        yield "Open with", [(plan.opening, f"“{plan.opening.line}”", "")]
    yield "Disclose", [(d, f"{d.text} ({_due(d.due)})", "") for d in plan.disclosures]
    yield "Find out", [(q, q.question, "") for q in plan.qualification]
    yield (
        "If they say",
        [
            (
                o,
                f"“{o.objection}” → {o.handling.replace('_', ' ')}{': ' if o.handling else ''}{o.response}",
                "",
            )
            for o in plan.objections
        ],
    )
    yield "Ask for", [(n, f"{n.step}: “{n.ask}”", "") for n in plan.next_steps]
    yield "Stop when", [(s, f"{s.condition} → {s.action}", "") for s in plan.stop_conditions]
    if plan.coordination:
        known = plan.coordination.known
        yield (
            "Known",
            [(k, f"{k.topic.replace('_', ' ')}: {k.answer}{_told(k.told_by, k.told_at)}", "") for k in known],
        )
        yield "Keep back", [(m, m.text, "") for m in plan.coordination.do_not_mention]


def _due(due: str) -> str:
    return {"opening": "before the first question or offer", "call": "at any time"}.get(due, due)


def _told(who: str | None, when: str | None) -> str:
    said = ", ".join(part for part in (who, when[:10] if when else None) if part)
    return f" ({said})" if said else ""


def _why(item: Item, facts: Facts, width: int) -> Iterator[Text]:
    indent = HEAD + 4
    for pointer in item.because:
        yield from hanging(
            line(" " * indent, ("because ", "dim"), (pointer, "cyan"), " "),
            line(describe_fact(pointer, facts)),
            indent + 2,
            width,
        )
    if item.rule:
        yield from hanging(line(" " * indent, ("rule ", "dim")), line(one_line(item.rule)), indent + 2, width)
    for rejected in item.rejected:
        yield from hanging(
            line(" " * indent, ("not ", "dim")),
            line(one_line(f"{rejected.choice}: {rejected.rule}")),
            indent + 2,
            width,
        )
