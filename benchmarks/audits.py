"""The whole audit on real dialogues, scored by the official scorer: one row a set.

    python benchmarks/audits.py --shared SHARED [--sets sgd-dev,star-dev,star-dev-typed] [--most N]

Unlike pairs.py, which shows the trained matching by itself, this is what `precall audit-pairs` writes.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pairs import read
from yardsticks import lines_of, whole

KEYS = ("all", "services all_unseen", "services mixed", "foreign items")


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--sets", default="sgd-dev,star-dev,star-dev-typed")
    options.add_argument("--most", type=int, default=1_000_000)
    given = options.parse_args()
    bench = given.shared / "bench"
    spec = importlib.util.spec_from_file_location("score_pairs", bench / "score_pairs.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    print("| set | items | P | R | F1 | right turn | n | undecided | off-plan F1 | calls per CPU s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in given.sets.split(","):
        lines = lines_of(bench / f"{name}.pairs.jsonl.gz", given.most)
        gold = read(bench / f"{name}.gold.jsonl.gz")[: given.most]
        whole(lines[0])  # loads what it loads
        began = time.process_time()
        audits = [json.loads(whole(line)) for line in lines]
        speed = len(lines) / (time.process_time() - began)
        figures = scorer.score(gold, audits)
        for key in KEYS:
            if (f := figures.get(key)) is not None:
                ends = f"{figures['off']} | {speed:.1f}" if key == "all" else " | "
                print(
                    f"| {name} | {key} | {f['P']:.3f} | {f['R']:.3f} | {f['F1']:.3f} | {f['loc']:.3f} | {f['n']:,} "
                    f"| {f['undecided']:,} | {ends} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
