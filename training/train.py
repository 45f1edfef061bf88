"""Train the audit's model: ``python training/train.py --shared SHARED --out OUT [--hold-writer e
--hold-star flow,ride]``.

With something held out it prints figures on it as it goes; without, it trains on everything for the
released weights.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from precall_cli.audit.model import ACTS, RELATIONS
from precall_cli.audit.model.words import Lexicon, split_words
from training.batches import Maker, Recipe
from training.data import HEADS, Dialogue, add_said, merge_star, paraphrased, read_calls, read_sgd, read_star
from training.material import KINDS, read_entries
from training.mixing import exchanges_of
from training.network import Network

# a request to be left alone is rare and must not be missed; an answer to an offer is known of few turns
ACT_WEIGHT = torch.tensor([{"opt_out": 8.0, "accept": 3.0, "decline": 3.0}.get(head, 1.0) for head in HEADS])


def loss_of(network: Network, batch: dict[str, Tensor]) -> Tensor:
    """Pairs, items and acts together."""
    first, final, acts = network(batch)
    weight = batch["weight"]
    total = weight.sum().clamp(min=1)
    loss = torch.zeros(())
    for logits, share in ((first, 0.5), (final, 1.0)):
        loss = (
            loss
            + share
            * (F.binary_cross_entropy_with_logits(logits, batch["label"], reduction="none") * weight).sum()
            / total
            * 4
        )
    best = torch.where(batch["allowed"] & (weight > 0), final, torch.full((), -12.0)).amax(-1)
    items = F.binary_cross_entropy_with_logits(best, batch["item"], reduction="none") * batch["item_weight"]
    loss = loss + 0.4 * items.sum() / batch["item_weight"].sum().clamp(min=1)
    known = (batch["acts"] >= 0).float()
    known = known * ACT_WEIGHT
    act = F.binary_cross_entropy_with_logits(acts, batch["acts"].clamp(min=0), reduction="none") * known
    return loss + 0.5 * act.sum() / known.sum().clamp(min=1)


def batches_of(dialogues: list[Dialogue], size: int, rng: random.Random) -> list[list[Dialogue]]:
    """All dialogues once, those of like length together, in random order."""
    order = sorted(dialogues, key=lambda d: len(d.turns) + rng.random() * 6)
    found = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(found)
    return found


def endless(dialogues: list[Dialogue], size: int, rng: random.Random):  # type: ignore[no-untyped-def]
    """``batches_of`` again and again."""
    while dialogues:
        yield from batches_of(dialogues, size, rng)


@torch.no_grad()
def predict(
    network: Network, maker: Maker, dialogues: list[Dialogue]
) -> list[tuple[Dialogue, np.ndarray, np.ndarray]]:
    """``(dialogue, probabilities [queries, turns], act probabilities [turns, heads])`` of each."""
    network.eval()
    found = []
    order = sorted(dialogues, key=lambda d: len(d.turns))
    for i in range(0, len(order), 12):
        part = order[i : i + 12]
        batch = maker.make(part, Recipe())
        _, final, acts = network(batch)
        p = (torch.sigmoid(final) * batch["allowed"]).numpy()
        a = torch.sigmoid(acts).numpy()
        found += [
            (d, p[j, : len(d.queries), : len(d.turns)], a[j, : len(d.turns)]) for j, d in enumerate(part)
        ]
    network.train()
    return found


def items_of(
    predicted: list[tuple[Dialogue, np.ndarray, np.ndarray]],
) -> dict[str, list[tuple[float, bool, bool]]]:
    """By relation: ``(best probability, happened, best turn is a gold turn)`` of each query that can be
    judged.
    """
    found: dict[str, list[tuple[float, bool, bool]]] = {}
    for d, p, _ in predicted:
        for q, row in zip(d.queries, p):  # noqa: B905
            if q.relation in ("handles", "honours"):
                if q.hard:
                    found.setdefault(q.relation, []).append(
                        (float(max(row[i] for i in q.hard)), bool(q.positive), True)
                    )
                continue
            best = int(row.argmax())
            if not q.positive and row[best] >= 0.5 and best in q.unknown:
                continue
            found.setdefault(q.relation, []).append((float(row[best]), bool(q.positive), best in q.positive))
    return found


def f1(rows: list[tuple[float, bool, bool]], at: float) -> tuple[float, float]:
    """F1 of items at a threshold, and how many of the right ones name a gold turn."""
    tp = sum(p >= at and y for p, y, _ in rows)
    fp = sum(p >= at and not y for p, y, _ in rows)
    fn = sum(p < at and y for p, y, _ in rows)
    loc = sum(p >= at and y and right for p, y, right in rows)
    return 2 * tp / max(2 * tp + fp + fn, 1), loc / max(tp, 1)


def report(
    name: str, predicted: list[tuple[Dialogue, np.ndarray, np.ndarray]], by_relation: bool = False
) -> float:
    """Print the figures of one set; gives the F1 at 0.5."""
    rows = items_of(predicted)
    every = [r for rs in rows.values() for r in rs]
    value, loc = f1(every, 0.5)
    best = max((f1(every, at)[0], at) for at in np.arange(0.1, 0.95, 0.05))
    line = f"  {name:14} F1 {value:.3f} loc {loc:.3f} best {best[0]:.3f}@{best[1]:.2f}"
    if by_relation:
        line += " | " + " ".join(
            f"{r} {f1(v, 0.5)[0]:.2f}/{f1(v, 0.5)[1]:.2f}({sum(y for _, y, _ in v)}/{len(v)})"
            for r, v in sorted(rows.items())
        )
        for h, head in enumerate(ACTS):
            pairs = [
                (float(a[i, h]), bool(v), True)
                for d, _, a in predicted
                for i, v in d.acts.get(head, {}).items()
                if v >= 0
            ]
            line += f" | {head} {f1(pairs, 0.5)[0]:.2f}"
    print(line, flush=True)
    return value


def own_words(groups: list[list[Dialogue]], most: int) -> dict[str, int]:
    """The words that are common in every source: how things are asked, not what about."""
    counts = []
    for dialogues in groups:
        c: Counter[str] = Counter()
        for d in dialogues:
            c.update({w for options in d.turns for text in options for w in split_words(text)})
        counts.append({w: n / len(dialogues) for w, n in c.items()})
    score = {w: sorted(c.get(w, 0.0) for c in counts)[-2] for w in set().union(*counts)}
    top = sorted(score, key=lambda w: (-score[w], w))[:most]
    return {w: i + 1 for i, w in enumerate(top)}


def with_written_words(stored: dict[str, Any], most: int) -> dict[str, Any]:
    """``stored`` weights with up to ``most`` words of their own: those that most entries of the written
    material hold are added. They begin as they were read before, so nothing changes until trained.
    """
    held: Counter[str] = Counter()
    for name in KINDS:
        for entry in read_entries(name):
            texts = [t for v in entry.values() for t in ([v] if isinstance(v, str) else v)]
            texts = [t if isinstance(t, str) else t[1] for t in texts]
            held.update({w for text in texts for w in split_words(text)})
    own = dict(stored["own"])
    for word in sorted(held, key=lambda w: (-held[w], w)):
        if len(own) >= most or held[word] < 3:
            break
        own.setdefault(word, len(own) + 1)
    rows = stored["weights"]["own.weight"]
    more = rows[:1].expand(len(own) - len(stored["own"]), -1)
    return {"own": own, "weights": {**stored["weights"], "own.weight": torch.cat([rows, more])}}


def main() -> None:
    """Read the arguments, train, report, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--calls", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hold-writer", default="")
    parser.add_argument("--hold-star", default="")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--pair", type=int, default=48)
    parser.add_argument("--own", type=int, default=600)
    parser.add_argument("--drop", type=float, default=0.12)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--mix", default="0.45,0.2,0.35,0", help="shares of sgd, star, calls, made-up calls")
    parser.add_argument("--stop", type=float, default=0.4)
    parser.add_argument("--exchange", type=float, default=0.35)
    parser.add_argument("--told", type=float, default=0.35)
    parser.add_argument("--taken-out", type=float, default=0.0)
    parser.add_argument("--swap", type=float, default=0.0)
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    bench = args.shared / "bench"

    sgd = read_sgd(bench, "sgd-train")
    add_said(sgd)
    sent, typed = read_star(bench)
    held_star = set(filter(None, args.hold_star.split(",")))
    keep = [i for i, d in enumerate(sent) if d.group not in held_star]
    star = merge_star([sent[i] for i in keep], [typed[i] for i in keep])
    paths = sorted((bench / "calls-train").glob("*.jsonl")) + sorted(
        p for folder in args.calls for p in folder.glob("*.jsonl")
    )
    calls = read_calls(paths)
    held = set(filter(None, args.hold_writer.split(",")))
    train_calls = [d for d in calls if d.group not in held]
    rest = random.Random(7)
    checks = {
        "sgd unseen": [d for d in read_sgd(bench, "sgd-dev") if d.seen != "all_seen"][:250],
        "paraphrased": paraphrased([d for d in read_sgd(bench, "sgd-dev") if d.seen == "all_unseen"][:120]),
        "star sent": rest.sample(
            [d for d in sent if d.group in held_star], k=min(200, sum(d.group in held_star for d in sent))
        ),
        "star typed": rest.sample(
            [d for d in typed if d.group in held_star], k=min(200, sum(d.group in held_star for d in typed))
        ),
        "calls": [d for d in calls if d.group in held],
    }
    print(
        {
            "sgd": len(sgd),
            "star": len(star),
            "calls": len(train_calls),
            **{k: len(v) for k, v in checks.items()},
        },
        flush=True,
    )

    lexicon = Lexicon()
    stored = with_written_words(torch.load(args.start, weights_only=True), args.own) if args.start else None
    own = stored["own"] if stored else own_words([sgd, star, calls], args.own)
    maker = Maker(lexicon, own, args.seed)
    network = Network(len(RELATIONS), len(HEADS), len(own), args.width, args.pair, drop=args.drop)
    print(sum(p.numel() for p in network.parameters()), "parameters", flush=True)
    if stored:
        network.load_state_dict(stored["weights"])
    mean = {k: v.clone() for k, v in network.state_dict().items()}
    optimiser = torch.optim.AdamW(network.parameters(), lr=args.rate, weight_decay=0.02, betas=(0.9, 0.98))
    recipes = {
        "sgd": Recipe(0.8, 0.25, 0.05, 0.06, 14),
        "star": Recipe(0.7, 0.3, 0.06, 0.06, 14),
        "calls": Recipe(
            0.7, 0.3, 0.06, 0.04, 24, 4, args.stop, args.exchange, args.told, args.taken_out, args.swap
        ),
        "made": Recipe(0.7, 0.3, 0.06, 0.04, 24, 2, told=args.told),
    }
    streams = {
        "sgd": endless(sgd, 12, rng),
        "star": endless(star, 16, rng),
        "calls": endless(train_calls, 8, rng),
        "made": iter(lambda: maker.made_up(12), None),
    }
    exchanges = exchanges_of(train_calls)
    print(len(exchanges), "exchanges", flush=True)
    more = {"calls": (train_calls, exchanges), "made": (train_calls,)}
    mix = [float(x) for x in args.mix.split(",")]
    start, step, running, shown = time.time(), 0, Counter[str](), time.time()
    seen: Counter[str] = Counter()
    while (spent := (time.time() - start) / 60 / args.minutes) < 1:
        source = rng.choices(list(streams), mix)[0]
        rate = (
            args.rate
            * min(1, (step + 1) / 100)
            * (0.02 + 0.98 * (1 - spent) if spent > 0.25 else 1.0 - 0.25 * spent)
        )
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch = maker.make(next(streams[source]), recipes[source], *more.get(source, ()))
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        decay = min(0.998, (step + 1) / (step + 20))
        for name, value in network.state_dict().items():
            mean[name].lerp_(value, 1 - decay)
        step += 1
        seen[source] += 1
        running[source] += float(loss.detach())
        if time.time() - shown > 420 or (step == 200):
            print(
                f"{step} steps, {(time.time() - start) / 60:.1f} min, "
                + " ".join(f"{k} {running[k] / seen[k]:.3f}({seen[k]})" for k in running),
                flush=True,
            )
            shown, running, seen = time.time(), Counter(), Counter()
            if step > 200:
                evaluate(network, mean, maker, checks)
                save(args.out, mean, own, args)
    save(args.out, mean, own, args)
    evaluate(network, mean, maker, checks)


def evaluate(
    network: Network, mean: dict[str, Tensor], maker: Maker, checks: dict[str, list[Dialogue]]
) -> None:
    """Print the figures of the averaged weights on what was held out."""
    kept = {k: v.clone() for k, v in network.state_dict().items()}
    network.load_state_dict(mean)
    for name, dialogues in checks.items():
        if dialogues:
            report(name, predict(network, maker, dialogues), name == "calls")
    network.load_state_dict(kept)


def save(out: Path, mean: dict[str, Tensor], own: dict[str, int], args: argparse.Namespace) -> None:
    """Write the averaged weights for ``export.py``."""
    out.parent.mkdir(parents=True, exist_ok=True)
    settings = {
        k: str(v) if isinstance(v, Path) else v
        for k, v in vars(args).items()
        if k not in ("calls", "shared", "out")
    }
    torch.save({"weights": mean, "own": own, "settings": json.dumps(settings)}, out)


if __name__ == "__main__":
    main()
