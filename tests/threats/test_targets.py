"""Where a file is written to is looked at first: no input, store or odd file is written over."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.command import CALL, NOW, PLAN, write
from tests.cli.inside import run

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
EXPORT = {"results": [{"id": "1", "properties": {"firstname": "Dana", "phone": "+12105550147"}}]}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write(tmp_path / "call.txt", CALL)
    write(tmp_path / "crm.json", EXPORT)
    turns = [{"i": 0, "speaker": "agent", "text": "Hi."}]
    transcript = {"schema": "precall.transcript/1", "call_id": "c", "turns": turns}
    write(tmp_path / "pairs.jsonl", json.dumps({"id": "p", "plan": PLAN, "transcript": transcript}) + "\n")
    (tmp_path / "precall.db").write_bytes(b"SQLite format 3\0" + bytes(84))
    return tmp_path


def held(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


COMMANDS = (
    ("transcript", "convert", "call.txt", "-o"), ("audit-pairs", "pairs.jsonl", "-o"),
    ("brief", "build", "crm.json", "--from", "hubspot", "--now", NOW, "-o"),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_no_input_and_no_store_is_written_over(place: Path, command: tuple[str, ...]) -> None:
    source = next(word for word in command if word.endswith((".txt", ".jsonl", ".json")))
    os.link(place / source, place / "second-name.json")
    before = held(place)
    for target, says in (
        (source, "is the file that is read"),
        (f"./{source}", "is the file that is read"),
        ("second-name.json", "is the file that is read"),
        ("precall.db", "is a database"),
    ):
        done = run(*command, target, cwd=place)
        assert (done.code, says in done.err) == (2, True), (target, done)
    assert held(place) == before


def test_a_check_looks_at_its_files_before_it_plays_a_case(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "inbound-clinic-form", tmp_path / "cases" / "one")
    (tmp_path / "store.db").write_bytes(b"SQLite format 3\0" + bytes(84))
    (tmp_path / "link").symlink_to("store.db")
    (tmp_path / "bad.json").write_text("[", "utf-8")
    before = held(tmp_path)
    for words in (
        ["check", "cases", "--sarif", "link"], ["check", "cases", "--markdown", "cases"],
        ["check", "cases", "--junit", "no/such.xml"], ["check", "cases", "--junit", "store.db"],
        ["check", "cases", "--baseline", "bad.json"], ["check", "cases", "--today", "yesterday"],
        ["bless", "cases", "--baseline", "bad.json"], ["bless", "cases", "--baseline", "link"],
    ):  # fmt: skip
        done = run(*words, cwd=tmp_path)
        assert done.code == 2 and done.err, (words, done)
        assert held(tmp_path) == before, words
    assert run("bless", "cases", cwd=tmp_path).code == 0
