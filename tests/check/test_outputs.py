"""One report, many readers: JUnit, SARIF, Markdown, GitHub; each read by a tool of its own kind."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import junitparser
import pytest

from precall_cli.records.check import CheckFinding, CheckReport
from precall_cli.report.check_formats import github_commands, junit_xml, markdown, sarif
from precall_cli.report.check_text import render_check
from tests.report.junit_reader import check_schema

HOSTILE = (
    "x\n::error::owned\r\n| a | <script>alert(1)</script> `b` [l](http://e.example) %0A \x1b[31m\x00\ud7ff,:"
)


def finding(**fields: object) -> CheckFinding:
    document = {
        "case": "inbound-a", "check": "plan", "change": "broke", "item": "qualification/budget",
        "plan_item": "q1", "field": "says", "before": {"question": "Old?"}, "after": {"question": "New?"},
        "causes": ["playbook"], "gates": True, "file": "cases/inbound-a/brief.json", "line": 7, "next": "x",
    }  # fmt: skip
    return CheckFinding.model_validate_json(json.dumps({**document, **fields}))


def report(*findings: CheckFinding, **fields: object) -> CheckReport:
    return CheckReport(
        cases=2,
        facts=90,
        findings=findings,
        gates=("plan", "audit"),
        informs=("scores",),
        blessed=True,
        **fields,
    )  # type: ignore[arg-type]


ALL = report(
    finding(),
    finding(check="audit", change="gone", item=None, field="verdict", before="pass", after=None),
    finding(check="scores", gates=False, field="adherence", item=None, before=0.9, after=0.8),
    finding(case="inbound-b", change="fixed", check="audit", field="status", before="skipped", after="asked"),
    finding(case=HOSTILE, item=HOSTILE, before={"question": HOSTILE}, after=HOSTILE, file=HOSTILE),
)


def test_junit_is_read_by_a_reader_of_junit(tmp_path: Path) -> None:
    path = tmp_path / "check.xml"
    path.write_bytes(junit_xml(ALL, ("inbound-a", "inbound-b")))
    found = junitparser.JUnitXml.fromfile(str(path))
    suites = {suite.name: suite for suite in found}
    assert (found.tests, found.failures, found.errors) == (21, 3, 0)
    assert (suites["inbound-a"].tests, suites["inbound-a"].failures) == (7, 2)
    assert suites["inbound-b"].failures == 0
    failed = {case.name: case.result[0] for case in suites["inbound-a"] if case.result}
    assert failed["plan"].type == "broke"
    assert "Old?" in failed["plan"].message
    assert "cases/inbound-a/brief.json:7" in (failed["plan"].text or "")
    assert junit_xml(ALL, ("inbound-a", "inbound-b")) == path.read_bytes()


def test_junit_holds_to_its_schema(tmp_path: Path) -> None:
    check_schema(junit_xml(ALL, ("inbound-a", "inbound-b")))
    text = junit_xml(ALL, ("inbound-a", "inbound-b")).decode()
    assert "\x1b" not in text and not re.search("^::", text, re.M)


def sarif_schema() -> dict[str, object]:
    path = os.environ.get("PRECALL_SARIF_SCHEMA", "")
    if not Path(path).is_file():
        pytest.skip("PRECALL_SARIF_SCHEMA names no copy of the SARIF 2.1.0 schema; .ci/run fetches one")
    found: dict[str, object] = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    return found


def test_sarif_holds_to_its_schema(tmp_path: Path) -> None:
    schema = sarif_schema()
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(json.loads(sarif(ALL, tmp_path)))] == []


def test_sarif_points_at_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = json.loads(sarif(ALL, tmp_path))["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note", "error"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "cases/inbound-a/brief.json", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 7}
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    prints = [result["partialFingerprints"]["precall/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\r\n]*)(?:,\w+=[^,:\r\n]*)*)::([^\r\n]*)")
"""A workflow command as the runner reads it: properties end at `,`, `::` and line ends."""


def test_annotations_are_one_command_a_line_whatever_was_said() -> None:
    rows = list(github_commands(ALL))
    parsed = [COMMAND.fullmatch(row) for row in rows]
    assert all(parsed), rows
    assert [match[1] for match in parsed if match] == ["error", "error", "error", "warning", "notice"]
    first = dict(part.split("=", 1) for part in parsed[0][2].split(",")) if parsed[0] else {}
    assert (first["file"], first["line"]) == ("cases/inbound-a/brief.json", "7")


def test_more_annotations_than_a_step_shows_end_with_their_number() -> None:
    many = report(*(finding(line=number) for number in range(1, 31)))
    rows = list(github_commands(many))
    assert len(rows) == 10
    assert "21 more" in rows[-1]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_the_summary_is_a_table_in_which_no_word_is_markup() -> None:
    text = markdown(ALL)
    rows = [row for row in text.splitlines() if row.startswith("|")]
    assert len(rows) == 2 + len(ALL.findings)
    assert {row.count("|") for row in rows} == {7}
    tags = _Tags()
    tags.feed(text)
    assert tags.tags == []
    assert "](" not in text
    assert "`b`" not in text


def test_a_summary_stays_within_what_github_takes() -> None:
    text = markdown(report(*(finding(after={"question": "n" * 400}) for _ in range(5000))))
    assert len(text.encode()) < 1024 * 1024
    assert "more: `precall check --json`" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_terminal_says_what_gates_and_stays_in_its_width(width: int) -> None:
    rows = [row.plain for row in render_check(ALL, width)]
    assert rows[0].startswith("FAILED")
    assert any("gates" in row and "plan, audit" in row for row in rows)
    assert any("informs only" in row for row in rows)
    assert "\x1b" not in "".join(rows)
    assert max(map(len, rows)) <= max(width, 78)


def test_the_record_comes_back() -> None:
    assert CheckReport.from_json(ALL.canonical(), "check") == ALL
