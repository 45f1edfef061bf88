"""A small stand-in for the trained matcher: word vectors and wording cues, no training. For tests of the
engine alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from precall_cli.audit.acts import CONCESSION, OFFER, QUESTION, REFUSES
from precall_cli.audit.match import Asked, Heard
from precall_cli.audit.model.words import Lexicon, split_words
from precall_cli.audit.phrases import NO_OPT_OUT, OPT_OUT
from precall_cli.audit.words import _COMMON

_WHERE = {
    "asks": 0.42,
    "answers": 0.45,
    "offers": 0.45,
    "discloses": 0.5,
    "opens": 0.45,
    "objects": 0.42,
    "handles": 0.4,
    "triggers": 0.45,
    "honours": 0.4,
    "mentions": 0.5,
}
_AGENT = {"asks", "offers", "discloses", "opens", "handles", "honours", "mentions"}


class Interim:
    """Soft alignment of the query's words with the turn's words, squashed to a probability."""

    digest = "interim"

    def __init__(self) -> None:
        self.lexicon = Lexicon()

    def _vectors(self, text: str) -> NDArray[np.float32]:
        words = [w for w in split_words(text) if w.isalnum()]
        kept = [w for w in words if w not in _COMMON] or words or ["."]
        rows = self.lexicon.rows(kept)
        return self.lexicon.vectors[rows].copy()

    def score(self, queries: Sequence[Asked], turns: Sequence[Heard]) -> NDArray[np.float32]:
        heard = [self._vectors(t.text) for t in turns]
        p = np.zeros((len(queries), len(turns)), np.float32)
        for i, query in enumerate(queries):
            wanted = self._vectors(" ".join([query.text, query.topic.replace("_", " "), *query.cues]))
            for j, words in enumerate(heard):
                agent = turns[j].speaker == "agent"
                if agent != (query.relation in _AGENT):
                    continue
                near = (wanted @ words.T).max(axis=1).mean()
                mean = (
                    wanted.mean(axis=0)
                    @ words.mean(axis=0)
                    / (np.linalg.norm(wanted.mean(axis=0)) * np.linalg.norm(words.mean(axis=0)) + 1e-6)
                )
                p[i, j] = 1 / (1 + np.exp(-12 * (0.5 * near + 0.5 * mean - _WHERE[query.relation])))
        return np.round(p, 4)

    def acts(self, turns: Sequence[Heard]) -> NDArray[np.float32]:
        p = np.zeros((len(turns), 4), np.float32)
        for j, turn in enumerate(turns):
            if turn.speaker == "agent":
                p[j, 0] = 0.8 if QUESTION.search(turn.text) else 0.15
                p[j, 1] = 0.7 if OFFER.search(turn.text) or CONCESSION.search(turn.text) else 0.1
            else:
                p[j, 2] = 0.5 if REFUSES.search(turn.text) else 0.05
                p[j, 3] = 0.9 if OPT_OUT.search(turn.text) and not NO_OPT_OUT.search(turn.text) else 0.02
        return p
