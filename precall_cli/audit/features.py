# ruff: noqa: E501  (a pattern is read whole)
"""The features of every learned decision, each by name. What they mean stands beside them; nothing is decided here.

Every function gives features for one item against some turns. `training/fusion.py` learns from the very same functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from precall_cli.audit.match import Array
from precall_cli.audit.reading import Features, Reading, gives, wanted_answer
from precall_cli.audit.situations import situations_of
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import (
    Disclosure,
    Item,
    Known,
    NextStep,
    Objection,
    Question,
    StopCondition,
    Withheld,
)

_PARTS = {
    "ai": re.compile(
        r"\b(?:ai|a\.? ?i\.?|artificial|virtual|automated|automatic|robot\w*|bot|digital|machine|computer\w*|program(?:me)?|software|not (?:a (?:real |live )?)?(?:human|person)|not flesh|synthetic|"
        r"not (?:the |a )?real(?: one)?|server|algorithm|silicon|circuits|assistant)\b",
        re.IGNORECASE,
    ),
    "recorded": re.compile(
        r"\b(?:record\w*|tap(?:e|es|ed|ing)|(?:keep|keeps|keeping|kept|save|saves|saved|saving)(?: \w+){0,2}? (?:copy|this|it|audio|the call|what)|monitor\w*|listen(?:ed|ing)? (?:to|in)|being kept|on file|transcrib\w*|logged)\b",
        re.IGNORECASE,
    ),
}


_Found = TypeVar("_Found")
_ItemT = TypeVar("_ItemT", bound=Item)
_Rest = ParamSpec("_Rest")


def _once(
    function: Callable[Concatenate[Reading, _ItemT, _Rest], _Found],
) -> Callable[Concatenate[Reading, _ItemT, _Rest], _Found]:
    """Features of an item are worked out once for a reading; what else they depend on is fixed by its plan."""

    @wraps(function)
    def kept(reading: Reading, item: _ItemT, *rest: _Rest.args, **named: _Rest.kwargs) -> _Found:
        store = reading.__dict__.setdefault("_features", {})
        key = (function.__name__, item.id)
        if key not in store:
            store[key] = function(reading, item, *rest, **named)
        found: _Found = store[key]
        return found

    return kept  # type: ignore[return-value]  # the same call, which `wraps` cannot say


def _turns(reading: Reading, agent: bool) -> list[int]:
    return list(reading.agent if agent else reading.contact)


def _flags(reading: Reading, turns: list[int], *names: str) -> Array:
    return np.array([float(reading.turns[t].does(*names)) for t in turns])


def _margin(row: Array, others: Array) -> Array:
    """How far an item leads the best other item, at each turn."""
    return np.clip(row - (others.max(axis=0) if len(others) else -8.0), -6, 6)


def _lead(row: Array) -> Array:
    """How far a turn leads the best other turn, for one item."""
    if len(row) < 2:
        return np.zeros(len(row))
    order = np.sort(row)
    best, second = order[-1], order[-2]
    lead: Array = np.clip(row - np.where(row == best, second, best), -6, 6)
    return lead


@_once
def asks(
    reading: Reading, item: Question | Known, rank: int, count: int, others: list[str]
) -> tuple[list[int], Features]:
    """Whether each agent turn asks for an item. `others` are the ids of all other items that can be asked for."""
    turns = _turns(reading, agent=True)
    table = reading.table
    known = isinstance(item, Known)
    text = (
        f"{item.topic.replace('_', ' ')} {item.answer}"
        if isinstance(item, Known)
        else f"{item.question} {item.topic.replace('_', ' ')}"
    )
    wanted = content(text + " " + " ".join(item.cues))
    row = table.row(item.id, "asks")[turns]
    rest = table.rows(others, "asks")[:, turns]
    kind = "any" if isinstance(item, Known) else wanted_answer(item.question)
    answers = None if known else table.row(item.id, "answers")
    reply = np.array(
        [
            max((answers[r] for r in reading.replies(t)), default=-8.0) if answers is not None else 0.0
            for t in turns
        ]
    )
    place = np.array([reading.place(t) for t in turns])
    due = 0.15 + 0.6 * (rank + 0.5) / max(count, 1)
    value = item.answer if isinstance(item, Known) else ""
    told = _told_by(item.told_by or "") if isinstance(item, Known) else None
    features: Features = {
        "net": row,
        "answered": np.clip(reply, -8, 4),
        "margin": _margin(row, rest),
        "lead": _lead(row),
        "act": table.question[turns],
        "question": _flags(reading, turns, "question"),
        "gap": _flags(reading, turns, "gap", "invites"),
        "again": _flags(reading, turns, "again"),
        "read_back": _flags(reading, turns, "read_back"),
        "scheduling": _flags(reading, turns, "scheduling", "permission"),
        "small_talk": _flags(reading, turns, "small_talk"),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "type": np.array([gives(kind, reading.reply_text(t)) for t in turns]),
        "off_place": np.zeros(len(turns)) if known else np.abs(place - due),
        "opening": np.array([float(k == 0) for k in range(len(turns))]),
        "offers": np.clip(reading.offers_best[turns], -8, 4),
        "handles": np.clip(reading.handles_best[turns], -8, 4),
        "value": np.array([reading.names_value(value, t) for t in turns]),
        "reply_value": np.array(
            [shared(content(value), content(reading.reply_text(t))) if value else 0.0 for t in turns]
        ),
        "reply_told": np.array(
            [float(bool(told.search(reading.reply_text(t)))) if told else 0.0 for t in turns]
        ),
        "farewell": _flags(reading, turns, "farewell"),
    }
    return turns, features


def _told_by(name: str) -> re.Pattern[str]:
    """Words by which a contact says that it was told before: "told you", or the name of who told it."""
    names = [re.escape(part) for part in name.split() if len(part) > 2]
    return re.compile(
        r"\b(?:"
        + "|".join([*names, "told you", "said so", "already", "should know", "have that", "must have said"])
        + r")\b",
        re.IGNORECASE,
    )


@_once
def answers(reading: Reading, item: Question, others: list[str]) -> tuple[list[int], Features]:
    """Whether each contact turn gives what a question is after, unasked."""
    turns = _turns(reading, agent=False)
    table = reading.table
    row = table.row(item.id, "answers")[turns]
    rest = table.rows(others, "answers")[:, turns]
    asks_row = table.row(item.id, "asks")
    wanted = content(f"{item.question} {item.topic.replace('_', ' ')} " + " ".join(item.cues))
    kind = wanted_answer(item.question)
    before = [reading.before(t) for t in turns]
    asked_other = np.array(
        [
            max(
                (reading.asks_best[a.i] for a in reading.turns[max(0, t - 2) : t] if a.speaker == "agent"),
                default=-8.0,
            )
            for t in turns
        ]
    )
    asked_here = np.array([max((asks_row[a] for a in agent_before(reading, t)), default=-8.0) for t in turns])
    features: Features = {
        "net": row,
        "margin": _margin(row, rest),
        "lead": _lead(row),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "type": np.array([gives(kind, reading.turns[t].text) for t in turns]),
        "long": np.array([min(reading.length(t), 40) / 40 for t in turns]),
        "follows_own": np.array([float(b is not None) for b in before]),
        "asked_other": np.clip(asked_other, -8, 4),
        "question": _flags(reading, turns, "question"),
        "objects": np.clip(reading.objects_best[turns], -8, 4),
        "unasked": np.array([float(bool(_UNASKED.search(reading.turns[t].text))) for t in turns]),
        "clauses": np.array([min(len(reading.turns[t].clauses), 5) / 5 for t in turns]),
        "asked_here": np.clip(asked_here, -8, 4),
        "question_before": np.array(
            [float(max((table.question[a] for a in agent_before(reading, t)), default=-8.0)) for t in turns]
        ),
    }
    return turns, features


def agent_before(reading: Reading, turn: int) -> list[int]:
    """The agent's last turn before a turn of the contact."""
    return [t for t in reading.agent if t < turn][-1:]


