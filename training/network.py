"""The network, in torch; ``precall_cli/audit/model/network.py`` computes the same in numpy.

Words of queries and turns go through one small convolutional encoder over frozen vectors. Each word of a
query attends to the words of each turn; what it finds is compared, pooled over the query and read together
with the turn's act and its neighbours. A second stage sees how a pair stands against the other queries at
that turn and the other turns of that query.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LOW = -8.0
CONTRASTS = 7


class Network(nn.Module):
    """Logits for pairs of queries and turns, and for the acts of turns."""

    def __init__(
        self,
        relations: int,
        heads: int,
        own_words: int,
        width: int = 96,
        pair: int = 48,
        turn: int = 64,
        drop: float = 0.1,
    ) -> None:
        super().__init__()
        self.width, self.pair, self.turn = width, pair, turn
        self.own = nn.Embedding(own_words + 1, width, padding_idx=0)
        nn.init.normal_(self.own.weight, std=0.02)
        self.enter = nn.Linear(256 + 1, width)
        self.relation = nn.Embedding(relations, width)
        self.segment = nn.Embedding(3, width)
        self.speaker = nn.Embedding(3, width)
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(3)])
        self.convs = nn.ModuleList([nn.Linear(3 * width, width) for _ in range(3)])
        self.leave = nn.LayerNorm(width)
        self.ask = nn.Linear(width, pair, bias=False)
        self.key = nn.Linear(width, pair, bias=False)
        self.mine = nn.Linear(width, pair)
        self.theirs = nn.Linear(width, pair)
        self.raw = nn.Parameter(torch.tensor(6.0))
        self.compare = nn.Linear(3 * pair + 2, pair)
        self.weigh = nn.Linear(width, 2)
        self.weigh_turn = nn.Linear(width, 1)
        self.whole = nn.Linear(2 * width, turn)
        self.around = nn.Linear(3 * turn + 4, turn)
        self.acts = nn.Linear(turn, heads)
        self.join = nn.Linear(2 * pair + 4, pair)
        self.of_query = nn.Linear(width, pair)
        self.of_turn = nn.Linear(turn, pair)
        self.cross_query = nn.Linear(width, pair)
        self.cross_turn = nn.Linear(turn, pair)
        self.of_relation = nn.Embedding(relations, pair)
        self.first = nn.Linear(pair, 1)
        self.along = nn.Linear(5 * pair, pair)
        self.decide = nn.Linear(2 * pair + CONTRASTS, pair)
        self.last = nn.Linear(pair, 1)
        self.drop = nn.Dropout(drop)

    def encode(self, vectors: Tensor, own: Tensor, extra: Tensor, mask: Tensor) -> Tensor:
        """``[n, words, width]`` for ``vectors [n, words, 257]``; words outside ``mask`` are zero."""
        n, length = mask.shape
        real = mask.flatten().nonzero().squeeze(1)
        place = real % length
        size = mask.sum(1)[real // length]
        h = self.drop(
            self.enter(vectors.flatten(0, 1)[real])
            + self.own(own.flatten()[real])
            + extra.flatten(0, 1)[real]
        )
        count = len(real)
        index = torch.arange(count)
        for step, (norm, conv) in enumerate(zip(self.norms, self.convs, strict=True)):
            reach = 2**step
            x = F.pad(norm(h), (0, 0, 0, 1))
            left = torch.where(place >= reach, index - reach, count)
            right = torch.where(place + reach < size, index + reach, count)
            h = h + F.relu(conv(torch.cat([x.index_select(0, left), x[:-1], x.index_select(0, right)], -1)))
        out = torch.zeros(n * length, self.width).index_copy(0, real, self.leave(h).float())
        return out.view(n, length, self.width)

    def forward(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """First-stage and final logits ``[b, queries, turns]`` and act logits ``[b, turns, heads]``."""
        q, t = batch["query"], batch["turn"]
        b, nq, lq = q.shape
        _, ns, lt = t.shape
        qm, tm = batch["query_own"] >= 0, batch["turn_own"] >= 0
        k = self.pair
        qv = batch["table"][q]
        tv = batch["table"][t]
        q_extra = self.relation(batch["relation"]).unsqueeze(2) + self.segment(batch["segment"])
        t_extra = self.speaker(batch["speaker"]).unsqueeze(2).expand(b, ns, lt, -1)
        hq = self.encode(
            qv.view(b * nq, lq, -1),
            batch["query_own"].clamp(min=0).view(b * nq, lq),
            q_extra.reshape(b * nq, lq, -1),
            qm.view(b * nq, lq),
        )
        ht = self.encode(
            tv.view(b * ns, lt, -1),
            batch["turn_own"].clamp(min=0).view(b * ns, lt),
            t_extra.reshape(b * ns, lt, -1),
            tm.view(b * ns, lt),
        )
        # words of all queries of a call side by side, without the padding between them
        at, belongs = batch["packed"], batch["belongs"]
        x = at.shape[1]
        hq = hq.view(b, nq * lq, -1).gather(1, at.unsqueeze(-1).expand(b, x, self.width))
        rq = qv[..., :256].reshape(b, nq * lq, 256).gather(1, at.unsqueeze(-1).expand(b, x, 256))
        rt = tv[..., :256]
        owner = (belongs.unsqueeze(1) == torch.arange(nq).view(1, nq, 1)).float()

        raw = torch.einsum("bxd,byd->bxy", rq, rt.reshape(b, ns * lt, 256))
        soft = (
            torch.einsum("bxd,byd->bxy", self.ask(hq) / math.sqrt(k), self.key(ht).view(b, ns * lt, -1))
            + self.raw * raw
        )
        gone = ~tm.view(b, 1, ns, lt)
        raw4 = raw.view(b, x, ns, lt).masked_fill(gone, -1.0)
        soft4 = soft.view(b, x, ns, lt).masked_fill(gone, -30.0)
        attention = soft4.softmax(-1)
        theirs = self.theirs(ht).view(b, ns, lt, k)
        found = torch.matmul(attention.transpose(1, 2), theirs).transpose(1, 2)
        mine = self.mine(hq).unsqueeze(2)
        raw_best = raw4.amax(-1)
        soft_best = soft4.amax(-1) * 0.1
        w = self.compare.weight
        compared = (
            F.linear(mine, w[:, :k], self.compare.bias)
            + F.linear(found, w[:, k : 2 * k])
            + F.linear(mine * found, w[:, 2 * k : 3 * k])
            + raw_best.unsqueeze(-1) * w[:, 3 * k]
            + soft_best.unsqueeze(-1) * w[:, 3 * k + 1]
        )
        compared = F.relu(compared)
        shares = self.weigh(hq).unsqueeze(1) * torch.ones(b, nq, 1, 1)
        shares = shares.masked_fill(owner.unsqueeze(-1) == 0, -60.0).softmax(2) * owner.unsqueeze(-1)
        share, share2 = shares[..., 0], shares[..., 1]
        flat = compared.reshape(b, x, ns * k)
        pooled = torch.matmul(share, flat).view(b, nq, ns, k)
        peak = torch.matmul(share2, flat).view(b, nq, ns, k)
        share_t = self.weigh_turn(ht).view(b, ns, lt).masked_fill(~tm, -30.0).softmax(-1)
        cover = torch.matmul(share, raw_best)
        cover_soft = torch.matmul(share2, soft_best)
        mean_q = F.normalize(torch.matmul(share, rq), dim=-1, eps=1e-6)
        mean_t = F.normalize(torch.einsum("btl,btld->btd", share_t, rt), dim=-1, eps=1e-6)
        cosine = torch.einsum("bqd,btd->bqt", mean_q, mean_t)
        flat_t = F.normalize(rt.sum(2), dim=-1, eps=1e-6)
        flat_q = F.normalize(torch.matmul(owner, rq), dim=-1, eps=1e-6)
        plain = torch.einsum("bqd,btd->bqt", flat_q, flat_t)

        ht4 = ht.view(b, ns, lt, -1)
        top = ht4.masked_fill(~tm.unsqueeze(-1), -4.0).amax(2)
        mean = torch.einsum("btl,btld->btd", share_t, ht4)
        live = batch["live"]
        whole = F.relu(self.whole(torch.cat([top, mean], -1))) * live.unsqueeze(-1)
        turns = self.around(torch.cat([shift(whole, 1), whole, shift(whole, -1), batch["place"]], -1))
        turns = self.drop(F.relu(turns)) * live.unsqueeze(-1)
        acts = self.acts(turns)

        query = torch.matmul(share, hq)
        z = self.join(torch.cat([pooled, peak, torch.stack([cover, cover_soft, cosine, plain], -1)], -1))
        z = (
            z
            + (self.of_query(query) + self.of_relation(batch["relation"])).unsqueeze(2)
            + self.of_turn(turns).unsqueeze(1)
        )
        z = z + self.cross_query(query).unsqueeze(2) * self.cross_turn(turns).unsqueeze(1)
        z = self.drop(F.relu(z)) * live.view(b, 1, ns, 1)
        first = self.first(z).squeeze(-1)
        line = z.view(b * nq, ns, k)
        near = torch.cat([shift(line, 2), shift(line, 1), line, shift(line, -1), shift(line, -2)], -1)
        near = self.drop(F.relu(self.along(near))).view(b, nq, ns, k)
        stand = contrasts(first, batch["allowed_part"], batch["relation"])
        final = first + self.last(self.drop(F.relu(self.decide(torch.cat([z, near, stand], -1))))).squeeze(-1)
        of_turn = batch["of_turn"]
        return best(first, of_turn), best(final, of_turn), best(acts.transpose(1, 2), of_turn).transpose(1, 2)


def best(values: Tensor, of_turn: Tensor) -> Tensor:
    """The highest of each turn's clauses: ``[b, n, clauses]`` to ``[b, n, turns]``."""
    b, n, ns = values.shape
    turns = int(of_turn.max()) + 1
    values = values.float().masked_fill(of_turn.unsqueeze(1) < 0, -30.0)
    index = of_turn.clamp(min=0).unsqueeze(1).expand(b, n, ns)
    return torch.full((b, n, turns), -30.0).scatter_reduce(2, index, values, "amax")


