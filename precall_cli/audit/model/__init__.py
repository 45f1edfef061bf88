"""The small trained model of the audit: does this turn realise that item of the plan?

Numpy only. ``load()`` gives the one model; its answers depend on the queries and turns of the call alone.

>>> model = load()
>>> turns = [Utterance("agent", "How many reps do you have on the phones?"), Utterance("contact", "About
thirty.")]
>>> p = model.score([Query("asks", "Size of the sales team"), Query("asks", "Which CRM do you use?")], turns)
>>> p.shape, bool(p[0, 0] > p[1, 0])
((2, 2), True)
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .network import Network, Table, Words
from .words import NUMERALS, Lexicon, split_clauses, split_words

RELATIONS = (
    "asks", "answers", "offers", "discloses", "opens",
    "objects", "handles", "triggers", "honours", "mentions",
)  # fmt: skip
ACTS = ("question", "offer", "objection", "opt_out", "accept", "decline")
WEIGHTS = Path(__file__).with_name("weights.npz")
LISTS = "lists/"
"""What the names of the weights for bare lists begin with."""
_FULL = frozenset({"opens", "objects", "handles", "triggers", "honours"})
"""Relations of a full plan. A plan without any is a bare list of things to ask, say and offer."""
MOST_WORDS = 50_000
QUERY_WORDS = 30
_AGENT = frozenset({"asks", "offers", "discloses", "opens", "handles", "honours", "mentions"})
_SPEAKER = {"agent": 0, "contact": 1}


@dataclass(frozen=True, slots=True)
class Query:
    """One thing to look for.

    ``relation`` is one of ``RELATIONS``; ``text`` the plan's words for it (the question, step and ask,
    disclosure, opening line, objection, planned response, stop condition, stop action, withheld text; for a
    known fact, under ``asks``, "topic: answer"). ``cues`` are other wordings. ``topic`` is a label such as
    "team_size"; for ``handles`` it is the objection, for ``honours`` the stop condition.
    """

    relation: str
    text: str
    cues: tuple[str, ...] = ()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn: ``speaker`` is agent, contact, tool, system or unknown."""

    speaker: str
    text: str


def allowed(relation: str, speaker: str) -> bool:
    """Whether a turn of ``speaker`` can realise ``relation`` at all."""
    if relation in _AGENT:
        return speaker == "agent"
    return speaker in ("contact", "unknown") or (relation == "triggers" and speaker == "system")


def query_words(query: Query) -> tuple[list[str], list[int]]:
    """The words of a query and where each comes from: 0 its text, 1 its topic, 2 its cues; at most 30."""
    words = split_words(query.text)[:24]
    segments = [0] * len(words)
    for segment, phrases in ((1, (query.topic.replace("_", " "),)), (2, query.cues)):
        for phrase in phrases:
            more = split_words(phrase)
            words += more
            segments += [segment] * len(more)
    return (words[:QUERY_WORDS] or ["."]), (segments[:QUERY_WORDS] or [0])


