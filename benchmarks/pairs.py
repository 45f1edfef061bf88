"""The model alone on audit pairs: ``python benchmarks/pairs.py --shared SHARED [--sets sgd-dev,…] [--rates
0,0.1,0.2]``.

An item happened when its highest probability over the turns reaches the threshold; the turn named is that
turn. Figures come from the official scorer in the shared folder. With rates above 0 the turns are first
corrupted as a speech recogniser would (seeded). The last column is calls per second of CPU, model alone,
reading and loading left out.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from precall_cli.audit.model import Model, Query, Utterance, load
from training.noise import corrupt


def queries_of(plan: dict[str, Any]) -> Iterator[tuple[str, str, Query]]:
    """``(item, status when it happened, query)`` for every disclosure, question and step of a plan."""
    for item in plan["disclosures"]:
        yield item["id"], "given", Query("discloses", item["text"], tuple(item.get("cues") or ()))
    for item in plan["qualification"]:
        yield (
            item["id"],
            "asked",
            Query("asks", item["question"], tuple(item.get("cues") or ()), item.get("topic") or ""),
        )
    for item in plan["next_steps"]:
        text = (
            item["step"]
            if item["step"] == item.get("ask")
            else f"{item['step']}. {item.get('ask') or ''}".strip()
        )
        yield item["id"], "offered", Query("offers", text, tuple(item.get("cues") or ()))


def audits(
    model: Model, pairs: list[dict[str, Any]], rate: float, at: float, seed: int
) -> tuple[list[dict[str, Any]], float]:
    """One audit per pair, and the CPU seconds that scoring took."""
    found, spent = [], 0.0
    for pair in pairs:
        rng = random.Random(f"{seed}:{pair['id']}")
        turns = [Utterance(t["speaker"], corrupt(t["text"], rate, rng)) for t in pair["transcript"]["turns"]]
        wanted = list(queries_of(pair["plan"]))
        start = time.process_time()
        scores = model.score([query for _, _, query in wanted], turns)
        spent += time.process_time() - start
        items = []
        for (item, status, _), row in zip(wanted, scores, strict=True):
            best = int(row.argmax())
            happened = bool(row[best] >= at)
            items.append(
                {
                    "item": item,
                    "status": status if happened else "skipped",
                    "turns": [best] if happened else [],
                }
            )
        found.append({"id": pair["id"], "items": items, "off_plan_turns": []})
    return found, spent


def read(path: Path) -> list[dict[str, Any]]:
    """All records of a gzipped JSON lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main() -> None:
    """Score the named sets at the named rates and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--sets", default="sgd-dev,star-dev,star-dev-typed")
    parser.add_argument("--rates", default="0,0.05,0.1,0.2")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, help="only the first so many dialogues of each set")
    parser.add_argument("--weights", type=Path, help="other weights than the released ones")
    args = parser.parse_args()
    bench = args.shared / "bench"
    spec = importlib.util.spec_from_file_location("score_pairs", bench / "score_pairs.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    model = Model(args.weights) if args.weights else load()
    print(f"model {model.digest}, threshold {args.threshold}")
    for name in args.sets.split(","):
        pairs = read(bench / f"{name}.pairs.jsonl.gz")[: args.most]
        gold = read(bench / f"{name}.gold.jsonl.gz")[: args.most]
        for rate in map(float, args.rates.split(",")):
            made, spent = audits(model, pairs, rate, args.threshold, args.seed)
            figures = scorer.score(gold, made)
            for key in ("all", "services all_unseen", "services mixed", "foreign items"):
                if key in figures and (rate == 0 or key == "all"):
                    f = figures[key]
                    print(
                        f"{name:16} noise {rate:<5} {key:20} P {f['P']:.3f} R {f['R']:.3f} F1 {f['F1']:.3f} "
                        f"loc {f['loc']:.3f} n {f['n']:6} {len(pairs) / spent:6.0f} calls/CPU-s",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
