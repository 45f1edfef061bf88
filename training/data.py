"""Labelled dialogues, all in one shape: queries against turns, and acts of turns.

Three sources: ``sgd`` and ``star`` (human dialogues as audit pairs) and ``calls`` (labelled sales calls). A
label is 1, 0 or -1 (not known, out of the loss).
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from precall_cli.audit.model import ACTS

AUXILIARY = ("any_question", "any_confirm", "any_offer", "any_close", "any_inform")
HEADS = ACTS + AUXILIARY
_KIND = {
    "question": "asks",
    "confirm": "asks",
    "offer": "offers",
    "close": "offers",
    "inform": "discloses",
    "greeting": "discloses",
}
_HEAD = {"question": 0, "confirm": 1, "offer": 2, "close": 3, "inform": 4, "greeting": 4}
OPT_OUT = re.compile(
    r"\b(call|calls|calling|contact|contacted|alone|remov|list|opt|again|ring|ringing|phone|bother|number)",
    re.I,
)


@dataclass
class Labelled:
    """One query with its wordings and its labels by turn."""

    item: str
    relation: str
    texts: list[str]
    positive: list[int] = field(default_factory=list)
    unknown: set[int] = field(default_factory=set)
    hard: set[int] = field(default_factory=set)
    weight: float = 1.0
    cues: list[str] = field(default_factory=list)
    topic: str = ""
    status: str = ""


@dataclass
class Dialogue:
    """Turns, each with one or more wordings, the queries against them and the acts of each turn."""

    id: str
    source: str
    group: str
    speakers: list[str]
    turns: list[list[str]]
    queries: list[Labelled]
    acts: dict[str, dict[int, int]]
    industry: str = ""
    seen: str = ""


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Each JSON object of a ``.jsonl`` or ``.jsonl.gz`` file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:  # type: ignore[operator]
        for line in file:
            if line.strip():
                yield json.loads(line)


def _say(step: dict[str, Any]) -> str:
    return (
        step["step"]
        if step["step"] == step.get("ask")
        else f"{step['step']}. {step.get('ask') or ''}".strip()
    )


def pair_items(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """``(item, text)`` of every disclosure, question and step of a plan."""
    for item in plan["disclosures"]:
        yield item["id"], item["text"]
    for item in plan["qualification"]:
        yield item["id"], item["question"]
    for item in plan["next_steps"]:
        yield item["id"], _say(item)


def _pair(pair: dict[str, Any], gold: dict[str, Any], source: str, group: str) -> Dialogue:
    turns = pair["transcript"]["turns"]
    unlabelled = set(gold["unlabelled_turns"])
    acts: dict[str, dict[int, int]] = {name: {} for name in AUXILIARY}
    for turn in turns:
        if (
            turn["speaker"] == "agent"
            and turn["i"] not in unlabelled
            and turn["i"] not in gold["off_plan_turns"]
        ):
            for name in AUXILIARY:
                acts[name][turn["i"]] = 0
    queries = []
    for item, text in pair_items(pair["plan"]):
        if item not in gold["gold"]:
            continue
        hits = gold["gold"][item]
        queries.append(Labelled(item, _KIND[gold["kinds"][item]], [text], list(hits), unlabelled - set(hits)))
        for hit in hits:
            acts[AUXILIARY[_HEAD[gold["kinds"][item]]]][hit] = 1
    return Dialogue(
        pair["id"],
        source,
        group,
        [t["speaker"] for t in turns],
        [[t["text"]] for t in turns],
        queries,
        acts,
        seen=gold["seen"],
    )


def read_sgd(bench: Path, name: str) -> list[Dialogue]:
    """SGD dialogues; those of the training file carry the other wordings of their plan texts."""
    path = bench / f"{name}.wordings.json"
    wordings: dict[str, list[str]] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    lowered = {key.lower(): value for key, value in wordings.items()}
    found = []
    for pair, gold in zip(
        read_lines(bench / f"{name}.pairs.jsonl.gz"), read_lines(bench / f"{name}.gold.jsonl.gz"), strict=True
    ):
        assert pair["id"] == gold["id"]
        dialogue = _pair(pair, gold, "sgd", "sgd")
        for query in dialogue.queries:
            query.texts += _reworded(query.texts[0], wordings, lowered)
        found.append(dialogue)
    return found


def paraphrased(dialogues: list[Dialogue]) -> list[Dialogue]:
    """The dialogues with the plan's texts in the words of `benchmarks/paraphrases.json` alone."""
    path = Path(__file__).resolve().parent.parent / "benchmarks" / "paraphrases.json"
    other = json.loads(path.read_text("utf-8"))
    for dialogue in dialogues:
        for query in dialogue.queries:
            lead = next((p for p in _PREFIXES if query.texts[0].startswith(p)), "")
            said = other[query.texts[0].removeprefix(lead).lower()]
            query.texts = [lead + said[:1].lower() + said[1:] if lead else said]
    return dialogues