class Model:
    """The trained weights, ready to score. ``digest`` names weights and word table: it belongs in an
    audit's signature.

    There are two sets of one shape: for full plans, and for bare lists, which say things in more ways.
    """

    def __init__(self, weights: Path = WEIGHTS, lexicon: Lexicon | None = None) -> None:
        content = weights.read_bytes()
        with np.load(io.BytesIO(content)) as stored:
            about = json.loads(bytes(stored["about"]).decode("utf-8"))
            weights_of = {n: stored[n].astype(np.float32) for n in stored.files if n != "about"}
        self._network = Network({n: w for n, w in weights_of.items() if not n.startswith(LISTS)})
        for_lists = {n.removeprefix(LISTS): w for n, w in weights_of.items() if n.startswith(LISTS)}
        self._for_lists = Network(for_lists) if for_lists else self._network
        self._lexicon = lexicon or Lexicon()
        self._own: dict[str, int] = {word: i + 1 for i, word in enumerate(about["own"])}
        self._marks: list[tuple[int, bool]] = []
        self._slope = np.array([about["calibration"][r][0] for r in RELATIONS], np.float32)
        self._offset = np.array([about["calibration"][r][1] for r in RELATIONS], np.float32)
        if self._lexicon.fingerprint() != about["table"]:
            raise ValueError("wordllama: its static table is not the one the audit's model was trained on")
        self.digest = hashlib.sha256(content).hexdigest()[:16]

    def score(self, queries: Sequence[Query], turns: Sequence[Utterance]) -> NDArray[np.float32]:
        """Calibrated probabilities ``[len(queries), len(turns)]`` that a turn realises a query.

        Rounded to 4 decimals; 0 where the speaker cannot. Queries given together compete, so give all of a
        plan at once.
        """
        return self.read(queries, turns)[0]

    def acts(self, turns: Sequence[Utterance]) -> NDArray[np.float32]:
        """Probabilities ``[len(turns), len(ACTS)]``: ``question`` and ``offer`` for the agent's turns,
        ``objection``, ``opt_out`` and, in an answer to an offer, ``accept`` and ``decline`` for the
        contact's.
        """
        return self.read((), turns)[1]

    def read(
        self, queries: Sequence[Query], turns: Sequence[Utterance]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What ``score`` and ``acts`` give, in one pass."""
        p = np.zeros((len(queries), len(turns)), np.float32)
        acts = np.zeros((len(turns), len(ACTS)), np.float32)
        if not turns:
            return p, acts
        if len(self._lexicon.words) > MOST_WORDS:
            self._lexicon.forget()
            self._marks = []
        runs = [(i, run) for i, turn in enumerate(turns) for run in split_clauses(split_words(turn.text))]
        of_turn = np.array([i for i, _ in runs], np.intp)
        speaker = np.array([_SPEAKER.get(turns[i].speaker, 2) for i in of_turn], np.intp)
        asked = [query_words(q) for q in queries]
        relation = np.array([RELATIONS.index(q.relation) for q in queries], np.intp)
        said: dict[str, list[bool]] = {
            r: [allowed(r, t.speaker) for t in turns] for r in {q.relation for q in queries}
        }
        can = np.array([said[q.relation] for q in queries], bool).reshape(p.shape)
        table, (queried, clauses) = self._table([w for w, _ in asked], [run or [""] for _, run in runs])
        full = not queries or any(q.relation in _FULL for q in queries)
        logits, heads = (self._network if full else self._for_lists).run(
            table, queried, clauses, relation,
            np.array([s for _, segments in asked for s in segments], np.intp), speaker,
            places(of_turn, speaker), can[:, of_turn],
        )  # fmt: skip
        starts = np.flatnonzero(np.r_[True, of_turn[1:] != of_turn[:-1]])
        if len(queries):
            best = np.maximum.reduceat(logits, starts, axis=1)
            tuned = (best * self._slope[relation, None] + self._offset[relation, None]).astype(np.float32)
            p = np.where(can, _chance(tuned), 0).astype(np.float32)
        who = np.array(
            [[t.speaker == "agent"] * 2 + [t.speaker in ("contact", "unknown")] * 4 for t in turns]
        )
        acts = np.where(who, _chance(np.maximum.reduceat(heads[:, : len(ACTS)], starts, axis=0)), 0).astype(
            np.float32
        )
        return np.round(p, 4), np.round(acts, 4)

    def _table(self, *groups: Sequence[Sequence[str]]) -> tuple[Table, list[Words]]:
        """The different words of all ``groups``, and each of these as places in that table."""
        rows = [self._lexicon.rows([word for words in group for word in words]) for group in groups]
        used, back = np.unique(np.concatenate(rows).astype(np.intp), return_inverse=True)
        for word in self._lexicon.words[len(self._marks) :]:
            self._marks.append((self._own.get(word, 0), word.isdigit() or word in NUMERALS))
        marks = np.array([self._marks[i] for i in used.tolist()], np.intp)
        vectors = np.empty((len(used), 257), np.float32)
        vectors[:, :256] = self._lexicon.vectors[used]
        vectors[:, 256] = marks[:, 1]
        placed, at = [], 0
        for group, ids in zip(groups, rows, strict=True):
            sizes = np.array([len(words) for words in group], np.intp)
            placed.append(Words(back[at : at + len(ids)], np.cumsum(sizes) - sizes, sizes))
            at += len(ids)
        return Table(vectors, marks[:, 0]), placed


def places(turns: NDArray[np.intp], speakers: NDArray[np.intp]) -> NDArray[np.float32]:
    """``[clauses, 4]``: nearness to the start, to the end, relative place, and whether the agent speaks."""
    last = float(turns.max(initial=0))
    i = turns.astype(np.float32)
    columns = [np.exp(-i / 2), np.exp(-(last - i) / 2), i / (last + 1), speakers == 0]
    return np.stack([c.astype(np.float32) for c in columns], 1)


def _chance(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32, copy=False)


@cache
def load() -> Model:
    """The model with the released weights, made once."""
    return Model()