_UNASKED = re.compile(
    r"\b(?:before (?:you|ya|u) (?:even )?(?:ask|say|go)|by the way|mind(?: you)?\W|for what it'?s worth|if you (?:must|want to) (?:know|write)|save you|i'?ll tell you|"
    r"oh,? and|and also|also,|besides|plus|another thing|other thing|i might (?:as well )?(?:add|say|mention)|(?:just )?so you know|you should know|as it happens|the thing is)\b|\bfyi\b",
    re.IGNORECASE,
)
"""How people bring in what nobody asked."""


@_once
def offers(reading: Reading, item: NextStep, rank: int, others: list[str]) -> tuple[list[int], Features]:
    """Whether each agent turn offers a rung."""
    turns = _turns(reading, agent=True)
    table = reading.table
    row = table.row(item.id, "offers")[turns]
    rest = table.rows(others, "offers")[:, turns]
    wanted = content(f"{item.step} {item.ask} " + " ".join(item.cues))
    only = wanted - frozenset().union(
        *(content(f"{n.step} {n.ask}") for n in reading.plan.next_steps if n.id != item.id)
    )
    replies = [reading.reply_text(t) for t in turns]
    features: Features = {
        "net": row,
        "margin": _margin(row, rest),
        "lead": _lead(row),
        "act": table.offer[turns],
        "offer": _flags(reading, turns, "offer"),
        "question": _flags(reading, turns, "question"),
        "scheduling": _flags(reading, turns, "scheduling"),
        "closes": _flags(reading, turns, "closes"),
        "farewell": _flags(reading, turns, "farewell"),
        "apology": _flags(reading, turns, "apology", "removal"),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "own_words": np.array([shared(only, reading.heard[t]) for t in turns]),
        "place": np.array([reading.place(t) for t in turns]),
        "opening": np.array([float(k == 0) for k in range(len(turns))]),
        "asks": np.clip(reading.asks_best[turns], -8, 4),
        "handles": np.clip(reading.handles_best[turns], -8, 4),
        "rank": float(rank),
        "answered": np.array(
            [
                float(any(reading.turns[r].does("yes", "no", "hedge", "time") for r in reading.replies(t)))
                for t in turns
            ]
        ),
        "silent": np.array([float(not r) for r in replies]),
    }
    return turns, features


