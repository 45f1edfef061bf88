"""Several processes at one store: all that they save is there; who waits in vain is told for whom."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import NOW, fill, make_audit, make_brief, make_plan, make_policy, names

from precall_cli.errors import Unavailable
from precall_cli.store import Store

HERE = str(Path(__file__).parent)
WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from datetime import timedelta
from pathlib import Path
from store_samples import NOW, make_audit, make_brief, make_outcome, make_plan, make_policy
from precall_cli.store import Store
start = int(sys.argv[3])
for number in range(start, start + 15):
    with Store.open(Path(sys.argv[2]), wait_s=30) as store:
        store.save_plan(make_plan(number % 20), make_brief(number % 20), make_policy(), now=NOW)
        store.save_audit(make_audit(number), now=NOW)
        store.save_outcome(make_outcome(1, **{f"said_{number}": number}), now=NOW)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, HERE, *map(str, arguments)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_write_at_once_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    writers = [start(WRITER, path, number * 10) for number in range(4)]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    with Store.open(path, read_only=True) as store:
        result = store.verify()
        assert result.ok, result.faults
        info = store.info()
        assert (info.rows["plan"], info.rows["audit"], info.rows["outcome"]) == (20, 45, 45)
        outcome = store.load_outcome("call_1")
        assert outcome is not None
        assert len(outcome.model_extra or {}) == 45


@pytest.mark.parametrize("kind", ["IMMEDIATE", "EXCLUSIVE"])
def test_who_waits_in_vain_is_told_for_whom(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "p.db"
    fill(path, 1)
    code = f"""
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[2], isolation_level=None)
connection.execute("PRAGMA locking_mode = {"EXCLUSIVE" if kind == "EXCLUSIVE" else "NORMAL"}")
connection.execute("BEGIN {kind}")
print("locked", flush=True)
time.sleep(60)
"""
    other = start(code, path)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        began = time.monotonic()
        with pytest.raises(Unavailable, match=r"is locked: waited 0.3 s") as caught:  # noqa: SIM117
            with Store.open(path, wait_s=0.3) as store:
                store.save_audit(make_audit(9), now=NOW)
        assert time.monotonic() - began < 5
        if Path("/proc/locks").exists():
            assert f"process {other.pid} still writes" in caught.value.problem
    finally:
        other.kill()
        other.communicate()
    with Store.open(path) as store:
        assert store.save_audit(make_audit(9), now=NOW).new


def test_readers_go_on_while_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path, 1)
    with Store.open(path) as writer, writer.writing():
        writer.save_audit(make_audit(9), now=NOW)
        with Store.open(path, read_only=True, wait_s=0.1) as reader:
            assert reader.info().rows["audit"] == 1
            assert reader.verify().ok
    with Store.open(path, read_only=True) as reader:
        assert reader.info().rows["audit"] == 2


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from store_samples import NOW, make_audit, make_brief, make_plan, make_policy
from precall_cli.store import Store
print("go", flush=True)
for number in range(1, 400):
    with Store.open(Path(sys.argv[2]), wait_s=30) as store:
        store.save_plan(make_plan(number), make_brief(number), make_policy(), now=NOW)
        print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_rows(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    for delay in (0.0, 0.02, 0.05, 0.11, 0.2, 0.3):
        writer = start(KILLED, path)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        told, _ = writer.communicate(timeout=30)
        said = [int(line) for line in told.split() if line.isdigit()]
        with Store.open(path) as store:
            assert store.verify().ok
            for number in said:
                assert store.has_plan(make_plan(number).plan_id or "")
            store.save_plan(make_plan(500), make_brief(500), make_policy(), now=NOW)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_reading_loads_nothing_slow(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path, 1)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from precall_cli.store import Store\n"
        "with Store.open(Path(sys.argv[2]), read_only=True) as store: store.load_plan('pln_')\n"
        "with Store.open(Path(sys.argv[2])) as store: store.opted_out()\n"
        "assert not {'sqlite_utils', 'numpy', 'anthropic'} & set(sys.modules)"
    )
    done = start(code, path)
    _, errors = done.communicate(timeout=60)
    assert done.returncode == 0, errors
    assert names(tmp_path) == ["p.db"]
