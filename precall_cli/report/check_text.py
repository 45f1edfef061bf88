"""A check for the terminal: what broke first, then what is gone, new and fixed; with cause and next step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from precall_cli.records.check import Change, CheckFinding, CheckReport, JudgedCase
from precall_cli.records.redaction import mask_contacts
from precall_cli.report.console import line
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip, count, hanging, percent

MARKS: dict[Change, tuple[str, str]] = {
    "broke": ("✗", "bold red"),
    "gone": ("✗", "red"),
    "added": ("+", "cyan"),
    "fixed": ("✓", "green"),
}
ORDER: tuple[Change, ...] = ("broke", "gone", "added", "fixed")


def render_check(report: CheckReport, width: int) -> Iterator[Text]:
    """The report's lines, at most `width` columns each."""
    yield _headline(report)
    yield from hanging(line("  ", ("gates ", "dim")), line(", ".join(report.gates) or "nothing"), 8, width)
    yield from hanging(
        line("  ", ("informs ", "dim")), line(", ".join(report.informs) or "nothing"), 10, width
    )
    for case, found in groupby(report.findings, key=lambda finding: finding.case):
        yield Text()
        yield line((clip(one_line(case), width), "bold"))
        rows = sorted(found, key=lambda finding: ORDER.index(finding.change))
        shown: set[str] = set()
        for finding in rows:
            yield from _finding(finding, width)
        for finding in rows:
            if finding.next and finding.next not in shown and finding.change in ("broke", "gone"):
                shown.add(finding.next)
        for command in sorted(shown)[:2]:
            yield from hanging(line("    ", ("next: ", "dim")), line((command, "cyan")), 10, width)
    yield Text()
    for judged in report.judged:
        yield from hanging(line(("judge ", "cyan")), line(_judged(judged)), 6, width)
    for entry in report.quarantined:
        about = f"{entry.case}{' ' + entry.item if entry.item else ''}"
        body = f"{about} until {entry.expires}, {entry.owner}: {entry.reason}"
        yield from hanging(line(("quarantined ", "yellow")), line(body), 12, width)
    yield from _foot(report, width)


def _headline(report: CheckReport) -> Text:
    verdict = ("FAILED", "bold red") if report.failed else ("ok", "bold green")
    counts = ", ".join(f"{report.count(change)} {change}" for change in ORDER if report.count(change))
    what = counts or "nothing differs from the baseline"
    return line(verdict, f"  {count(report.cases, 'case')}, {count(report.facts, 'fact')}: {what}")


def _judged(judged: JudgedCase) -> str:
    """`inbound-x: 3 open items, 5 runs, flip rate 0 % (at most 10 %)`."""
    rate = "no answer" if judged.flip_rate is None else f"flip rate {percent(judged.flip_rate)}"
    asked = f"{count(judged.asked, 'open item')}, {count(judged.runs, 'run')}"
    if not judged.asked:
        return f"{judged.case}: nothing was open, so nothing was asked"
    return f"{judged.case}: {asked}, {rate} (at most {percent(judged.max_flip_rate)})"


def _finding(finding: CheckFinding, width: int) -> Iterator[Text]:
    mark, style = MARKS[finding.change]
    name = clip(one_line(finding.item or finding.field), width - 40)
    about = f" ({finding.plan_item})" if finding.plan_item and finding.plan_item != finding.item else ""
    field = "" if finding.field in ("says", name) or finding.field == name else f" {finding.field}"
    head = line("  ", (mark, style), " ", (finding.change, style), " ", (name, "bold"), about, field)
    tail = [finding.check] + ([] if finding.gates else ["informs only"])
    if finding.causes:
        tail.append("cause: " + ", then ".join(finding.causes))
    yield from hanging(head, line((f"  [{' · '.join(tail)}]", "dim")), 6, width)
    if finding.check == "plan" and finding.field == "order":
        yield from _values("order", finding.before, finding.after, width)
    elif all(isinstance(value, dict | None) for value in (finding.before, finding.after)):
        before, after = finding.before or {}, finding.after or {}
        for key in {**before, **after}:
            yield from _values(key, before.get(key), after.get(key), width)
    elif finding.field != "case" and not finding.field.startswith("deviation "):
        yield from _values("", finding.before, finding.after, width)
    if finding.expected is not None and finding.expected != finding.after:
        yield from hanging(line("      ", ("wanted ", "dim")), line(shown_value(finding.expected)), 13, width)
    if finding.note:
        yield from hanging(line("      "), line((finding.note, "yellow")), 6, width)
    if finding.file:
        yield line("      ", (clip(one_line(f"{finding.file}:{finding.line or 1}"), width - 6), "dim"))


def _values(name: str, before: Any, after: Any, width: int) -> Iterator[Text]:
    label = f"{name} " if name else ""
    for sign, style, value in (("-", "red", before), ("+", "green", after)):
        if value is not None:
            yield from hanging(
                line("      ", (f"{sign} ", style), (label, "dim")), line(shown_value(value)), 8, width
            )


def shown_value(value: Any) -> str:
    """A fact's value in one inert line; a build's log is for many eyes, so phones and e-mails are masked."""
    if isinstance(value, list):
        return mask_contacts(one_line(", ".join(str(each) for each in value)))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return mask_contacts(one_line(text))


def _foot(report: CheckReport, width: int) -> Iterator[Text]:
    if not report.blessed:
        yield from hanging(
            line(("no baseline: ", "yellow")),
            line("every case is new. `precall bless` writes one; commit it with the cases."),
            2,
            width,
        )
    elif any(finding.change != "fixed" for finding in report.findings):
        yield from hanging(
            line(("next: ", "dim")), line(("precall bless", "cyan"), " takes all of this as right"), 6, width
        )
    elif report.findings:
        yield line(("next: ", "dim"), ("precall bless", "cyan"), " keeps what is fixed")
    if report.known_misses:
        yield line((f"{count(report.known_misses, 'label')} missed as before: known, and no change", "dim"))


def render_coverage(
    areas: Sequence[tuple[str, Sequence[str], Sequence[str]]],
    share: float,
    least: float | None,
    width: int,
) -> Iterator[Text]:
    """What the cases exercise: each area's name, what is covered and what is missing; `share` is 0 to 1."""
    wanted = "" if least is None else f", at least {least:g} % wanted"
    style = "bold" if least is None else "bold green" if share * 100 >= least else "bold red"
    yield line(("coverage ", "bold"), (f"{percent(share)}", style), wanted)
    for name, covered, missing in areas:
        total = len(covered) + len(missing)
        head = line(
            "  ", ("✓ " if not missing else "· ", "green" if not missing else "yellow"), (name, "bold")
        )
        yield line(head, f"  {len(covered)} of {total}")
        if missing:
            yield from hanging(line("      ", ("no case: ", "dim")), line(", ".join(missing)), 6, width)
