"""A list of briefs planned offline: briefs a second, peak memory, and what is left of a run that is killed.

    .venv/bin/python benchmarks/batch.py [--briefs 10000] [--kills 50]

Each run is the real command in a process of its own, on a list made here (three agents, every 50th contact
on a do-not-call list) and a new store. With `--kills`, the long list is run again, killed at random moments
and started anew until it is done; then both stores must hold the same plans, each once, and verify.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

NOW = "2026-11-18T16:00:00Z"
AGENTS = (("cold_list", "list_cursor"), ("dormant", "scheduled_sweep"), ("inbound", "form_submit"))


def brief(number: int) -> dict[str, object]:
    """The number-th brief."""
    agent, trigger = AGENTS[number % 3]
    return {
        "schema": "precall.brief/1",
        "brief_id": f"brf_{number}",
        "agent": agent,
        "trigger": {"kind": trigger, "at": "2026-11-18T15:59:00Z", "detail": f"Row {number}: call routing"},
        "contact": {
            "contact_id": f"con_{number}", "name": f"Robin Example {number}", "title": "Operations Manager",
            "phone": f"+1614555{100 + number % 100:04d}", "timezone": "America/New_York", "persona": "operations",
        },
        "account": {
            "account_id": f"acc_{number}", "name": f"Example Works {number}", "industry": "Services",
            "employees": 10 + number % 400, "history": ["2026-01: asked for a price list"],
        },
        "prior_calls": [
            {
                "call_id": f"call_{number}", "at": "2026-03-02T15:00:00Z", "contact_id": f"con_{number}",
                "outcome": "stalled", "facts": [{"topic": "team_size", "value": f"{3 + number % 9} people"}],
                "objections": ["no budget this year"],
            }
        ],
        "enrichment": {"source": "firmo", "fetched_at": "2026-11-01T00:00:00Z", "technologies": ["Aircall"]},
        "dnc": {"listed": number % 50 == 49, "checked_at": "2026-11-17T06:00:00Z", "registry": "us_ndnc"},
        "consent": {"recording": True, "ai_voice": True, "obtained_at": "2026-11-01T00:00:00Z"},
        "jurisdiction": "US-OH",
        "ae": {"name": "Sam Ortiz", "email": "sam@northwind.example"},
    }  # fmt: skip


def write_list(path: Path, count: int) -> Path:
    """A list of `count` briefs."""
    with path.open("w") as file:
        for number in range(count):
            file.write(json.dumps(brief(number)) + "\n")
    return path


def command(source: Path, db: Path) -> list[str]:
    """The command over a list."""
    return [sys.executable, "-m", "precall_cli", "plan", "batch", str(source), "--now", NOW, "--db", str(db)]


def measured(source: Path, db: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MB of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(command(source, db), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1, "some are refused, so it ends with 1"
    wall = time.perf_counter() - started
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def plans(db: Path) -> dict[str, list[str]]:
    """The plans of each contact."""
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as file:
        for contact, plan in file.execute("SELECT contact_id, plan_id FROM plans ORDER BY seq"):
            found.setdefault(contact, []).append(plan)
    return found


def chances(kills: int, total_s: float, seed: int = 5) -> Iterator[float]:
    """Seconds after which a run is killed: most in the work, some in the start."""
    chance = random.Random(seed)
    for _ in range(kills):
        yield 0.2 + chance.random() * max(1.5, 2 * total_s / kills)


def killed(source: Path, db: Path, kills: int, total_s: float) -> tuple[int, int]:
    """Kills at random moments until it is done; gives kills and starts."""
    done = starts = 0
    for after in chances(kills, total_s):
        starts += 1
        process = subprocess.Popen(command(source, db), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            done += 1
    subprocess.run(command(source, db), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return done, starts + 1


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--briefs", type=int, default=10_000)
    options.add_argument("--kills", type=int, default=50)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
        print(
            "| briefs | wall s | CPU s | briefs/s | briefs per CPU s | peak MB |\n|---|---|---|---|---|---|"
        )
        peaks: list[float] = []
        wall = 0.0
        for count in (max(1, given.briefs // 10), given.briefs):
            source, db = write_list(folder / f"{count}.jsonl", count), folder / f"{count}.db"
            wall, cpu, peak = measured(source, db)
            peaks.append(peak)
            print(
                f"| {count:,} | {wall:.1f} | {cpu:.1f} | {count / wall:.0f} | {count / cpu:.0f} | {peak:.1f} |",
                flush=True,
            )
        print(f"\npeak memory, long list against short: {peaks[1] / peaks[0]:.3f}")
        if given.kills:
            source, whole = folder / f"{given.briefs}.jsonl", folder / f"{given.briefs}.db"
            broken = folder / "killed.db"
            done, starts = killed(source, broken, given.kills, wall)
            same = plans(whole) == plans(broken)
            twice = sum(len(ids) > 1 for ids in plans(broken).values())
            lost = len(plans(whole).keys() - plans(broken).keys())
            verified = subprocess.run(
                [sys.executable, "-m", "precall_cli", "verify", "--db", str(broken)],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
            ).returncode  # fmt: skip
            print(
                f"killed {done} times in {starts} starts: same plans {same}, twice {twice}, lost {lost}, "
                f"verify exits {verified}"
            )


if __name__ == "__main__":
    main()
