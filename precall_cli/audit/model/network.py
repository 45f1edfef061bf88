"""The network's arithmetic in numpy; ``training/network.py`` is the same in torch.

Everything is laid out without padding: the words of all queries stand side by side, so do the words of all clauses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]
LOW, HIGH = np.float32(-8.0), np.float32(60.0)


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side: ``vectors [n, 257]``, ``own [n]``, ``starts [groups]`` of each query or clause."""

    vectors: Floats
    own: Ints
    starts: Ints
    sizes: Ints

    @property
    def group(self) -> Ints:
        """The query or clause each word belongs to."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


class Network:
    """Frozen weights and the three steps: encode, compare, decide."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self.w = dict(weights)
        self.pair = self.w["mine.bias"].shape[0]
        self.width = self.w["leave.bias"].shape[0]
        for name in ("enter", "convs.0", "convs.1", "convs.2", "compare", "join", "along", "decide", "around", "whole"):
            self.w[name] = np.ascontiguousarray(self.w[name + ".weight"].T)

    def _line(self, name: str, x: Floats) -> Floats:
        """``x`` through the named layer."""
        weight = self.w.get(name)
        y: Floats = x @ (self.w[name + ".weight"].T if weight is None else weight)
        bias = self.w.get(name + ".bias")
        if bias is not None:
            y += bias
        return y

    def encode(self, words: Words, extra: Floats) -> Floats:
        """``[n, width]``: each word read with up to seven neighbours on both sides within its query or clause."""
        n = len(words.own)
        sizes = np.repeat(words.sizes, words.sizes)
        place = np.arange(n) - np.repeat(words.starts, words.sizes)
        h = self._line("enter", words.vectors) + self.w["own.weight"][words.own] + extra
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

    def run(self, queries: Words, clauses: Words, relation: Ints, segment: Ints, speaker: Ints, place: Floats,
            allowed: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Logits ``[queries, clauses]`` and act logits ``[clauses, heads]``.

        ``relation [queries]``, ``segment [query words]``, ``speaker [clauses]`` are indices; ``place [clauses, 4]``;
        ``allowed [queries, clauses]`` says who can realise what.
        """
        w, k = self.w, self.pair
        said = clauses.group
        ht = self.encode(clauses, w["speaker.weight"][speaker][said])
        turns, mean_t = self._turns(ht, clauses, place)
        acts = self._line("acts", turns)
        nq = len(queries.sizes)
        if nq == 0:
            return np.zeros((0, len(clauses.sizes)), np.float32), acts
        asked = queries.group
        hq = self.encode(queries, w["relation.weight"][relation][asked] + w["segment.weight"][segment])
        rq, rt = queries.vectors[:, :256], clauses.vectors[:, :256]

        # each word of a query looks for its like in each clause: [clause words, query words]
        raw = rt @ rq.T
        soft = (ht @ w["key.weight"].T) @ (hq @ (w["ask.weight"].T / np.float32(np.sqrt(k)))).T
        soft += w["raw"] * raw
        np.minimum(soft, HIGH, out=soft)
        reach = np.exp(soft)
        theirs = np.concatenate([self._line("theirs", ht), np.ones((len(ht), 1), np.float32)], 1)
        ns, words = len(clauses.sizes), len(asked)
        bests = np.empty((words, ns, 2), np.float32)
        found = np.empty((words, ns, k), np.float32)
        for size in np.unique(clauses.sizes):
            these = np.flatnonzero(clauses.sizes == size)
            rows = clauses.starts[these][:, None] + np.arange(size)
            bests[:, these, 0] = raw[rows].max(axis=1).T
            bests[:, these, 1] = soft[rows].max(axis=1).T
            sums = np.matmul(reach[rows].transpose(0, 2, 1), theirs[rows])
            sums /= sums[..., k:]
            found[:, these] = sums[..., :k].transpose(1, 0, 2)
        bests[..., 1] *= np.float32(0.1)
        mine = self._line("mine", hq)
        weight = w["compare"]
        compared = np.matmul(found, weight[k : 2 * k] + mine[:, :, None] * weight[2 * k : 3 * k])
        compared += bests @ weight[3 * k :]
        compared += (mine @ weight[:k] + w["compare.bias"])[:, None]
        np.maximum(compared, 0, out=compared)

        shares = self._line("weigh", hq)
        shares = np.exp(shares - np.maximum.reduceat(shares, queries.starts, axis=0)[asked])
        shares /= np.add.reduceat(shares, queries.starts, axis=0)[asked]
        pooled = np.empty((nq, 2, ns * k), np.float32)
        owner = np.zeros((nq, words), np.float32)
        owner[asked, np.arange(words)] = 1
        share, share2 = owner * shares[:, 0], owner * shares[:, 1]
        flat = compared.reshape(words, ns * k)
        for i, (start, size) in enumerate(zip(queries.starts.tolist(), queries.sizes.tolist())):
            np.matmul(shares[start : start + size].T, flat[start : start + size], out=pooled[i])
        both = pooled.reshape(nq, 2, ns, k).transpose(2, 0, 1, 3).reshape(ns, nq, 2 * k)
        mean_q = _unit(share @ rq)
        flat_q = _unit(owner @ rq)
        flat_t = _unit(np.add.reduceat(rt, clauses.starts, axis=0))
        cover, cover_soft = (share @ bests[..., 0]).T, (share2 @ bests[..., 1]).T
        cues = np.stack([cover, cover_soft, mean_t @ mean_q.T, flat_t @ flat_q.T], -1)

        query = share @ hq
        z = self._line("join", np.concatenate([both, cues], -1))
        z += self._line("of_query", query) + w["of_relation.weight"][relation]
        z += self._line("of_turn", turns)[:, None]
        z += self._line("cross_query", query) * self._line("cross_turn", turns)[:, None]
        np.maximum(z, 0, out=z)
        first: Floats = self._line("first", z)[..., 0].T
        wide = np.zeros((ns + 4, nq, k), np.float32)
        wide[2:-2] = z
        near = wide[0:ns] @ w["along"][:k]
        for i in range(1, 5):
            near += wide[i : i + ns] @ w["along"][i * k : (i + 1) * k]
        near += w["along.bias"]
        np.maximum(near, 0, out=near)
        stand = contrasts(first, allowed, relation).transpose(1, 0, 2)
        last = _relu(self._line("decide", np.concatenate([z, near, stand], -1)))
        return first + self._line("last", last)[..., 0].T, acts

    def _turns(self, ht: Floats, clauses: Words, place: Floats) -> tuple[Floats, Floats]:
        """What each clause does, ``[clauses, turn]``, and its weighted mean of raw vectors, ``[clauses, 256]``."""
        said = clauses.group
        share = self._line("weigh_turn", ht)
        share = np.exp(share - np.maximum.reduceat(share, clauses.starts, axis=0)[said])
        share /= np.add.reduceat(share, clauses.starts, axis=0)[said]
        top = np.maximum.reduceat(ht, clauses.starts, axis=0)
        mean = np.add.reduceat(ht * share, clauses.starts, axis=0)
        whole = _relu(self._line("whole", np.concatenate([top, mean], 1)))
        wide = np.zeros((len(whole) + 2, whole.shape[1]), np.float32)
        wide[1:-1] = whole
        turns = _relu(self._line("around", np.concatenate([wide[:-2], whole, wide[2:], place], 1)))
        return turns, _unit(np.add.reduceat(clauses.vectors[:, :256] * share, clauses.starts, axis=0))


def contrasts(first: Floats, allowed: NDArray[np.bool_], relation: Ints) -> Floats:
    """How each pair stands against the others: ``[queries, clauses, 7]``, from first-stage logits."""
    s = np.where(allowed, np.clip(first, LOW, -LOW), LOW).astype(np.float32)
    nq, ns = s.shape
    rival = np.full_like(s, LOW)
    differ = np.full_like(s, LOW)
    crowd = np.zeros_like(s)
    chance = 1 / (1 + np.exp(-s))
    floor = np.float32(1 / (1 + np.exp(-LOW)))
    for name in np.unique(relation):
        mine = np.flatnonzero(relation == name)
        others = np.flatnonzero(relation != name)
        if len(others):
            differ[mine] = s[others].max(axis=0)
        if len(mine) > 1:
            order = np.sort(s[mine], axis=0)
            rival[mine] = np.where(s[mine] == order[-1], order[-2], order[-1])
        crowd[mine] = chance[mine].sum(axis=0) - chance[mine] + floor * np.float32(nq - len(mine) + 1)
    before, after = np.full_like(s, LOW), np.full_like(s, LOW)
    if ns > 1:
        before[:, 1:] = np.maximum.accumulate(s, axis=1)[:, :-1]
        after[:, :-1] = np.maximum.accumulate(s[:, ::-1], axis=1)[:, ::-1][:, 1:]
    stacked: Floats = np.stack(
        [s / 4, (s - rival) / 4, (s - before) / 4, (s - after) / 4, differ / 4, np.minimum(crowd, 3), rival / 4], -1
    ).astype(np.float32)
    return stacked


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0, out=x)


def _norm(x: Floats, weight: Floats, bias: Floats) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(x.shape[1])
    centred *= weight / np.sqrt(spread + np.float32(1e-5))
    centred += bias
    return centred


def _unit(x: Floats) -> Floats:
    out: Floats = x / np.maximum(np.sqrt((x * x).sum(axis=1, keepdims=True)), np.float32(1e-6))
    return out
