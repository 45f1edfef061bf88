"""Plan, brief and layers put together, within a budget."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from precall_cli.compose.brief_block import Part, render_brief_block, sift_brief
from precall_cli.compose.deviation_log import deviation_tool
from precall_cli.compose.instructions import Block, Dropped, Instructions
from precall_cli.compose.layers import TITLES, Layers
from precall_cli.compose.plan_block import drop_order, render_plan_block, uncitable
from precall_cli.compose.words import count_tokens, plain, text_digest
from precall_cli.errors import BadInput, Problem
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.record import describe


@dataclass(frozen=True, slots=True)
class Budget:
    """How many tokens the blocks may take, by the estimate of `count_tokens`."""

    total: int | None = None
    """Of the whole text; None: no bound but those of the layers."""
    plan: int = 3_000
    """Of the plan's block."""
    brief: int = 1_500
    """Of the brief's block."""


def compose(
    plan: CallPlan, brief: Brief | None, layers: Layers, budget: Budget | None = None
) -> Instructions:
    """The instruction stream for one call: L1 to L4, the plan, the brief as data.

    Over budget the brief gives way first, then the plan's least wanted items; layers are never cut.
    Raises BadInput where a layer forbids what the plan cannot do without, an id of the plan cannot be cited,
    or the budget does not hold what must be said.
    """
    budget = budget or Budget()
    _check(plan, layers)
    dropped = [*_forbidden(plan, layers)]
    dropped += _beyond_limit(plan, layers, {each.item for each in dropped})
    upper = [_block(each.name, TITLES[each.name], each.source, layers.text(each)) for each in layers.layers]
    plan_id, taken = plan.plan_id or plan.content_id(), sum(block.tokens for block in upper)
    gone = {each.item for each in dropped}
    order = [item for item in drop_order(plan) if item not in gone]
    withheld = plan.coordination.do_not_mention if plan.coordination else ()
    sifted = sift_brief(brief, withheld) if brief else None
    parts = sifted.parts if sifted else ()
    if sifted:
        dropped += [Dropped("L5", each.pointer, "withheld", each.because) for each in sifted.removed]

    def plan_text(cut: int) -> str:
        return render_plan_block(plan, gone | set(order[:cut]))

    def brief_text(cut: int) -> str:
        return render_brief_block(parts[: len(parts) - cut])

    cuts = _fit(plan_text, brief_text, order, parts, layers, budget, taken)
    dropped += cuts.dropped
    blocks = [*upper, _block("L4.5", "Plan", plan_id, plan_text(cuts.plan))]
    if brief:
        blocks.append(_block("L5", "Brief", brief.brief_id, brief_text(cuts.brief)))
    shown = tuple(block for block in blocks if block.text)
    text = "".join(block.text for block in shown)
    left_out = gone | set(order[: cuts.plan])
    return Instructions(
        plan_id=plan_id,
        agent=plan.agent,
        brief_id=brief.brief_id if brief else None,
        blocks=shown,
        dropped=tuple(dropped),
        text=text,
        tokens=sum(block.tokens for block in shown),
        digest=text_digest(text),
        tool=deviation_tool([item.id for _, item in plan.items() if item.id not in left_out]),
    )


@dataclass(frozen=True, slots=True)
class _Cuts:
    """How many of the least wanted pieces go, and the record of them in the order in which they go."""

    plan: int
    brief: int
    dropped: tuple[Dropped, ...]


