"""Sales calls varied beyond their words: stops and look-alikes put in, exchanges of other calls put in.

The labelled calls hold few stops and few questions that no item covers; both are made here from
``stops.json`` and from the exchanges of other calls, at places where a turn can stand.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from training.data import OPT_OUT, Dialogue, Labelled
from training.material import NODS, REPLIES, SHARES_ALONE, Exchange, draw, read_entries

STOPS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("stops.json").read_text("utf-8"))
_ACTIONS = (
    "Apologise, confirm removal, end the call",
    "Confirm and end",
    "Apologise and end the call",
    "End the call at once",
    "Say sorry, ask nothing more, hang up",
    "Stop and close politely",
    "Respect it, thank them, end",
)
_PLAIN = (
    "Sure.", "Okay, noted.", "Got it, thanks.", "No problem.", "Ha, fair.", "Understood.", "Right.", "I see.",
    "Okay, sorry about that.", "Thanks for telling me.", "Of course, my apologies.", "Alright. Bye for now.",
)  # fmt: skip
_LEADS = (
    "",
    "",
    "",
    "Look, ",
    "Okay, ",
    "No, ",
    "Listen, ",
    "Ah, ",
    "Well, ",
    "Sorry, ",
    "Hm. ",
    "Right. ",
    "Yeah, so, ",
    "Honestly, ",
)
_TAILS = ("", "", "", "", " Thanks.", " Sorry.", " Okay?", " So.", " You know.")


def insert(d: Dialogue, at: int, turns: Sequence[tuple[str, str]], cut: bool = False) -> Dialogue:
    """``d`` with ``turns`` (speaker, text) before turn ``at``; with ``cut``, nothing after them."""
    n = len(turns)

    def moved(i: int) -> int:
        return i if i < at else i + n

    def kept(indices: Sequence[int] | set[int]) -> list[int]:
        return [moved(i) for i in indices if i < at or not cut]

    queries = [
        replace(q, positive=kept(q.positive), unknown=set(kept(q.unknown)), hard=set(kept(q.hard)))
        for q in d.queries
    ]
    acts = {
        name: {moved(i): v for i, v in values.items() if i < at or not cut} for name, values in d.acts.items()
    }
    after_s, after_t = ([], []) if cut else (d.speakers[at:], d.turns[at:])
    return replace(
        d,
        speakers=[*d.speakers[:at], *(s for s, _ in turns), *after_s],
        turns=[*d.turns[:at], *([t] for _, t in turns), *after_t],
        queries=queries,
        acts=acts,
    )


@dataclass(frozen=True)
class Swap:
    """What an agent might have said at the turn that asks a question: other ways to ask it, and questions beside it with
    their replies.
    """

    item: str
    ways: list[str]
    near: list[tuple[str, str]]


@dataclass(frozen=True)
class OtherObjection:
    """What a contact might have said at the turn that raises an objection, and an agent at the one that answers it."""

    item: str
    said: list[str]
    """The same objection in other words."""
    beside: str
    """An objection that nobody planned."""
    none: str
    """No objection, though on the same subject."""
    answers: dict[str, str]
    """One reply for each status: `handled`, `differently`, `ignored`."""


def _entries_of(name: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).with_name("swaps") / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def swaps() -> dict[str, Swap]:
    """What is written in ``swaps/questions.jsonl``, by call."""
    return {
        e["call"]: Swap(e["item"], e["ways"], [(question, reply) for question, reply in e["near"]])
        for e in _entries_of("questions")
    }


@cache
def other_objections() -> dict[str, OtherObjection]:
    """What is written in ``swaps/objections.jsonl``, by call."""
    return {
        e["call"]: OtherObjection(
            e["item"],
            e["said"],
            *e["not"],
            {status: e[status] for status in ("handled", "differently", "ignored")},
        )
        for e in _entries_of("objections")
    }


def objected_otherwise(d: Dialogue, other: OtherObjection, rng: random.Random) -> Dialogue:
    """``d`` with an objection raised in other words, or with another one or none in its place, and answered in one of
    the ways; the answer does not give away what was raised.
    """
    raises = next((q for q in d.queries if (q.item, q.relation) == (other.item, "objects")), None)
    if raises is None or len(raises.positive) != 1 or d.speakers[raises.positive[0] + 1 :][:1] != ["agent"]:
        return d
    at = raises.positive[0]
    turns, acts = list(d.turns), {name: dict(values) for name, values in d.acts.items()}
    answer, raised, luck = None, True, rng.random()
    if luck < 0.4:
        turns[at] = [rng.choice(other.said)]
    elif luck < 0.8:
        raised, act = False, rng.random() < 0.5
        turns[at] = [other.beside if act else other.none]
        acts["objection"][at] = int(act)
    if rng.random() < 0.5:
        answer = rng.choice(list(other.answers))
        turns[at + 1] = [other.answers[answer]]
        acts["question"][at + 1] = acts["offer"][at + 1] = -1

    def seen(q: Labelled) -> Labelled:
        if q.item != other.item:
            # what else stood in turns that are changed is not known of them any more
            lost = {at} if turns[at] is not d.turns[at] else set()
            lost |= {at + 1} if answer else set()
            gone = lost & set(q.positive)
            return replace(q, positive=[i for i in q.positive if i not in gone], unknown=q.unknown | gone)
        if q.relation == "objects":
            return q if raised else replace(q, positive=[], unknown=set(), hard=q.hard | {at})
        if not raised:
            return replace(q, positive=[], hard=set(), unknown={at + 1}, weight=0.3)
        if answer is None:
            return q
        return replace(q, positive=[at + 1] if answer == "handled" else [], unknown=set(), hard={at + 1})

    return replace(d, turns=turns, acts=acts, queries=[seen(q) for q in d.queries])


def swapped(d: Dialogue, swap: Swap, rng: random.Random) -> Dialogue:
    """``d`` with one question of the plan asked in another way, or its neighbour asked in its place or besides."""
    mine = {q.relation: q for q in d.queries if q.item == swap.item and q.relation in ("asks", "answers")}
    if not {"asks", "answers"} <= set(mine) or not mine["asks"].positive:
        return d
    at = mine["asks"].positive[0]
    if mine["asks"].positive != [at] or mine["answers"].positive != [at + 1]:
        return d
    luck = rng.random()
    question, reply = rng.choice(swap.near)
    if luck < 0.3:
        return replace(d, turns=[*d.turns[:at], [rng.choice(swap.ways)], *d.turns[at + 1 :]])
    if luck < 0.6:
        where = rng.choice((at, at + 2))
        made = insert(d, where, [("agent", question), ("contact", reply)])
        for q in made.queries:
            if q.item == swap.item and q.relation in mine:
                beside = where if q.relation == "asks" else where + 1
                q.hard.add(beside)
                q.unknown.discard(beside)
                q.weight = 1.0
        for name, turn, value in (
            ("question", where, 1),
            ("offer", where, 0),
            ("objection", where + 1, -1),
            ("opt_out", where + 1, 0),
        ):
            made.acts.setdefault(name, {})[turn] = value
        return made
    queries = [
        replace(
            q,
            positive=[],
            unknown=set(),
            hard={at if q.relation == "asks" else at + 1},
            weight=2.0,
        )
        if q.item == swap.item and q.relation in mine
        else q
        for q in d.queries
    ]
    return replace(d, turns=[*d.turns[:at], [question], [reply], *d.turns[at + 2 :]], queries=queries)


def taken_out(d: Dialogue, rng: random.Random) -> Dialogue:
    """``d`` without one question of the plan and its answer, so that the question is neither asked nor told though all
    that stands near it is still said; as it is where no exchange serves one question alone.
    """
    found = []
    for at in range(2, len(d.turns) - 2):
        if d.speakers[at - 1 : at + 3] != ["contact", "agent", "contact", "agent"]:
            continue
        here = [q for q in d.queries if q.relation != "honours" and {at, at + 1} & set(q.positive)]
        asked = [q for q in here if q.relation == "asks"]
        answered = [q for q in here if q.relation == "answers"]
        if (
            len(asked) == len(answered) == 1
            and len(here) == 2
            and asked[0].item == answered[0].item
            and (asked[0].positive, answered[0].positive) == ([at], [at + 1])
        ):
            found.append((at, asked[0].item))
    if not found:
        return d
    at, item = rng.choice(found)

    def kept(indices: Sequence[int] | set[int]) -> list[int]:
        return [i if i < at else i - 2 for i in indices if i not in (at, at + 1)]

    queries = []
    for q in d.queries:
        mine = q.item == item and q.relation in ("asks", "answers")
        queries.append(
            replace(
                q,
                positive=kept(q.positive),
                unknown=set(kept(q.unknown)),
                hard=set(kept(q.hard)),
                weight=2.0 if mine else q.weight,
            )
        )
    return replace(
        d,
        speakers=[*d.speakers[:at], *d.speakers[at + 2 :]],
        turns=[*d.turns[:at], *d.turns[at + 2 :]],
        queries=queries,
        acts={
            name: {i if i < at else i - 2: v for i, v in values.items() if i not in (at, at + 1)}
            for name, values in d.acts.items()
        },
    )


@cache
def _written_stops() -> list[dict[str, Any]]:
    return read_entries("stops")


def with_stop(d: Dialogue, rng: random.Random) -> Dialogue:
    """``d`` with a stop request and the agent's answer to it, or with a look-alike that asks for nothing of
    the kind.
    """
    places = [i + 1 for i, s in enumerate(d.speakers) if s == "agent" and i > 0]
    if not places:
        return d
    at = rng.choice(places)
    real = rng.random() < 0.5
    opt_out = False
    written = _written_stops()
    if written and rng.random() < 0.6:
        stop = rng.choice(written)
        condition = rng.choice([stop["condition"], *stop["other"]])
        text = rng.choice(stop["said"] if real else stop["look_alike"])
        actions: Sequence[str] = (stop["action"],)
        opt_out = bool(OPT_OUT.search(stop["condition"]))
    else:
        family = rng.choice(["opt_out"] * 4 + [f for f in STOPS if f != "opt_out"])
        stop, opt_out, actions = STOPS[family], family == "opt_out", _ACTIONS
        condition = rng.choice(stop["conditions"])
        said = stop["said"] if isinstance(stop["said"], list) else stop["said"][condition]
        if not real and not isinstance(stop["said"], list) and rng.random() < 0.3:
            said = stop["said"][rng.choice([c for c in stop["conditions"] if c != condition])]
            text = rng.choice(said) if family == "hardship" else rng.choice(stop["not"])
        else:
            text = rng.choice(said if real else stop["not"])
    text = rng.choice(_LEADS) + text + rng.choice(_TAILS)
    if rng.random() < 0.3 and at < len(d.turns) and d.speakers[at] == "contact":
        text = f"{d.turns[at][0]} {text}" if rng.random() < 0.5 else f"{text} {d.turns[at][0]}"
    turns = [("contact", text)]
    # the reply must not give away whether there was a stop: the same kinds follow both, or none does
    kind = rng.choice(("honoured", "violated", "plain", "plain", "none", "none"))
    honoured = kind == "honoured"
    if kind != "none":
        turns.append(("agent", rng.choice(_PLAIN if kind == "plain" else stop[kind])))
    replied = kind in ("honoured", "violated")
    made = insert(d, at, turns, cut=rng.random() < 0.35)
    later = {i for i, s in enumerate(made.speakers) if i > at and s != "agent"}
    for query in made.queries:
        if query.relation in ("triggers", "objects"):
            query.unknown |= {at} if real or query.relation == "objects" else set()
            if real and query.relation == "triggers" and not query.positive:
                query.unknown |= later
        if query.relation == "answers":
            query.unknown |= {at}
        if query.relation in ("handles", "honours", "asks", "offers") and replied:
            query.unknown |= {at + 1}
    for name, value in (
        ("objection", -1),
        ("opt_out", 1 if real and opt_out else -1 if real else 0),
    ):
        made.acts.setdefault(name, {})[at] = value
    made.queries.append(
        Labelled(
            "stop", "triggers", [condition], [at] if real else [], later if real else set(), {at}, weight=3.0
        )
    )
    if real and replied:
        others = {i for i, s in enumerate(made.speakers) if s == "agent" and i > at + 1}
        made.queries.append(
            Labelled(
                "stop",
                "honours",
                [rng.choice(actions)],
                [at + 1] if honoured else [],
                unknown=others,
                hard={at + 1},
                topic=condition,
            )
        )
    return made


def exchanges_of(dialogues: Sequence[Dialogue]) -> list[Exchange]:
    """Questions with their answers, and objections with the replies to them, that can stand in another
    call.
    """
    found = []
    for d in dialogues:
        for i in range(len(d.turns) - 1):
            pair = (d.speakers[i], d.speakers[i + 1])
            wanted = {("agent", "contact"): "asks", ("contact", "agent"): "objects"}.get(pair)
            if wanted is None:
                continue
            here = [
                q
                for q in d.queries
                if q.relation == wanted and q.positive == [i] and q.item[0] in "qo" and q.item != "opening"
            ]
            if not here:
                continue
            if any(
                i in q.positive or i + 1 in q.positive
                for q in d.queries
                if q.relation in ("offers", "opens", "discloses", "mentions", "triggers")
            ):
                continue
            queries = [(q, 0, True) for q in here]
            queries += [
                (q, 1, i + 1 in q.positive) for q in d.queries if q.relation == "handles" and i + 1 in q.hard
            ]
            acts = [(name, j, v.get(i + j, -1)) for name, v in d.acts.items() for j in (0, 1) if i + j in v]
            found.append(
                Exchange(
                    ((d.speakers[i], d.turns[i][0]), (d.speakers[i + 1], d.turns[i + 1][0])),
                    tuple(queries),
                    tuple(acts),
                    d.industry,
                )
            )
    return found


def asked_in_other_words() -> list[Exchange]:
    """Each wording of each question in ``questions.txt`` with its answer, as something that can stand in
    any call.
    """
    found = []
    for line in Path(__file__).with_name("questions.txt").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        topic, question, other, answer, *ways = (part.strip() for part in line.split("|"))
        asks = Labelled(topic, "asks", [question, other], [0], topic=topic)
        answers = Labelled(topic, "answers", [question, other], [1], topic=topic, weight=0.5)
        acts = (("question", 0, 1), ("offer", 0, 0), ("objection", 1, 0), ("opt_out", 1, 0))
        for way in ways:
            found.append(
                Exchange(
                    (("agent", way), ("contact", answer)), ((asks, 0, True), (answers, 1, True)), acts, topic
                )
            )
    return found


_BEFORE = (
    "",
    "",
    "",
    "Okay. ",
    "Got it. ",
    "Right, ",
    "Thanks. ",
    "Sure, sure. ",
    "Makes sense. ",
    "ok and ",
    "Lovely. ",
    "Good to know. ",
)


def with_exchange(
    d: Dialogue, exchange: Exchange, rng: random.Random, alike: Callable[[str, str], float], add: bool
) -> Dialogue:
    """``d`` with one exchange put in, and with ``add`` its queries; ``alike`` keeps near questions out.

    A query that is there already, from another exchange of the same entry, takes this one's turns too.
    """
    first = exchange.turns[0][0]
    places = [i for i in range(2, len(d.turns)) if d.speakers[i] == first and d.speakers[i - 1] != first]
    if not places or (exchange.industry and exchange.industry == d.industry):
        return d
    theirs = [q for q, _, _ in exchange.queries] or [
        Labelled("x", relation, [text])
        for speaker, text in exchange.turns
        for relation in (("asks", "offers") if speaker == "agent" else ("objects", "triggers"))
    ]
    for mine in d.queries:
        if any(
            mine.relation == q.relation
            and mine.texts != q.texts
            and alike(mine.texts[0] + " " + mine.topic, q.texts[0] + " " + q.topic) > 0.42
            for q in theirs
        ):
            return d
    at = rng.choice(places)
    turns = list(exchange.turns)
    if first == "agent":
        turns[0] = (first, rng.choice(_BEFORE) + turns[0][1])
    made = insert(d, at, turns)
    for query in made.queries:
        query.unknown |= {at, at + 1} if query.relation in ("answers", "handles") else set()
        if query.relation == "objects" and ("objection", 0, 1) in exchange.acts and at not in query.positive:
            query.hard.add(at)
    for name, offset, value in exchange.acts:
        made.acts.setdefault(name, {})[at + offset] = value
    for q, offset, happened in exchange.queries:
        here = at + offset
        twin = next((x for x in made.queries if x.relation == q.relation and x.texts == q.texts), None)
        if twin and happened is None:
            twin.unknown.add(here)
        elif twin:
            twin.unknown.discard(here)
            twin.hard.add(here)
            twin.positive += [here] if happened else []
        elif add:
            # elsewhere in this call something may well come near it
            sure, open_ = ({here}, set()) if happened is not None else (set(), {here})
            made.queries.append(replace(q, positive=[here] if happened else [], hard=sure, unknown=open_))
    return made


_BESIDES = (
    "",
    "",
    "",
    "And ",
    "Oh, and ",
    "And before you ask, ",
    "By the way, ",
    "Also, ",
    "Plus, ",
    "ah and ",
)


@cache
def _unasked() -> list[tuple[str, Labelled, Labelled]]:
    """What contacts tell unasked, with the queries for asking it and for answering it."""
    found = []
    for e in read_entries("asks"):
        texts = [e["question"], *e["other"]]
        asks = Labelled("told", "asks", texts, topic=e["topic"])
        answers = Labelled("told", "answers", texts, topic=e["topic"])
        found += [(said, asks, answers) for said in e["unasked"]]
    return found


def told_besides(d: Dialogue, rng: random.Random, alike: Callable[[str, str], float]) -> Dialogue:
    """``d`` with something told that nobody asked for, in the reply to a question of the plan.

    What a reply gives away is not what was asked before it; ``alike`` keeps near questions out.
    """
    places = sorted(
        {
            i + 1
            for q in d.queries
            if q.relation == "asks"
            for i in q.positive
            if i + 1 < len(d.turns) and d.speakers[i + 1] == "contact"
        }
    )
    if not places:
        return d
    at = rng.choice(places)
    said, asks, answers = rng.choice(_unasked())
    wanted = f"{asks.texts[0]} {asks.topic}"
    if any(
        q.relation in ("asks", "answers") and alike(f"{q.texts[0]} {q.topic}", wanted) > 0.42
        for q in d.queries
    ):
        return d
    parts = [d.turns[at][0], rng.choice(_BESIDES) + said]
    if rng.random() < 0.2:
        parts.reverse()
    return replace(
        d,
        turns=[*d.turns[:at], [" ".join(parts)], *d.turns[at + 1 :]],
        queries=[*d.queries, replace(asks, hard={at - 1}), replace(answers, positive=[at], hard={at})],
    )


def of_exchanges(rng: random.Random, alike: Callable[[str, str], float]) -> Dialogue:
    """A made-up call: an opening, then the exchanges of several subjects, hits and near misses of each
    spread over it.

    No plan holds its subjects together, so it teaches what one exchange says, not how calls run. A query is
    unknown at turns that belong to a subject that is ``alike``.
    """
    parts = []
    if rng.random() < 0.5:
        opening = draw(rng, {"openings": 1.0})
        # an entry's near miss may come from later in a call, or be all that opens it
        parts += opening[:1]
    body: list[Exchange] = []
    size = rng.randint(4, 9)
    while len(body) < size:
        body += draw(rng, SHARES_ALONE)
    rng.shuffle(body)
    parts += body
    turns: list[tuple[str, str]] = []
    places = []
    for part in parts:
        if turns and turns[-1][0] == part.turns[0][0]:
            turns.append(
                ("contact", rng.choice(REPLIES)) if turns[-1][0] == "agent" else ("agent", rng.choice(NODS))
            )
        places.append(len(turns))
        turns += part.turns
    acts: dict[str, dict[int, int]] = {}
    found: dict[tuple[str, str], Labelled] = {}
    for at, part in zip(places, parts, strict=True):
        for name, offset, value in part.acts:
            acts.setdefault(name, {})[at + offset] = value
        for query, offset, happened in part.queries:
            mine = found.setdefault(
                (query.relation, query.texts[0]), replace(query, positive=[], unknown=set(), hard=set())
            )
            (mine.unknown if happened is None else mine.hard).add(at + offset)
            mine.positive += [at + offset] if happened else []
    for mine in found.values():
        for at, part in zip(places, parts, strict=True):
            here = {at + i for i in range(len(part.turns))} - mine.hard
            if mine.relation in ("handles", "honours") or any(
                q.relation == mine.relation
                and q.texts != mine.texts
                and alike(mine.texts[0] + " " + mine.topic, q.texts[0] + " " + q.topic) > 0.42
                for q, _, _ in part.queries
            ):
                mine.unknown |= here
            elif mine.relation == "objects":
                mine.hard |= here & {i for i, v in acts.get("objection", {}).items() if v > 0}
    return Dialogue(
        "", "calls", "", [s for s, _ in turns], [[t] for _, t in turns], list(found.values()), acts
    )
