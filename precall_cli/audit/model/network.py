"""The network's arithmetic in numpy; ``training/network.py`` is the same in torch.

Everything is laid out without padding: the words of all queries stand side by side, so do the words of all
clauses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contrasts import contrasts

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
HIGH = np.float32(60.0)
RAW = 256
PAIRS = 6000


@dataclass(frozen=True, slots=True)
class Table:
    """The different words of a call: ``vectors [words, 257]``, and ``own [words]``, their learned rows."""

    vectors: Floats
    own: Ints


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side: ``ids [n]`` into a table, ``starts`` and ``sizes`` of each query or clause."""

    ids: Ints
    starts: Ints
    sizes: Ints

    @property
    def group(self) -> Ints:
        """The query or clause each word belongs to."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


@dataclass(frozen=True, slots=True)
class Compared:
    """What the words of each query found: ``pooled [clauses, queries, 2 pair + 4]`` and the queries
    ``[queries, width]``.
    """

    pooled: Floats
    query: Floats


@dataclass(frozen=True, slots=True)
class _Heard:
    """The clauses as the comparison needs them: by word ``theirs``, ``key``; by clause ``mean``, ``flat``."""

    theirs: Floats
    key: Floats
    mean: Floats
    flat: Floats


class Network:
    """Frozen weights and the steps: encode, compare, decide."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self.w = dict(weights)
        self.pair = self.w["mine.bias"].shape[0]
        self.width = self.w["leave.bias"].shape[0]
        for name in [n.removesuffix(".weight") for n in weights if weights[n].ndim == 2]:
            self.w[name] = np.ascontiguousarray(self.w[name + ".weight"].T)

    def run(
        self,
        table: Table,
        queries: Words,
        clauses: Words,
        relation: Ints,
        segment: Ints,
        speaker: Ints,
        place: Floats,
        allowed: Bools,
    ) -> tuple[Floats, Floats]:
        """Logits ``[queries, clauses]`` and act logits ``[clauses, heads]``.

        ``relation [queries]``, ``segment [query words]``, ``speaker [clauses]`` are indices; ``place
        [clauses, 4]``; ``allowed [queries, clauses]`` says who can realise what.
        """
        w = self.w
        entered = self._line("enter", table.vectors) + w["own.weight"][table.own]
        heard = self._encode(clauses, entered, w["speaker.weight"][speaker][clauses.group])
        vectors = table.vectors[:, :RAW]
        turns, mean = self._turns(heard, vectors, clauses, place)
        acts = self._line("acts", turns)
        if not len(queries.sizes):
            return np.zeros((0, len(clauses.sizes)), np.float32), acts
        extra = w["relation.weight"][relation][queries.group] + w["segment.weight"][segment]
        asked = self._encode(queries, entered, extra)
        flat = _unit(np.add.reduceat(vectors[clauses.ids], clauses.starts, axis=0))
        heard_as = _Heard(self._line("theirs", heard), heard @ w["key"], mean, flat)
        found = _joined(
            self._compare(vectors, part, asked[at], clauses, heard_as)
            for part, at in _blocks(queries, len(clauses.sizes))
        )
        z = self._line("join", found.pooled)
        z += self._line("of_query", found.query) + w["of_relation.weight"][relation]
        z += self._line("of_turn", turns)[:, None]
        z += self._line("cross_query", found.query) * self._line("cross_turn", turns)[:, None]
        np.maximum(z, 0, out=z)
        first = _floats(self._line("first", z)[..., 0].T)
        stand = contrasts(first, allowed, relation).transpose(1, 0, 2)
        last = _relu(self._line("decide", np.concatenate([z, self._around(z), stand], -1)))
        return _floats(first + self._line("last", last)[..., 0].T), acts

    def _line(self, name: str, x: Floats) -> Floats:
        """``x`` through the named layer."""
        y: Floats = x @ self.w[name]
        bias = self.w.get(name + ".bias")
        if bias is not None:
            y += bias
        return y

    def _encode(self, words: Words, entered: Floats, extra: Floats) -> Floats:
        """``[n, width]``: each word read with up to seven neighbours on both sides within its query or
        clause.
        """
        n = len(words.ids)
        sizes = np.repeat(words.sizes, words.sizes)
        place = np.arange(n) - np.repeat(words.starts, words.sizes)
        h = entered[words.ids] + extra
        padded = np.zeros((n + 1, self.width), np.float32)
        index = np.arange(n)
        for step in range(3):
            reach = 2**step
            x = _norm(h, self.w[f"norms.{step}.weight"], self.w[f"norms.{step}.bias"])
            padded[:n] = x
            left = np.where(place >= reach, index - reach, n)
            right = np.where(place + reach < sizes, index + reach, n)
            h += _relu(self._line(f"convs.{step}", np.concatenate([padded[left], x, padded[right]], 1)))
        return _norm(h, self.w["leave.weight"], self.w["leave.bias"])

    def _turns(self, heard: Floats, vectors: Floats, clauses: Words, place: Floats) -> tuple[Floats, Floats]:
        """What each clause does, ``[clauses, turn]``, and its weighted mean of raw vectors, ``[clauses,
        256]``.
        """
        share = _shares(self._line("weigh_turn", heard), clauses)
        top = np.maximum.reduceat(heard, clauses.starts, axis=0)
        mean = np.add.reduceat(heard * share, clauses.starts, axis=0)
        whole = _relu(self._line("whole", np.concatenate([top, mean], 1)))
        wide = np.zeros((len(whole) + 2, whole.shape[1]), np.float32)
        wide[1:-1] = whole
        turns = _relu(self._line("around", np.concatenate([wide[:-2], whole, wide[2:], place], 1)))
        return turns, _unit(np.add.reduceat(vectors[clauses.ids] * share, clauses.starts, axis=0))

    def _compare(
        self, vectors: Floats, queries: Words, asked: Floats, clauses: Words, heard: _Heard
    ) -> Compared:
        """Each word of a query looks for its like in each clause; what it finds is compared and pooled."""
        k, words, count, clause_count = self.pair, len(asked), len(queries.sizes), len(clauses.sizes)
        raw_query = vectors[queries.ids]
        used, back = np.unique(queries.ids, return_inverse=True)
        raw = (vectors @ vectors[used].T)[clauses.ids][:, back]
        found, best = self._look(raw, asked, heard, clauses)
        mine = self._line("mine", asked)
        weight = self.w["compare"]
        compared = found.reshape(-1, k) @ weight[k : 2 * k]
        found *= mine[:, None]
        compared += found.reshape(-1, k) @ weight[2 * k : 3 * k]
        compared += best.reshape(-1, 2) @ weight[3 * k :]
        compared = compared.reshape(words, clause_count, k)
        compared += (mine @ weight[:k] + self.w["compare.bias"])[:, None]
        np.maximum(compared, 0, out=compared)

        shares = _shares(self._line("weigh", asked), queries)
        flat = compared.reshape(words, clause_count * k)
        pooled = np.empty((count, 2, clause_count * k), np.float32)
        for i, (start, size) in enumerate(zip(queries.starts.tolist(), queries.sizes.tolist(), strict=True)):
            np.matmul(shares[start : start + size].T, flat[start : start + size], out=pooled[i])
        both = (
            pooled.reshape(count, 2, clause_count, k)
            .transpose(2, 0, 1, 3)
            .reshape(clause_count, count, 2 * k)
        )
        owner = np.zeros((count, words), np.float32)
        owner[queries.group, np.arange(words)] = 1
        share, second = _floats(owner * shares[:, 0]), _floats(owner * shares[:, 1])
        plain = heard.flat @ _unit(owner @ raw_query).T
        cosine = heard.mean @ _unit(share @ raw_query).T
        cues = [(share @ best[..., 0]).T, (second @ best[..., 1]).T, cosine, plain]
        return Compared(_floats(np.concatenate([both, np.stack(cues, -1)], -1)), share @ asked)

    def _look(self, raw: Floats, asked: Floats, heard: _Heard, clauses: Words) -> tuple[Floats, Floats]:
        """What each query word finds in each clause, ``[words, clauses, pair]``, and how near, ``[words,
        clauses, 2]``.
        """
        w, k = self.w, self.pair
        near = heard.key @ (asked @ (w["ask"] / np.float32(np.sqrt(k)))).T
        near += w["raw"] * raw
        np.minimum(near, HIGH, out=near)
        reach = np.exp(near)
        theirs = np.concatenate([heard.theirs, np.ones((len(raw), 1), np.float32)], 1)
        best = np.empty((len(asked), len(clauses.sizes), 2), np.float32)
        found = np.empty((len(asked), len(clauses.sizes), k), np.float32)
        for size in np.unique(clauses.sizes):  # clauses of one length together
            these = np.flatnonzero(clauses.sizes == size)
            rows = clauses.starts[these][:, None] + np.arange(size)
            best[:, these, 0] = raw[rows].max(axis=1).T
            best[:, these, 1] = near[rows].max(axis=1).T
            sums = np.matmul(reach[rows].transpose(0, 2, 1), theirs[rows])
            sums /= sums[..., k:]
            found[:, these] = sums[..., :k].transpose(1, 0, 2)
        best[..., 1] *= np.float32(0.1)
        return found, best

    def _around(self, z: Floats) -> Floats:
        """Each pair read with the two clauses before and after, ``[clauses, queries, pair]``."""
        n, k = len(z), self.pair
        wide = np.zeros((n + 4, *z.shape[1:]), np.float32)
        wide[2:-2] = z
        near = wide[:n] @ self.w["along"][:k]
        for i in range(1, 5):
            near += wide[i : i + n] @ self.w["along"][i * k : (i + 1) * k]
        near += self.w["along.bias"]
        return _relu(near)


