"""Stops and fails the commands that write, again and again, and compares what is left with an undisturbed run.

    python benchmarks/crashes.py              240 kills and 72 faults of the disk, some minutes
    python benchmarks/crashes.py --kills 8    48 kills

Half of the kills come at a numbered write, sync, truncation, rename or removal, half at a random moment. After
each stop the store passes SQLite's integrity and foreign-key checks and its own seal; what was in it is there;
and the same command once more ends in the store of the undisturbed run. Needs Linux and a C compiler.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=40, help="of each of the six jobs")
    parser.add_argument("--faults", type=int, default=12, help="of each of the six jobs")
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.threats.stopping", f"--kills={given.kills}",
               f"--faults={given.faults}", f"--seed={given.seed}"]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit("something was lost, doubled or not told: see above")
    print("| job | writes to files | kills | faults of the disk | of these refused | lost or doubled |")
    print("|---|---|---|---|---|---|")
    total = {"kills": 0, "faults": 0}
    for job, counts in json.loads(done.stdout).items():
        total = {key: total[key] + counts[key] for key in total}
        refused = counts.get("refused", 0)
        print(f"| {job} | {counts['writes']} | {counts['kills']} | {counts['faults']} | {refused} | 0 |")
    print(f"\n{total['kills']} kills, {total['faults']} faults, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
