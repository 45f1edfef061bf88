"""Stops the real commands at chosen writes and at random moments, runs them again, and compares the stores.

Run as a program, it starts itself anew with `faults.c` preloaded, forks a process for each run, and prints
one JSON object. `benchmarks/crashes.py` runs it at length, `test_stops.py` shortly.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.cli.command import BRIEF, CALL, NOW

HERE = Path(__file__).parent
LIBRARY = "PRECALL_TEST_FAULTS"
Chain = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Job:
    """A command that writes, and what there must be before it runs."""

    arguments: tuple[str, ...]
    prepare: Callable[[Path], None]


def _briefs(folder: Path) -> None:
    rows = []
    for number in range(8):
        brief = json.loads(json.dumps(BRIEF))
        brief["brief_id"] = f"brf_{number}"
        brief["contact"] |= {"contact_id": f"con_{number}", "phone": f"+1210555{number:04d}"}
        brief["account"]["account_id"] = f"acc_{number}"
        rows.append(json.dumps(brief))
    (folder / "briefs.jsonl").write_text("\n".join(rows))


def _outcomes(folder: Path) -> None:
    rows = [json.dumps({"call_id": f"call_{number}", "mood": "calm"}) for number in range(40)]
    (folder / "outcomes.jsonl").write_text("\n".join(rows))


def _audits(folder: Path) -> None:
    rows = [
        {"id": number, "schema": "precall.audit/1", "audit_id": f"aud_{number}", "call_id": f"call_{number}",
         "plan_id": None, "signature": "test",
         "items": [{"item": "q1", "kind": "qualification", "status": "skipped", "turns": []}],
         "deviations": [{"type": "question_skipped", "item": "q1", "severity": "minor", "owner": "agent",
                         "turns": [], "explanation": "never asked", "logged": "unlogged",
                         "logged_reason": None}],
         "off_plan_turns": [], "scores": {"adherence": 0.5, "deviation_rate": 0.5, "applicable": 2,
         "unexplained_deviation_rate": 0.5, "deviated": 1, "uncertain": 0},
         "outcome": {"objective": "pursued", "rung": None, "result": None}, "compliance": "clean",
         "verdict": "review", "notes": []}
        for number in range(3200)
    ]  # fmt: skip
    text = "\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (folder / "audits.jsonl").write_text(text)


def _calls(folder: Path) -> None:
    (folder / "brief.json").write_text(json.dumps(BRIEF))
    _in_child(folder, ("plan", "create", "brief.json", "--now", NOW))
    for number in range(3):
        (folder / f"call_{number}.txt").write_text(CALL.replace("twelve", f"twelve or {number}"))


def _runtime(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "precall.db")) as connection:
        connection.execute("CREATE TABLE outcomes (id INTEGER PRIMARY KEY, call_id TEXT, mood TEXT)")
        rows = [(f"call_{number}", "calm") for number in range(30)]
        connection.executemany("INSERT INTO outcomes (call_id, mood) VALUES (?, ?)", rows)
        connection.commit()


def _full(folder: Path) -> None:
    _calls(folder)
    _in_child(folder, ("audit", "call_0.txt", "call_1.txt", "--plan", "pln_"))
    _outcomes(folder)
    _in_child(folder, ("outcome", "import", "outcomes.jsonl", "--now", NOW))


_CALLS = ("call_0.txt", "call_1.txt", "call_2.txt")
JOBS = {
    "batch": Job(("plan", "batch", "briefs.jsonl", "--now", NOW), _briefs),
    "import": Job(("outcome", "import", "outcomes.jsonl", "--now", NOW), _outcomes),
    "import audits": Job(("db", "import", "audits.jsonl", "--now", NOW, "-q"), _audits),
    "audit": Job(("audit", *_CALLS, "--plan", "pln_"), _calls),
    "migrate": Job(("db", "migrate", "--now", NOW), _runtime),
    "forget": Job(
        ("db", "forget", "--before", "2100-01-01", "--who", "a", "--why", "b", "--now", NOW), _full
    ),
}


def _in_child(
    folder: Path,
    arguments: tuple[str, ...],
    arm: tuple[int, int, bool] = (0, 0, False),
    kill_after: float | None = None,
) -> tuple[int, str, int, float]:
    """Exit code (negative: signal), what was said, writes to files, and seconds."""
    read, write = os.pipe()
    began = time.monotonic()
    pid = os.fork()
    if not pid:
        code = 70
        try:
            os.chdir(folder)
            os.dup2(write, 1)
            os.dup2(write, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            library = ctypes.CDLL(os.environ[LIBRARY], use_errno=True)
            library.fault_arm(ctypes.c_long(arm[0]), arm[1], int(arm[2]))
            sys.argv = ["precall", *arguments]
            from precall_cli.cli.app import run

            try:
                run()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            sys.stdout.flush()
            sys.stderr.write(f"\nwrites {library.fault_seen()}")
            sys.stderr.flush()
        finally:
            os._exit(code)
    os.close(write)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(read, errors="replace") as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    said, _, writes = said.rpartition("\nwrites ")
    count = int(writes) if writes.isdigit() else 0
    return os.waitstatus_to_exitcode(status), said or writes, count, time.monotonic() - began


def look_at(path: Path) -> Chain:
    """Every record that the chain of a store holds, checked in every way; none where there is no store."""
    from precall_cli.store import Store

    if not path.exists() or not path.stat().st_size:
        return Counter()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'chain'").fetchall():
            return Counter()
        chain = Counter((str(k), str(r)) for k, r in connection.execute("SELECT kind, record_id FROM chain"))
    with Store.inspect(path) as store:
        found = store.verify()
        assert not found.fault_count, found.faults
    assert not chain or max(chain.values()) == 1
    return chain


def comparable(chain: Chain) -> Chain:
    """The chain without erasures: such a record names what its own run removed, and a stop splits it."""
    return Counter(key for key in chain if key[0] != "erasure")


def run_job(name: str, kills: int, faults: int, chance: random.Random, top: Path) -> dict[str, int]:
    """Stops and fails one job so many times; raises AssertionError where anything is lost or doubled."""
    job = JOBS[name]

    def fresh() -> Path:
        folder = Path(tempfile.mkdtemp(dir=top))
        shutil.copytree(ready, folder, dirs_exist_ok=True)
        return folder

    ready = Path(tempfile.mkdtemp(dir=top))
    job.prepare(ready)
    folder = fresh()
    code, said, writes, seconds = _in_child(folder, job.arguments)
    assert code == 0, said
    whole = comparable(look_at(folder / "precall.db"))
    assert whole and writes > 5, (whole, writes, said)
    done: Counter[str] = Counter(writes=writes)
    for number in range(kills + faults):
        folder = fresh()
        before = look_at(folder / "precall.db")
        at = chance.randrange(1, writes + 1)
        if number >= kills:
            kind = chance.choice((errno.ENOSPC, errno.EIO))
            code, said, *_ = _in_child(folder, job.arguments, (at, kind, chance.random() < 0.5))
            done["faults"] += 1
            assert "Traceback" not in said and "internal error" not in said, (at, kind, said)
            assert code in (0, 1, 5), (at, kind, code, said)
            done["refused"] += code == 5
        elif number % 2:
            code, *_ = _in_child(folder, job.arguments, (at, 9, False))
            done["kills"] += 1
            assert code == -9, (code, at)
        else:
            code, *_ = _in_child(folder, job.arguments, kill_after=chance.random() * seconds)
            done["kills"] += 1
        left = look_at(folder / "precall.db")
        assert not before - left, "something that was there is lost"
        code, said, *_ = _in_child(folder, job.arguments)
        assert code in (0, 1), (code, said)
        assert comparable(look_at(folder / "precall.db")) == whole, "another store than undisturbed"
        shutil.rmtree(folder)
    return dict(done)


def build(folder: Path) -> Path:
    """Compiles the library to preload."""
    library = folder / "faults.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "faults.c"), "-ldl"], check=True
    )
    return library


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=2, help="of each job")
    parser.add_argument("--faults", type=int, default=2, help="of each job")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--job", action="append", choices=[*JOBS])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if LIBRARY not in os.environ:
            library = str(build(Path(name)))
            environ = os.environ | {"LD_PRELOAD": library, LIBRARY: library, "OPENBLAS_NUM_THREADS": "1"}
            sys.exit(subprocess.run([sys.executable, "-m", "tests.threats.stopping", *sys.argv[1:]],
                                    env=environ, check=False).returncode)  # fmt: skip
        for key in [
            key for key in os.environ if key.startswith(("PRECALL_", "ANTHROPIC_")) and key != LIBRARY
        ]:
            del os.environ[key]
        _load()
        chance = random.Random(given.seed)
        print(json.dumps({job: run_job(job, given.kills, given.faults, chance, Path(name))
                          for job in given.job or JOBS}))  # fmt: skip


def _load() -> None:
    """Loads what the commands need, once for all forks."""
    from importlib import import_module

    for module in ("plan", "outcome", "audit", "db"):
        import_module(f"precall_cli.cli.{module}")
    for module in ("sqlite_utils", "numpy", "rich.console", "precall_cli.audit"):
        import_module(module)


if __name__ == "__main__":
    main()
