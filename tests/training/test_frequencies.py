"""Weights of labelled calls: what is counted happens as often as it is wished."""

from __future__ import annotations

import random
from typing import Any

import pytest

from training.frequencies import weights_like


def call(number: int, statuses: list[str]) -> dict[str, Any]:
    items = {f"q{i}": {"status": status, "turns": []} for i, status in enumerate(statuses, start=1)}
    loose = [{"type": "question_skipped", "item": i} for i, x in items.items() if x["status"] == "skipped"]
    return {"id": f"c{number}", "gold": {"items": items, "deviations": loose}}


def drawn(count: int, skipped: float, seed: int) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [
        call(n, ["skipped" if rng.random() < skipped else "asked" for _ in range(rng.randint(2, 6))])
        for n in range(count)
    ]


def test_questions_are_skipped_as_often_as_in_the_calls_to_be_like() -> None:
    ours, like = drawn(600, 0.05, 1), drawn(300, 0.2, 2)
    weights = weights_like(ours, like)

    def share(calls: list[dict[str, Any]], of: dict[str, float] | None) -> float:
        rows = [(of[c["id"]] if of else 1.0, x["status"]) for c in calls for x in c["gold"]["items"].values()]
        return sum(w for w, status in rows if status == "skipped") / sum(w for w, _ in rows)

    assert share(ours, None) < 0.07
    assert share(ours, weights) == pytest.approx(share(like, None), abs=0.02)
    assert sum(weights.values()) == pytest.approx(len(ours), rel=1e-3)
    assert min(weights.values()) > 0


def test_calls_that_are_as_wished_count_one_each() -> None:
    ours = drawn(200, 0.1, 3)
    assert set(weights_like(ours, ours).values()) == {1.0}
