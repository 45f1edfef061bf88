"""Quotes: verbatim, and of a turn the clause that carries the words of the item."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.audit.acts import TurnActs, find_acts
from precall_cli.audit.evidence import MOST, quote_of
from tests.audit.calls import call

OPENING = (
    "We make call routing and dialing software, and I wanted to find out if that'd be any use to you. "
    "I'm an AI assistant, and this line is recorded."
)


def turn(text: str) -> TurnActs:
    return find_acts(call([("agent", text)]))[0]


@pytest.mark.parametrize(
    ("text", "wanted", "asks", "start"),
    [
        (OPENING, "This call is recorded the call is recorded recorded line", False, "I'm an AI"),
        (OPENING, "I'm an AI assistant calling for Northwind", False, "I'm an AI"),
        (OPENING, "We make call routing software", False, "We make"),
        ("Forty people, fine. Who picks up the phones there?", "How many people pick up?", True, "Who picks"),
        ("Budget is a word we like. And what is your budget?", "What is your budget?", True, "And what"),
    ],
)
def test_of_a_turn_the_clause_is_quoted_that_carries_the_words(
    text: str, wanted: str, asks: bool, start: str
) -> None:
    assert quote_of(turn(text), wanted, asks=asks).startswith(start)


@given(st.text("ab .?,\n", max_size=400), st.text("ab ", max_size=40), st.booleans())
def test_a_quote_is_short_and_stands_in_the_turn(text: str, wanted: str, asks: bool) -> None:
    quote = quote_of(turn(text), wanted, asks=asks)
    assert quote in text
    assert len(quote) <= MOST
