"""From labelled dialogues to padded tensors, with every wording, noise and drop drawn anew each time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from precall_cli.audit.model import RELATIONS, Query, allowed, places, query_words
from precall_cli.audit.model.words import NUMERALS, Lexicon, split_clauses, split_words
from training.data import HEADS, Dialogue, Labelled
from training.material import Exchange, draw, entries
from training.mixing import (
    asked_in_other_words,
    objected_otherwise,
    of_exchanges,
    other_objections,
    swapped,
    swaps,
    taken_out,
    told_besides,
    with_exchange,
    with_stop,
)
from training.noise import corrupt

RELATION = {name: i for i, name in enumerate(RELATIONS)}
SPEAKER = {"agent": 0, "contact": 1}
TURN_WORDS = 120
_ACT_OF = {"asks": "question", "offers": "offer", "objects": "objection"}


@dataclass
class Recipe:
    """What is varied. All off: the dialogue as it stands."""

    wording: float = 0.0
    noise: float = 0.0
    drop_word: float = 0.0
    drop_asked: float = 0.0
    """Loss of words of the plan's texts, on top of `drop_word`."""
    most_queries: int = 99
    foreign: int = 0
    stop: float = 0.0
    exchange: float = 0.0
    told: float = 0.0
    """How often a reply also tells what nobody asked for."""
    taken_out: float = 0.0
    """How often a question of the plan is taken out with its answer."""
    swap: float = 0.0
    """How often one is asked in another way, or its neighbour asked in its place or besides, and as often an objection is
    raised and answered otherwise.
    """


def digits(word: str) -> float:
    """1 for a numeral, in digits or letters."""
    return 1.0 if word.isdigit() or word in NUMERALS else 0.0


