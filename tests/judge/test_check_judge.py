"""A case with a judge: recorded once, played back without a key, held to its flip rate; and the command."""

from __future__ import annotations

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from precall_cli.check.baseline import FILE_NAME, baseline_text
from precall_cli.check.case import find_cases
from precall_cli.check.play import World, play
from precall_cli.check.run import check, observe_all
from precall_cli.errors import BadInput
from precall_cli.judge.question import make_question
from precall_cli.records.check import CheckReport
from tests.check.workshop import FIXTURES
from tests.claude.server import Act, Server, error
from tests.cli.command import Run
from tests.cli.inside import run
from tests.judge.desk import KEY, data_of, says, verdict

Json = Any
CASE = "inbound-judged"


@cache
def open_case() -> tuple[Path, str]:
    """A shipped case whose call is cut down until a question is open, and its moment."""
    root = Path(mkdtemp())
    for case in sorted(find_cases(FIXTURES), key=lambda case: not case.name.startswith("inbound")):
        if not case.has("transcript.json") or not case.has("expect.toml"):
            continue
        folder = root / case.name
        shutil.copytree(FIXTURES / case.name, folder)
        call = json.loads((folder / "transcript.json").read_text("utf-8"))
        for turn in call.get("turns", ()):
            whole = turn["text"]
            for share in (2, 3, 4):
                turn["text"] = " ".join(whole.split()[: -(-len(whole.split()) // share)])
                (folder / "transcript.json").write_text(json.dumps(call), "utf-8")
                (there,) = [c for c in find_cases(root) if c.name == case.name]
                played = play(there, World())
                if played.examination is None:
                    continue
                found = make_question(played.examination).items.values()
                if any("skipped" in item.possible for item in found):
                    return folder, played.expect.now
            turn["text"] = whole
    pytest.fail("no call could be cut down to an open question")


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    root = tmp_path / "cases"
    folder, now = open_case()
    shutil.copytree(folder, root / CASE)
    text = f'title = "A judge"\nnow = "{now}"\n[judge]\nruns = 3\nmax_flip_rate = 0.1\n'
    (root / CASE / "expect.toml").write_text(text, encoding="utf-8")
    return root


def report_on(cases: Path, *, ask: bool = False) -> CheckReport:
    world = World(ask_judge=ask)
    found = observe_all(cases, world, workers=1)
    baseline = cases / FILE_NAME
    if not baseline.exists():
        baseline.write_text(baseline_text(found.observed), encoding="utf-8")
    return check(found, world, baseline=baseline, today=date(2026, 11, 20))


def skips(body: Json, number: int, *, flips: bool = False) -> Act:
    """Says of every open question that it was skipped; where it `flips`, in its second run only."""
    rows = [row for row in data_of(body)["items"] if "skipped" in row["possible"]]
    return says(*(verdict(row["item"], "skipped") for row in rows if not flips or number == 2))


def record(cases: Path, monkeypatch: pytest.MonkeyPatch, *, flips: bool) -> CheckReport:
    with Server(lambda body, number: skips(body, number, flips=flips)) as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        report = report_on(cases, ask=True)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("ANTHROPIC_BASE_URL")
    return report


def test_a_case_is_recorded_once_and_played_back(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput) as missing:
        report_on(cases)
    assert CASE in str(missing.value)
    assert str(cases / CASE / "judge") in str(missing.value)
    first = record(cases, monkeypatch, flips=False)
    assert len(list((cases / CASE / "judge").glob("*.json"))) == 3
    before = (cases / FILE_NAME).read_bytes()
    (cases / FILE_NAME).unlink()
    again = report_on(cases)
    assert (cases / FILE_NAME).read_bytes() == before
    assert not again.failed
    (judged,) = again.judged
    assert first.judged == again.judged
    assert (judged.runs, judged.flipped, judged.flip_rate) == (3, 0, 0.0)
    facts = json.loads(before)["cases"][CASE]["audit"]["judge"]
    assert facts["decided"] == judged.asked >= 1


def test_runs_that_differ_too_much_break_the_case(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = record(cases, monkeypatch, flips=True)
    (finding,) = [f for f in report.findings if f.field == "max_flip_rate"]
    assert (finding.change, finding.check, finding.expected) == ("broke", "rules", "at most 0.1")
    assert (finding.file or "").endswith("expect.toml")
    assert finding.line == 5
    assert report.failed
    entry = f'[[quarantine]]\ncase = "{CASE}"\n'
    whole = entry + 'owner = "Ines"\nreason = "the judge wavers"\nexpires = "%s"\n'
    (cases / "check.toml").write_text(whole % "2026-12-31", encoding="utf-8")
    assert not report_on(cases).failed
    (cases / "check.toml").write_text(whole % "2026-11-20", encoding="utf-8")
    assert report_on(cases).failed
    (cases / "check.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(BadInput, match="owner"):
        report_on(cases)


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    folder, now = open_case()
    shutil.copytree(folder, tmp_path / "case")
    made = run("plan", "create", "case/brief.json", "--now", now, "--json", cwd=tmp_path)
    assert made.code == 0, made.err
    (tmp_path / "plan.json").write_text(made.out, encoding="utf-8")
    return tmp_path


def audit(folder: Path, *more: str, **environ: str) -> Run:
    call = ("audit", "case/transcript.json", "--plan", "plan.json", "--judge", "claude")
    return run(*call, *more, cwd=folder, **environ)


def test_the_command_records_plays_back_and_tells(planned: Path) -> None:
    with Server(skips) as server:
        there = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url}
        done = audit(planned, "--judge-runs", "3", "--record", "kept", "--json", **there)
    assert done.code == 0, done.err
    assert "flip rate 0 % over 3 runs" in done.err
    assert "USD" in done.err
    assert KEY not in done.out + done.err
    played = audit(planned, "--judge-runs", "3", "--replay", "kept", "--json")
    assert played.out == done.out
    gone = audit(planned, "--judge-runs", "4", "--replay", "kept")
    assert gone.code == 2
    assert "run 4" in gone.err


def test_the_command_goes_on_without_the_judge(planned: Path) -> None:
    done = audit(planned)
    assert done.code == 0, done.err
    assert "there is no API key" in done.out
    with Server(lambda body, number: error(401, "authentication_error")) as server:
        there = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url}
        failed = audit(planned, "--judge-required", **there)
    assert failed.code == 5
    assert "key was refused" in failed.err
    lone = run("audit", "case/transcript.json", "--plan", "plan.json", "--judge-runs", "3", cwd=planned)
    assert lone.code == 2
    both = audit(planned, "--record", "a", "--replay", "b")
    assert both.code == 2
