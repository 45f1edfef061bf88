"""Limits of input are settings that hold for every command, each with its message."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.cli.command import BRIEF, CALL, PLAN, write
from tests.cli.inside import run


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("max_bytes", 400, "over the limit of 400\n  Split it, or raise `limits.max_bytes`"),
        ("max_depth", 2, "is nested deeper than 2 levels"),
        ("max_digits", 5, "a number has 9 digits; at most 5 are read"),
    ],
)
def test_a_limit_of_the_settings_holds(tmp_path: Path, setting: str, value: int, says: str) -> None:
    brief = BRIEF | {"enrichment": {"source": "x", "a": {"b": [[1]]}, "n": 123456789}}
    write(tmp_path / "brief.json", brief)
    assert run("brief", "check", "brief.json", cwd=tmp_path).code == 0
    by_environment = run(
        "brief", "check", "brief.json", cwd=tmp_path, **{f"PRECALL_{setting.upper()}": str(value)}
    )
    assert by_environment.code == 2
    assert says in by_environment.err + by_environment.out
    write(tmp_path / "precall.toml", f"[limits]\n{setting} = {value}\n")
    assert run("brief", "check", "brief.json", cwd=tmp_path).code == 2
    (tmp_path / "precall.toml").unlink()
    assert run("brief", "check", "brief.json", cwd=tmp_path).code == 0


def test_turns_are_limited_too(tmp_path: Path) -> None:
    write(tmp_path / "plan.json", PLAN)
    write(tmp_path / "call.txt", CALL)
    done = run("audit", "call.txt", "--plan", "plan.json", cwd=tmp_path, PRECALL_MAX_TURNS="3")
    assert (done.code, "more than 3 turns" in done.err) == (2, True), done.err


FILES = (
    ("policy", "simulate", "--contacts", "3", "--mix"), ("policy", "check"), ("playbook", "check"),
    ("brief", "check"), ("plan", "batch"), ("plan", "check"), ("audit", "--plan", "plan.json"),
    ("audit", "call.txt", "--plan"), ("transcript", "convert"), ("outcome", "import"), ("policy", "dry-run"),
    ("audit-pairs", "-o", "out.jsonl"), ("compose",), ("settings", "--config"), ("verify", "--db"),
)  # fmt: skip


@pytest.mark.parametrize("command", FILES, ids=" ".join)
def test_nothing_waits_for_what_is_no_file(tmp_path: Path, command: tuple[str, ...]) -> None:
    write(tmp_path / "plan.json", PLAN)
    write(tmp_path / "call.txt", CALL)
    os.mkfifo(tmp_path / "fifo.json")
    signal.alarm(60)  # a reader of a FIFO waits for ever
    try:
        for name in ("fifo.json", "/dev/zero"):
            done = run(*command, name, cwd=tmp_path)
            assert done.code in (2, 5), (name, done)
            said = done.out + done.err
            assert any(
                words in said for words in ("regular file", "is no file", "not a store", "no store")
            ), said
    finally:
        signal.alarm(0)


def test_other_encodings_are_named(tmp_path: Path) -> None:
    text = json.dumps(BRIEF)
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / "utf16.json").write_bytes(text.encode("utf-16"))
    (tmp_path / "latin.json").write_bytes(text.replace("Dana", "D\xe1na").encode("latin-1"))
    assert run("brief", "check", "bom.json", cwd=tmp_path).code == 0
    assert "is UTF-16" in run("plan", "create", "utf16.json", cwd=tmp_path).err
    assert "is not UTF-8: byte 0xe1" in run("plan", "create", "latin.json", cwd=tmp_path).err


def test_a_line_is_limited_by_the_same_setting(tmp_path: Path) -> None:
    long = json.dumps(BRIEF | {"enrichment": {"source": "x" * 4_000}})
    write(tmp_path / "briefs.jsonl", f"{long}\n{json.dumps(BRIEF)}\n")
    tight = run(
        "plan",
        "batch",
        "briefs.jsonl",
        "--now",
        "2026-10-06T18:22:40Z",
        cwd=tmp_path,
        PRECALL_MAX_BYTES="2000",
    )
    assert tight.code == 1
    assert "briefs.jsonl:1" in tight.err + tight.out and "over the limit of 2,000" in tight.err + tight.out
    assert "briefs.jsonl:2" not in tight.err + tight.out


@pytest.mark.parametrize("entries", [3, 50, 51, 3_000])
def test_a_long_list_of_problems_ends_with_how_many_more_there_are(tmp_path: Path, entries: int) -> None:
    write(tmp_path / "plan.json", PLAN)
    write(tmp_path / "call.txt", CALL)
    write(tmp_path / "log.json", json.dumps([{"item": "q1", "reason": "nope"}] * entries))
    arguments = ("audit", "call.txt", "--plan", "plan.json", "--log", "log.json")
    done = run(*arguments, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    shown = [row for row in done.err.splitlines() if "/plan_deviation_reasons/" in row]
    assert len(shown) == min(entries, 50) and f"{entries} problems" in done.err
    assert (f"  and {entries - 50:,} more" in done.err) == (entries > 50)
    assert "`precall schema outcome` prints" in done.err
    if entries == 51:
        write(tmp_path / "precall.toml", "".join(f"nope_{n} = 1\n" for n in range(3_000)))
        settings = run("settings", cwd=tmp_path)
        assert settings.code == 2 and "and 2,950 more" in settings.err and len(settings.err) < 60_000


def test_a_line_that_is_too_long_names_the_setting(tmp_path: Path) -> None:
    row = json.dumps(BRIEF)
    write(tmp_path / "briefs.jsonl", row + "\n" + row[:-1] + " " * 3_000 + "}\n")
    done = run("brief", "check", "briefs.jsonl", cwd=tmp_path, PRECALL_MAX_BYTES="2500")
    assert done.code == 2 and "limits.max_bytes" in done.err + done.out, done
    piped = run("brief", "check", "-", cwd=tmp_path, stdin=row, PRECALL_MAX_BYTES="400")
    assert piped.code == 2 and "limits.max_bytes" in piped.err + piped.out, piped
