"""The last step from evidence to probability: small logistic layers over named features.

A layer is a bias and one weight per named feature; its weights are learned from labelled calls by
`training/fusion.py`
and stored beside this file. Features are named, so that a layer and the code that fills it cannot drift
apart unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from precall_cli.audit.match import Array

_FILE = Path(__file__).with_name("fusion.json")


@dataclass(frozen=True)
class Layer:
    """A logistic layer: log-odds = bias + features · weights."""

    bias: float
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, Array | float]) -> Array:
        """Log-odds for features given by name, each a number or an array of one shape."""
        total: Array | float = self.bias
        try:
            for name, weight in self.weights.items():
                total = total + weight * features[name]
        except KeyError:
            missing = sorted(set(self.weights) - set(features))
            raise KeyError(f"features without value: {', '.join(missing)}") from None
        return np.asarray(np.round(total, 6), dtype=np.float64)


@dataclass(frozen=True)
class Fusion:
    """All layers and thresholds, with the digest of the file they came from."""

    layers: Mapping[str, Layer]
    thresholds: Mapping[str, float]
    digest: str

    def log_odds(self, layer: str, features: Mapping[str, Array | float]) -> Array:
        return self.layers[layer].log_odds(features)


def probability(log_odds: float) -> float:
    """A probability from log-odds, to three digits."""
    return round(float(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))), 3)


def log_odds_of(chance: float) -> float:
    """Log-odds from a probability, within those that a score can have."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return float(np.log(chance / (1 - chance)))


def parse_fusion(text: str) -> Fusion:
    """Layers and thresholds from the text of a fusion file."""
    document = json.loads(text)
    layers = {
        name: Layer(float(v["bias"]), {k: float(w) for k, w in v["weights"].items()})
        for name, v in document["layers"].items()
    }
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Fusion(layers, {k: float(v) for k, v in document["thresholds"].items()}, digest)


@cache
def load_fusion() -> Fusion:
    """The layers that ship with the package."""
    return parse_fusion(_FILE.read_text("utf-8"))
