"""Calls per CPU second: the whole audit, its matching alone, and three other ways to compare texts.

    python benchmarks/yardsticks.py --shared SHARED [--calls 100] [--minilm-python PYTHON --minilm-model DIR]

All work on the same pairs (`sgd-dev`), on one core, loading left out. The other ways only compare each plan
item with each turn, which decides nothing by itself: no speaker, no negation, no statuses, no evidence.
difflib and rapidfuzz take the lower-cased texts; difflib is here as a yardstick and nowhere else.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))
Calls = list[tuple[list[str], list[str]]]


def lines_of(pairs: Path, most: int) -> list[bytes]:
    """The first lines of a packed file of pairs."""
    with gzip.open(pairs, "rb") as file:
        return [line.rstrip() for line in islice(file, most)]


def texts_of(pairs: Path, most: int) -> Calls:
    """Texts of the plan's items, and of the turns, of each call."""
    found = []
    for line in lines_of(pairs, most):
        pair = json.loads(line)
        plan = pair["plan"]
        items = [each["text"] for each in plan["disclosures"]]
        items += [each["question"] for each in plan["qualification"]]
        items += [each.get("ask") or each["step"] for each in plan["next_steps"]]
        found.append((items or ["-"], [turn["text"] for turn in pair["transcript"]["turns"]]))
    return found


def spent(work: Callable[[Any], object], calls: list[Any]) -> float:
    """CPU seconds over all calls; the first one is done once before, to load what it loads."""
    work(calls[0])
    began = time.process_time()
    for call in calls:
        work(call)
    return time.process_time() - began


def difflib_loop(call: tuple[list[str], list[str]]) -> list[float]:
    """The best ratio of each item, as a plain loop has it."""
    from difflib import SequenceMatcher

    items, turns = call
    return [max(SequenceMatcher(None, a.lower(), b.lower()).ratio() for b in turns) for a in items]


def cdist(call: tuple[list[str], list[str]]) -> object:
    """The same with rapidfuzz, all at once."""
    from rapidfuzz import fuzz, process, utils

    items, turns = call
    found = process.cdist(items, turns, scorer=fuzz.token_set_ratio, processor=utils.default_process)
    return found.max(1)


def floor(line: bytes) -> object:
    """The trained matcher alone: every item against every turn."""
    from pairs import queries_of

    from precall_cli.audit.model import Utterance, load

    pair = json.loads(line)
    turns = [Utterance(turn["speaker"], turn["text"]) for turn in pair["transcript"]["turns"]]
    return load().score([query for _, _, query in queries_of(pair["plan"])], turns)


def whole(line: bytes) -> bytes:
    """The audit of a pair, from its JSON to the audit's."""
    from precall_cli.audit import audit_pair

    return audit_pair(line, "pairs")


def minilm(python: Path, model: Path, pairs: Path, most: int) -> dict[str, Any]:
    """What minilm.py measures in that Python."""
    done = subprocess.run(
        [python, HERE / "minilm.py", pairs, str(most), model],
        check=True, capture_output=True, text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONPATH": str(HERE)},
    )  # fmt: skip
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--shared", type=Path, required=True)
    options.add_argument("--calls", type=int, default=100)
    options.add_argument("--minilm-python", type=Path)
    options.add_argument("--minilm-model", type=Path)
    given = options.parse_args()
    pairs = given.shared / "bench" / "sgd-dev.pairs.jsonl.gz"
    lines, texts = lines_of(pairs, given.calls), texts_of(pairs, given.calls)
    found = {
        "precall: the whole audit": spent(whole, lines),
        "precall: its matching alone": spent(floor, lines),
        "rapidfuzz cdist, token_set_ratio": spent(cdist, texts),
        "difflib loop": spent(difflib_loop, texts),
    }
    if given.minilm_python and given.minilm_model:
        other = minilm(given.minilm_python, given.minilm_model, pairs, given.calls)
        assert other["near"] > other["far"] + 0.3, other  # it understands what it embeds
        found[f"MiniLM-L6 cosine, torch {other['torch']}"] = other["cpu_s"]
    print(f"{len(lines)} calls of sgd-dev, one core\n")
    print("| | calls per CPU s | ms a call | precall is faster by |\n|---|---|---|---|")
    ours = found["precall: the whole audit"]
    for name, cpu in found.items():
        print(f"| {name} | {len(lines) / cpu:,.1f} | {cpu / len(lines) * 1000:,.1f} | {cpu / ours:.2f} × |")
    if not (given.minilm_python and given.minilm_model):
        print(
            "\nMiniLM: left out; --minilm-python and --minilm-model name a Python and a model, see minilm.py"
        )


if __name__ == "__main__":
    main()
