"""What precall writes is for its owner alone, even where the umask would let everybody in."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from precall_cli.claude.cassettes import write_cassette
from tests.cli.command import BRIEF, CALL, NOW, write
from tests.cli.inside import run

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What below the folder others may read, write or enter."""
    return sorted(
        f"{path.relative_to(folder)} {stat.S_IMODE(path.lstat().st_mode):o}"
        for path in folder.rglob("*")
        if stat.S_IMODE(path.lstat().st_mode) & 0o077
    )


def test_all_that_is_written_is_for_the_owner_alone(tmp_path: Path, open_umask: None) -> None:
    done = run("init", "a/b", cwd=tmp_path)
    assert done.code == 0, done.err
    here = tmp_path / "a" / "b"
    for name, document in (("brief.json", BRIEF), ("pairs.jsonl", {"id": 1}), ("call.txt", CALL)):
        write(here / name, document).chmod(0o600)
    plan = run("plan", "create", "brief.json", "--now", NOW, "--json", cwd=here).document
    for name in ("one", "two"):
        call = {"schema": "precall.transcript/1", "call_id": name, "plan_id": plan["plan_id"], "turns": [
            {"i": i, "speaker": "contact" if i % 2 else "agent", "text": row.partition(": ")[2]}
            for i, row in enumerate(CALL.splitlines())]}  # fmt: skip
        write(here / f"{name}.json", json.dumps(call)).chmod(0o600)
    (here / "cases").mkdir(mode=0o700)
    for file in (FIXTURES / "concierge-voicemail").iterdir():
        (here / "cases" / "one").mkdir(mode=0o700, exist_ok=True)
        write(here / "cases" / "one" / file.name, file.read_text("utf-8")).chmod(0o600)
    for command in (
        "audit one.json two.json --html pages.html --junit audits.xml",
        "review decide one --who me --confirm",
        "review export-fixture one new/cases",
        "audit-pairs pairs.jsonl -o audits.jsonl",
        "audit-pairs pairs.jsonl -o audits.jsonl.gz",
        "transcript convert call.txt -o converted.json",
        "bless cases",
        "check cases --junit j.xml --sarif s.json --markdown m.md",
        "rate --html rate.html",
        "db backup copy.db",
        "db export --to out",
        "db export --to plans.jsonl --format jsonl --table plans",
        "db export --datasette browse",
    ):
        done = run(*command.split(), cwd=here)
        assert done.code in (0, 1), (command, done)
    write_cassette(here / "kept" / "replies", "0" * 64, {"reply": "words"})
    written = {path.name for path in here.rglob("*")}
    assert {
        ".precall-cache",
        ".gitignore",
        "pages-calls",
        "metadata.json",
        "audits.jsonl.gz",
        "replies",
    } <= written
    assert open_to_others(tmp_path) == []


def test_a_migrated_store_and_its_backup_are_for_the_owner_alone(tmp_path: Path, open_umask: None) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.execute("CREATE TABLE outcomes (call_id TEXT PRIMARY KEY, disposition TEXT)")
    (tmp_path / "old.db").chmod(0o600)
    done = run("db", "migrate", "--db", "old.db", "--now", NOW, cwd=tmp_path)
    assert done.code == 0, done.err
    assert len(list(tmp_path.iterdir())) == 2
    assert open_to_others(tmp_path) == []
