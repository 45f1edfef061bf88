"""Written material beyond whole calls: one subject an entry, what says it and what only seems to.

`material/*.jsonl` holds entries of eight kinds, named by the file: `asks`, `objections`, `stops`, `offers`, `withheld`,
`known`, `openings`, and `talk` (exchanges that no item of a plan covers). Here they become exchanges that can stand in
any call, or make one up between them, hits and near misses of the same query side by side, since a near miss teaches
what a hit alone cannot.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
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
Reply = tuple[str, bool]
"""A reply, and whether it is the one hoped for: an answer to the question, the planned handling, the action."""


@dataclass(frozen=True)
class Exchange:
    """Turns that belong together, and the queries they realise or miss: ``(query, place, realised)``,
    ``realised`` none where nobody can tell."""

    turns: tuple[Turn, ...]
    queries: tuple[tuple[Labelled, int, bool | None], ...]
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
    made["asks_turned"] = [entry for e in read_entries("asks") for entry in _asks_turned(e)]
    made["objections_turned"] = [entry for e in read_entries("objections") for entry in _objections_turned(e)]
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


def _spread(texts: Sequence[str], replies: Sequence[Reply], salt: int) -> Iterator[tuple[str, str, bool]]:
    """Each text twice, with two of ``replies``. Hits and near misses draw from the same ones: what comes
    after must not give away which it was.
    """
    for i, text in enumerate(texts):
        at = (salt + i) % len(replies)
        for reply, good in (replies[at], replies[(at + 1 + len(replies) // 2) % len(replies)]):
            yield text, reply, good


def _some(texts: Sequence[str], salt: int, count: int = 2) -> list[Reply]:
    return [(texts[(salt + 3 * i) % len(texts)], False) for i in range(count)]


def _asks(e: dict[str, Any]) -> Entry:
    texts = [e["question"], *e["other"]]
    asks = Labelled("q", "asks", texts, [], topic=e["topic"])
    answers = Labelled("q", "answers", texts, [], topic=e["topic"], weight=0.6)
    salt = len(e["question"])
    told = [(a, True) for a in e["answers"]]
    other = [(a, False) for a in e["not_answers"]]
    plain = _some(REPLIES, salt)
    entry = Entry()
    for way, reply, good in _spread(e["ways"], [*told, *other, *told, *plain], salt):
        heard = True if good else None if (reply, False) in plain else False
        entry.hits.append(
            Exchange(
                (("agent", way), ("contact", reply)),
                ((asks, 0, True), (answers, 1, heard)),
                (("question", 0, 1), ("offer", 0, 0), ("objection", 1, 0), ("opt_out", 1, 0)),
                e["topic"],
            )
        )
    for said, reply, told_so in (
        *((t, NODS[(salt + i) % len(NODS)], True) for i, t in enumerate(e["unasked"])),
        *((t, NODS[(salt + i + 4) % len(NODS)], False) for i, t in enumerate(e["not_answers"])),
    ):
        (entry.hits if told_so else entry.misses).append(
            Exchange(
                (("contact", said), ("agent", reply)),
                ((answers, 0, told_so), (asks, 1, False)),
                (("objection", 0, 0), ("opt_out", 0, 0), ("question", 1, 0)),
                e["topic"],
            )
        )
    for kind, question in (("near", 1), ("aside", 0)):
        for near, reply, good in _spread(e[kind], [*told, *other, *plain], salt + 1):
            # the words of an answer mean something else after another question
            heard = None if good or (reply, False) in plain else False
            entry.misses.append(
                Exchange(
                    (("agent", near), ("contact", reply)),
                    ((asks, 0, False), (answers, 1, heard)),
                    (("question", 0, question), ("offer", 0, 0)),
                    e["topic"],
                )
            )
    return entry


_QUERY_WORDS = 14


def _asks_turned(e: dict[str, Any]) -> Iterator[Entry]:
    """The same talk for a plan that asks what an entry's near misses ask: now its `ways` are the misses.

    Without them a matcher could tell hits from misses by their manner, plain or roundabout, and never read
    the query.
    """
    salt = len(e["question"])
    replies = [
        *((a, True) for a in e["answers"]),
        *((a, False) for a in e["not_answers"]),
        *_some(REPLIES, salt),
    ]
    for chosen in e["near"]:
        if not chosen.rstrip().endswith("?") or len(chosen.split()) > _QUERY_WORDS:
            continue
        asks = Labelled("q", "asks", [chosen], [])
        entry = Entry()
        for text, reply, _ in _spread([*e["ways"], *e["near"]], replies, salt):
            (entry.hits if text == chosen else entry.misses).append(
                Exchange(
                    (("agent", text), ("contact", reply)),
                    ((asks, 0, text == chosen),),
                    (("question", 0, 1), ("offer", 0, 0)),
                    e["topic"],
                )
            )
        yield entry


def _objections_turned(e: dict[str, Any]) -> Iterator[Entry]:
    """The same talk for a plan that expects what an entry's rivals say (see `_asks_turned`)."""
    salt = len(e["objection"])
    replies = [(r, False) for r in (*e["handled"], *e["differently"], *e["ignored"], *NODS[:2])]
    for chosen in e["rival"]:
        if len(chosen.split()) > _QUERY_WORDS:
            continue
        objects = Labelled("o", "objects", [chosen], [])
        entry = Entry()
        for text, reply, _ in _spread([*e["said"], *e["rival"]], replies, salt):
            (entry.hits if text == chosen else entry.misses).append(
                Exchange(
                    (("contact", text), ("agent", reply)),
                    ((objects, 0, text == chosen),),
                    (("objection", 0, 1), ("opt_out", 0, 0)),
                )
            )
        yield entry


