"""The command as a whole: help, version, what it loads, completion of errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from precall_cli import __version__
from precall_cli.cli.app import COMMANDS
from tests.cli.command import NOW, brief, write
from tests.cli.command import precall as process
from tests.cli.inside import run as precall


def test_the_version(tmp_path: Path) -> None:
    assert process("--version", cwd=tmp_path).out == f"precall {__version__}\n"


def test_the_help_names_every_command(tmp_path: Path) -> None:
    run = precall("--help", cwd=tmp_path)
    assert run.code == 0
    for name in COMMANDS:
        assert f"  {name} " in run.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(tmp_path: Path, name: str) -> None:
    run = precall(name, "--help", cwd=tmp_path)
    assert run.code == 0
    assert "Example:" in run.out or "Commands:" in run.out


def loaded_by(*args: str, cwd: Path) -> set[str]:
    """Top-level modules that a run of the command has loaded."""
    code = (
        "import sys, atexit, json; from precall_cli.__main__ import main\n"
        "atexit.register(lambda: open('modules.json', 'w').write(json.dumps(sorted(sys.modules))))\n"
        f"sys.argv = ['precall', *{list(args)!r}]\nmain()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, check=False, timeout=60)
    return {name.split(".")[0] for name in json.loads((cwd / "modules.json").read_text())}


def test_help_and_show_load_nothing_heavy(tmp_path: Path) -> None:
    heavy = {"anthropic", "numpy", "tokenizers", "wordllama", "sqlite_utils", "holidays", "webvtt", "srt"}
    assert not loaded_by("--help", cwd=tmp_path) & (heavy | {"pydantic", "rich"})
    write(tmp_path / "b.json", brief())
    plan = precall("plan", "create", "b.json", "--now", NOW, "--json", cwd=tmp_path).document
    assert not loaded_by("plan", "show", plan["plan_id"], cwd=tmp_path) & heavy


def test_a_typo_is_a_usage_error(tmp_path: Path) -> None:
    assert precall("plam", cwd=tmp_path).code == 2
    assert precall("plan", "create", "--nwo", "x", cwd=tmp_path).code == 2


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m precall_cli schema plan | head -1",
        shell=True, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout == "{\n" and "Traceback" not in done.stderr


def test_no_key_is_ever_shown(tmp_path: Path) -> None:
    key = "sk-ant-canary-000"
    for arguments in (("settings",), ("settings", "--json"), ("plan", "list"), ("nope",)):
        run = precall(*arguments, cwd=tmp_path, ANTHROPIC_API_KEY=key)
        assert key not in run.out + run.err


def test_settings_say_where_they_come_from(tmp_path: Path) -> None:
    write(tmp_path / "precall.toml", 'db = "team.db"\n')
    rows = {
        row["name"]: row
        for row in precall("settings", "--json", cwd=tmp_path, PRECALL_FAIL_ON="major").document
    }
    assert rows["db"]["value"].endswith("team.db") and rows["db"]["origin"] == "precall.toml:1"
    assert rows["fail_on"]["origin"] == "environment PRECALL_FAIL_ON"


def test_init_writes_what_a_team_edits_and_keeps_what_is_there(tmp_path: Path) -> None:
    assert precall("init", "calls", cwd=tmp_path).code == 0
    names = {
        str(path.relative_to(tmp_path / "calls"))
        for path in (tmp_path / "calls").rglob("*")
        if path.is_file()
    }
    assert {
        "precall.toml",
        "playbook.toml",
        "policies/inbound.toml",
        "policies/defaults.toml",
        "precall.db",
    } <= names
    write(
        tmp_path / "calls" / "playbook.toml",
        (tmp_path / "calls" / "playbook.toml").read_text() + "\n# mine\n",
    )
    again = precall("init", "calls", cwd=tmp_path)
    assert again.code == 0 and "wrote" not in again.out
    assert (tmp_path / "calls" / "playbook.toml").read_text().endswith("# mine\n")
    assert precall("policy", "list", cwd=tmp_path / "calls").code == 0
    write(tmp_path / "calls" / "b.json", brief())
    assert precall("plan", "create", "b.json", "--now", NOW, cwd=tmp_path / "calls").code == 0


def test_the_schemas_are_printed(tmp_path: Path) -> None:
    for record in ("brief", "policy", "plan", "refusal", "transcript", "outcome", "audit"):
        document = precall("schema", record, cwd=tmp_path).document
        assert document["$id"].endswith(f"/{record}-1.json")


def test_outcomes_are_logged_once_and_bad_ids_refused(tmp_path: Path) -> None:
    write(tmp_path / "b.json", brief())
    plan = precall("plan", "create", "b.json", "--now", NOW, "--json", cwd=tmp_path).document["plan_id"]
    arguments = (
        "outcome",
        "log",
        "call_1",
        "--item",
        "q1",
        "--reason",
        "contact_volunteered",
        "--plan",
        plan,
    )
    assert precall(*arguments, cwd=tmp_path).out.startswith("logged")
    assert precall(*arguments, cwd=tmp_path).out.startswith("already logged")
    stored = precall("outcome", "list", "--json", cwd=tmp_path).document
    assert [(o["call_id"], o["plan_id"], len(o["plan_deviation_reasons"])) for o in stored] == [
        ("call_1", plan, 1)
    ]
    bad = precall("outcome", "log", "call_1", "--item", "q9", "--reason", "other", cwd=tmp_path)
    assert bad.code == 2 and "q1" in bad.err
    rows = '{"call_id": "call_2", "duration_s": 31, "vendor": {"x": [1]}}\n'
    write(tmp_path / "o.jsonl", rows)
    assert "1 outcome read, 1 said something new" in precall("outcome", "import", "o.jsonl", cwd=tmp_path).out
    assert "0 said something new" in precall("outcome", "import", "o.jsonl", cwd=tmp_path).out
    stored = precall("outcome", "list", "--call", "call_2", "--json", cwd=tmp_path).document
    assert stored[0]["vendor"] == {"x": [1]}
