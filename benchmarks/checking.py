"""`precall check` over many cases: all anew, nothing touched, one case touched; CPU seconds and ratios.

Run: `python benchmarks/checking.py --cases 1000`
The cases are copies of the shipped fixtures under other names. CPU is user plus system time of the command and
its workers.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "fixtures"


def make_cases(folder: Path, count: int) -> None:
    """`count` cases under `folder`."""
    shipped = sorted(path for path in FIXTURES.iterdir() if (path / "expect.toml").is_file())
    for number in range(count):
        source = shipped[number % len(shipped)]
        shutil.copytree(source, folder / f"{source.name}-{number:05}")


def run(*args: str, cwd: Path) -> tuple[float, float]:
    """CPU and wall seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "precall_cli", *args]
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start


def main() -> None:
    """Prints a line for each way to run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    count = parser.parse_args().cases
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        make_cases(root / "fixtures", count)
        rows = [("bless, all anew", run("bless", cwd=root))]
        rows.append(("check, nothing touched", run("check", cwd=root)))
        case = next(path for path in sorted((root / "fixtures").iterdir()) if path.is_dir())
        expect = case / "expect.toml"
        expect.write_text("# touched\n" + expect.read_text(encoding="utf-8"), encoding="utf-8")
        rows.append(("check, one touched", run("check", cwd=root)))
        rows.append(("check --no-cache", run("check", "--no-cache", cwd=root)))
        rows.append(("check --no-cache --workers 1", run("check", "--no-cache", "--workers", "1", cwd=root)))
        whole = rows[0][1][0]
        print(f"{count} cases, {os.cpu_count()} cores")
        for what, (cpu, wall) in rows:
            each = cpu / count * 1000
            print(f"{what:30} {cpu:7.1f} s CPU {wall:7.1f} s wall {each:6.1f} ms a case {cpu / whole:6.2f} ×")


if __name__ == "__main__":
    main()
