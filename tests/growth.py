"""Does work grow with its input, or with its square? A ratio of its own times, so that no machine matters."""

from __future__ import annotations

import time
from collections.abc import Callable

FACTOR = 8
"""How much larger the second input is: what grows with the square takes 64 times as long."""
SLACK = 4
"""What caches, collection and a busy machine may add; linear work stays under FACTOR * SLACK."""
QUICK_S = 0.25
"""Under this much CPU the ratio says nothing, and no square is hidden in it at such sizes."""


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """Whether `work(FACTOR * size)` takes at most FACTOR * SLACK times as long as `work(size)`."""
    large = _cpu_of(work, FACTOR * size)
    if large < QUICK_S:
        return True
    small = min(_cpu_of(work, size) for _ in range(3))
    return min(large, _cpu_of(work, FACTOR * size)) < FACTOR * SLACK * small


def _cpu_of(work: Callable[[int], object], size: int) -> float:
    begun = time.process_time()
    work(size)
    return time.process_time() - begun
