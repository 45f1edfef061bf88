"""Every figure in one Markdown report: machine and versions, then a section for each benchmark.

    python benchmarks/run.py --shared PATH/TO/bench [--quick] [--only NAME,…] [--minilm-python P --minilm-model D]

PATH/TO/bench is the folder of data sets (or the one above it). Each section is one script of this folder, run in
a process of its own, its command line shown; a section that fails says so and the others go on. `--quick` takes
small sizes. CPU figures need no quiet machine, those by the clock do.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ("precall-cli", "numpy", "pydantic", "rapidfuzz", "typer", "rich", "distributed")


def machine() -> list[str]:
    """What the figures hold for."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(
            (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model
        )
    except OSError:
        pass
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return [
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {model}, {os.cpu_count()} cores, load {load:.1f} before",
        f"- {platform.system()} {platform.release()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        f"- {', '.join(found)}",
    ]


def sections(shared: Path, quick: bool, minilm: list[str]) -> dict[str, tuple[str, list[str]]]:
    """Title and command of each section, by name."""

    def size(small: int, full: int) -> str:
        return str(small if quick else full)

    given = ["--shared", str(shared)]
    most = ["--most", "40"] if quick else []
    return {
        "pairs": (
            "Accuracy on real dialogues, the matching alone",
            ["pairs.py", *given, "--rates", "0,0.1", *most],
        ),
        "audits": ("Accuracy on real dialogues, the whole audit", ["audits.py", *given, *most]),
        "sales": ("Accuracy on sales calls", ["sales.py", *given, *(["--only", "c,d"] if quick else [])]),
        "speed": ("Speed against other ways", ["yardsticks.py", *given, "--calls", size(20, 200), *minilm]),
        "scaling": (
            "audit-pairs: memory, processes, dask",
            ["scaling.py", *given, "--calls", size(60, 20_000), "--lines", size(2_000, 100_000), "--dask"],
        ),
        "start": ("Start-up", ["start_up.py", "--runs", size(3, 15)]),
        "store": ("Store: importing audits", ["store.py", "--audits", size(2_000, 100_000)]),
        "rates": (
            "Store: rates and reviews",
            ["reviewing.py", "--calls", size(2_000, 100_000), "--db", str(shared_tmp() / "large.db")],
        ),
        "batch": (
            "Plans in batches",
            ["batch.py", "--briefs", size(1_000, 10_000), "--kills", size(0, 50)],
        ),
        "check": ("Regression checks", ["checking.py", "--cases", size(60, 1_000)]),
        "simulate": ("Simulation", ["simulate.py", *(["20000"] if quick else [])]),
    }


def shared_tmp() -> Path:
    """Where a large store is kept between runs, since making it takes minutes."""
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / "precall-benchmarks"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def main() -> None:
    """Writes the report to standard output, section by section."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--only", default="", help="names of sections, comma-separated")
    options.add_argument("--minilm-python", type=Path)
    options.add_argument("--minilm-model", type=Path)
    given = options.parse_args()
    shared = given.shared.resolve()
    shared = shared.parent if not (shared / "bench").is_dir() else shared
    if not (shared / "bench").is_dir():
        options.error(f"{given.shared} is no folder of data sets")
    minilm = []
    if given.minilm_python and given.minilm_model:
        minilm = ["--minilm-python", str(given.minilm_python), "--minilm-model", str(given.minilm_model)]
    wanted = set(filter(None, given.only.split(",")))
    known = sections(shared, given.quick, minilm)
    if unknown := wanted - set(known):
        options.error(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print("# Benchmarks\n", *machine(), sep="\n", flush=True)
    failed = []
    for name, (title, words) in known.items():
        if wanted and name not in wanted:
            continue
        print(f"\n## {title}\n\n`python benchmarks/{' '.join(words)}`\n", flush=True)
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, str(HERE / words[0]), *words[1:]], cwd=HERE.parent, text=True, check=False,
            capture_output=True, env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        )  # fmt: skip
        said = done.stdout.strip()
        print(said if said.startswith("|") or "\n|" in said else f"```\n{said}\n```")
        if done.returncode:
            failed.append(name)
            print(f"\nfailed: {(done.stderr.strip().splitlines() or ['no word said'])[-1]}")
        print(f"\n({time.perf_counter() - began:.0f} s)", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
