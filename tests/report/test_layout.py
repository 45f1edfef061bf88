"""Lines keep to their width and lose no word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from precall_cli.report.console import line
from precall_cli.report.layout import clip, count, fill, hanging, joined, percent, split

words = st.lists(st.text("abcdefghij", min_size=1, max_size=12), max_size=40).map(" ".join)


@given(st.text("abc ", max_size=40), words, st.integers(0, 20), st.integers(50, 160))
def test_hanging_lines_fit_and_keep_every_word(head: str, body: str, columns: int, width: int) -> None:
    lines = list(hanging(line(head), line(body), columns, width))
    assert all(each.cell_len <= width for each in lines)
    whole = "".join(each.plain for each in lines)
    assert whole.replace(" ", "") == (head + body).replace(" ", "")


@given(st.lists(words, max_size=6), st.integers(30, 100))
def test_joined_parts_fit_and_are_all_there(parts: list[str], width: int) -> None:
    lines = list(joined([line(part) for part in parts], " | ", width))
    assert all(each.cell_len <= width for each in lines)
    for part in parts:
        assert part.replace(" ", "") in "".join(each.plain for each in lines).replace(" ", "")


@given(st.text(max_size=60), st.integers(2, 30))
def test_filled_text_has_exactly_its_columns(text: str, columns: int) -> None:
    assert cell_len(fill(text, columns)) == columns
    assert cell_len(clip(text, columns)) <= columns


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert [part.plain for part in split(line("abcdefgh"), 5)] == ["abcde", "fgh"]


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(1.0, "100 %"), (0.9999, "99.9 %"), (0.996, "99.6 %"), (0.0, "0 %"), (0.0001, "0.1 %"), (0.857, "86 %")],
)
def test_a_rate_is_never_rounded_to_all_or_nothing(rate: float, shown: str) -> None:
    assert percent(rate) == shown


def test_counts_have_their_plural() -> None:
    assert (count(1, "brief"), count(0, "brief"), count(2, "entry", "entries")) == (
        "1 brief",
        "0 briefs",
        "2 entries",
    )
