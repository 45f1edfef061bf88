"""What layers allow, forbid and limit, and where two of them contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from precall_cli.errors import Problem


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that one layer allows or forbids."""

    name: str
    """As it was written."""
    place: str
    """`file:line` where it stands."""

    def is_told_by(self, text: str) -> bool:
        """Whether every word of the topic stands in `text`, in whatever number and order.

        So `legal advice on leases` is a kind of `legal advice`, and a layer that allows it lifts the ban.
        """
        words = topic_words(self.name)
        return bool(words) and words <= topic_words(text)


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper bound that one layer sets."""

    name: str
    value: int
    place: str
    """`file:line` where it stands."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The typed rules of one layer."""

    allow: tuple[Topic, ...] = ()
    forbid: tuple[Topic, ...] = ()
    limits: tuple[Limit, ...] = ()
    yields: bool = False
    """Whether it gives way without a word: a built-in layer does, where a team's own layer is stricter."""


def topic_words(text: str) -> frozenset[str]:
    """The words of a topic without case, number and punctuation: `Discounts`, `discount` → {discount}."""
    return frozenset(_singular(word) for word in re.findall(r"[^\W_]+", text.casefold()))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def find_conflicts(layers: Sequence[Rules]) -> Iterator[Problem]:
    """Every rule that lifts what its own or an earlier layer forbids, naming both places."""
    for position, layer in enumerate(layers):
        if layer.yields:
            continue
        bans = [ban for earlier in layers[: position + 1] for ban in earlier.forbid]
        for allowed in layer.allow:
            for ban in bans:
                if ban.is_told_by(allowed.name):
                    yield Problem(
                        allowed.place,
                        f"allows {allowed.name!r}, but {ban.place} forbids {ban.name!r}.",
                        "A later layer may narrow, never lift: remove one of the two.",
                    )
        for limit in layer.limits:
            strictest = tightest(limit.name, layers[:position])
            if strictest and limit.value > strictest.value:
                yield Problem(
                    limit.place,
                    f"raises {limit.name} to {limit.value}, but {strictest.place} sets {strictest.value}.",
                    f"A later layer may narrow, never lift: write at most {strictest.value}, or remove it.",
                )


def tightest(name: str, layers: Sequence[Rules]) -> Limit | None:
    """The lowest bound of that name that any of the layers sets; of equal ones the first."""
    found = [limit for layer in layers for limit in layer.limits if limit.name == name]
    return min(found, key=lambda limit: limit.value, default=None)
