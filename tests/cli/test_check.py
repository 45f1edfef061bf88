"""`check`, `bless`, `plan check` and `playbook check` as a user types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.command import PLAN, write
from tests.cli.inside import run as precall

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
CASES = ("inbound-clinic-form", "cold_list-dnc-listed")


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    for name in CASES:
        shutil.copytree(FIXTURES / name, tmp_path / "fixtures" / name)
    return tmp_path


def test_a_baseline_moves_by_bless_alone_and_check_says_what_broke(cases: Path) -> None:
    first = precall("check", cwd=cases)
    assert (first.code, "no baseline" in first.out) == (0, True)
    assert not (cases / "fixtures" / "baseline.json").exists()
    blessed = precall("bless", cwd=cases)
    assert blessed.code == 0
    before = (cases / "fixtures" / "baseline.json").read_bytes()
    assert precall("bless", cwd=cases).err.startswith("nothing to bless")
    assert precall("check", cwd=cases).out.startswith("ok  2 cases")

    brief = cases / "fixtures" / CASES[0] / "brief.json"
    brief.write_text(
        brief.read_text(encoding="utf-8").replace("Marisol Trevino", "Ana Trevino"), encoding="utf-8"
    )
    outputs = ("--junit", "c.xml", "--sarif", "c.sarif", "--markdown", "c.md", "--json")
    broke = precall("check", *outputs, cwd=cases)
    assert broke.code == 1
    assert {finding["causes"][0] for finding in broke.document["findings"]} == {"brief"}
    assert all((cases / name).stat().st_mode & 0o777 == 0o600 for name in ("c.xml", "c.sarif", "c.md"))
    assert (cases / "fixtures" / "baseline.json").read_bytes() == before
    again = precall("check", "--no-cache", *outputs, cwd=cases, PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    assert again.out == broke.out

    summary = cases / "summary.md"
    told = precall("check", "--github", cwd=cases, GITHUB_STEP_SUMMARY=str(summary))
    assert told.out.startswith("::error file=fixtures/inbound-clinic-form/brief.json,line=")
    assert "❌" in summary.read_text(encoding="utf-8")
    shown = precall("check", "--case", CASES[0], "--show", cwd=cases)
    assert "Ana" in shown.out
    assert shown.code == 1


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("check", "nowhere"), 3, "does not exist"),
        (("check", "--case", "inbound-none"), 2, "no such case"),
        (("check", "--today", "soon"), 2, "must be a day"),
        (("check", "--fail-under", "99"), 1, ""),
        (("bless", "nowhere"), 3, "does not exist"),
        (("check", "--junit", "no/such/folder/c.xml"), 2, "folder does not exist"),
    ],
)
def test_each_end_has_its_exit_code(cases: Path, args: tuple[str, ...], code: int, said: str) -> None:
    done = precall(*args, cwd=cases)
    assert done.code == code, done.err
    assert said in done.err
    assert not (cases / "fixtures" / "baseline.json").exists()


def test_coverage_is_a_figure_with_what_is_missing(cases: Path) -> None:
    shown = precall("check", "--coverage", "--json", cwd=cases).document
    areas = {area["name"]: area for area in shown["areas"]}
    assert areas["policies"]["covered"] == ["inbound", "cold_list"]
    assert "GATE_HOURS" in areas["gate refusals"]["missing"]
    assert "GATE_HOURS" in precall("check", "--coverage", cwd=cases).out


def test_plan_files_are_checked_in_one_pass(tmp_path: Path) -> None:
    write(tmp_path / "good.json", PLAN)
    assert precall("plan", "check", "good.json", cwd=tmp_path).code == 0
    write(tmp_path / "false.json", PLAN | {"plan_id": "pln_0"})
    write(tmp_path / "broken.json", "{")
    write(tmp_path / "other.json", PLAN | {"objectives": 1})
    done = precall("plan", "check", ".", "--json", cwd=tmp_path)
    assert done.code == 2
    found = {Path(row["source"]).name.partition(":")[0]: row["problems"] for row in done.document}
    assert found["good.json"] == []
    assert found["false.json"][0]["pointer"] == "/plan_id"
    assert found["other.json"][0]["pointer"] == "/objectives"
    assert found["broken.json"]


def test_a_playbook_is_checked_in_one_pass(tmp_path: Path) -> None:
    assert precall("playbook", "check", cwd=tmp_path).code == 0
    write(tmp_path / "playbook.toml", "version = 3\n")
    done = precall("playbook", "check", "playbook.toml", cwd=tmp_path)
    assert done.code == 2
    assert "seller: is required" in done.out
    assert json.loads(precall("playbook", "check", "playbook.toml", "--json", cwd=tmp_path).out)[0][
        "problems"
    ]