@_once
def objects(reading: Reading, item: Objection, others: list[str]) -> tuple[list[int], Features]:
    """Whether each contact turn raises a planned objection."""
    turns = _turns(reading, agent=False)
    table = reading.table
    row = table.row(item.id, "objects")[turns]
    rest = table.rows(others, "objects")[:, turns]
    wanted = content(item.objection + " " + " ".join(item.cues))
    cues = content(" ".join(item.cues))
    handled = table.row(item.id, "handles")
    after = np.array(
        [
            max((handled[a.i] for a in reading.turns[t + 1 : t + 4] if a.speaker == "agent"), default=-8.0)
            for t in turns
        ]
    )
    features: Features = {
        "net": row,
        "margin": _margin(row, rest),
        "lead": _lead(row),
        "act": table.objection[turns],
        "refuses": _flags(reading, turns, "refuses"),
        "question": _flags(reading, turns, "question"),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "cue": np.array([float(bool(cues & reading.heard[t])) for t in turns]),
        "handled_after": np.clip(after, -8, 4),
        "stop": np.array([stop_heard(reading, t) for t in turns]),
        "short": np.array([float(reading.length(t) < 5) for t in turns]),
        "place": np.array([reading.place(t) for t in turns]),
    }
    return turns, features


def stop_heard(reading: Reading, turn: int) -> float:
    """Whether a turn sounds like one of the plan's stop conditions, which is no objection."""
    store = reading.__dict__.setdefault("_stop_heard", {})
    if turn not in store:
        text = reading.turns[turn].text
        known = [s for c in reading.plan.stop_conditions for s in situations_of(c.condition)]
        store[turn] = float(any(s.hears(text) for s in known))
    return float(store[turn])


