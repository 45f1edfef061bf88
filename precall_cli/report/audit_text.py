"""One audit for the terminal: three figures on top, a line for each plan item, the words that prove it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from precall_cli.records.audit import NOT_APPLICABLE, Audit, AuditItem, Deviation
from precall_cli.records.plan import CallPlan, Item
from precall_cli.records.transcript import Transcript
from precall_cli.report.console import line, words
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, count, fill, hanging, joined, percent, split

VERDICT_STYLE = {"pass": "bold green", "review": "bold yellow", "fail": "bold red"}
SEVERITY_STYLE = {"critical": "bold red", "major": "red", "minor": "yellow", "info": "cyan"}
STATUS_WIDTH = 20
ROOMY = 90
"""Columns from which the evidence stands on the line of its item."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the first line says besides the audit itself."""

    plan: str
    """The plan in a few words, such as `pln_9f2c (inbound, offline, sealed 12 s before the dial)`."""
    next_steps: tuple[str, ...] = ()
    """Commands to type next."""
    caveats: tuple[str, ...] = ()
    """What the reader must know, such as that no store has sealed the plan."""


def render_audit(
    plan: CallPlan, transcript: Transcript, audit: Audit, heading: Heading, width: int
) -> Iterator[Text]:
    """The lines of the report, at most `width` columns each."""
    yield from _header(plan, audit, heading, width)
    yield Text()
    items = {item.id: item for _, item in plan.items()}
    by_item: dict[str, list[Deviation]] = {}
    for deviation in audit.deviations:
        if deviation.item and deviation.logged != "unconfirmed":
            by_item.setdefault(deviation.item, []).append(deviation)
    for group in _grouped(audit.items):
        if len(group) > 1:
            yield from _group_lines(group, width)
            continue
        entry = group[0]
        yield from _item_lines(entry, items[entry.item], by_item.get(entry.item, []), transcript, width)
    loose = [d for d in audit.deviations if not d.item and d.logged != "unconfirmed"]
    if loose:
        yield Text()
        for deviation in loose:
            yield from _loose_lines(deviation, transcript, width)
    yield Text()
    yield from _footer(audit, heading, width)