def add_said(dialogues: list[Dialogue], most: int = 2, seed: int = 5) -> None:
    """Give each question and offer wordings that agents of other dialogues found for it.

    A plan's question is often written as it would be spoken, so one way of asking has to be known by another.
    Only turns that realise one item alone are taken, and none of the same dialogue.
    """
    rng = random.Random(seed)
    said: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for dialogue in dialogues:
        for query, count in _alone(dialogue):
            text = dialogue.turns[query.positive[0]][0]
            if count == 1 and len(text) < 100 and not query.texts[0].startswith(("Confirm ", "Tell ")):
                said[query.relation, query.texts[0]].append((dialogue.id, text))
    for dialogue in dialogues:
        for query in dialogue.queries:
            known = said.get((query.relation, query.texts[0]), [])
            drawn = rng.sample(known, k=min(most, len(known)))
            query.texts = [*query.texts, *(text for id_, text in drawn if id_ != dialogue.id)]


_PREFIXES = ("Confirm ", "Offer to ", "Tell the customer it is done: ")


def _reworded(text: str, wordings: dict[str, list[str]], lowered: dict[str, list[str]]) -> list[str]:
    if text in wordings:
        return wordings[text]
    for prefix in _PREFIXES:
        if text.startswith(prefix):
            rest = text[len(prefix) :].lower()
            return [prefix + w[:1].lower() + w[1:] for w in lowered.get(rest, [])]
    return lowered.get(text.lower(), [])


def star_group(statement: str) -> str:
    """The domain of a STAR task, from its objective: tasks of one domain share questions and words."""
    s = statement.lower()
    for word in ("flight", "spaceship", "apartment", "ride", "meeting", "weather", "restaurant"):
        if word in s:
            return "flow" if "flow chart" in s else word
    return "flow" if "flow chart" in s else "other"


def read_star(bench: Path) -> list[Dialogue]:
    """STAR, each dialogue once: turns as sent (0) and as typed (1), plan texts with every wording seen of
    them.
    """
    sets = {}
    for name in ("star-dev", "star-dev-typed"):
        pairs = read_lines(bench / f"{name}.pairs.jsonl.gz")
        golds = read_lines(bench / f"{name}.gold.jsonl.gz")
        sets[name] = [
            _pair(p, g, "star", star_group(p["plan"]["objective"]["statement"]))
            for p, g in zip(pairs, golds, strict=True)
        ]
    return sets["star-dev"], sets["star-dev-typed"]  # type: ignore[return-value]


def merge_star(sent: list[Dialogue], typed: list[Dialogue]) -> list[Dialogue]:
    """Both forms of each dialogue, with the wordings that the two plans and all other dialogues given here
    have.
    """
    other: dict[str, list[str]] = defaultdict(list)
    for a, b in zip(sent, typed, strict=True):
        labels = {q.item: q for q in b.queries}
        for query in a.queries:
            twin = labels.get(query.item)
            if twin and twin.positive and twin.positive == query.positive and twin.relation == query.relation:
                for x, y in ((query.texts[0], twin.texts[0]), (twin.texts[0], query.texts[0])):
                    if y != x and y not in other[x] and len(other[x]) < 12:
                        other[x].append(y)
    for a, b in zip(sent, typed, strict=True):
        for query, count in _alone(a):
            said = b.turns[query.positive[0]][0]
            known = other[query.texts[0]]
            if count == 1 and said not in known and len(known) < 24:
                known.append(said)
    merged = []
    for a, b in zip(sent, typed, strict=True):
        for base, twin in ((a, b), (b, a)):
            queries = [
                Labelled(q.item, q.relation, [q.texts[0], *other[q.texts[0]]], q.positive, q.unknown)
                for q in base.queries
            ]
            turns = [
                [x[0], y[0]] if x[0] != y[0] else [x[0]] for x, y in zip(base.turns, twin.turns, strict=True)
            ]
            merged.append(
                Dialogue(base.id, "star", f"{base.group}", base.speakers, turns, queries, base.acts)
            )
    return merged


