"""The ladder read as a whole: what was offered before, and how it was answered, decide with the words."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from precall_cli.audit.ladder import History, climb, climb_features
from tests.growth import grows_linearly

WEIGHTS = {
    "first": 0.0, "following": 3.0, "passed": -1.0, "back": 0.0, "earlier": -4.0, "same_after_no": -3.0,
    "same_after_yes": -6.0, "new_after_yes": -3.0,
}  # fmt: skip
ODDS = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 9)), elements=st.floats(-8, 8))


def offered(odds: list[list[float]], *yes: int) -> dict[int, list[int]]:
    matrix = np.array(odds)
    won = climb(range(matrix.shape[1]), matrix, WEIGHTS, lambda turn: turn in yes, 0.0, 1.0)
    return {row: [turn for turn, _ in turns] for row, turns in won.items()}


def test_after_a_no_the_next_rung_is_likelier_than_the_same_again() -> None:
    # the second turn sounds a little more like the meeting once more than like the email
    assert offered([[4.0, -8.0, 1.0], [-8.0, -8.0, 0.5]]) == {0: [0], 1: [2]}


def test_after_a_yes_nothing_more_is_offered_unless_it_is_plain() -> None:
    assert offered([[4.0, -8.0], [-8.0, 1.0]], 0) == {0: [0]}
    assert offered([[4.0, -8.0], [-8.0, 6.0]], 0) == {0: [0], 1: [1]}


def test_one_turn_can_offer_two_rungs() -> None:
    assert offered([[5.0], [5.0]]) == {0: [0], 1: [0]}
    assert offered([[5.0], [-4.0]]) == {0: [0]}


def test_what_comes_in_one_breath_with_a_new_rung_is_not_offered_once_more() -> None:
    assert offered([[5.0, 5.0], [-8.0, 5.0]]) == {0: [0], 1: [1]}


def test_nothing_is_offered_where_nothing_sounds_like_it() -> None:
    assert offered([[-2.0, -3.0], [-4.0, -1.0]]) == {}


@given(ODDS, st.sets(st.integers(0, 8)))
def test_a_reading_is_legal_and_the_same_every_time(odds: np.ndarray, yes: set[int]) -> None:
    def read() -> dict[int, list[tuple[int, float]]]:
        return climb(range(odds.shape[1]), odds, WEIGHTS, lambda turn: turn in yes, 0.0, 1.0)

    found = read()
    assert found == read()
    rungs_of: dict[int, list[bool]] = {}
    for row, turns in found.items():
        assert 0 <= row < len(odds)
        places = [turn for turn, _ in turns]
        assert places == sorted(set(places))
        for turn in places:
            rungs_of.setdefault(turn, []).append(turn == places[0])
    assert all(len(first) == 1 or all(first) for first in rungs_of.values())


def test_the_first_rung_is_first_and_the_third_passes_two() -> None:
    start = History()
    assert climb_features(0, start)["first"] == 1.0
    assert climb_features(2, start)["passed"] == 2.0
    assert climb_features(1, start.then(0, False))["following"] == 1.0
    assert climb_features(1, start.then(0, True))["new_after_yes"] == 1.0
    assert climb_features(0, start.then(0, False).then(1, False))["earlier"] == 1.0


def test_a_ladder_of_thousands_of_offers_takes_time_in_proportion() -> None:
    def read(size: int) -> None:
        odds = np.full((2, size), -8.0)
        odds[0, 0::2] = odds[1, 1::2] = 8.0
        climb(range(size), odds, WEIGHTS, lambda turn: False, 0.0, 1.0)

    assert grows_linearly(read, 1000)
