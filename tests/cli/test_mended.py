"""What careless users did to the command line, and what it says since."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import BRIEF, CALL, write
from tests.cli.inside import run as precall


@pytest.mark.parametrize(
    "command",
    [["transcript", "convert"], ["outcome", "import"]],
    ids=["convert", "import"],
)
def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "calls").mkdir()
    run = precall(*command, "calls", cwd=tmp_path)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("precall: calls: is a folder, expected a file\n")


@pytest.mark.parametrize("command", [["brief", "check"], ["plan", "create"]], ids=["check", "create"])
def test_a_name_that_is_too_long_is_bad_input(tmp_path: Path, command: list[str]) -> None:
    run = precall(*command, "x" * 300, cwd=tmp_path)
    assert run.code == 2
    assert run.err.splitlines()[0].endswith(": File name too long")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_help_that_cannot_be_written_is_no_fault_of_precall() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "precall_cli", "--help"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (5, b"precall: No space left on device\n")


def test_a_closed_standard_output_is_said(tmp_path: Path) -> None:
    write(tmp_path / "brief.json", BRIEF)
    done = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m precall_cli brief check brief.json >&-'],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 5
    assert done.stderr.startswith(b"precall: standard output: is closed")


def test_why_without_deviations_says_so(tmp_path: Path) -> None:
    write(tmp_path / "brief.json", BRIEF)
    precall("plan", "create", "brief.json", "--now", "2026-10-06T18:22:40Z", cwd=tmp_path)
    write(tmp_path / "call.txt", CALL)
    audited = precall("audit", "call.txt", "--plan", "pln_", "--json", cwd=tmp_path).document
    run = precall("why", audited["call_id"], cwd=tmp_path)
    assert run.code == 0
    assert bool(audited["deviations"]) != run.out.startswith("no deviation")


def test_help_of_a_command_leaves_completion_to_the_root(tmp_path: Path) -> None:
    assert "--install-completion" in precall("--help", cwd=tmp_path).out
    assert "--install-completion" not in precall("why", "--help", cwd=tmp_path).out


def test_a_transcript_that_names_no_source_is_read_as_our_own(tmp_path: Path) -> None:
    call = {"schema": "precall.transcript/1", "call_id": "call_1", "ended_by": "contact"}
    turns = [{"i": 0, "speaker": "agent", "text": "Hello."}]
    write(tmp_path / "call.json", call | {"turns": turns})
    run = precall("transcript", "convert", "call.json", cwd=tmp_path)
    assert run.code == 0
    assert "read as precall\n" in run.err


def test_an_empty_list_says_that_a_filter_emptied_it(tmp_path: Path) -> None:
    write(tmp_path / "brief.json", BRIEF)
    precall("plan", "create", "brief.json", "--now", "2026-10-06T18:22:40Z", cwd=tmp_path)
    run = precall("plan", "list", "--agent", "dormant", cwd=tmp_path)
    assert (run.code, run.out) == (0, "no plan stored that fits --agent and --contact\n")
