"""The pytest plugin under pytest's own pytester, in a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from workshop import CASES, open_workshop

CLINIC = CASES[0]


@pytest.fixture
def project(pytester: pytest.Pytester, tmp_path: Path) -> pytest.Pytester:
    shop = open_workshop(tmp_path)
    for name in (CLINIC, CASES[3]):
        shutil.copytree(shop.cases / name, pytester.path / "cases" / name)
    shutil.copy(shop.baseline, pytester.path / "cases" / "baseline.json")
    shutil.copytree(shop.root / "policies", pytester.path / "policies")
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider\n")
    return pytester


def test_cases_are_collected_as_tests(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("cases")
    result.assert_outcomes(passed=2)


def test_a_failure_reads_like_the_command(project: pytest.Pytester) -> None:
    brief = project.path / "cases" / CLINIC / "brief.json"
    brief.write_text(brief.read_text(encoding="utf-8").replace('"Marisol', '"Marisa'), encoding="utf-8")
    result = project.runpytest_subprocess("cases", "-rN")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [f"*precall case {CLINIC}*", "*broke opening*cause: brief*", f"*{CLINIC}/brief.json:*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_bad_file_is_a_readable_failure(project: pytest.Pytester) -> None:
    (project.path / "cases" / CLINIC / "expect.toml").write_text("title = 3", encoding="utf-8")
    result = project.runpytest_subprocess(f"cases/{CLINIC}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expect.toml*", "*/title: must be*"])


def test_collecting_can_be_switched_off_and_loads_nothing_heavy(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nprecall_cases = false\n")
    project.makepyfile(
        test_light="""
        import sys
        def test_light():
            assert not {"numpy", "pydantic", "sqlite_utils", "anthropic"} & set(sys.modules)
            ours = {name for name in sys.modules if name.startswith("precall_cli.")}
            assert ours == {"precall_cli.pytest_plugin"}
        """
    )
    result = project.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:anyio")
    result.assert_outcomes(passed=1)


def test_the_fixture_audits_a_call(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_call=f"""
        from pathlib import Path
        from precall_cli.records.plan import CallPlan

        def test_call(precall_audit):
            plan = CallPlan.from_document({{
                "schema": "precall.plan/1", "agent": "inbound",
                "objective": {{"id": "objective", "type": "qualify", "statement": "Learn how they work"}},
                "qualification": [
                    {{"id": "q1", "topic": "team_size", "question": "How many people answer calls?"}},
                ],
            }}, "plan")
            audit = precall_audit(plan, Path("cases/{CLINIC}/transcript.json"))
            assert [item.status for item in audit.items if item.item == "q1"] == ["asked"]
        """
    )
    project.runpytest_subprocess("test_call.py").assert_outcomes(passed=1)
