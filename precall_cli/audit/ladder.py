"""Which agent turn offers which rung: the whole ladder at once, as it is climbed down.

What a turn offers depends on what was offered before and how it was answered: after a no comes the next
rung rather than the same one again, after a yes seldom anything. The best joint reading is found by a beam
over the agent's turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from precall_cli.audit.match import Array

BEAM = 16
SHORTLIST = 3
LEAST = -5.0
"""Log-odds under which a pair is not looked at."""


class History(NamedTuple):
    """What was offered so far, as far as it decides what can follow; a call may hold thousands of offers."""

    offered: frozenset[int] = frozenset()
    """The places on the ladder that were offered."""
    last: int = -1
    """The one offered last."""
    agreed: bool = False
    """Whether the contact agreed to that."""
    ever_agreed: bool = False

    def then(self, rank: int, agreed: bool) -> History:
        """What it is after this rung too."""
        return History(self.offered | {rank}, rank, agreed, self.ever_agreed or agreed)


def climb_features(rank: int, history: History) -> dict[str, float]:
    """How offering the rung of this place fits what was offered before."""
    deepest = max(history.offered, default=-1)
    new = rank not in history.offered
    following = new and rank == deepest + 1
    same = history.last == rank
    return {
        "first": float(following and not history.offered),
        "following": float(following and bool(history.offered) and not history.ever_agreed),
        "passed": float(min(3, rank - deepest - 1)) if rank > deepest else 0.0,
        "back": float(new and rank < deepest),
        "same_after_no": float(same and not history.agreed),
        "same_after_yes": float(same and history.agreed),
        "earlier": float(not new and not same),
        "new_after_yes": float(new and history.ever_agreed),
    }


def climb(
    columns: Sequence[int],
    odds: Array,
    weights: Mapping[str, float],
    agreed: Callable[[int], bool],
    threshold: float,
    second: float,
) -> dict[int, list[tuple[int, float]]]:
    """The likeliest joint reading of ``odds [rungs, turns]``: log-odds of "this turn offers this rung".

    ``columns`` are the turns, ``weights`` those of `climb_features`, ``agreed`` says of a turn whether the
    contact agreed to what it offers. ``threshold`` is taken from the first rung of a turn, ``second`` from
    another one. Gives for each place on the ladder its turns with the log-odds with which they won.
    """
    states = [_State(0.0, None, History())]
    for column, turn in enumerate(columns):
        options = [row for row in range(len(odds)) if odds[row, column] > LEAST]
        options = sorted(options, key=lambda row: (-odds[row, column], row))[:SHORTLIST]
        if not options:
            continue
        grown = list(states)
        for state in states:
            for row in options:
                first = _offer(
                    state, state.history, row, turn, odds[row, column] - threshold, weights, agreed
                )
                if first is None:
                    continue
                grown.append(first)
                for other in options:
                    # two rungs in one breath are both new: what comes with a new one is not offered once more
                    if other <= row or state.history.offered & {row, other}:
                        continue
                    also = odds[other, column] - second
                    both = _offer(first, state.history, other, turn, also, weights, agreed)
                    if both is not None:
                        grown.append(both)
        states = sorted(grown, key=lambda s: -s.score)[:BEAM]
    found: dict[int, list[tuple[int, float]]] = {}
    offer = states[0].offers
    while offer is not None:
        found.setdefault(offer.row, []).append((offer.turn, offer.gain))
        offer = offer.before
    return {row: turns[::-1] for row, turns in found.items()}


class _Offers(NamedTuple):
    """The last offer and those before it, shared between the readings that have them in common."""

    row: int
    turn: int
    gain: float
    before: _Offers | None


class _State(NamedTuple):
    score: float
    offers: _Offers | None
    history: History


def _offer(
    state: _State,
    history: History,
    row: int,
    turn: int,
    odds: float,
    weights: Mapping[str, float],
    agreed: Callable[[int], bool],
) -> _State | None:
    """The state with this offer; none where no offer is likelier, lest a rung be put in for what follows it.

    ``history`` is what was offered before this turn.
    """
    features = climb_features(row, history)
    gain = round(float(odds) + sum(weights[name] * value for name, value in features.items()), 6)
    if gain <= 0:
        return None
    return _State(
        state.score + gain, _Offers(row, turn, gain, state.offers), state.history.then(row, agreed(turn))
    )
