"""How a pair of query and clause stands against the other queries there and the other clauses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOW = np.float32(-8.0)


def contrasts(
    first: NDArray[np.float32], allowed: NDArray[np.bool_], relation: NDArray[np.intp]
) -> NDArray[np.float32]:
    """How each pair stands against the others: ``[queries, clauses, 7]``, from first-stage logits."""
    s = np.where(allowed, np.clip(first, LOW, -LOW), LOW).astype(np.float32)
    count, clauses = s.shape
    rival, differ, crowd = np.full_like(s, LOW), np.full_like(s, LOW), np.zeros_like(s)
    chance = 1 / (1 + np.exp(-s))
    floor = np.float32(1 / (1 + np.exp(-LOW)))
    for name in np.unique(relation):
        mine = np.flatnonzero(relation == name)
        others = np.flatnonzero(relation != name)
        if len(others):
            differ[mine] = s[others].max(axis=0)
        if len(mine) > 1:
            order = np.sort(s[mine], axis=0)
            rival[mine] = np.where(s[mine] == order[-1], order[-2], order[-1])
        crowd[mine] = chance[mine].sum(axis=0) - chance[mine] + floor * np.float32(count - len(mine) + 1)
    before, after = np.full_like(s, LOW), np.full_like(s, LOW)
    if clauses > 1:
        before[:, 1:] = np.maximum.accumulate(s, axis=1)[:, :-1]
        after[:, :-1] = np.maximum.accumulate(s[:, ::-1], axis=1)[:, ::-1][:, 1:]
    columns = [
        s / 4,
        (s - rival) / 4,
        (s - before) / 4,
        (s - after) / 4,
        differ / 4,
        np.minimum(crowd, 3),
        rival / 4,
    ]
    return np.stack(columns, -1).astype(np.float32, copy=False)
