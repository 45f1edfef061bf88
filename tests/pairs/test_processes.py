"""The real command with worker processes: killed workers, a killed run, nobody left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command import precall
from tests.pairs.small import write_pairs

COMMAND = [
    sys.executable,
    "-m",
    "precall_cli",
    "audit-pairs",
    "pairs.jsonl",
    "-o",
    "out.jsonl",
    "--workers",
    "2",
]


def children(pid: int) -> dict[int, str]:
    """Command line of every process below one, by pid."""
    found: dict[int, str] = {}
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                parents.setdefault(parent, []).append((int(entry.name), (entry / "cmdline").read_text()))
            except (OSError, IndexError):
                continue
    waiting = [pid]
    while waiting:
        for child, line in parents.get(waiting.pop(), []):
            found[child] = line
            waiting.append(child)
    return found


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def until(condition: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc to find the workers")
def test_killed_workers_and_a_killed_run_cost_time_and_no_audit(tmp_path: Path) -> None:
    write_pairs(tmp_path / "pairs.jsonl", 300)
    with (tmp_path / "err").open("wb") as err:
        first = subprocess.Popen(COMMAND, cwd=tmp_path, stderr=err)
    marks = tmp_path / "out.jsonl.progress"
    until(lambda: marks.exists() and marks.read_bytes().count(b"\n") > 3)
    below = children(first.pid)
    workers = sorted(pid for pid, line in below.items() if "forkserver" in line or "spawn_main" in line)
    os.kill(workers[-1], signal.SIGKILL)  # one of those that audit
    before = marks.read_bytes().count(b"\n")
    until(lambda: marks.read_bytes().count(b"\n") > before + 3)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    below |= children(first.pid)
    until(lambda: not any(alive(pid) for pid in below))  # nobody works on for a run that is gone
    assert not (tmp_path / "out.jsonl").exists()
    done = precall(*COMMAND[3:], cwd=tmp_path)
    assert done.code == 1 and "of them before" in done.err and "300 lines read" in done.err
    rows = (tmp_path / "out.jsonl").read_bytes()
    assert [json.loads(row)["id"] for row in rows.splitlines()] == [f"p{n}" for n in range(1, 301)]
    assert precall("audit-pairs", "pairs.jsonl", "-o", "one.jsonl", cwd=tmp_path).code == 1
    assert (tmp_path / "one.jsonl").read_bytes() == rows
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "err",
        "one.jsonl",
        "out.jsonl",
        "pairs.jsonl",
    ]


def test_progress_is_plain_lines_in_a_pipe_and_can_be_left_out(tmp_path: Path) -> None:
    write_pairs(tmp_path / "pairs.jsonl", 3)
    loud = precall("audit-pairs", "pairs.jsonl", "-o", "-", cwd=tmp_path)
    quiet = precall("audit-pairs", "pairs.jsonl", "-q", cwd=tmp_path)
    assert loud.err == "3 lines read, 3 calls audited, 0 could not be read as pairs\n" and quiet.err == ""
    assert loud.out == quiet.out and len(loud.out.splitlines()) == 3