def _blocks(queries: Words, clauses: int) -> Iterator[tuple[Words, slice]]:
    """Runs of queries small enough to stay in the processor's cache, and where their words are."""
    most = max(1, PAIRS // clauses)
    first = 0
    while first < len(queries.sizes):
        last, start = first + 1, int(queries.starts[first])
        while last < len(queries.sizes) and queries.starts[last] + queries.sizes[last] - start <= most:
            last += 1
        stop = int(queries.starts[last - 1] + queries.sizes[last - 1])
        part = Words(queries.ids[start:stop], queries.starts[first:last] - start, queries.sizes[first:last])
        yield part, slice(start, stop)
        first = last


def _joined(parts: Iterable[Compared]) -> Compared:
    every = list(parts)
    return Compared(
        np.concatenate([part.pooled for part in every], 1), np.concatenate([part.query for part in every])
    )


def _floats(x: NDArray[np.floating]) -> Floats:
    return x.astype(np.float32, copy=False)


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0, out=x)


def _shares(x: Floats, words: Words) -> Floats:
    """Softmax of each column of ``x [n, columns]`` within each query or clause."""
    raised: Floats = np.exp(x - np.maximum.reduceat(x, words.starts, axis=0)[words.group])
    raised /= np.add.reduceat(raised, words.starts, axis=0)[words.group]
    return raised


def _norm(x: Floats, weight: Floats, bias: Floats) -> Floats:
    share = np.full((x.shape[1], 1), 1 / x.shape[1], np.float32)
    centred = _floats(x - x @ share)
    spread = (centred * centred) @ share
    centred *= weight / np.sqrt(spread + np.float32(1e-5))
    centred += bias
    return centred


def _unit(x: NDArray[np.floating]) -> Floats:
    return _floats(x / np.maximum(np.sqrt((x * x).sum(axis=1, keepdims=True)), np.float32(1e-6)))
