"""Calibrate on what training held out, and show how much can be answered how surely.

``python training/calibrate.py --shared SHARED TRAINED.pt --hold-writer f --hold-star flow,apartment`` writes
``training/calibration.json``: by relation a slope and an offset for the logit (``platt``), the threshold with
the best F1 over items, and ``curve``: for each share of answers left undecided, the accuracy of the rest.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from precall_cli.audit.model import RELATIONS
from precall_cli.audit.model.words import Lexicon
from training.batches import Maker
from training.data import HEADS, Dialogue, read_calls, read_sgd, read_star
from training.network import Network
from training.train import f1, items_of, predict, report

Rows = list[tuple[float, bool, bool]]
ROOM = 40


def logit(p: np.ndarray) -> np.ndarray:
    """The logit of probabilities kept off 0 and 1."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def platt(rows: Rows) -> tuple[float, float]:
    """Slope and offset that make the logits of ``rows`` honest, held near 1 and 0 where there are few
    rows.
    """
    x = logit(np.array([p for p, _, _ in rows]))
    y = np.array([float(hit) for _, hit, _ in rows])
    a, b = 1.0, 0.0
    for _ in range(200):
        p = 1 / (1 + np.exp(-(a * x + b)))
        w = np.maximum(p * (1 - p), 1e-4)
        gradient = np.array([((p - y) * x).sum() + ROOM * (a - 1), (p - y).sum() + ROOM / 8 * b])
        hessian = np.array([[(w * x * x).sum() + ROOM, (w * x).sum()], [(w * x).sum(), w.sum() + ROOM / 8]])
        step = np.linalg.solve(hessian, gradient)
        a, b = a - step[0], b - step[1]
        if np.abs(step).max() < 1e-6:
            break
    return float(a), float(b)


def curve(rows: Rows) -> list[dict[str, float]]:
    """With the least sure share left out: where the band ends, and how often the rest is right."""
    p = np.array([r[0] for r in rows])
    y = np.array([r[1] for r in rows])
    order = np.argsort(-np.abs(p - 0.5), kind="stable")
    found = []
    for coverage in (1.0, 0.98, 0.95, 0.9, 0.85, 0.8):
        kept = order[: round(len(order) * coverage)]
        edge = float(np.abs(p[kept[-1]] - 0.5))
        right = float(((p[kept] >= 0.5) == y[kept]).mean())
        yes = p[kept] >= 0.5
        found.append(
            {
                "coverage": coverage,
                "low": round(0.5 - edge, 3),
                "high": round(0.5 + edge, 3),
                "accuracy": round(right, 4),
                "precision_of_yes": round(float(y[kept][yes].mean()) if yes.any() else 1.0, 4),
                "precision_of_no": round(float((~y[kept][~yes]).mean()) if (~yes).any() else 1.0, 4),
            }
        )
    return found


def main() -> None:
    """Predict what was held out, fit, write and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--calls", type=Path, nargs="*", default=[])
    parser.add_argument("--hold-writer", required=True)
    parser.add_argument("--hold-star", required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("calibration.json"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    bench = args.shared / "bench"
    stored = torch.load(args.trained, weights_only=True)
    settings = json.loads(stored["settings"])
    network = Network(len(RELATIONS), len(HEADS), len(stored["own"]), settings["width"], settings["pair"])
    network.load_state_dict(stored["weights"])
    maker = Maker(Lexicon(), stored["own"], 1)
    writers, domains = set(args.hold_writer.split(",")), set(args.hold_star.split(","))
    paths = sorted((bench / "calls-train").glob("*.jsonl")) + sorted(
        p for c in args.calls for p in c.glob("*.jsonl")
    )
    sent, typed = read_star(bench)
    sets: dict[str, list[Dialogue]] = {
        "sgd unseen": [d for d in read_sgd(bench, "sgd-dev") if d.seen != "all_seen"],
        "star sent": [d for d in sent if d.group in domains],
        "star typed": [d for d in typed if d.group in domains],
        "calls": [d for d in read_calls(paths) if d.group in writers],
    }
    by_relation: dict[str, dict[str, Rows]] = {r: {} for r in RELATIONS}
    for name, dialogues in sets.items():
        predicted = predict(network, maker, dialogues)
        report(name, predicted, True)
        for relation, rows in items_of(predicted).items():
            by_relation[relation][name] = rows
    made: dict[str, dict[str, object]] = {"platt": {}, "threshold": {}, "curve": {}}
    for relation, parts in by_relation.items():
        # every source weighs the same, whatever its size
        size = max((len(rows) for rows in parts.values()), default=0)
        rows = [r for part in parts.values() for r in part * max(1, size // (len(part) * 2))]
        if not rows:
            continue
        a, b = platt(rows)
        made["platt"][relation] = [round(a, 4), round(b, 4)]
        tuned = [(float(1 / (1 + np.exp(-(a * logit(np.array(p)) + b)))), y, t) for p, y, t in rows]
        best = max((f1(tuned, at)[0], -abs(at - 0.5), at) for at in np.arange(0.2, 0.81, 0.05))
        made["threshold"][relation] = {
            "at": round(float(best[2]), 2),
            "f1": round(float(best[0]), 3),
            "items": len(rows),
        }
        made["curve"][relation] = curve(tuned)
        print(relation, made["platt"][relation], made["threshold"][relation], made["curve"][relation][3])  # type: ignore[index]
    args.out.write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
