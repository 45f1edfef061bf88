"""How much each labelled call counts when layers are learned, so that things happen as often as they do in calls that
nobody wrote to be hard.

Hands that dwell on something hold more of it, and our own hold fewer questions left out and more answers volunteered
than the shared ones. A layer learns how often things happen along with how they look; so calls are weighted by
exponential tilting: of all weights that give the wished frequencies, those nearest to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

COUNTED = {
    "q": ("asked", "volunteered", "skipped", "not_reached"),
    "o": ("not_raised", "handled", "handled_differently", "ignored"),
    "n": ("offered", "not_needed", "skipped", "not_reached"),
    "s": ("honoured", "violated", "not_triggered"),
    "k": ("respected", "asked_again"),
    "m": ("respected", "mentioned"),
    "d": ("given", "late", "missing"),
    "opening": ("followed", "changed"),
    "objective": ("achieved", "pursued", "not_pursued"),
}
LOOSE = (
    "off_plan_question",
    "off_ladder_step",
    "question_repeated",
    "question_out_of_order",
    "unanticipated_objection",
    "no_next_step",
)
MOST = 8.0
"""A call counts at most so many times as much as it would, or so much less."""


def counts_of(record: dict[str, Any]) -> NDArray[np.float64]:
    """How often each counted thing happens in a labelled call, with each status the items of its kind."""
    items, deviations = record["gold"]["items"], record["gold"]["deviations"]
    found: list[float] = []
    for kind, statuses in COUNTED.items():
        mine = [x["status"] for item, x in items.items() if item.rstrip("0123456789") == kind]
        for status in statuses:
            found += [mine.count(status), len(mine)]
    for kind in LOOSE:
        found += [sum(d["type"] == kind for d in deviations), 1]
    return np.array([*found, not any(d["type"] != "unanticipated_objection" for d in deviations), 1], float)


def weights_like(
    records: Sequence[dict[str, Any]], like: Sequence[dict[str, Any]], ridge: float = 0.02
) -> dict[str, float]:
    """A weight by id for each of `records`, one on average, so that each counted thing happens as often as in `like`, as far as `ridge` and the limit allow."""
    x = np.stack([counts_of(r) for r in records])
    wished = np.stack([counts_of(r) for r in like]).sum(0)
    z = x[:, ::2] - x[:, 1::2] * wished[::2] / np.maximum(wished[1::2], 1)  # nought on average as wished
    z /= z.std(0) + 1e-6
    tilt = np.zeros(z.shape[1])
    limit = np.log(MOST)
    for _ in range(200):
        w = np.exp(np.clip(z @ tilt, -limit, limit))
        w /= w.sum()
        mean = w @ z
        spread = (z * w[:, None]).T @ z - np.outer(mean, mean)
        step = np.linalg.solve(spread + (ridge + 1e-3) * np.eye(len(tilt)), mean + ridge * tilt)
        tilt -= step * min(1.0, 0.5 / (np.abs(step).max() + 1e-9))
        if np.abs(step).max() < 1e-6:
            break
    w = np.exp(np.clip(z @ tilt, -limit, limit))
    w *= len(w) / w.sum()
    return {r["id"]: round(float(v), 4) for r, v in zip(records, w, strict=True)}
