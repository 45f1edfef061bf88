"""A check for machines: JUnit XML, SARIF 2.1.0, a Markdown summary and GitHub annotations, from one report.

Words of briefs and calls are data from outside: escaped in each format, and quoted only where a value of the
plan or a label is what differs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from precall_cli import __version__
from precall_cli.records.check import CheckFinding, CheckReport
from precall_cli.records.json_text import Json, readable_json
from precall_cli.report.check_text import shown_value
from precall_cli.report.inert import one_line
from precall_cli.report.junit import Suite, Test, render_junit
from precall_cli.report.layout import clip

RULES = {
    "gate": "The gate decides as it was blessed",
    "plan": "The plan says what it was blessed to say, in that order",
    "instructions": "The agent is told what it was blessed to be told",
    "audit": "The audit of the call says what was blessed",
    "scores": "The figures of the call are as blessed",
    "expect": "A case comes to what expect.toml says",
    "rules": "The rules of expect.toml and check.toml hold",
}
"""What each check looks at, in one line."""
MOST_ANNOTATIONS = 10
"""GitHub shows so many of each level in one step."""
SUMMARY_BYTES = 900_000
"""GitHub takes a step summary of at most 1 MiB."""
_PLAIN = frozenset(" .,/'\"→%=?…-")


def failing(finding: CheckFinding) -> bool:
    """Whether a finding fails the build."""
    return finding.gates and finding.change in ("broke", "gone")


def message_of(finding: CheckFinding) -> str:
    """A finding in one inert line."""
    name = finding.item or finding.field
    field = "" if finding.field in ("says", name) else f" {finding.field}"
    parts = [f"{finding.change}: {name}{field}"]
    if finding.before is not None or finding.after is not None:
        parts.append(f"{_short(finding.before)} → {_short(finding.after)}")
    if finding.expected is not None and finding.expected != finding.after:
        parts.append(f"wanted {_short(finding.expected)}")
    if finding.causes:
        parts.append("cause: " + ", then ".join(finding.causes))
    if finding.note:
        parts.append(finding.note)
    return one_line("; ".join(parts))


def _short(value: Any) -> str:
    return "nothing" if value is None else clip(shown_value(value), 160)


def junit_xml(report: CheckReport, cases: tuple[str, ...]) -> bytes:
    """JUnit XML: a suite for each case, a test for each check; findings that gate are its failures."""
    names = [*cases, *sorted({f.case for f in report.findings} - set(cases))]
    return render_junit("check", (_suite(report, name) for name in names))


def _suite(report: CheckReport, case: str) -> Suite:
    found = [finding for finding in report.findings if finding.case == case]
    tests = (_test(case, check, [finding for finding in found if finding.check == check]) for check in RULES)
    return Suite(case, tuple(tests))


def _test(case: str, check: str, found: list[CheckFinding]) -> Test:
    failed = [finding for finding in found if failing(finding)]
    out = "\n".join(message_of(finding) for finding in found if not failing(finding))
    if not failed:
        return Test(f"precall.{case}", check, out=out)
    details = "\n".join(f"{_at(finding)}{message_of(finding)}" for finding in failed)
    return Test(f"precall.{case}", check, "failure", failed[0].change, message_of(failed[0]), details, out)


def _at(finding: CheckFinding) -> str:
    return f"{finding.file}:{finding.line or 1}: " if finding.file else ""


def sarif(report: CheckReport, base: Path) -> str:
    """SARIF 2.1.0 with a result for each finding; files are relative to `base`, where they lie under it."""
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository"}}},
                "results": [_result(finding, base) for finding in report.findings],
            }
        ],
    }
    return readable_json(document)


def _driver() -> Json:
    rules = [
        {"id": f"precall/{name}", "name": name, "shortDescription": {"text": text}}
        for name, text in RULES.items()
    ]
    return {
        "name": "precall",
        "version": __version__,
        "informationUri": "https://precall.dev",
        "rules": rules,
    }


def _result(finding: CheckFinding, base: Path) -> Json:
    level = "error" if failing(finding) else "warning" if finding.change in ("broke", "gone") else "note"
    about = "\0".join((finding.case, finding.check, finding.item or "", finding.field))
    result: Json = {
        "ruleId": f"precall/{finding.check}",
        "ruleIndex": list(RULES).index(finding.check),
        "level": level,
        "message": {"text": f"{finding.case}: {message_of(finding)}"},
        "partialFingerprints": {"precall/v1": hashlib.sha256(about.encode()).hexdigest()[:32]},
    }
    if finding.file:
        location = {
            "artifactLocation": _artifact(finding.file, base),
            "region": {"startLine": finding.line or 1},
        }
        result["locations"] = [{"physicalLocation": location}]
    return result


def _artifact(file: str, base: Path) -> Json:
    from urllib.parse import quote

    path = Path(file).absolute()
    try:
        return {"uri": quote(path.relative_to(base.absolute()).as_posix()), "uriBaseId": "SRCROOT"}
    except ValueError:
        return {"uri": path.as_uri()}


def markdown(report: CheckReport) -> str:
    """A summary for a build's page: the counts, then a table of findings; outside text is inert in it."""
    verdict = "❌ **failed**" if report.failed else "✅ **ok**"
    counts = ", ".join(
        f"{report.count(c)} {c}" for c in ("broke", "gone", "added", "fixed") if report.count(c)
    )
    lines = [
        "### precall check",
        "",
        f"{verdict}: {report.cases} cases, {report.facts:,} facts; {counts or 'nothing differs'}.",
        f"Gates: {', '.join(report.gates) or 'nothing'}. Informs: {', '.join(report.informs) or 'nothing'}.",
    ]
    if report.findings:
        lines += ["", "| | case | item | what | cause | where |", "|---|---|---|---|---|---|"]
        size = sum(len(row.encode()) for row in lines)
        for number, finding in enumerate(report.findings):
            row = _row(finding)
            size += len(row.encode()) + 1
            if size > SUMMARY_BYTES:
                lines.append(
                    f"\n… and {len(report.findings) - number:,} more: `precall check --json` has all."
                )
                break
            lines.append(row)
    for entry in report.quarantined:
        about = f"{entry.case} {entry.item or ''}".strip()
        body = f"{about} until {entry.expires}, by {entry.owner}: {entry.reason}"
        lines.append(f"\n⏸ Quarantined: {_cell(body)}")
    return "\n".join(lines) + "\n"


