"""One audit for the terminal: three figures on top, a line for each plan item, the words that prove it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from precall_cli.records.audit import Audit, Deviation
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript
from precall_cli.report.audit_view import (
    MARKS,
    AuditView,
    Heading,
    ItemView,
    Tone,
    grouped,
    in_words,
    make_view,
    turns_in_words,
)
from precall_cli.report.console import line, words
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, fill, hanging, joined, split

VERDICT_STYLE = {"pass": "bold green", "review": "bold yellow", "fail": "bold red"}
TONE_STYLE: dict[Tone, str] = {
    "kept": "green", "minor": "yellow", "major": "red", "critical": "bold red", "info": "cyan",
    "uncertain": "magenta", "idle": "dim",
}  # fmt: skip
STATUS_WIDTH = 20
ROOMY = 90
"""Columns from which the evidence stands on the line of its item."""


def render_audit(
    plan: CallPlan, transcript: Transcript, audit: Audit, heading: Heading, width: int
) -> Iterator[Text]:
    """The lines of the report, at most `width` columns each."""
    view = make_view(plan, audit)
    yield from _header(view, heading, width)
    yield Text()
    for group in grouped(view.items):
        yield from _group_lines(group, width) if len(group) > 1 else _item_lines(group[0], width)
    if view.loose:
        yield Text()
        for deviation in view.loose:
            yield from _loose_lines(deviation, transcript, width)
    yield Text()
    yield from _footer(view, heading, width)


def label_width(width: int) -> int:
    """Columns for the name of an item: a quarter of the line, 18 to 36."""
    return max(18, min(36, width // 4))


def _header(view: AuditView, heading: Heading, width: int) -> Iterator[Text]:
    audit = view.audit
    verdict = line("verdict ", (audit.verdict.upper(), VERDICT_STYLE[audit.verdict]))
    left = line((audit.call_id[:60], "bold"), " · plan ", heading.plan)
    if left.cell_len + verdict.cell_len + 2 <= width:
        yield line(left, " " * (width - left.cell_len - verdict.cell_len), verdict)
    else:
        yield from split(left, width)
        yield verdict
    figure = f"{view.due} {view.rate}".rstrip()
    adherence = line("adherence ", (figure, "bold" if view.rate else ""))
    if view.rate and view.uncertain:
        adherence.append(f", {view.uncertain}")
    compliance = line(
        "compliance ", (audit.compliance, "green" if audit.compliance == "clean" else "bold red")
    )
    yield from joined([adherence, line("outcome ", view.outcome), compliance], " · ", width)


def _item_lines(view: ItemView, width: int) -> Iterator[Text]:
    style = TONE_STYLE[view.tone]
    columns = label_width(width)
    head = line(("  " + view.mark + " ", style), fill(view.label, columns), " ", (view.status, style))
    proof = _proof(view)
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


def _group_lines(group: list[ItemView], width: int) -> Iterator[Text]:
    head = line(("  · ", "dim"), (group[0].status, "dim"), ("  ", "dim"))
    yield from hanging(head, line((", ".join(view.entry.item for view in group), "dim")), 6, width)


def _proof(view: ItemView) -> Text | None:
    entry, where = view.entry, view.where
    if entry.quote:
        quoted = f"#{entry.quote_turn}" if entry.quote_turn is not None else where
        if where and where != quoted:
            quoted = where
        proof = line((f"{quoted}  ", "dim"), "“", words(entry.quote), "”")
    elif where:
        proof = line((where, "dim"))
    else:
        proof = Text(end="")
    if view.remark:
        proof = line(proof, "  " if proof.plain else "", (view.remark, "italic"))
    return proof if proof.plain else None


def _loose_lines(deviation: Deviation, transcript: Transcript, width: int) -> Iterator[Text]:
    style = TONE_STYLE[deviation.severity]
    head = line((f"  {MARKS[deviation.severity]} ", style), (in_words(deviation.type), style), "  ")
    where = turns_in_words(deviation.turns)
    quote = ""
    if deviation.turns and deviation.turns[0] < len(transcript.turns):
        quote = f"“{clip(one_line(transcript.turns[deviation.turns[0]].text), 120)}”  "
    body = line((where + "  " if where else "", "dim"), quote, (one_line(deviation.explanation), "italic"))
    yield from hanging(head, body, 6, width)


def _footer(view: AuditView, heading: Heading, width: int) -> Iterator[Text]:
    yield from split(line(view.tally, (f"   audit sig {view.signature}", "dim")), width)
    for caveat in (*heading.caveats, *view.audit.notes):
        yield from hanging(line(("note: ", "yellow")), line(one_line(caveat)), 6, width)
    if heading.next_steps:
        yield from joined(
            [line(step) for step in heading.next_steps], " · ", width, first=line(("next: ", "dim"))
        )