def handles(reading: Reading, item: Objection, replies: list[int]) -> Features:
    """How the agent's answer to a raised objection compares with the planned handling; numbers for the whole answer."""
    table = reading.table
    wanted = content(item.response)
    stated = content(item.objection)
    row = table.row(item.id, "handles")
    heard = frozenset().union(*(reading.heard[t] for t in replies)) if replies else frozenset()
    first = replies[0] if replies else None
    raised = reading.before(first) if first is not None else None
    echo = shared(reading.heard[raised], heard) if raised is not None else 0.0
    asks_plan = "ask" in item.response.lower().split()
    return {
        "net": max((float(row[t]) for t in replies), default=-8.0),
        "first": float(row[first]) if first is not None else -8.0,
        "words": shared(wanted, heard),
        "stated": shared(stated, heard),
        "echo": echo,
        "question": float(any(reading.turns[t].does("question") for t in replies)),
        "asks_as_planned": float(asks_plan and any(reading.turns[t].does("question") for t in replies[:2])),
        "asked_not": float(asks_plan and not any(reading.turns[t].does("question") for t in replies)),
        "brags": float(any(BRAGS.search(reading.turns[t].text) for t in replies)),
        "generalises": float(any(GENERALISES.search(reading.turns[t].text) for t in replies)),
        "others_ask": max((float(reading.asks_best[t]) for t in replies), default=-8.0),
        "said": float(bool(replies)),
    }


BRAGS = re.compile(
    r"\b(?:award|number one|rated|rating|dashboard|app\b|portal|beautiful|certified|since (?:eighty|nineteen|19|20)|years in|technicians|countries|customers in|branches|free pens|comes in|electric now|"
    r"dark mode|chat ?bot|battery|metre|alerts|really (?:nice|tough|beautiful)|people like|like our|won (?:the|an|a)|very (?:nice|good)|push alerts|brand new|made in)\b",
    re.IGNORECASE,
)
GENERALISES = re.compile(
    r"\b(?:most (?:people|folks|of)|people (?:do )?tend|a lot of|lot of (?:clients|folks|people)|some (?:charities|people|folks|of our)|everybody|they all|what folk|we find|come round|costs? less|pays? for itself|always finds|"
    r"only|honestly|i (?:hear|understand|get))\b",
    re.IGNORECASE,
)


@_once
def triggers(reading: Reading, item: StopCondition) -> tuple[list[int], Features]:
    """Whether each turn of the other side triggers a stop condition. Machines and gatekeepers count here."""
    turns = [t.i for t in reading.turns if t.speaker not in ("agent", "tool") and t.clauses]
    table = reading.table
    known = situations_of(item.condition)
    wanted = content(item.condition + " " + " ".join(item.cues))
    opt_out = float(any(s.name == "opt_out" for s in known))
    live = np.array([float(t >= reading.start) for t in turns])
    heard = np.array(
        [
            float(any(s.hears(reading.turns[t].text) and (s.off_line or t >= reading.start) for s in known))
            for t in turns
        ]
    )
    unlike = np.array(
        [
            float(
                any(
                    s.unlike is not None and s.unlike.search(reading.turns[t].text) is not None for s in known
                )
            )
            for t in turns
        ]
    )
    act = table.opt_out[turns]
    row = table.row(item.id, "triggers")[turns]
    agents = [t.i for t in reading.turns if t.speaker == "agent" and t.clauses]

    def after(turn: int, row: Array) -> float:
        """The best of the agent's next two turns."""
        return max((float(row[a]) for a in [a for a in agents if a > turn][:2]), default=-8.0)

    others = [s for s in reading.plan.stop_conditions if s.id != item.id]
    rest = table.rows([s.id for s in others], "triggers")[:, turns]
    rivals = [s for o in others for s in situations_of(o.condition) if s not in known]
    rival = np.array([float(any(s.hears(reading.turns[t].text) for s in rivals)) for t in turns])
    features: Features = {
        "net": row,
        "lead": _lead(row),
        "margin": _margin(row, rest),
        "heard": heard,
        "rival": rival * (1 - heard),
        "unlike": unlike,
        "act": act * opt_out,
        "opt_out": np.full(len(turns), opt_out),
        "no_situation": np.full(len(turns), float(not known)),
        "net_alone": row * float(not known),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "live": live,
        "honoured": np.clip(np.array([after(t, table.row(item.id, "honours")) for t in turns]), -8, 4),
        "stops": np.array([float(_stops(reading, t)) for t in turns]),
        "protests": np.array([_protests(reading, t) for t in turns]),
        "left": np.array([min(sum(c > t for c in reading.agent), 8) / 8 for t in turns]),
        "question": np.array([float("?" in reading.turns[t].text) for t in turns]),
    }
    return turns, features


