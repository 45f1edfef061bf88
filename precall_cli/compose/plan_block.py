"""The plan as the agent reads it, in the order of the call, each item with the id it is cited by."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from precall_cli.compose.deviation_log import deviation_lines
from precall_cli.compose.words import as_data, plain
from precall_cli.errors import Problem
from precall_cli.records.plan import CallPlan, Disclosure, Known
from precall_cli.records.redaction import mask_numbers

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


def render_plan_block(plan: CallPlan, without: Collection[str] = ()) -> str:
    """The block's text, with the items of `without` left out."""
    lines = [
        f"# L4.5 Plan {plain(plan.plan_id or plan.content_id())}",
        "",
        "This plan was made for this call and cannot be changed. Keep to its order; the words are yours.",
        "",
    ]
    for head, rows in _sections(plan):
        kept = [f"[{item}] {text}" for item, text in rows if item not in without]
        if kept:
            lines += [head, *kept, ""]
    return "\n".join([*lines, *deviation_lines(_example(plan, without))]) + "\n\n"


def _example(plan: CallPlan, without: Collection[str]) -> str:
    """Id of an item that stands in the block: a question where there is one."""
    likely = (*plan.qualification, *plan.next_steps, plan.objective)
    return next(item.id for item in likely if item.id not in without)


def drop_order(plan: CallPlan) -> list[str]:
    """Ids of the items that may be left out to save room, the least wanted first.

    Objections from the last, then rungs from the last but never the first, then questions from the last.
    The objective, the opening, disclosures, known and withheld facts and stop conditions always stay.
    """
    objections = [item.id for item in reversed(plan.objections)]
    rungs = [item.id for item in reversed(plan.next_steps[1:])]
    questions = [item.id for item in reversed(plan.qualification)]
    return [*objections, *rungs, *questions]


def uncitable(plan: CallPlan) -> Iterator[Problem]:
    """Items whose id cannot stand in brackets."""
    for kind, item in plan.items():
        if not _ID.fullmatch(item.id):
            mend = "Use letters, digits, and - _ . : within."
            yield Problem(f"{kind} {plain(item.id)[:60]!r}", "has an id that the agent cannot cite.", mend)


def _sections(plan: CallPlan) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    yield "## What the call is for", [(plan.objective.id, plain(plan.objective.statement))]
    if plan.opening:
        yield "## Open with this, in these or your own words", [(plan.opening.id, plain(plan.opening.line))]
    first = [_said(each) for each in plan.disclosures if each.due == "opening"]
    yield "## Say in your first turn, before any question or offer", first
    later = [_said(each) for each in plan.disclosures if each.due != "opening"]
    yield "## Say during the call", later
    together = plan.coordination
    if together:
        yield (
            "## Known already: do not ask; you may name it to confirm it",
            [_known(k) for k in together.known],
        )
        held = [(item.id, as_data(item.text)) for item in together.do_not_mention]
        yield "## Keep back: never mention it or hint at it, in any words", held
    questions = [(q.id, plain(q.question)) for q in plan.qualification]
    yield "## Find out, in this order; skip what the contact has already told you", questions
    objections = [
        (
            item.id,
            f"“{plain(item.objection)}” → {plain(item.response)}"
            + (f" ({plain(item.handling.replace('_', ' '))})" if item.handling else ""),
        )
        for item in plan.objections
    ]
    yield "## If they object", objections
    steps = [(item.id, f"{plain(item.step)}. Ask: “{plain(item.ask)}”") for item in plan.next_steps]
    yield "## Ask for, from the first down; offer the next only after a no, and nothing else", steps
    stops = [(item.id, f"{plain(item.condition)} → {plain(item.action)}") for item in plan.stop_conditions]
    yield "## Stop at once when", stops


def _said(item: Disclosure) -> tuple[str, str]:
    when = "" if item.due in ("opening", "call") else f" (when: {plain(item.due)})"
    return item.id, plain(item.text) + when


def _known(item: Known) -> tuple[str, str]:
    """A known fact; the words of others stand as quoted data."""
    teller = ", ".join(plain(part) for part in (item.told_by or "", (item.told_at or "")[:10]) if part)
    topic = plain(item.topic.replace("_", " "))
    return item.id, f"{topic}: {as_data(mask_numbers(item.answer))}" + (
        f" (told by {teller})" if teller else ""
    )
