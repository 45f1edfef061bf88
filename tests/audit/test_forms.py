"""By which word a question asks, and whether a turn asks by the one that was planned."""

from __future__ import annotations

import pytest

from precall_cli.audit.forms import form_of, same_form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("How many offices do you have?", "how_many"),
        ("roughly how many folks do you have dialing", "how_many"),
        ("And what do you pay for that a month?", "how_much"),
        ("When does the contract end?", "when"),
        ("How long have you been with them?", "since"),
        ("Who signs it?", "who"),
        ("Which system do you use?", "which"),
        ("Do you have a fleet?", "yes_no"),
        ("Is it you? Okay. And where is it kept?", "where"),
        ("I'd guess they sit in one place.", None),
        ("", None),
    ],
)
def test_the_word_that_asks(text: str, form: str | None) -> None:
    assert form_of(text) == form


def test_a_neighbour_asks_by_another_word() -> None:
    planned = "When does the phone contract end?"
    assert same_form(planned, "And that contract with them, who signed it, was that you?") == -1
    assert same_form(planned, "Lovely. When is that one up?") == 1
    assert same_form(planned, "I take it that one runs for a while yet.") == 0
    assert same_form("How much do you spend?", "What's the number on that, then?") == 0