def _stops(reading: Reading, turn: int) -> bool:
    """Whether the agent's next turn takes leave, apologises or confirms a removal, and asks nothing."""
    following = next((a for a in reading.turns[turn + 1 :] if a.speaker == "agent" and a.clauses), None)
    return (
        following is not None
        and following.does("apology", "removal", "farewell")
        and not following.does("question")
        and "?" not in following.text
    )


PROTEST = re.compile(
    r"\b(?:i|like i|as i) (?:just |already )?(?:said|told)\b|\bwhat did i (?:just )?(?:say|tell)|\b(?:didn'?t|did not) (?:you )?(?:hear|listen)|\bare you (?:deaf|listening|hearing)|\bdid you hear\b|"
    r"\b(?:good ?bye|hang(?:ing)? up|putting the phone down|cut(?:ting)? the call|end of (?:story|conversation))\b|^\W*no[.!,]|\bunbelievable\b|\bseriously\b|\bafter saying\b|\bi say\b|\blast time i\b|\bsame answer\b|\bstill no\b",
    re.IGNORECASE,
)
"""A contact who was talked past."""


def _protests(reading: Reading, turn: int) -> float:
    """The share of the contact's next three turns in which he protests at being talked past."""
    following = [
        t.text for t in reading.turns[turn + 1 :] if t.speaker in ("contact", "unknown") and t.clauses
    ][:3]
    return sum(bool(PROTEST.search(text)) for text in following) / 3


@_once
def discloses(reading: Reading, item: Disclosure) -> tuple[list[int], Features]:
    """Whether each agent turn says what must be disclosed."""
    turns = _turns(reading, agent=True)
    wanted = content(item.text + " " + " ".join(item.cues))
    parts = [p for p in _PARTS.values() if p.search(item.text)]
    covered = np.array(
        [
            sum(bool(p.search(reading.turns[t].text)) for p in parts) / len(parts) if parts else 0.0
            for t in turns
        ]
    )
    row = reading.table.row(item.id, "discloses")[turns]
    features: Features = {
        "net": row,
        "lead": _lead(row),
        "covered": covered,
        "whole": (covered >= 1).astype(float),
        "no_parts": np.full(len(turns), float(not parts)),
        "net_alone": row * float(not parts),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "place": np.array([reading.place(t) for t in turns]),
    }
    return turns, features


@_once
def mentions(reading: Reading, item: Withheld) -> tuple[list[int], Features]:
    """Whether each agent turn says or hints at what is to be withheld."""
    turns = _turns(reading, agent=True)
    wanted = content(item.text + " " + " ".join(item.cues))
    plan_words = content(
        " ".join(
            [
                reading.plan.objective.statement,
                reading.plan.opening.line if reading.plan.opening else "",
                *(q.question for q in reading.plan.qualification),
                *(f"{n.step} {n.ask}" for n in reading.plan.next_steps),
            ]
        )
    )
    told = content(
        " ".join(
            f"{k.topic} {k.answer} {k.told_by or ''}"
            for k in (reading.plan.coordination.known if reading.plan.coordination else ())
        )
    )
    rare = wanted - plan_words - told
    said_before = [frozenset().union(*(reading.heard[c] for c in reading.contact if c < t)) for t in turns]
    row = reading.table.row(item.id, "mentions")[turns]
    features: Features = {
        "net": row,
        "lead": _lead(row),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "rare": np.array([shared(rare, reading.heard[t]) for t in turns]),
        "two": np.array([float(len(rare & reading.heard[t]) >= 2) for t in turns]),
        "contact_said": np.array([shared(rare, said) for said in said_before]),
        "offers": np.clip(reading.offers_best[turns], -8, 4),
        "asks": np.clip(reading.asks_best[turns], -8, 4),
        "startles": np.array([float(bool(STARTLED.search(reading.reply_text(t)))) for t in turns]),
        "hint": np.array([float(bool(HINT.search(reading.turns[t].text))) for t in turns]),
        "closes": _flags(reading, turns, "farewell"),
    }
    return turns, features