def label_width(width: int) -> int:
    """Columns for the name of an item: a quarter of the line, 18 to 36."""
    return max(18, min(36, width // 4))


def _header(plan: CallPlan, audit: Audit, heading: Heading, width: int) -> Iterator[Text]:
    verdict = line("verdict ", (audit.verdict.upper(), VERDICT_STYLE[audit.verdict]))
    left = line((audit.call_id[:60], "bold"), " · plan ", heading.plan)
    if left.cell_len + verdict.cell_len + 2 <= width:
        yield line(left, " " * (width - left.cell_len - verdict.cell_len), verdict)
    else:
        yield from split(left, width)
        yield verdict
    compliance = line(
        "compliance ", (audit.compliance, "green" if audit.compliance == "clean" else "bold red")
    )
    figures = [_adherence(audit), _outcome(plan, audit), compliance]
    yield from joined(figures, " · ", width)


def _adherence(audit: Audit) -> Text:
    scores = audit.scores
    if scores.adherence is None:
        return line("adherence none due")
    kept = scores.applicable - scores.deviated
    uncertain = f", {scores.uncertain} uncertain" if scores.uncertain else ""
    return line(
        "adherence ", (f"{kept}/{scores.applicable} due {percent(scores.adherence)}", "bold"), uncertain
    )


def _outcome(plan: CallPlan, audit: Audit) -> Text:
    rungs = [step.id for step in plan.next_steps]
    reached = audit.outcome.rung
    words_ = f"outcome objective {audit.outcome.objective.replace('_', ' ')}"
    if reached in rungs:
        words_ += f", rung {rungs.index(reached) + 1} of {len(rungs)} {audit.outcome.result or 'offered'}"
    return line(words_)


def _item_lines(
    entry: AuditItem, item: Item, deviations: list[Deviation], transcript: Transcript, width: int
) -> Iterator[Text]:
    mark, style = _mark(entry, deviations)
    status = entry.status.replace("_", " ") + (f", {entry.result}" if entry.result else "")
    columns = label_width(width)
    head = line(("  " + mark + " ", style), fill(_label(entry.kind, item), columns), " ", (status, style))
    proof = _proof(entry, deviations, transcript)
    if proof is None:
        yield head
        return
    if width >= ROOMY:
        pad = max(1, 4 + columns + 1 + STATUS_WIDTH - head.cell_len)
        head.append(" " * pad)
        yield from hanging(head, proof, head.cell_len, width)
    else:
        yield head
        yield from hanging(line("      "), proof, 6, width)


def _grouped(entries: Sequence[AuditItem]) -> Iterator[list[AuditItem]]:
    """Neighbours of one kind with nothing to tell apart stand together: stops that nobody triggered."""
    group: list[AuditItem] = []
    for entry in entries:
        alike = group and (entry.kind, entry.status) == (group[0].kind, group[0].status)
        if not (alike and entry.status in NOT_APPLICABLE and not entry.turns):
            if group:
                yield group
            group = []
        group.append(entry)
    if group:
        yield group


def _group_lines(group: list[AuditItem], width: int) -> Iterator[Text]:
    head = line(("  · ", "dim"), (group[0].status.replace("_", " "), "dim"), ("  ", "dim"))
    yield from hanging(head, line((", ".join(entry.item for entry in group), "dim")), 6, width)


def _mark(entry: AuditItem, deviations: list[Deviation]) -> tuple[str, str]:
    if entry.status == "uncertain":
        return "?", "magenta"
    worst = [d for d in deviations if d.owner == "agent"]
    if worst:
        gravest = max(worst, key=lambda d: ("info", "minor", "major", "critical").index(d.severity))
        return ("~" if gravest.severity == "minor" else "✗"), SEVERITY_STYLE[gravest.severity]
    if entry.status in NOT_APPLICABLE:
        return "·", "dim"
    return "✓", "green"


def _label(kind: str, item: Item) -> str:
    if item.id == kind:
        return kind
    topic = getattr(item, "topic", "") or ""
    said = topic.replace("_", " ") or getattr(
        item,
        {
            "disclosure": "text",
            "qualification": "question",
            "objection": "objection",
            "next_step": "step",
            "stop": "condition",
            "do_not_mention": "text",
        }.get(kind, "id"),
        "",
    )
    return f"{item.id} {one_line(said)}"


def _proof(entry: AuditItem, deviations: list[Deviation], transcript: Transcript) -> Text | None:
    where = " → ".join(f"#{turn}" for turn in entry.turns[:3])
    if entry.quote:
        quoted = f"#{entry.quote_turn}" if entry.quote_turn is not None else where
        if where and where != quoted:
            quoted = where
        proof = line((f"{quoted}  ", "dim"), "“", words(entry.quote), "”")
    elif where:
        proof = line((where, "dim"))
    else:
        proof = Text(end="")
    extra = "; ".join(d.explanation for d in deviations)
    if not extra and entry.reason and entry.status in ("uncertain", "not_reached", "skipped"):
        extra = entry.reason
    if extra:
        proof = line(proof, "  " if proof.plain else "", (one_line(extra), "italic"))
    return proof if proof.plain else None


def _loose_lines(deviation: Deviation, transcript: Transcript, width: int) -> Iterator[Text]:
    style = SEVERITY_STYLE[deviation.severity]
    mark = {"info": "i", "minor": "~"}.get(deviation.severity, "✗")
    head = line((f"  {mark} ", style), (deviation.type.replace("_", " "), style), "  ")
    where = " → ".join(f"#{turn}" for turn in deviation.turns[:3])
    quote = ""
    if deviation.turns and deviation.turns[0] < len(transcript.turns):
        quote = f"“{clip(one_line(transcript.turns[deviation.turns[0]].text), 120)}”  "
    body = line((where + "  " if where else "", "dim"), quote, (one_line(deviation.explanation), "italic"))
    yield from hanging(head, body, 6, width)


def _footer(audit: Audit, heading: Heading, width: int) -> Iterator[Text]:
    found = [d for d in audit.deviations if d.logged != "unconfirmed"]
    agents = [d for d in found if d.owner == "agent"]
    explained = sum(d.logged == "explained" for d in agents)
    if agents:
        silent = len(agents) - explained
        parts = f"{count(len(agents), 'deviation')}, {explained} logged by the agent, {silent} silent"
    else:
        parts = "no deviation by the agent"
    plan_owned = len(found) - len(agents)
    if plan_owned:
        parts += f" · {plan_owned} the plan did not foresee"
    unconfirmed = len(audit.deviations) - len(found)
    if unconfirmed:
        parts += f" · {count(unconfirmed, 'log entry', 'log entries')} with nothing found"
    yield from split(
        line(parts, ("   audit sig " + hashlib.sha256(audit.signature.encode()).hexdigest()[:8], "dim")),
        width,
    )
    for caveat in (*heading.caveats, *audit.notes):
        yield from hanging(line(("note: ", "yellow")), line(one_line(caveat)), 6, width)
    if heading.next_steps:
        yield from joined(
            [line(step) for step in heading.next_steps], " · ", width, first=line(("next: ", "dim"))
        )
