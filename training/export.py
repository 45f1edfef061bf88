"""Write the runtime's weights: ``python training/export.py TRAINED.pt WEIGHTS.npz [--calibration
CALIBRATION.json]``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from precall_cli.audit.model import LISTS, RELATIONS
from precall_cli.audit.model.words import Lexicon


def export(
    trained: Path, weights: Path, calibration: dict[str, list[float]], lists: Path | None = None
) -> None:
    """``trained`` as half-precision arrays with the word list, the calibration and the table's
    fingerprint; ``lists`` are other weights for bare lists, with the same word list.
    """
    stored = torch.load(trained, weights_only=True)
    others = torch.load(lists, weights_only=True) if lists else {"weights": {}, "own": stored["own"]}
    if others["weights"]:
        if any(stored["own"].get(word) != row for word, row in others["own"].items()):
            raise SystemExit(f"{lists}: another word list than that of {trained}")
        # words that they do not know are read as all others, by the first row
        rows = others["weights"]["own.weight"]
        more = rows[:1].expand(len(stored["own"]) - len(others["own"]), -1)
        others["weights"]["own.weight"] = torch.cat([rows, more])
    own = sorted(stored["own"], key=stored["own"].get)
    about = {
        "own": own,
        "calibration": {r: calibration.get(r, [1.0, 0.0]) for r in RELATIONS},
        "table": Lexicon().fingerprint(),
        "settings": json.loads(stored["settings"]),
    }
    arrays = {name: value.numpy().astype(np.float16) for name, value in stored["weights"].items()}
    arrays |= {LISTS + n: value.numpy().astype(np.float16) for n, value in others["weights"].items()}
    text = np.frombuffer(json.dumps(about, sort_keys=True).encode("utf-8"), np.uint8)
    np.savez(weights, about=text, **arrays)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--calibration", type=Path)
    parser.add_argument("--lists", type=Path, help="other weights for bare lists")
    args = parser.parse_args()
    settings = json.loads(args.calibration.read_text("utf-8"))["platt"] if args.calibration else {}
    export(args.trained, args.weights, settings, args.lists)
    print(f"{args.weights}: {args.weights.stat().st_size} bytes")
