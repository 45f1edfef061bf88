"""Several fits of the fusion into one: the mean of each layer's weights, where the fits share its features.

    python training/blend.py OUT FIT FIT… [--take LAYER=FIT]

A fit on one family of calls leans on how that family talks; the mean leans less. `--take` takes a layer from
one fit alone (its place in the list, from 0). Thresholds and layers that stand in no other fit are the last's.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def blend(fits: list[dict[str, Any]], take: dict[str, int]) -> dict[str, Any]:
    """The blended document; layers as in the last fit."""
    last = fits[-1]
    layers = {}
    for name, layer in last["layers"].items():
        features = set(layer["weights"])
        same = [
            f["layers"][name] for f in fits if set(f["layers"].get(name, {}).get("weights", ())) == features
        ]
        if name in take:
            same = [fits[take[name]]["layers"][name]]
        layers[name] = {
            "bias": round(sum(each["bias"] for each in same) / len(same), 4),
            "weights": {
                feature: round(sum(each["weights"][feature] for each in same) / len(same), 4)
                for feature in sorted(features)
            },
        }
    return {"layers": layers, "thresholds": last["thresholds"]}


def main() -> None:
    """Reads the fits and writes their blend."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("fits", type=Path, nargs="+")
    parser.add_argument("--take", action="append", default=[], metavar="LAYER=FIT")
    args = parser.parse_args()
    take = {name: int(place) for name, _, place in (each.partition("=") for each in args.take)}
    fits = [json.loads(path.read_text("utf-8")) for path in args.fits]
    args.out.write_text(json.dumps(blend(fits, take), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
