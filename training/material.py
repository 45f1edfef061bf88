"""Written material beyond whole calls: one subject an entry, what says it and what only seems to.

`material/*.jsonl` holds entries of eight kinds, named by the file: `asks`, `objections`, `stops`, `offers`, `withheld`,
`known`, `openings`, and `talk` (exchanges that no item of a plan covers). Here they become exchanges that can stand in
any call, or make one up between them, hits and near misses of the same query side by side, since a near miss teaches
what a hit alone cannot.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from training.data import OPT_OUT, Labelled

FOLDER = Path(__file__).with_name("material")
NODS = (
    "Okay.", "Got it, thanks.", "Right.", "I see.", "Sure.", "Fair enough.", "Good to know.", "Understood.", "Ah, alright.", "Thank you for telling me.",
)  # fmt: skip
REPLIES = (
    "Yeah.", "Mm-hm.", "Not sure, to be honest.", "That depends.", "Hm, let me think.", "I suppose so.", "Good question.", "Maybe.", "No idea.", "Right.", "You could say that.",
)  # fmt: skip
Turn = tuple[str, str]


@dataclass(frozen=True)
class Exchange:
    """Turns that belong together, and the queries they realise or miss: ``(query, place, realised)``."""

    turns: tuple[Turn, ...]
    queries: tuple[tuple[Labelled, int, bool], ...]
    acts: tuple[tuple[str, int, int], ...] = ()
    industry: str = ""


@dataclass
class Entry:
    """One subject: exchanges that realise its queries, and exchanges that come near."""

    hits: list[Exchange] = field(default_factory=list)
    misses: list[Exchange] = field(default_factory=list)


def read_entries(name: str) -> list[dict[str, Any]]:
    """Every entry of the files of one kind."""
    return [
        json.loads(line)
        for path in sorted(FOLDER.glob(f"{name}_*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]


@cache
def entries() -> dict[str, list[Entry]]:
    """All entries by kind."""
    made = {name: [make(e) for e in read_entries(name)] for name, make in _MAKERS.items()}
    return {name: found for name, found in made.items() if found}


def draw(rng: random.Random, shares: Mapping[str, float] | None = None) -> list[Exchange]:
    """One or two exchanges of one entry, its kind chosen by ``shares`` (`SHARES`): a hit, a near miss, or
    both.
    """
    kinds = entries()
    shares = SHARES if shares is None else shares
    if not any(shares.get(k) for k in kinds):
        return []
    entry = rng.choice(kinds[rng.choices(list(kinds), [shares.get(k, 0.0) for k in kinds])[0]])
    if not entry.misses or (entry.hits and rng.random() < 0.4):
        return [rng.choice(entry.hits)]
    if not entry.hits or rng.random() < 0.55:
        return [rng.choice(entry.misses)]
    both = [rng.choice(entry.hits), rng.choice(entry.misses)]
    rng.shuffle(both)
    return both


def _asks(e: dict[str, Any]) -> Entry:
    texts = [e["question"], *e["other"]]
    asks = Labelled("q", "asks", texts, [], topic=e["topic"])
    answers = Labelled("q", "answers", texts, [], topic=e["topic"], weight=0.6)
    entry = Entry()
    for i, way in enumerate(e["ways"]):
        answer = e["answers"][i % len(e["answers"])]
        entry.hits.append(
            Exchange(
                (("agent", way), ("contact", answer)),
                ((asks, 0, True), (answers, 1, True)),
                (("question", 0, 1), ("offer", 0, 0), ("objection", 1, 0), ("opt_out", 1, 0)),
                e["topic"],
            )
        )
    for i, said in enumerate(e["unasked"]):
        entry.hits.append(
            Exchange(
                (("contact", said), ("agent", NODS[i % len(NODS)])),
                ((answers, 0, True), (asks, 1, False)),
                (("objection", 0, 0), ("opt_out", 0, 0), ("question", 1, 0)),
                e["topic"],
            )
        )
    for i, near in enumerate(e["near"]):
        reply = (
            REPLIES[(i + len(near)) % len(REPLIES)] if i % 2 else e["not_answers"][i % len(e["not_answers"])]
        )
        entry.misses.append(
            Exchange(
                (("agent", near), ("contact", reply)),
                ((asks, 0, False), (answers, 1, False)),
                (("question", 0, 1), ("offer", 0, 0)),
                e["topic"],
            )
        )
    for i, aside in enumerate(e["aside"]):
        entry.misses.append(
            Exchange(
                (("agent", aside), ("contact", e["not_answers"][i % len(e["not_answers"])])),
                ((asks, 0, False), (answers, 1, False)),
                (("question", 0, 0), ("offer", 0, 0)),
                e["topic"],
            )
        )
    return entry


def _objections(e: dict[str, Any]) -> Entry:
    objects = Labelled("o", "objects", [e["objection"], *e["other"]], [])
    handles = Labelled("o", "handles", [e["response"]], [], topic=e["objection"])
    entry = Entry()
    replies = [(r, True) for r in e["handled"]] + [(r, False) for r in (*e["differently"], *e["ignored"])]
    for i, said in enumerate(e["said"]):
        for reply, good in (replies[i % len(replies)], replies[(3 * i + 4) % len(replies)]):
            entry.hits.append(
                Exchange(
                    (("contact", said), ("agent", reply)),
                    ((objects, 0, True), (handles, 1, good)),
                    (("objection", 0, 1), ("opt_out", 0, 0)),
                )
            )
    for i, said in enumerate((*e["look_alike"], *e["rival"])):
        rival = i >= len(e["look_alike"])
        reply = (
            NODS[(i + len(said)) % len(NODS)] if not rival and i % 3 else e["ignored"][i % len(e["ignored"])]
        )
        entry.misses.append(
            Exchange(
                (("contact", said), ("agent", reply)),
                ((objects, 0, False), (handles, 1, False)),
                (("objection", 0, int(rival)), ("opt_out", 0, 0)),
            )
        )
    return entry


def _offers(e: dict[str, Any]) -> Entry:
    said = e["step"] if e["ask"] == e["step"] else f"{e['step']}. {e['ask']}"
    offers = Labelled("n", "offers", [said, *e["other"]], [])
    replies = [*e["accepted"], *e["declined"], *e["open"]]
    calm = (("objection", 1, -1), ("opt_out", 1, 0))
    entry = Entry()
    for i, way in enumerate(e["ways"]):
        entry.hits.append(
            Exchange(
                (("agent", way), ("contact", replies[(3 * i + len(way)) % len(replies)])),
                ((offers, 0, True),),
                (("offer", 0, 1), ("question", 0, -1), *calm),
            )
        )
    for near in e["near"]:
        entry.misses.append(
            Exchange(
                (("agent", near), ("contact", REPLIES[len(near) % len(REPLIES)])),
                ((offers, 0, False),),
                (("offer", 0, -1), ("question", 0, -1)),
            )
        )
    for other in e["off_ladder"]:
        entry.misses.append(
            Exchange(
                (("agent", other), ("contact", replies[len(other) % len(replies)])),
                ((offers, 0, False),),
                (("offer", 0, 1), ("question", 0, -1), *calm),
            )
        )
    return entry


def _stops(e: dict[str, Any]) -> Entry:
    triggers = Labelled("s", "triggers", [e["condition"], *e["other"]], [], weight=2.0)
    honours = Labelled("s", "honours", [e["action"]], [], topic=e["condition"])
    opt_out = bool(OPT_OUT.search(e["condition"]))
    replies = [(r, True) for r in e["honoured"]] + [(r, False) for r in e["violated"]]
    entry = Entry()
    for i, said in enumerate(e["said"]):
        reply, good = replies[(i + len(said)) % len(replies)]
        entry.hits.append(
            Exchange(
                (("contact", said), ("agent", reply)),
                ((triggers, 0, True), (honours, 1, good)),
                (("objection", 0, -1), ("opt_out", 0, 1 if opt_out else -1)),
            )
        )
    for i, said in enumerate(e["look_alike"]):
        # the reply must not give away whether there was a stop
        reply = NODS[(i + len(said)) % len(NODS)] if i % 2 else replies[(i + len(said)) % len(replies)][0]
        entry.misses.append(
            Exchange(
                (("contact", said), ("agent", reply)),
                ((triggers, 0, False),),
                (("objection", 0, -1), ("opt_out", 0, 0)),
            )
        )
    return entry


def _openings(e: dict[str, Any]) -> Entry:
    opens = Labelled("opening", "opens", [e["hook"], *e["other"]], [])

    def made(text: str, happened: bool) -> Exchange:
        reply = e["reply"][len(text) % len(e["reply"])]
        return Exchange(
            (("agent", text), ("contact", reply)), ((opens, 0, happened),), (("question", 0, -1),)
        )

    return Entry([made(t, True) for t in e["said"]], [made(t, False) for t in (*e["changed"], *e["later"])])


def _withheld(e: dict[str, Any]) -> Entry:
    mentions = Labelled("x", "mentions", [e["text"], *e["other"]], [])
    open_ = (("question", 0, -1), ("offer", 0, -1))

    def made(text: str, happened: bool) -> Exchange:
        reply = REPLIES[len(text) % len(REPLIES)]
        return Exchange((("agent", text), ("contact", reply)), ((mentions, 0, happened),), open_)

    entry = Entry([made(t, True) for t in e["said"]], [made(t, False) for t in e["look_alike"]])
    for i, said in enumerate(e["contact"]):
        turns = (("contact", said), ("agent", NODS[(i + len(said)) % len(NODS)]))
        entry.misses.append(Exchange(turns, ((mentions, 1, False),), (("question", 1, 0),)))
    return entry


def _known(e: dict[str, Any]) -> Entry:
    topic, answer = e["topic"].replace("_", " "), str(e["answer"])
    asks = Labelled("k", "asks", [f"{topic}: {answer}", answer, topic], [], topic=topic)

    def made(text: str, happened: bool, question: int) -> Exchange:
        turns = (("agent", text), ("contact", answer if happened else REPLIES[len(text) % len(REPLIES)]))
        return Exchange(turns, ((asks, 0, happened),), (("question", 0, question), ("offer", 0, 0)))

    return Entry(
        [made(t, True, 1) for t in e["asked_again"]],
        [made(t, False, -1) for t in e["confirmed"]] + [made(t, False, 1) for t in e["near"]],
    )


_ACT_OF = {
    "business_question": ("question", 1),
    "small_talk_question": ("question", 0),
    "logistics_question": ("question", 0),
    "statement": ("question", 0),
    "contact_objects": ("objection", 1),
    "contact_grumbles": ("objection", 0),
    "contact_ends": ("opt_out", 0),
    "contact_declines_one": ("opt_out", 0),
    "offer_implied": ("offer", 1),
    "offer_not": ("offer", 0),
}


def _talk(e: dict[str, Any]) -> Entry:
    act, value = _ACT_OF[e["kind"]]
    side = "agent" if act in ("question", "offer") else "contact"
    turns = tuple((speaker, text) for speaker, text in e["turns"])
    first = next((i for i, (speaker, _) in enumerate(turns) if speaker == side), 0)
    acts: list[tuple[str, int, int]] = [(act, first, value)]
    for i, (speaker, _) in enumerate(turns):
        names = ("question", "offer") if speaker == "agent" else ("objection", "opt_out")
        acts += [(n, i, -1 if n != "opt_out" else 0) for n in names if (n, i) != (act, first)]
    return Entry([], [Exchange(turns, (), tuple(acts))])


_MAKERS = {
    "asks": _asks,
    "objections": _objections,
    "stops": _stops,
    "offers": _offers,
    "withheld": _withheld,
    "known": _known,
    "openings": _openings,
    "talk": _talk,
}
# for exchanges put into a call; its stops are `mixing.with_stop`'s, its opening is its own
SHARES = {"asks": 0.42, "objections": 0.2, "offers": 0.14, "withheld": 0.08, "known": 0.06, "talk": 0.1}
# for calls made of exchanges alone; an opening comes once, at the start
SHARES_ALONE = {
    "asks": 0.4,
    "objections": 0.18,
    "stops": 0.12,
    "offers": 0.12,
    "withheld": 0.07,
    "known": 0.05,
    "talk": 0.06,
}
