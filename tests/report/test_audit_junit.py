"""Audits as a build reads them: what fails, what is skipped, and that the file is JUnit whatever was said."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import pytest

from precall_cli.report.audit_junit import Call, audit_junit
from precall_cli.report.audit_view import Heading
from tests.cli.command import CALL, NOW, PLAN, brief, precall, write
from tests.cli.inside import run
from tests.report.audited_calls import AUDIT, SAID, audit, deviation, item, plan, transcript
from tests.report.junit_reader import Read, check_schema, read_junit

HEADING = Heading("pln_5b1c (inbound)", (), ("No store has sealed it.",))
EVIL = "x\n::error::owned ]]> <failure/> & \"'\x00\x1b[2J\ufffe\u202e\ud800\U000e0041"


def report(fail_on: str | float | None = None, **changes: Any) -> Read:
    data = audit_junit([Call(plan(), transcript(), audit(**changes), HEADING)], (), fail_on)
    return read_junit(data)


def test_a_test_for_each_item_and_for_what_belongs_to_none() -> None:
    assert report().results("call_700") == {
        "objective": "ok", "opening": "ok", "d1 disclosure": "ok", "q1 qualification": "ok",
        "q2 qualification": "failure", "q 3 qualification": "skipped", "o1 objection": "skipped",
        "n1 next step": "skipped", "n2 next step": "ok", "s1 stop": "skipped",
        "m1 do not mention": "failure", "off plan question turn 4": "failure",
        "unanticipated objection turn 3": "ok",
    }  # fmt: skip
    tests = report().suites["call_700"]
    assert {test.classname for test in tests.values()} == {"inbound"}
    failed = tests["m1 do not mention"]
    assert (failed.result[0].type, failed.result[0].message) == (
        "withheld_mentioned",
        "withheld_mentioned, in words.",
    )
    assert "turn 2, agent: “the whole site is being sold”" in failed.system_out
    assert "turn 4, agent: “Who is your accountant?”" in tests["off plan question turn 4"].system_out
    assert "explained as time_constraint" in tests["q2 qualification"].result[0].text
    assert tests["q 3 qualification"].result[0].message == "uncertain. Half a question."
    assert tests["s1 stop"].result[0].message == "not due: not triggered"


def test_the_suite_tells_what_the_audit_is() -> None:
    suite = next(iter(report().root))
    assert {one.name: one.value for one in suite.properties()} == {
        "call_id": "call_700", "plan_id": "pln_5b1c", "audit_id": "aud_77", "signature": "precall:0 engine:1",
        "verdict": "fail", "adherence": "0.625", "compliance": "breached",
    }  # fmt: skip
    told = [row.text for row in suite._elem.findall("system-out")]
    assert len(told) == 1 and "with nothing found: rung skipped" in told[0]
    assert "note: No store has sealed it." in told[0]


@pytest.mark.parametrize(
    ("fail_on", "failed"),
    [
        ("critical", {"m1 do not mention"}),
        ("major", {"m1 do not mention"}),
        ("minor", {"m1 do not mention", "q2 qualification", "off plan question turn 4"}),
        (0.5, set()),
        (0.375, {"m1 do not mention", "q2 qualification", "off plan question turn 4", "deviation rate"}),
    ],
)
def test_the_threshold_says_what_fails(fail_on: str | float, failed: set[str]) -> None:
    results = report(fail_on).results("call_700")
    assert {name for name, came in results.items() if came == "failure"} == failed
    assert ("deviation rate" in results) == isinstance(fail_on, float)


def test_what_does_not_fail_is_still_told() -> None:
    test = report("critical").suites["call_700"]["q2 qualification"]
    assert test.result == [] and "question skipped, minor, the agent's, explained" in test.system_out


def test_a_call_on_which_nothing_was_due_has_no_rate() -> None:
    scores = AUDIT["scores"] | {"adherence": None, "deviation_rate": None, "unexplained_deviation_rate": None}
    read = report(0.1, scores=scores, deviations=[], items=[item("objective", "objective", "not_reached")])
    assert read.results("call_700") == {"objective": "skipped", "deviation rate": "skipped"}
    assert {one.name: one.value for one in next(iter(read.root)).properties()}["adherence"] == "null"


def hostile() -> bytes:
    said = tuple((who, f"{text} {EVIL}".replace("\ud800", "")) for who, text in SAID)
    entry = [deviation("off_plan_question", None, "minor", (4,), explanation=f"Asked {EVIL[:-2]}")] * 2
    call = Call(plan(), transcript(said), audit(deviations=entry, notes=[EVIL[:20]]), HEADING)
    return audit_junit([call], [(EVIL, EVIL), (EVIL, "again")], None)


def test_no_word_of_a_call_is_markup_or_acts() -> None:
    read = read_junit(hostile())
    assert read.results("call_700")["off plan question turn 4 (2)"] == "failure"
    text = hostile().decode()
    assert text.count("<failure ") == 2 and text.count("<error ") == 2
    assert not re.search("[^\\t\\n -\\ud7ff\\ue000-\\ufffd]|[\\u202e\\u2066]|^::", text, re.M)
    assert "\\x1b" in text and "\\u202e" in text


def test_the_report_holds_to_its_schema() -> None:
    check_schema(hostile())
    for fail_on in (None, "major", 0.2):
        check_schema(audit_junit([Call(plan(), transcript(), audit(), HEADING)], (), fail_on))
    check_schema(audit_junit((), (), None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = CALL.splitlines()
    write(tmp_path / "plan.json", PLAN)
    write(tmp_path / "call.txt", CALL)
    write(tmp_path / "short.txt", "\n".join(lines[:4] + lines[6:]) + "\n")
    write(tmp_path / "bad.json", '{"x":')
    return tmp_path


def test_many_calls_are_one_file_and_the_unreadable_one_is_an_error(folder: Path) -> None:
    arguments = ("audit", "call.txt", "short.txt", "bad.json", "--plan", "plan.json", "--no-store", "--json")
    plain = run(*arguments, cwd=folder)
    done = run(*arguments, "--junit", "a.xml", "--html", "a.html", cwd=folder)
    assert (done.code, done.out) == (1, plain.out) and "JUnit: a.xml" in done.err
    assert stat.S_IMODE((folder / "a.xml").stat().st_mode) == 0o600
    data = (folder / "a.xml").read_bytes()
    read = read_junit(data)
    assert (read.root.tests, read.root.failures, read.root.errors) == (15, 1, 1)
    calls = [one["call_id"] for one in done.document if "call_id" in one]
    assert [*read.suites] == [*calls, "could not be audited"]
    assert read.results(calls[1])["q2 qualification"] == "failure"
    assert read.results("could not be audited") == {"bad.json:1:6": "error"}
    again = precall(*arguments, "--junit", "a.xml", cwd=folder, PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    assert again.code == 1 and (folder / "a.xml").read_bytes() == data
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("fail_on", "code"), [((), 0), (("--fail-on", "minor"), 1), (("--fail-on", "major"), 0)]
)
def test_a_failure_is_what_makes_the_exit_code(folder: Path, fail_on: tuple[str, ...], code: int) -> None:
    done = run("audit", "short.txt", "--plan", "plan.json", *fail_on, "--junit", "a.xml", cwd=folder)
    assert done.code == code, done
    failures = read_junit((folder / "a.xml").read_bytes()).root.failures
    assert failures == (0 if fail_on and not code else 1)


def test_where_no_report_can_be_written_nothing_is_done(tmp_path: Path) -> None:
    write(tmp_path / "brief.json", brief())
    made = run("plan", "create", "brief.json", "--now", NOW, "--json", cwd=tmp_path)
    write(tmp_path / "call.txt", CALL)
    (tmp_path / "link.xml").symlink_to(tmp_path / "elsewhere.xml")
    write(tmp_path / "mine.xml", '<?xml version="1.0"?>\n<testsuites name="pytest tests"/>')
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    plan_id = made.document["plan_id"]
    for names, said in (
        (("--junit", "no/a.xml"), "the folder does not exist"),
        (("--junit", "link.xml"), "is not a regular file"),
        (("--junit", "mine.xml"), "is no report of precall"),
        (("--junit", "call.txt"), "is no report of precall"),
        (("--junit", "-"), "is no file name"),
        (("--junit", "."), "is not a regular file"),
        (("--junit", "a.xml", "--html", "./a.xml"), "named by --html too"),
    ):
        done = run("audit", "call.txt", "--plan", plan_id, *names, cwd=tmp_path)
        assert (done.code, done.out, said in done.err) == (2, "", True), (names, done)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    assert run("audit", "call.txt", "--plan", plan_id, "--junit", "a.xml", cwd=tmp_path).code == 0
    assert {path.name for path in tmp_path.iterdir()} - {*before} == {"a.xml", "link.xml"}
