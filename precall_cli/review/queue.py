"""Which call a reviewer should look at next. The rule stands in RULE, word for word in the help and the docs.

The clean sample is drawn by a hash of seed and call id, not by a generator's state: the same calls are in it
whoever asks, whenever, and however many calls have come since.
"""

from __future__ import annotations

from hashlib import blake2b

RULE = (
    "Of the calls that nobody has decided on: more critical deviations first, then more undecided items, "
    "then more silent deviations, then the older audit. After every 1/share calls decided comes one of the "
    "clean sample: a seeded random share of the calls with none of the three."
)


def draw(seed: int, call_id: str) -> float:
    """A number from 0 to 1, for ever that of this seed and call; below the share, it is in the sample."""
    digest = blake2b(f"{seed}:{call_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def is_clean_turn(decided: int, share: float) -> bool:
    """Whether the next call comes from the clean sample, so many calls having been decided on.

    >>> [turn for turn in range(1, 61) if is_clean_turn(turn, 0.05)]
    [20, 40, 60]
    """
    return decided > 0 and int(decided * share + 1e-9) > int((decided - 1) * share + 1e-9)