def shift(x: Tensor, by: int) -> Tensor:
    """``x [n, turns, d]`` moved ``by`` turns later, zeros let in."""
    if by > 0:
        return F.pad(x, (0, 0, by, 0))[:, : x.shape[1]]
    return F.pad(x, (0, 0, 0, -by))[:, -by:]


def contrasts(first: Tensor, allowed: Tensor, relation: Tensor) -> Tensor:
    """How each pair stands against the others: ``[b, queries, turns, 7]``, from first-stage logits."""
    s = first.clamp(LOW, -LOW)
    s = torch.where(allowed, s, torch.full_like(s, LOW))
    nq = s.shape[1]
    same = (relation.unsqueeze(1) == relation.unsqueeze(2)) & ~torch.eye(nq, dtype=torch.bool)
    low = torch.full((), LOW)
    rival = torch.where(same.unsqueeze(-1), s.unsqueeze(1), low).amax(2)
    differ = torch.where(
        (relation.unsqueeze(1) != relation.unsqueeze(2)).unsqueeze(-1), s.unsqueeze(1), low
    ).amax(2)
    before = F.pad(s.cummax(-1).values[..., :-1], (1, 0), value=LOW)
    after = F.pad(s.flip(-1).cummax(-1).values.flip(-1)[..., 1:], (0, 1), value=LOW)
    crowd = torch.sigmoid(torch.where(same.unsqueeze(-1), s.unsqueeze(1), low)).sum(2).clamp(max=3)
    return torch.stack(
        [s / 4, (s - rival) / 4, (s - before) / 4, (s - after) / 4, differ / 4, crowd, rival / 4], -1
    )