def _alone(dialogue: Dialogue) -> Iterator[tuple[Labelled, int]]:
    """Queries with one positive turn, and how many queries that turn realises."""
    for query in dialogue.queries:
        if len(query.positive) == 1:
            yield query, sum(query.positive[0] in q.positive for q in dialogue.queries)


def read_calls(paths: Iterable[Path]) -> list[Dialogue]:
    """Labelled sales calls; ``group`` is the file, that is the writer."""
    found = []
    for path in paths:
        for record in read_lines(path):
            try:
                found.append(_call(record, path.stem))
            except (KeyError, TypeError, IndexError, ValueError) as error:
                print(f"{path}: {record.get('id')}: left out, {error!r}")
    return found


def _reply(speakers: list[str], offer: int) -> int | None:
    """The contact's turn that answers an offer, where it is one turn and the next one."""
    after = speakers[offer + 1 : offer + 3]
    return offer + 1 if after[:1] == ["contact"] and after[1:] != ["contact"] else None


def _call(record: dict[str, Any], group: str) -> Dialogue:
    plan, gold, turns = record["plan"], record["gold"]["items"], record["transcript"]["turns"]
    speakers = [t["speaker"] for t in turns]
    agent = [i for i, s in enumerate(speakers) if s == "agent"]
    contact = [i for i, s in enumerate(speakers) if s != "agent"]
    deviations = record["gold"]["deviations"]
    live = gold["opening"]["status"] != "not_reached" if "opening" in gold else True
    queries: list[Labelled] = []
    question, offer, objection, opt_out, vague = set[int](), set[int](), set[int](), set[int](), set[int]()
    handling: set[int] = set()
    accept: dict[int, int] = {}
    decline: dict[int, int] = {}

    def of(kind: str, hits: Iterable[int]) -> list[int]:
        return [i for i in hits if (speakers[i] == "agent") == (kind == "agent")]

    def turns_of_type(kind: str) -> list[int]:
        return [t for d in deviations if d["type"] == kind for t in d["turns"]]

    def add(item: str, relation: str, text: str, positive: list[int], **more: Any) -> None:
        queries.append(Labelled(item, relation, [text], positive, status=gold[item]["status"], **more))

    for entry in plan["objections"]:
        status, hits = gold[entry["id"]]["status"], gold[entry["id"]]["turns"]
        raised = of("contact", hits)
        objection |= set(raised)
        handling |= set(of("agent", hits))
        unplanned = set(of("contact", turns_of_type("unanticipated_objection"))) - set(raised)
        add(
            entry["id"],
            "objects",
            entry["objection"],
            raised,
            cues=entry.get("cues") or [],
            hard=unplanned,
        )
        answer = of("agent", hits)
        more = [
            i
            for i in agent
            if raised and i > raised[0] and i not in answer and i <= (answer[-1] if answer else 0) + 2
        ]
        add(
            entry["id"],
            "handles",
            entry["response"],
            answer if status == "handled" else [],
            hard=set(answer),
            unknown=set(more) if status == "handled" else set(),
            topic=entry["objection"],
            weight=1.0 if raised else 0.3,
        )
    for entry in plan["stop_conditions"]:
        status, hits = gold[entry["id"]]["status"], gold[entry["id"]]["turns"]
        heard, said = of("contact", hits), of("agent", hits)
        add(
            entry["id"],
            "triggers",
            entry["condition"],
            heard,
            cues=entry.get("cues") or [],
            unknown={i for i in contact if heard and i > heard[0] and i not in heard},
        )
        good = said if status == "honoured" else []
        add(
            entry["id"],
            "honours",
            entry["action"],
            good,
            hard=set(said),
            topic=entry["condition"],
            unknown={i for i in agent if heard and i > heard[0] and i not in said},
            weight=1.0 if heard else 0.3,
        )
        if heard:
            (opt_out if OPT_OUT.search(entry["condition"]) else vague).update(heard)
    # what is asked or raised and stands on no item comes nearest to what was planned
    beside = set(of("agent", turns_of_type("off_plan_question")))
    for deviation in deviations:
        if deviation["type"] in ("off_plan_question", "question_repeated"):
            question |= set(of("agent", deviation["turns"]))
        if deviation["type"] == "off_ladder_step":
            offer |= set(of("agent", deviation["turns"]))
        if deviation["type"] == "unanticipated_objection":
            objection |= set(of("contact", deviation["turns"]))
    if live:
        for entry in plan["disclosures"]:
            add(entry["id"], "discloses", entry["text"], of("agent", gold[entry["id"]]["turns"]))
        if plan.get("opening"):
            status, hits = gold["opening"]["status"], gold["opening"]["turns"]
            add(
                "opening",
                "opens",
                plan["opening"]["line"],
                of("agent", hits) if status == "followed" else [],
                hard=set(agent[:2]) | set(hits),
                unknown=set(agent[1:3]) - set(hits) if status == "followed" else set(),
            )
        for entry in plan["qualification"]:
            status, hits = gold[entry["id"]]["status"], gold[entry["id"]]["turns"]
            asked = of("agent", hits) if status == "asked" else []
            repeats = [
                t
                for d in deviations
                if d["type"] == "question_repeated" and d["item"] == entry["id"]
                for t in d["turns"]
            ]
            asked = sorted(set(asked) | set(of("agent", repeats)))
            question |= set(asked)
            topic = entry.get("topic") or ""
            add(
                entry["id"],
                "asks",
                entry["question"],
                asked,
                topic=topic,
                cues=entry.get("cues") or [],
                hard=beside - set(asked),
            )
            after = [i for i in contact if asked and i > asked[0]]
            given = of("contact", hits) if status == "volunteered" else after[:1]
            add(
                entry["id"],
                "answers",
                entry["question"],
                given,
                topic=topic,
                hard=set(given) | (set() if asked else {i + 1 for i in beside if i + 1 in contact}),
                unknown=set(after[1:])
                | {
                    i
                    for i in contact
                    if status == "volunteered" and given and i > given[0] and i not in given
                },
                weight=1.0 if status != "asked" else 0.4,
            )
        for entry in plan["next_steps"]:
            hits = of("agent", gold[entry["id"]]["turns"])
            offer |= set(hits)
            add(entry["id"], "offers", _say(entry), hits, cues=entry.get("cues") or [])
            if hits:
                result = gold[entry["id"]].get("result")
                reply = _reply(speakers, hits[-1] if result == "accepted" else hits[0])
                if reply is not None:
                    accept[reply] = max(accept.get(reply, 0), int(result == "accepted"))
                    decline[reply] = max(decline.get(reply, 0), int(result == "declined"))
        if "objective" in gold:
            add(
                "objective",
                "offers",
                plan["objective"]["statement"],
                of("agent", gold["objective"]["turns"]),
                weight=0.7,
            )
        coordination = plan.get("coordination") or {}
        for entry in coordination.get("known") or []:
            status, hits = gold[entry["id"]]["status"], of("agent", gold[entry["id"]]["turns"])
            topic = (entry.get("topic") or "").replace("_", " ")
            again = hits if status == "asked_again" else []
            question |= set(again)
            queries.append(
                Labelled(
                    entry["id"],
                    "asks",
                    [f"{topic}: {entry['answer']}", str(entry["answer"]), topic],
                    again,
                    hard=set(hits),
                    topic=topic,
                    status=status,
                )
            )
        for entry in coordination.get("do_not_mention") or []:
            status, hits = gold[entry["id"]]["status"], gold[entry["id"]]["turns"]
            add(entry["id"], "mentions", entry["text"], of("agent", hits) if status == "mentioned" else [])
    acts: dict[str, dict[int, int]] = {name: {} for name in ACTS} | {"accept": accept, "decline": decline}
    for i, speaker in enumerate(speakers):
        if speaker == "agent" and live:
            for name, hit in (("question", question), ("offer", offer)):
                acts[name][i] = 1 if i in hit else -1 if i in handling else 0
        elif speaker != "agent":
            acts["objection"][i] = 1 if i in objection else -1 if i in opt_out | vague else 0
            acts["opt_out"][i] = 1 if i in opt_out else -1 if i in vague else 0
    return Dialogue(
        record["id"],
        "calls",
        group,
        speakers,
        [[t["text"]] for t in turns],
        queries,
        acts,
        industry=record.get("industry", ""),
    )
