"""A word without an end costs no more than the longest that anybody says."""

from __future__ import annotations

from precall_cli.audit.model.words import LONGEST, Lexicon


def test_a_word_is_read_up_to_a_length() -> None:
    lexicon = Lexicon()
    for sign in "a[é":
        whole, longest = lexicon.row(sign * 20_000), lexicon.row(sign * LONGEST)
        assert (lexicon.vectors[whole] == lexicon.vectors[longest]).all()
    shorter = lexicon.row("a" * (LONGEST - 1))
    assert (lexicon.vectors[shorter] != lexicon.vectors[lexicon.row("a" * LONGEST)]).any()