class Maker:
    """Makes batches; ``own`` maps the words that have a learned vector of their own to 1…n."""

    def __init__(self, lexicon: Lexicon, own: dict[str, int], seed: int = 0) -> None:
        self.lexicon, self.own = lexicon, own
        self.rng = random.Random(seed)
        self._cache: dict[str, list[str]] = {}
        self._numeral: list[list[float]] = []
        self._other_words = asked_in_other_words()

    def words(self, text: str) -> list[str]:
        """``split_words``, remembered."""
        found = self._cache.get(text)
        if found is None:
            found = self._cache[text] = split_words(text)
        return found

    def _strangers(self, dialogue: Dialogue, pool: Sequence[Dialogue], count: int) -> list[Labelled]:
        """Queries of other dialogues, far in meaning from all that this one has of their relation."""
        found: list[Labelled] = []
        for _ in range(count * 4):
            if len(found) >= count:
                break
            other = self.rng.choice(pool)
            if other.industry == dialogue.industry or not other.queries:
                continue
            luck = self.rng.random()
            if luck < 0.2:
                query = self.rng.choice(self._other_words).queries[0][0]
            elif luck < 0.45 and "objections" in entries():
                query = self.rng.choice(self.rng.choice(entries()["objections"]).hits).queries[0][0]
            else:
                query = self.rng.choice(other.queries)
            if (
                query.relation not in ("asks", "offers", "objects", "mentions", "answers")
                or query.item == "objective"
            ):
                continue
            rivals = [q for q in dialogue.queries if q.relation == query.relation]
            mine = self._mean(query.texts[0] + " " + query.topic)
            if any(float(mine @ self._mean(r.texts[0] + " " + r.topic)) > 0.42 for r in rivals):
                continue
            # what is said is such an act, and yet not this one: else every objection is the planned one
            near = {i for i, v in dialogue.acts.get(_ACT_OF.get(query.relation, ""), {}).items() if v > 0}
            found.append(
                Labelled(
                    "x",
                    query.relation,
                    query.texts,
                    [],
                    hard=near,
                    cues=query.cues,
                    topic=query.topic,
                    weight=0.6,
                )
            )
        return found

    def _mixed(self, dialogue: Dialogue, recipe: Recipe, exchanges: Sequence[Exchange]) -> Dialogue:
        rng = self.rng
        if dialogue.id in swaps() and rng.random() < recipe.swap:
            dialogue = swapped(dialogue, swaps()[dialogue.id], rng)
        if dialogue.id in other_objections() and rng.random() < recipe.swap:
            dialogue = objected_otherwise(dialogue, other_objections()[dialogue.id], rng)
        if rng.random() < recipe.taken_out:
            dialogue = taken_out(dialogue, rng)
        while rng.random() < recipe.exchange:
            which = rng.random()
            if which < 0.6:
                drawn = draw(rng)
            elif exchanges and which < 0.85:
                drawn = [rng.choice(exchanges)]
            else:
                drawn = [rng.choice(self._other_words)]
            add = rng.random() < 0.7
            for exchange in drawn:
                dialogue = with_exchange(
                    dialogue, exchange, rng, lambda a, b: float(self._mean(a) @ self._mean(b)), add
                )
        if rng.random() < recipe.told:
            dialogue = told_besides(dialogue, rng, lambda a, b: float(self._mean(a) @ self._mean(b)))
        return with_stop(dialogue, rng) if rng.random() < recipe.stop else dialogue

    def made_up(self, count: int) -> list[Dialogue]:
        """``count`` calls that the written material makes up between its entries."""
        return [
            of_exchanges(self.rng, lambda a, b: float(self._mean(a) @ self._mean(b))) for _ in range(count)
        ]

    def _mean(self, text: str) -> np.ndarray:
        rows = self.lexicon.rows(self.words(text) or ["."])
        v = self.lexicon.vectors[rows].sum(0)
        return v / max(float(np.linalg.norm(v)), 1e-6)

    def make(
        self,
        dialogues: Sequence[Dialogue],
        recipe: Recipe,
        pool: Sequence[Dialogue] = (),
        exchanges: Sequence[Exchange] = (),
    ) -> dict[str, Tensor]:
        """Tensors of ``dialogues`` as the network takes them, with labels and weights."""
        rng = self.rng
        dialogues = [self._mixed(d, recipe, exchanges) for d in dialogues]
        chosen: list[list[Labelled]] = []
        q_words: list[list[tuple[list[str], list[int]]]] = []
        t_words: list[list[list[str]]] = []
        for d in dialogues:
            queries = list(d.queries)
            if recipe.foreign and pool:
                queries += self._strangers(d, pool, rng.randint(0, recipe.foreign))
            if recipe.wording:
                keep = rng.uniform(0.6, 1.0) if rng.random() < 0.5 else 1.0
                queries = [q for q in queries if rng.random() < keep] or queries
                if len(queries) > recipe.most_queries:
                    queries.sort(key=lambda q: rng.random() - (0.35 if q.positive else 0))
                    queries = queries[: recipe.most_queries]
                rng.shuffle(queries)
            chosen.append(queries)
            texts = []
            for q in queries:
                text, topic, cues = q.texts[0], q.topic, list(q.cues)
                if recipe.wording:
                    if len(q.texts) > 1 and rng.random() < recipe.wording:
                        text = rng.choice(q.texts[1:])
                        if rng.random() < 0.08:
                            cues.append(rng.choice(q.texts))
                    topic = topic if rng.random() < 0.5 else ""
                    if q.relation == "asks" and topic and rng.random() < 0.1:
                        text, topic = topic.replace("_", " "), ""
                    cues = cues if rng.random() < 0.5 else []
                texts.append(query_words(Query(q.relation, text, tuple(cues), topic)))
            q_words.append(texts)
            noisy = rng.random() < recipe.noise
            rate = rng.choice([0.02, 0.05, 0.1, 0.2]) if noisy else 0.0
            form = rng.random()
            said = []
            for options in d.turns:
                pick = options[0]
                if (
                    recipe.wording
                    and len(options) > 1
                    and (form > 0.7 or (form > 0.4 and rng.random() < 0.5))
                ):
                    pick = options[1]
                words = split_words(corrupt(pick, rate, rng)) if noisy else self.words(pick)
                said.append(words[:TURN_WORDS])
            t_words.append(said)
        return self._pad(dialogues, chosen, q_words, t_words, recipe)

    def _pad(
        self,
        dialogues: Sequence[Dialogue],
        chosen: list[list[Labelled]],
        q_words: list[list[tuple[list[str], list[int]]]],
        t_words: list[list[list[str]]],
        recipe: Recipe,
    ) -> dict[str, Tensor]:
        b = len(dialogues)
        parts = [
            [(y, run) for y, words in enumerate(call) for run in split_clauses(words)] for call in t_words
        ]
        nq, nt, ns = max(map(len, chosen)), max(len(d.turns) for d in dialogues), max(map(len, parts))
        lq = max(len(w) for call in q_words for w, _ in call)
        lt = max(max(len(w) for _, w in call) for call in parts) or 1
        size = max(sum(len(w) for w, _ in call) for call in q_words)
        query, query_own = np.zeros((b, nq, lq), int), np.full((b, nq, lq), -1)
        packed, belongs = np.zeros((b, size), int), np.full((b, size), -1)
        segment = np.zeros((b, nq, lq), int)
        turn, turn_own = np.zeros((b, ns, lt), int), np.full((b, ns, lt), -1)
        of_turn = np.full((b, ns), -1)
        relation = np.full((b, nq), -1)
        speaker = np.full((b, ns), 2)
        live = np.zeros((b, ns), np.float32)
        label, weight = np.zeros((b, nq, nt), np.float32), np.zeros((b, nq, nt), np.float32)
        item, item_weight = np.zeros((b, nq), np.float32), np.zeros((b, nq), np.float32)
        can = np.zeros((b, nq, nt), bool)
        can_part = np.zeros((b, nq, ns), bool)
        acts = np.full((b, nt, len(HEADS)), -1.0, np.float32)
        place = np.zeros((b, ns, 4), np.float32)
        for x, (d, queries) in enumerate(zip(dialogues, chosen, strict=True)):
            for y, (i, words) in enumerate(parts[x]):
                turn[x, y, : len(words)] = self.lexicon.rows(words)
                turn_own[x, y, : len(words)] = [self.own.get(w, 0) for w in words]
                turn_own[x, y, len(words) : max(len(words), 1)] = 0
                of_turn[x, y] = i
                speaker[x, y] = SPEAKER.get(d.speakers[i], 2)
            live[x, : len(parts[x])] = 1
            place[x, : len(parts[x])] = places(of_turn[x, : len(parts[x])], speaker[x, : len(parts[x])])
            for h, name in enumerate(HEADS):
                for y, value in d.acts.get(name, {}).items():
                    acts[x, y, h] = value
            at = 0
            for z, q in enumerate(queries):
                words, kinds = q_words[x][z]
                query[x, z, : len(words)] = self.lexicon.rows(words)
                query_own[x, z, : len(words)] = [self.own.get(w, 0) for w in words]
                segment[x, z, : len(words)] = kinds
                packed[x, at : at + len(words)] = z * lq + np.arange(len(words))
                belongs[x, at : at + len(words)] = z
                at += len(words)
                relation[x, z] = RELATION[q.relation]
                for y, s in enumerate(d.speakers):
                    can[x, z, y] = allowed(q.relation, s)
                    weight[x, z, y] = q.weight * (3.0 if y in q.hard else 1.0)
                can_part[x, z, : len(parts[x])] = can[x, z, of_turn[x, : len(parts[x])]]
                label[x, z, q.positive] = 1
                weight[x, z, list(q.unknown)] = 0
                weight[x, z] *= can[x, z]
                item[x, z] = bool(q.positive)
                item_weight[x, z] = q.weight if q.positive or not q.unknown else 0
                if not can[x, z].any():
                    item_weight[x, z] = 0
        if recipe.drop_word:
            for ids, own, more in ((query, query_own, recipe.drop_asked), (turn, turn_own, 0.0)):
                chance = np.random.default_rng(self.rng.randrange(2**32)).random(ids.shape)
                lost = chance < recipe.drop_word + more * self.rng.random() * 2
                ids[lost] = 0
                own[lost & (own > 0)] = 0
        numeral = self._digits()
        used, place_of = np.unique(np.concatenate([query.ravel(), turn.ravel()]), return_inverse=True)
        t = torch.from_numpy
        return {
            "table": t(np.concatenate([self.lexicon.vectors[used], numeral[used]], 1)),
            "query": t(place_of[: query.size].reshape(query.shape)),
            "turn": t(place_of[query.size :].reshape(turn.shape)),
            "query_own": t(query_own),
            "turn_own": t(turn_own),
            "segment": t(segment),
            "relation": t(np.maximum(relation, 0)),
            "speaker": t(speaker),
            "live": t(live),
            "label": t(label),
            "weight": t(weight),
            "item": t(item),
            "item_weight": t(item_weight),
            "allowed": t(can),
            "acts": t(acts),
            "place": t(place),
            "packed": t(packed),
            "belongs": t(belongs),
            "of_turn": t(of_turn),
            "allowed_part": t(can_part),
        }

    def _digits(self) -> np.ndarray:
        for word in self.lexicon.words[len(self._numeral) :]:
            self._numeral.append([digits(word)])
        return np.array(self._numeral, np.float32)