def _row(finding: CheckFinding) -> str:
    where = f"{finding.file}:{finding.line or 1}" if finding.file else ""
    what = _short(finding.before) + " → " + _short(finding.after)
    if finding.expected is not None and finding.expected != finding.after:
        what += f" (wanted {_short(finding.expected)})"
    cells = (
        finding.change if finding.gates else f"{finding.change} (informs)",
        finding.case,
        f"{finding.item or finding.field}{f' ({finding.plan_item})' if finding.plan_item else ''}",
        what,
        ", then ".join(finding.causes),
        where,
    )
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(text: str) -> str:
    """Text as a Markdown cell: one line, in which no markup of any kind takes effect."""
    return "".join(
        c if c.isalnum() or c in _PLAIN or ord(c) > 0x2000 else f"&#{ord(c)};" for c in one_line(text)
    )


def github_commands(report: CheckReport) -> Iterator[str]:
    """GitHub workflow commands: an error for what gates, a warning for what broke but informs, notices else.

    At most MOST_ANNOTATIONS of a level, since GitHub drops the rest; the last one says how many there are.
    """
    levels: dict[str, list[CheckFinding]] = {"error": [], "warning": [], "notice": []}
    for finding in report.findings:
        level = (
            "error" if failing(finding) else "warning" if finding.change in ("broke", "gone") else "notice"
        )
        levels[level].append(finding)
    for level, found in levels.items():
        few = found if len(found) <= MOST_ANNOTATIONS else found[: MOST_ANNOTATIONS - 1]
        for finding in few:
            title = f"precall {finding.check}: {finding.case}"
            yield _command(level, title, message_of(finding), finding.file, finding.line)
        if len(few) < len(found):
            yield _command(level, "precall check", f"and {len(found) - len(few)} more of these", None, None)


def _command(level: str, title: str, text: str, file: str | None, at: int | None) -> str:
    properties = {"file": file, "line": str(at or 1) if file else None, "title": title}
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{level} {given}::{_data(text)}"


def _data(text: str) -> str:
    return one_line(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
