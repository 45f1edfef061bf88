"""`audit-pairs` at scale: memory against length, two processes and two dask workers against one process.

    python benchmarks/scaling.py --shared SHARED [--calls 400] [--lines 100000] [--dask]

Memory is the peak of the command over 1,000 and over `--lines` lines. Auditing 100,000 real calls would take an
hour, so of these lines one in fifty is a small call and the others are refused, through the same chunks, window
and writer. Speed is by the clock and needs a quiet machine; it is measured on the first `--calls` of `sgd-dev`
(repeated if there are too few). `--dask` starts a scheduler and two workers on loopback. Bytes must be the same.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path

PLAN = {
    "agent": "inbound", "opening": None, "disclosures": [], "objections": [], "next_steps": [],
    "objective": {"id": "objective", "type": "book_meeting", "statement": "Book a call with Sam Ortiz"},
    "qualification": [{"id": "q1", "topic": "team_size", "question": "How many people are on the phones?"}],
    "stop_conditions": [], "coordination": None,
}  # fmt: skip


def write_small(path: Path, lines: int) -> Path:
    """Lines that are cheap to work on."""
    turns = [{"i": 0, "speaker": "agent", "text": "How many people are on the phones?"}]
    with path.open("w") as file:
        for number in range(lines):
            call = {"call_id": f"c{number}", "turns": turns}
            plan = PLAN if number % 50 == 0 else "x" * 400
            file.write(json.dumps({"id": f"p{number}", "plan": plan, "transcript": call}) + "\n")
    return path


def write_real(path: Path, shared: Path, calls: int) -> Path:
    """Calls of sgd-dev, from the first again when they run out."""
    with gzip.open(shared / "bench" / "sgd-dev.pairs.jsonl.gz", "rb") as file:
        rows = [row.rstrip() for row in islice(file, calls)]
    path.write_bytes(b"".join(row + b"\n" for row in islice(cycle(rows), calls)))
    return path


def run(source: Path, output: Path, *words: str) -> tuple[float, float]:
    """Seconds by the clock and peak MB of the command."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "precall_cli", "audit-pairs", source, "-o", output, "-q", *words]
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.returncode
    return time.perf_counter() - began, usage.ru_maxrss / 1024


@contextmanager
def two_workers(folder: Path) -> Iterator[str]:
    """The address of a scheduler with two workers of a thread each."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address, started = f"tcp://127.0.0.1:{port}", []

    def start(*words: str) -> None:
        with (folder / f"dask{len(started)}.log").open("wb") as log:
            command = [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1", "--no-dashboard"]
            threads = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # else numpy spins on every core
            started.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=threads))

    try:
        start("scheduler", "--port", str(port))
        for number in range(2):
            scratch = str(folder / f"scratch{number}")
            start(
                "worker",
                address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--death-timeout",
                "60",
                "--local-directory",
                scratch,
            )
        from distributed import Client

        time.sleep(3)
        with Client(address, set_as_default=False, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in reversed(started):  # workers first
            process.kill()
            process.wait()


def main() -> None:
    """Prints two tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--calls", type=int, default=400)
    options.add_argument("--lines", type=int, default=100_000)
    options.add_argument("--dask", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| lines | workers | peak MB of the command | × 1,000 lines |\n|---|---|---|---|")
        for workers in ("1", "2"):
            first = 0.0
            for lines in (1_000, given.lines):
                _, peak = run(
                    write_small(folder / "small.jsonl", lines), folder / "out", "--workers", workers
                )
                first = first or peak
                print(f"| {lines:,} | {workers} | {peak:.1f} | {peak / first:.3f} |", flush=True)
        source = write_real(folder / "real.jsonl", given.shared, given.calls)
        load = os.getloadavg()[0]
        print(f"\n{given.calls:,} calls, {os.cpu_count()} cores, load {load:.1f} before\n")
        print("| | s by the clock | calls a second | × one process |\n|---|---|---|---|")
        run(source, folder / "one.jsonl")  # once for the disk
        one, _ = run(source, folder / "one.jsonl")
        rows = [("one process", one)]
        two, _ = run(source, folder / "two.jsonl", "--workers", "2")
        rows.append(("--workers 2", two))
        assert (folder / "two.jsonl").read_bytes() == (folder / "one.jsonl").read_bytes()
        if given.dask:
            with two_workers(folder) as address:
                run(source, folder / "warm.jsonl", "--scheduler", address)
                took, _ = run(source, folder / "dask.jsonl", "--scheduler", address)
            rows.append(("--scheduler, two workers", took))
            assert (folder / "dask.jsonl").read_bytes() == (folder / "one.jsonl").read_bytes()
        for what, took in rows:
            print(f"| {what} | {took:.1f} | {given.calls / took:.1f} | {one / took:.2f} |")


if __name__ == "__main__":
    main()
