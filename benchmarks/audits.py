"""The whole audit on real dialogues, scored by the official scorer: one row a set.

    python benchmarks/audits.py --shared SHARED [--sets sgd-dev,sgd-dev-paraphrased,star-dev,star-dev-typed] [--most N]

Unlike pairs.py, which shows the trained matching by itself, this is what `precall audit-pairs` writes.
`sgd-dev-paraphrased` is `sgd-dev` where every service is unseen in training, with each plan text said in other
words (`paraphrases.json`, written by hand without looking at the dialogues).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pairs import read
from yardsticks import lines_of, whole

PARAPHRASED = "-paraphrased"
LEADS = ("Confirm ", "Offer to ", "Tell the customer it is done: ")
KEYS = ("all", "services all_unseen", "services mixed", "foreign items")


def paraphrased(line: bytes, other: dict[str, str]) -> bytes:
    """A line of pairs with the texts of its plan in other words; raises KeyError for a text that has none."""
    pair = json.loads(line)

    def reword(text: str) -> str:
        lead = next((lead for lead in LEADS if text.startswith(lead)), "")
        said = other[text.removeprefix(lead).lower()]
        return lead + said[:1].lower() + said[1:] if lead else said

    for kind, names in (
        ("disclosures", ["text"]),
        ("qualification", ["question"]),
        ("next_steps", ["step", "ask"]),
    ):
        for item in pair["plan"][kind]:
            for name in names:
                if item.get(name):
                    item[name] = reword(item[name])
    return json.dumps(pair).encode()


def read_set(bench: Path, name: str, most: int) -> tuple[list[bytes], list[dict[str, Any]]]:
    """Pairs and gold of a set."""
    source = name.removesuffix(PARAPHRASED)
    gold = read(bench / f"{source}.gold.jsonl.gz")
    lines = lines_of(bench / f"{source}.pairs.jsonl.gz", len(gold))
    if name != source:
        other = json.loads(Path(__file__).with_name("paraphrases.json").read_text("utf-8"))
        both = [(line, row) for line, row in zip(lines, gold, strict=True) if row["seen"] == "all_unseen"]
        lines, gold = [paraphrased(line, other) for line, _ in both], [row for _, row in both]
    return lines[:most], gold[:most]


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--sets", default="sgd-dev,sgd-dev-paraphrased,star-dev,star-dev-typed")
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
        lines, gold = read_set(bench, name, given.most)
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