def _fit(
    plan_text: Callable[[int], str],
    brief_text: Callable[[int], str],
    order: list[str],
    parts: tuple[Part, ...],
    layers: Layers,
    budget: Budget,
    taken: int,
) -> _Cuts:
    """The fewest cuts that hold every budget: each block's own, then that of the whole.

    The texts are functions of the number of cuts; `taken` is what the upper layers cost.
    """
    plan_room, plan_rule = _room(layers, "max_plan_tokens", budget.plan)
    brief_room, brief_rule = _room(layers, "max_brief_tokens", budget.brief)
    plan_cut = _fewest_cuts(plan_text, len(order), plan_room, "the plan's budget")
    brief_cut = _fewest_cuts(brief_text, len(parts), brief_room, "the brief's budget")
    dropped = _cut_parts(parts, 0, brief_cut, f"over {brief_rule}")
    dropped += [Dropped("L4.5", item, "budget", f"over {plan_rule}") for item in order[:plan_cut]]
    if budget.total is not None:
        rule = f"over {budget.total:,} tokens of the whole"
        for_brief = budget.total - taken - count_tokens(plan_text(plan_cut))
        more = max(brief_cut, _fewest_cuts(brief_text, len(parts), max(0, for_brief), ""))
        dropped += _cut_parts(parts, brief_cut, more, rule)
        brief_cut = more
        for_plan = budget.total - taken - count_tokens(brief_text(brief_cut))
        more = max(plan_cut, _fewest_cuts(plan_text, len(order), for_plan, "the budget", taken))
        dropped += [Dropped("L4.5", item, "budget", rule) for item in order[plan_cut:more]]
        plan_cut = more
    return _Cuts(plan_cut, brief_cut, tuple(dropped))


def _block(layer: str, title: str, source: str, text: str) -> Block:
    return Block(layer, title, source, text, count_tokens(text), text_digest(text))


def _check(plan: CallPlan, layers: Layers) -> None:
    """Raises BadInput with everything in plan and layers that cannot stand together."""
    problems = list(uncitable(plan))
    must: list[tuple[str, str]] = [(plan.objective.id, plan.objective.statement)]
    if plan.opening:
        must.append((plan.opening.id, plan.opening.line))
    must += [(item.id, item.text) for item in plan.disclosures]
    for item, words in must:
        for topic in layers.forbidden:
            if topic.is_told_by(words):
                problem = f"forbids {topic.name!r}, which [{plain(item)[:60]}] of the plan must say."
                problems.append(Problem(topic.place, problem, "Narrow the topic, or make another plan."))
    if problems:
        raise BadInput(
            describe(problems),
            place=f"plan {plain(plan.plan_id or '')}".strip(),
            hint="Nothing was composed.",
            problems=tuple(problems),
        )


def _forbidden(plan: CallPlan, layers: Layers) -> list[Dropped]:
    """Questions and rungs that speak of what a layer forbids."""
    words = [(item.id, f"{item.topic} {item.question}") for item in plan.qualification]
    words += [(item.id, f"{item.step} {item.ask}") for item in plan.next_steps]
    found = []
    for item, text in words:
        ban = next((topic for topic in layers.forbidden if topic.is_told_by(text)), None)
        if ban:
            found.append(Dropped("L4.5", item, "forbidden", f"{ban.place} forbids {ban.name!r}"))
    return found


def _beyond_limit(plan: CallPlan, layers: Layers, gone: set[str]) -> list[Dropped]:
    """The last questions beyond the number that the layers allow, the last first."""
    limit = layers.limit("max_questions")
    left = [item.id for item in plan.qualification if item.id not in gone]
    if limit is None:
        return []
    because = f"{limit.place} sets max_questions = {limit.value}"
    return [Dropped("L4.5", item, "limit", because) for item in reversed(left[limit.value :])]


def _room(layers: Layers, name: str, budget: int) -> tuple[int, str]:
    """The tokens that a block may take, and the rule that says so."""
    limit = layers.limit(name)
    if limit and limit.value < budget:
        return limit.value, f"{name} = {limit.value}, {limit.place}"
    return budget, f"{budget:,} tokens of the block"


def _cut_parts(parts: tuple[Part, ...], before: int, after: int, because: str) -> list[Dropped]:
    last_first = parts[::-1]
    return [Dropped("L5", part.pointer, "budget", because) for part in last_first[before:after]]


def _fewest_cuts(text: Callable[[int], str], most: int, room: int, place: str, taken: int = 0) -> int:
    """How many of the least wanted pieces must go so that the block fits into `room` tokens.

    Raises BadInput, naming the smallest budget that would do, where even the last cut is not enough.
    """
    cuts = bisect_left(range(most + 1), True, key=lambda cut: count_tokens(text(cut)) <= room)
    if cuts > most:
        least = count_tokens(text(most)) + taken
        raise BadInput(
            f"{max(0, room + taken):,} tokens do not hold what the agent must be told",
            place=place,
            hint=f"Give at least {least:,}.",
        )
    return cuts
