"""One call as a reviewer sees it: why it waits, audit beside transcript, what was decided, what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.text import Text

from precall_cli.records.agreement import Agreement, AgreementReport
from precall_cli.records.audit import SEVERITIES, STATUSES, Audit
from precall_cli.records.review import Review
from precall_cli.records.transcript import Transcript
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import count, fill, hanging, joined, percent
from precall_cli.report.typed import typed

SIDE_BY_SIDE = 110
"""Columns from which audit and transcript stand beside each other; below, one after the other."""
GAP = " │ "
SPEAKER_STYLE = {"agent": "cyan", "contact": "green"}


def render_transcript(transcript: Transcript, audit: Audit, width: int) -> Iterator[Text]:
    """The turns, each with the items and deviations that it proves."""
    proves: dict[int, list[str]] = {}
    for item in audit.items:
        for number in item.turns:
            proves.setdefault(number, []).append(item.item)
    off: dict[int, list[str]] = {}
    for deviation in audit.deviations:
        for number in deviation.turns if deviation.logged != "unconfirmed" else ():
            off.setdefault(number, []).append(deviation.type.replace("_", " "))
    for turn in transcript.turns:
        head = line((f"#{turn.i} ", "dim"), (f"{turn.speaker}  ", SPEAKER_STYLE.get(turn.speaker, "dim")))
        body = line(one_line(turn.text))
        marks = ", ".join(dict.fromkeys(proves.get(turn.i, [])))
        if marks:
            body = line(body, "  ", (f"← {one_line(marks)}", "dim"))
        if turn.i in off:
            body = line(body, "  ", (one_line(", ".join(dict.fromkeys(off[turn.i]))), "yellow"))
        yield from hanging(head, body, 4, width)


def beside(left: Iterable[Text], right: Iterable[Text], width: int) -> Iterator[Text]:
    """Two columns of lines, `width` columns together; each line must fit half of it, less the gap."""
    half = (width - len(GAP)) // 2
    for one, other in zip_longest(left, right, fillvalue=Text(end="")):
        yield line(one, " " * max(0, half - one.cell_len), (GAP, "dim"), other)


def half_width(width: int) -> int:
    """Columns for either side."""
    return (width - len(GAP)) // 2 if width >= SIDE_BY_SIDE else width


def render_call(left: Sequence[Text], right: Sequence[Text], width: int) -> Iterator[Text]:
    """The audit and the transcript, side by side where there is room."""
    if width >= SIDE_BY_SIDE:
        yield from beside(left, right, width)
        return
    yield from left
    yield Text()
    yield line(("Transcript", "bold"))
    yield from right


def render_decisions(reviews: Sequence[Review], width: int) -> Iterator[Text]:
    """What was decided on a call, the first first."""
    yield line(("Decisions", "bold"))
    if not reviews:
        yield line("  none yet")
    for review in reviews:
        yield from hanging(line("  ", (review.at, "dim"), " "), line(decision_text(review)), 4, width)


def decision_text(review: Review) -> str:
    """One decision in words."""
    about = " ".join(part for part in (review.item, review.type and review.type.replace("_", " ")) if part)
    verbs = {"confirm": "confirms", "overturn": "overturns", "skip": "skips", "dispute": "disputes"}
    text = f"{one_line(review.who)} {verbs[review.decision]} {one_line(about) or 'the call'}"
    if review.status:
        text += f" as {review.status.replace('_', ' ')}"
    if review.cause:
        text += f" (cause: {review.cause})"
    return text + (f": {one_line(review.reason)}" if review.reason else "")


def render_next(audit: Audit, who: str | None, width: int) -> Iterator[Text]:
    """The commands to type next; those about one item name the gravest that is in doubt."""
    name = typed(who or "NAME")
    call = typed(audit.call_id)
    item, status = _in_doubt(audit)
    steps = (
        f"precall review decide {call} --confirm --who {name}",
        f"precall review decide {call} --item {item} --overturn --as {status} --cause recogniser "
        f"--reason TEXT --who {name}",
        f"precall review dispute {call} --item {item} --reason TEXT --who {name}",
    )
    for step in steps:
        yield from hanging(line(("next: ", "dim")), line(step), 6, width)


def _in_doubt(audit: Audit) -> tuple[str, str]:
    """An item to decide on, and a status that it could have instead: the gravest deviation first."""
    found = [d for d in audit.deviations if d.item and d.logged != "unconfirmed"]
    found.sort(key=lambda d: -SEVERITIES.index(d.severity))
    undecided = [item.item for item in audit.items if item.status == "uncertain"]
    ids = [*(d.item for d in found), *undecided, *(item.item for item in audit.items)]
    item = next((entry for entry in audit.items if ids and entry.item == ids[0]), None)
    if item is None:
        return "ITEM", "STATUS"
    other = next((status for status in STATUSES[item.kind] if status != item.status), "STATUS")
    return typed(item.item), other


def render_agreement(report: AgreementReport, width: int) -> Iterator[Text]:
    """Kappa of each pair of raters, n first, and what they split on."""
    if not report.rows:
        yield from hanging(
            line(),
            line("no decision to compare yet: `precall review next --who NAME` opens a call"),
            0,
            width,
        )
        return
    pair: tuple[str, str] | None = None
    columns = max(12, min(32, width - 34))
    for row in report.rows:
        if not row.units:
            continue
        if pair != (row.one, row.other):
            if pair is not None:
                yield Text()
            pair = row.one, row.other
            title = f"{one_line(row.one)} and {one_line(row.other)}"
            yield from hanging(line(), line((title, "bold")), 0, width)
            yield line((fill("", columns) + f"{'n':>7}{'calls':>7}{'same':>8}{'kappa':>8}", "dim"))
        yield _agreement(row, columns)
    if any(row.small for row in report.rows):
        yield line(("* fewer than 30: says little", "yellow"))
    yield Text()
    yield line(("Where reviewers split", "bold"))
    for split in report.splits:
        what = " ".join(part for part in (split.item, split.type and split.type.replace("_", " ")) if part)
        said = ", ".join(f"{who}: {view.replace('_', ' ')}" for who, view in sorted(split.said.items()))
        text = f"{what}  {said}; the audit: {split.audit.replace('_', ' ')}"
        yield from hanging(line("  ", (one_line(split.call_id), "bold"), " "), line(one_line(text)), 4, width)
    if not report.splits:
        yield line("  nowhere")
    for note in report.notes:
        yield from hanging(line(("note: ", "dim")), line((note, "dim")), 6, width)


def _agreement(row: Agreement, columns: int) -> Text:
    shown = "all one" if row.kappa is None else f"{row.kappa:.2f}"
    same = percent(row.same / row.units)
    mark = "*" if row.small else " "
    return line(
        fill(row.measure.replace("_", " "), columns),
        f"{row.units:>7,}{row.calls:>7,}{same:>8}",
        (f"{shown:>8}", "bold"),
        (mark, "yellow"),
    )


def render_why_here(reasons: Sequence[str], counts: Sequence[tuple[str, int]], width: int) -> Iterator[Text]:
    """Why this call, and what else waits."""
    yield from hanging(line(("why this one: ", "bold")), line(", ".join(reasons)), 2, width)
    waiting = [line(f"{number:,} {name}") for name, number in counts]
    yield from joined(waiting, " · ", width, first=line(("waiting: ", "dim")))


def why_here(critical: int, uncertain: int, silent: int) -> tuple[str, ...]:
    """What makes a call worth a look, the gravest first."""
    reasons = []
    if critical:
        reasons.append(count(critical, "critical deviation"))
    if uncertain:
        reasons.append(count(uncertain, "undecided item"))
    if silent:
        reasons.append(count(silent, "silent deviation"))
    return tuple(reasons) or ("clean, and drawn for the sample",)
