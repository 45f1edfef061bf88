"""Quotes: words that stand verbatim in the turn they are taken from, cut to the clause that proves
something."""

from __future__ import annotations

from itertools import pairwise

from precall_cli.audit.acts import QUESTION, TurnActs
from precall_cli.audit.words import content, stem, tokens

MOST = 160


def quote_of(turn: TurnActs, wanted: str, *, asks: bool = False) -> str:
    """The clause of a turn that shares most with `wanted` (a question, where one is looked for), verbatim.

    Where as much is shared, words that follow each other in both decide: of "this call is recorded", a line
    that "is recorded" tells more than "call routing". Cut at a word's end when longer than 160 characters;
    what is returned always stands in the turn's text.
    """
    if not turn.clauses:
        return ""
    stems, pairs = content(wanted), _pairs(wanted)
    best, best_score = turn.clauses[0], -1.0
    for clause in turn.clauses:
        score = (
            len(stems & content(clause))
            + min(len(pairs & _pairs(clause)), 4) / 10
            + (0.5 if asks and QUESTION.search(clause) else 0.0)
            + min(len(clause), 60) / 1000
        )
        if score > best_score + 1e-9:
            best, best_score = clause, score
    if len(best) <= MOST:
        return best
    start = _first_shared(best, stems)
    piece = best[start : start + MOST]
    if start + MOST < len(best) and " " in piece:
        piece = piece.rsplit(" ", 1)[0]
    return piece.strip()


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Every two words that follow each other, as stems."""
    stems = [stem(word) for word in tokens(text)]
    return frozenset(pairwise(stems))


def _first_shared(clause: str, stems: frozenset[str]) -> int:
    """Where to start a long quote: a little before the first shared word, at a word's start."""
    position = 0
    for word in clause.split(" "):
        if content(word) & stems:
            start = max(0, position - 40)
            return start if start == 0 else clause.find(" ", start) + 1
        position += len(word) + 1
    return 0
