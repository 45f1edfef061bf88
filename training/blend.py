"""Several fits of the fusion into one: the mean of each layer's weights, where the fits share its features.

    python training/blend.py OUT FIT FIT… [--take LAYERS=FIT]

A fit on one family of calls leans on how that family talks; the mean leans less. `--take` takes the layers of
a name or pattern from one fit alone (its place in the list, from 0); of several that fit a name the last counts.
Thresholds are the last fit's, as far as it has them.
"""

from __future__ import annotations

import argparse
import json
from fnmatch import fnmatch
from pathlib import Path
from typing import Any


def blend(fits: list[dict[str, Any]], take: dict[str, int]) -> dict[str, Any]:
    """The blended document: layers of every fit, with the features that the last one to have them gives."""
    found = {name: layer for fit in fits for name, layer in fit["layers"].items()}
    layers = {}
    for name, layer in sorted(found.items()):
        features = set(layer["weights"])
        same = [
            f["layers"][name] for f in fits if set(f["layers"].get(name, {}).get("weights", ())) == features
        ]
        chosen = [place for pattern, place in take.items() if fnmatch(name, pattern)]
        if chosen and name in fits[chosen[-1]]["layers"]:
            same = [fits[chosen[-1]]["layers"][name]]
        layers[name] = {
            "bias": round(sum(each["bias"] for each in same) / len(same), 4),
            "weights": {
                feature: round(sum(each["weights"][feature] for each in same) / len(same), 4)
                for feature in sorted(features)
            },
        }
    thresholds = {name: value for fit in fits for name, value in fit["thresholds"].items()}
    return {"layers": layers, "thresholds": dict(sorted(thresholds.items()))}


def main() -> None:
    """Reads the fits and writes their blend."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("fits", type=Path, nargs="+")
    parser.add_argument("--take", action="append", default=[], metavar="LAYERS=FIT")
    args = parser.parse_args()
    take = {name: int(place) for name, _, place in (each.partition("=") for each in args.take)}
    fits = [json.loads(path.read_text("utf-8")) for path in args.fits]
    args.out.write_text(json.dumps(blend(fits, take), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
