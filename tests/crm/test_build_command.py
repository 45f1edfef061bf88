"""The command as a user runs it: files in, briefs out, exit codes, nothing half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from crm_exports import EXPORTS, hubspot

CLOCK = ("--now", "2026-11-22T15:00:00Z")


def precall(*arguments: str | Path, cwd: Path = EXPORTS, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "precall_cli", "brief", *map(str, arguments)]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "TZ": "Asia/Tokyo"}
    return subprocess.run(
        command, cwd=cwd, env=environment, input=stdin, capture_output=True, text=True, check=False
    )


def test_one_contact_is_one_document_that_the_check_accepts(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps(hubspot(phone="(303) 555-0147")), encoding="utf-8")
    made = precall("build", "--from", "hubspot", "c.json", *CLOCK, "-o", "brief.json", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert made.stdout == ""
    assert json.loads((tmp_path / "brief.json").read_text("utf-8"))["brief_id"] == "brf_hubspot_501"
    assert precall("check", "brief.json", cwd=tmp_path).returncode == 0
    again = precall("build", "--from", "hubspot", "-", *CLOCK, cwd=tmp_path, stdin=json.dumps(hubspot()))
    assert json.loads(again.stdout)["contact"]["name"] == "Dana Reyes"


def test_the_shipped_exports_merge_into_a_list_with_a_report(tmp_path: Path) -> None:
    names = sorted(path.name for path in EXPORTS.glob("hubspot_*.json"))
    files = [*names, "salesforce.json", "apollo_people.json", "apollo:apollo_null.json"]
    systems = ["--from", "hubspot", "--from", "salesforce", "--from", "apollo"]
    options = ["--merge", "--mapping", "mapping.toml", *CLOCK]
    first = precall("build", *systems, *files, *options, "-o", tmp_path / "briefs.jsonl")
    assert first.returncode == 1
    assert "≠ brf_hubspot_501: /dnc/listed: 'listed' (salesforce, salesforce.json)" in first.stderr
    assert "3 briefs" in first.stderr
    assert "2 left out (1 not found by the vendor, 1 no name)" in " ".join(first.stderr.split())
    rows = (tmp_path / "briefs.jsonl").read_bytes()
    assert [json.loads(row)["dnc"]["listed"] for row in rows.splitlines()] == [True, None, False]
    assert precall("build", *systems, *reversed(files), *options).stdout.encode().count(b"\n") == 3
    second = precall("build", *systems, *files, *options)
    assert second.stdout.encode() == rows


def test_json_holds_briefs_and_all_that_was_said_of_them() -> None:
    made = precall("build", "--from", "hubspot", "hubspot_contacts.json", *CLOCK, "--json")
    report: Any = json.loads(made.stdout)
    assert set(report) == {"briefs", "left_out", "conflicts", "problems"}
    assert report["left_out"][0] == {
        "source": "hubspot",
        "place": "hubspot_contacts.json: /results/0",
        "record_id": "501",
        "reason": "no_company",
        "detail": "hubspot company 77 is in none of the files; give the export of companies too",
    }
    assert [left["reason"] for left in report["left_out"]] == ["no_company", "no_company", "no_name"]
    assert {problem["field"] for problem in report["problems"]} == {"paging", "phone"}


def test_a_folder_becomes_a_brief_a_line(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "c.json").write_text(json.dumps(hubspot()), encoding="utf-8")
    made = precall("build", "--from", "hubspot", "in", *CLOCK, cwd=tmp_path)
    assert made.returncode == 0
    assert made.stdout.count("\n") == 1


def test_what_cannot_be_done_has_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    (tmp_path / "none.json").write_text('{"results": []}', encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps([hubspot("1"), hubspot("2")]), encoding="utf-8")
    cases = [
        (("bad.json",), 2, "bad.json:1:2"),
        (("missing.json",), 2, "no such file"),
        (("none.json",), 3, "no contact found"),
        (("two.json", "-o", "one.json"), 2, "Name a .jsonl file"),
        (("two.json", "--now", "today"), 2, "--now"),
        (("two.json", "--fetched-at", "today"), 2, "--fetched-at"),
        (("two.json", "--mapping", "bad.json"), 2, "bad.json"),
    ]
    for arguments, code, said in cases:
        made = precall("build", "--from", "hubspot", *arguments, cwd=tmp_path)
        assert (made.returncode, said in made.stderr) == (code, True), (arguments, made)
        assert made.stdout == ""
    assert not (tmp_path / "one.json").exists()


def test_text_of_an_export_does_not_act_on_the_terminal(tmp_path: Path) -> None:
    row = hubspot("\x1b]52;c;AA\x07", firstname="[/x]\x1b[2J", lastname=None, company=None)
    (tmp_path / "c.json").write_text(json.dumps([row]), encoding="utf-8")
    made = precall("build", "--from", "hubspot", "c.json", cwd=tmp_path)
    assert made.returncode == 1
    assert "\x1b" not in made.stdout + made.stderr
    assert "\\x1b" in made.stderr
