"""How a plan was made and what it cost: model, tokens, money, milliseconds, and what the guard found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from precall_cli.records.cost import CostRow
from precall_cli.records.plan import Planner
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import count, fill, hanging, joined


def render_making(planner: Planner, talkers: Sequence[tuple[str, int]], width: int) -> Iterator[Text]:
    """Lines on usage, time and findings of one plan; none for a plan that nobody was asked for."""
    usage = planner.usage or {}
    if not (usage or planner.ledger or planner.findings or talkers):
        return
    yield Text()
    if usage:
        yield from joined(list(_usage(usage, planner)), " · ", width)
    for model, calls in talkers:
        yield line(("talked with ", "dim"), one_line(model), f" ({count(calls, 'call')})")
    if planner.ledger:
        total = f"{planner.latency_ms or 0:,.0f} ms"
        parts = [
            line(
                f"{phase.phase} {phase.ms:,.0f}", (f" ({one_line(phase.note)})" if phase.note else "", "dim")
            )
            for phase in planner.ledger
        ]
        yield from joined(parts, " · ", width, line((total, "bold"), ": "))
    for finding in planner.findings:
        head = line(("guard ", "dim"), (finding.done, "yellow"), f" {one_line(finding.item)}: ")
        rule = one_line(finding.rule.replace("_", " "))
        yield from hanging(head, line(one_line(finding.what), (f" ({rule})", "dim")), 6, width)


def _usage(usage: dict[str, Any], planner: Planner) -> Iterator[Text]:
    model = one_line(str(usage.get("model", "")))
    verb = "asked in vain: " if planner.fallback_reason else "planned once with "
    yield line((verb, "dim"), (model, "bold"), " in a batch" if usage.get("batch") else "")
    if requests := _number(usage, "requests"):
        yield line(count(requests, "reply", "replies"))
        yield line(
            f"{_number(usage, 'input_tokens'):,} tokens in, {_number(usage, 'output_tokens'):,} out, "
            f"{_number(usage, 'cache_read_tokens'):,} from cache"
        )
    if unanswered := _number(usage, "unanswered"):
        yield line((f"{count(unanswered, 'request')} without an answer, cost unknown", "yellow"))
    cost = usage.get("cost")
    if isinstance(cost, dict):
        dated = one_line(str(usage.get("prices_dated") or ""))
        spent = money(float(cost.get("amount", 0)), str(cost.get("currency", "")))
        yield line((spent, "bold"), f" by prices of {dated}")
    elif requests:
        yield line(("no price known for it", "yellow"))


def _number(usage: dict[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def money(amount: float, currency: str | None) -> str:
    """An amount that is often a fraction of a cent: `0.0178 USD`, `12.40 USD`.

    >>> money(0.01784, "USD"), money(12.4, "USD"), money(0, "USD")
    ('0.0178 USD', '12.40 USD', '0 USD')
    """
    shown = "0" if amount == 0 else f"{amount:,.2f}" if amount >= 1 else f"{amount:.3g}"
    return f"{shown} {currency or ''}".strip()


def render_costs(rows: Sequence[CostRow], width: int) -> Iterator[Text]:
    """A block for each agent and pair of models, and the sum by currency."""
    agent = None
    for row in rows:
        if row.agent != agent:
            if agent is not None:
                yield Text()
            agent = row.agent
            yield line((one_line(row.agent), "bold"))
        yield from _block(row, width)
    totals: dict[str, float] = {}
    for row in rows:
        if row.currency:
            totals[row.currency] = totals.get(row.currency, 0.0) + row.cost
    if rows:
        yield Text()
        spent = ", ".join(money(amount, currency) for currency, amount in totals.items()) or "nothing"
        plans = sum(row.plans for row in rows)
        yield line(("in all ", "dim"), count(plans, "plan"), ", ", (spent, "bold"))


def _block(row: CostRow, width: int) -> Iterator[Text]:
    head = line("  ", fill(row.planned_with or "unknown", 22), " ")
    parts = [line(count(row.plans, "plan"))]
    if row.talked_with:
        parts.append(line("talked with ", one_line(row.talked_with)))
    if row.fell_back:
        parts.append(line((f"{row.fell_back:,} fell back", "yellow")))
    if row.requests:
        parts.append(
            line(
                f"{row.input_tokens + row.cache_read_tokens + row.cache_write_tokens:,} tokens in "
                f"({row.cache_read_tokens:,} from cache), {row.output_tokens:,} out"
            )
        )
    if row.priced:
        each = money(row.cost / row.priced, row.currency)
        parts.append(line((money(row.cost, row.currency), "bold"), f", {each} a plan"))
    if row.unpriced:
        parts.append(line((f"{row.unpriced:,} without a price", "yellow")))
    if row.unanswered:
        parts.append(line((f"{count(row.unanswered, 'request')} without an answer", "yellow")))
    body = Text(end="")
    for index, part in enumerate(parts):
        body = line(body, " · " if index else "", part)
    yield from hanging(head, body, 25, width)
