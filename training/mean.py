"""The mean of trained weights that went on from the same start: ``python training/mean.py OUT.pt TRAINED.pt
TRAINED.pt…``.

Halves that each leave out some writers give honest scores of those; their mean has seen all of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch


def mean_of(stored: list[dict[str, Any]]) -> dict[str, Any]:
    """The stored document with the mean of all weights; the word lists have to be the same."""
    if any(each["own"] != stored[0]["own"] for each in stored):
        raise SystemExit("the weights do not share one word list, so they did not start from the same")
    weights = {
        name: sum(each["weights"][name] for each in stored) / len(stored) for name in stored[0]["weights"]
    }
    return stored[0] | {"weights": weights}


def main() -> None:
    """Reads the trained weights and writes their mean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("trained", type=Path, nargs="+")
    args = parser.parse_args()
    torch.save(mean_of([torch.load(path, weights_only=True) for path in args.trained]), args.out)


if __name__ == "__main__":
    main()
