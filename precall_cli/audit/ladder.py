"""Which agent turn offers which rung: the whole ladder at once, as it is climbed down.

What a turn offers depends on what was offered before and how it was answered: after a no comes the next
rung rather than the same one again, after a yes seldom anything. The best joint reading is found by a beam
over the agent's turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from precall_cli.audit.match import Array

BEAM = 16
SHORTLIST = 3
LEAST = -5.0
"""Log-odds under which a pair is not looked at."""

History = tuple[tuple[int, bool], ...]
"""What was offered so far, in order: the rung's place on the ladder, and whether the contact agreed."""


def climb_features(rank: int, history: History) -> dict[str, float]:
    """How offering the rung of this place fits what was offered before."""
    offered = {r for r, _ in history}
    deepest = max(offered, default=-1)
    agreed = any(yes for _, yes in history)
    new = rank not in offered
    following = new and rank == deepest + 1
    same = bool(history) and history[-1][0] == rank
    return {
        "first": float(following and not history),
        "following": float(following and bool(history) and not agreed),
        "passed": float(min(3, rank - deepest - 1)) if rank > deepest else 0.0,
        "back": float(new and rank < deepest),
        "same_after_no": float(same and not history[-1][1]),
        "same_after_yes": float(same and history[-1][1]),
        "earlier": float(not new and not same),
        "new_after_yes": float(new and agreed),
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
    states: list[_State] = [(0.0, (), ())]
    for column, turn in enumerate(columns):
        options = [row for row in range(len(odds)) if odds[row, column] > LEAST]
        options = sorted(options, key=lambda row: (-odds[row, column], row))[:SHORTLIST]
        if not options:
            continue
        grown = list(states)
        for state in states:
            history = state[2]
            for row in options:
                first = _offer(state, history, row, turn, odds[row, column] - threshold, weights, agreed)
                if first is None:
                    continue
                grown.append(first)
                for other in options:
                    also = odds[other, column] - second
                    both = _offer(first, history, other, turn, also, weights, agreed) if other > row else None
                    if both is not None:
                        grown.append(both)
        states = sorted(grown, key=lambda s: (-s[0], s[1]))[:BEAM]
    found: dict[int, list[tuple[int, float]]] = {}
    for row, turn, gain in states[0][1]:
        found.setdefault(row, []).append((turn, gain))
    return found


_State = tuple[float, tuple[tuple[int, int, float], ...], History]
"""Score; offers as (row, turn, gain); what was offered so far."""


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
    score, offers, so_far = state
    return score + gain, (*offers, (row, turn, gain)), (*so_far, (row, agreed(turn)))
