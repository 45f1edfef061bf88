"""Outside text never acts on a terminal."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from precall_cli.report.console import line, make_console, words
from precall_cli.report.inert import inert, one_line

NASTY = [
    "\x1b]52;c;aGk=\x07",
    "\x1b[2J",
    "a\rb",
    "\x9b31m",
    "a\u202eb",
    "\U000e0041",
    "[/nope]",
    "[link=https://e.example]x",
]


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = inert(text)
    assert all(c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"])))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in one_line(text)


@pytest.mark.parametrize("text", NASTY)
def test_the_console_shows_it_and_does_nothing(text: str) -> None:
    out = io.StringIO()
    console = make_console(width=80)
    console.file = out
    table = Table(title=text)
    table.add_column(text)
    table.add_row(words(text))
    console.print(table)
    console.print(line("x ", (text, "bold")))
    console.print(text)
    shown = out.getvalue()
    assert "\x1b" not in shown and "\x07" not in shown and "\r" not in shown and "\u202e" not in shown
    if text.startswith("["):
        assert text in shown