STARTLED = re.compile(
    r"(?:\b(?:who (?:\w+ )?(?:told|said|says|gave|been talking|have you been)|(?:how|where)(?:'d| did| do| would) (?:you|ya|u) (?:\w+ ){0,2}?(?:know|hear|get|find|learn)|what(?:'s| has| have)? (?:he|she|they|\w+) (?:been )?(?:say|said|tell|told)\w*|"
    r"what (?:do you mean|makes you (?:say|think)|are you talking about|somebody|someone|about)|says who|since when|(?:did|has|have) (?:\w+ ){1,2}(?:say|said|tell|told|talk)\w* (?:you|about|that)|"
    r"(?:did|has|have) (?:he|she|they|somebody|someone|\w+) (?:call|called|ring|rung|speak|spoke|write|been on)\w* (?:to )?(?:you|ya)|"
    r"not (?:supposed|meant) to (?:know|be)|nobody(?:'s| is)? supposed|that'?s (?:supposed to be )?(?:private|confidential|news to)|i (?:haven'?t|never|didn'?t) (?:told|tell|say|said|announced)|excuse me)\b|"
    r"^\W*(?:what|who|where|sorry|pardon|huh|eh)\?|^\W*(?:is|has|did|was|are|does) (?:he|she|they|it|that)\?)",
    re.IGNORECASE,
)
"""The contact is taken aback: the agent has said something that he should not have known."""
HINT = re.compile(
    r"\b(?:between (?:us|you and me)|i (?:hear|heard)|one hears|word is|(?:she|he|they) (?:also )?(?:said|told|mentioned)|told (?:us|me)|if you catch|let'?s say|maybe (?:looking|going)|you may find|"
    r"you must have heard|seeing (?:you|the|as)|with (?:the|that|your|\w+ being)|understood|not surprising|so i'?m told|going bust|for as long as|about to|winding down|going away)\b",
    re.IGNORECASE,
)


def plain(
    reading: Reading, item: Item, relation: str, text: str, others: list[str]
) -> tuple[list[int], Features]:
    """Whether each agent turn realises an item of a bare list; the same few features whatever the relation."""
    turns = _turns(reading, agent=True)
    row = reading.table.row(item.id, relation)[turns]
    rest = reading.table.rows(others, relation)[:, turns]
    wanted = content(text)
    words = np.array([shared(wanted, reading.heard[t]) for t in turns])
    features: Features = {
        "net": row,
        "margin": _margin(row, rest),
        "lead": _lead(row),
        "words": words,
        "exact": (words > 0.99).astype(float),
        "question": _flags(reading, turns, "question"),
        "act_question": np.clip(reading.table.question[turns], -8, 4),
        "act_offer": np.clip(reading.table.offer[turns], -8, 4),
        "farewell": _flags(reading, turns, "farewell"),
        "place": np.array([reading.place(t) for t in turns]),
        "confirm": np.full(len(turns), float(text.lower().startswith("confirm"))),
        "done": np.full(len(turns), float(text.lower().startswith("tell the"))),
    }
    return turns, features


def opens(reading: Reading, line: Item, text: str, last: int) -> Features:
    """How the agent's first turns, up to the first question or offer, compare with the planned opening."""
    turns = [t for t in reading.agent if t <= last] or list(reading.agent[:1])
    row = reading.table.row(line.id, "opens")
    names = content(" ".join(re.findall(r"\b[A-Z][\w'’-]*", text)))
    wanted = content(text)
    hook = wanted - names
    heard = frozenset().union(*(reading.heard[t] for t in turns)) if turns else frozenset()
    joined = "".join("".join(c for c in reading.turns[t].text.lower() if c.isalnum()) for t in turns)
    found = sum(1 for w in hook if w in heard or (len(w) > 4 and w in joined))
    return {
        "net": max((float(row[t]) for t in turns), default=-8.0),
        "words": shared(wanted, heard),
        "hook": found / len(hook) if hook else 1.0,
        "none": float(bool(hook) and found == 0),
        "named": float(bool((wanted & names) & heard)),
        "length": min(sum(reading.length(t) for t in turns), 60) / 60,
    }