def _objections(e: dict[str, Any]) -> Entry:
    objects = Labelled("o", "objects", [e["objection"], *e["other"]], [])
    handles = Labelled("o", "handles", [e["response"]], [], topic=e["objection"])
    salt = len(e["objection"])
    replies = [(r, True) for r in e["handled"]] + [(r, False) for r in (*e["differently"], *e["ignored"])]
    entry = Entry()
    for said, reply, good in _spread(e["said"], [*replies, *_some(NODS, salt)], salt):
        entry.hits.append(
            Exchange(
                (("contact", said), ("agent", reply)),
                ((objects, 0, True), (handles, 1, good)),
                (("objection", 0, 1), ("opt_out", 0, 0)),
            )
        )
    for kind, objection in (("look_alike", 0), ("rival", 1)):
        for said, reply, _ in _spread(e[kind], [*replies, *_some(NODS, salt)], salt + 1):
            entry.misses.append(
                Exchange(
                    (("contact", said), ("agent", reply)),
                    ((objects, 0, False), (handles, 1, None)),
                    (("objection", 0, objection), ("opt_out", 0, 0)),
                )
            )
    return entry


def _offers(e: dict[str, Any]) -> Entry:
    said = e["step"] if e["ask"] == e["step"] else f"{e['step']}. {e['ask']}"
    offers = Labelled("n", "offers", [said, *e["other"]], [])
    replies = [(r, False) for r in (*e["accepted"], *e["declined"], *e["open"])] + _some(REPLIES, len(said))
    answer = {
        r: (int(kind == "accepted"), int(kind == "declined"))
        for kind in ("accepted", "declined", "open")
        for r in e[kind]
    }
    entry = Entry()
    for kind, offer in (("ways", 1), ("near", -1), ("off_ladder", 1)):
        # a yes or no to what was no offer is no objection either, but it is strange: not taught
        calm = (("objection", 1, -1), ("opt_out", 1, 0 if offer == 1 else -1))
        for text, reply, _ in _spread(e[kind], replies, len(kind)):
            yes, no = answer.get(reply, (-1, -1)) if offer == 1 else (-1, -1)
            (entry.hits if kind == "ways" else entry.misses).append(
                Exchange(
                    (("agent", text), ("contact", reply)),
                    ((offers, 0, kind == "ways"),),
                    (("offer", 0, offer), ("question", 0, -1), *calm, ("accept", 1, yes), ("decline", 1, no)),
                )
            )
    return entry


def _stops(e: dict[str, Any]) -> Entry:
    triggers = Labelled("s", "triggers", [e["condition"], *e["other"]], [], weight=2.0)
    honours = Labelled("s", "honours", [e["action"]], [], topic=e["condition"])
    salt = len(e["condition"])
    opt_out = 1 if OPT_OUT.search(e["condition"]) else -1
    replies = [(r, True) for r in e["honoured"]] + [(r, False) for r in e["violated"]]
    entry = Entry()
    for kind in ("said", "look_alike"):
        real = kind == "said"
        for said, reply, good in _spread(e[kind], [*replies, *_some(NODS, salt)], salt):
            entry_of = entry.hits if real else entry.misses
            entry_of.append(
                Exchange(
                    (("contact", said), ("agent", reply)),
                    ((triggers, 0, real), (honours, 1, good if real else None)),
                    (("objection", 0, -1), ("opt_out", 0, opt_out if real else 0)),
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
    replies = [(answer, True), *_some(REPLIES, len(answer))]
    entry = Entry()
    for kind, question in (("asked_again", 1), ("confirmed", -1), ("near", 1)):
        for text, reply, _ in _spread(e[kind], replies, len(kind)):
            again = kind == "asked_again"
            (entry.hits if again else entry.misses).append(
                Exchange(
                    (("agent", text), ("contact", reply)),
                    ((asks, 0, again),),
                    (("question", 0, question), ("offer", 0, 0)),
                )
            )
    return entry


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
KINDS = tuple(_MAKERS)
# for exchanges put into a call; its stops are `mixing.with_stop`'s, its opening is its own
SHARES = {
    "asks": 0.34,
    "asks_turned": 0.08,
    "objections": 0.16,
    "objections_turned": 0.04,
    "offers": 0.14,
    "withheld": 0.08,
    "known": 0.06,
    "talk": 0.1,
}
# for calls made of exchanges alone; an opening comes once, at the start
SHARES_ALONE = {
    "asks": 0.33,
    "asks_turned": 0.1,
    "objections": 0.15,
    "objections_turned": 0.05,
    "stops": 0.12,
    "offers": 0.11,
    "withheld": 0.07,
    "known": 0.04,
    "talk": 0.03,
}
