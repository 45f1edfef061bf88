# ruff: noqa: E501  (a pattern is read whole)
"""Features of what must be said and what must not: disclosures, withheld facts, the opening."""

from __future__ import annotations

import re

import numpy as np

from precall_cli.audit.features.shared import flags, lead_of, once, turns_of
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import Disclosure, Item, Withheld

PARTS = {
    "ai": Wording(
        r"\b(?:ai|a\.? ?i\.?|artificial|virtual|automated|automatic|robot\w*|bot|digital|machine|computer\w*|program(?:me)?|software|not (?:a (?:real |live )?)?(?:human|person)|not flesh|synthetic|"
        r"not (?:the |a )?real(?: one)?|server|algorithm|silicon|circuits|assistant)\b"
    ),
    "recorded": Wording(
        r"\b(?:record\w*|tap(?:e|es|ed|ing)|(?:keep|keeps|keeping|kept|save|saves|saved|saving)(?: \w+){0,2}? (?:copy|this|it|audio|the call|what)|monitor\w*|listen(?:ed|ing)? (?:to|in)|being kept|on file|transcrib\w*|logged)\b"
    ),
}


@once
def discloses(reading: Reading, item: Disclosure) -> tuple[list[int], Features]:
    """Whether each agent turn says what must be disclosed."""
    turns = turns_of(reading, agent=True)
    wanted = content(item.text + " " + " ".join(item.cues))
    parts = [p for p in PARTS.values() if p.search(item.text)]
    covered = np.array(
        [
            sum(bool(p.search(reading.turns[t].text)) for p in parts) / len(parts) if parts else 0.0
            for t in turns
        ]
    )
    row = reading.table.row(item.id, "discloses")[turns]
    features: Features = {
        "net": row,
        "lead": lead_of(row),
        "covered": covered,
        "whole": (covered >= 1).astype(float),
        "no_parts": np.full(len(turns), float(not parts)),
        "net_alone": row * float(not parts),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "place": np.array([reading.place(t) for t in turns]),
    }
    return turns, features


@once
def mentions(reading: Reading, item: Withheld) -> tuple[list[int], Features]:
    """Whether each agent turn says or hints at what is to be withheld."""
    turns = turns_of(reading, agent=True)
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
        "lead": lead_of(row),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "rare": np.array([shared(rare, reading.heard[t]) for t in turns]),
        "two": np.array([float(len(rare & reading.heard[t]) >= 2) for t in turns]),
        "contact_said": np.array([shared(rare, said) for said in said_before]),
        "offers": np.clip(reading.offers_best[turns], -8, 4),
        "asks": np.clip(reading.asks_best[turns], -8, 4),
        "startles": np.array([float(bool(STARTLED.search(reading.reply_text(t)))) for t in turns]),
        "hint": np.array([float(bool(HINT.search(reading.turns[t].text))) for t in turns]),
        "closes": flags(reading, turns, "farewell"),
    }
    return turns, features


STARTLED = Wording(
    r"(?:\b(?:who (?:\w+ )?(?:told|said|says|gave|been talking|have you been)|(?:how|where)(?:'d| did| do| would) (?:you|ya|u) (?:\w+ ){0,2}?(?:know|hear|get|find|learn)|what(?:'s| has| have)? (?:he|she|they|\w+) (?:been )?(?:say|said|tell|told)\w*|"
    r"what (?:do you mean|makes you (?:say|think)|are you talking about|somebody|someone|about)|says who|since when|(?:did|has|have) (?:\w+ ){1,2}(?:say|said|tell|told|talk)\w* (?:you|about|that)|"
    r"(?:did|has|have) (?:he|she|they|somebody|someone|\w+) (?:call|called|ring|rung|speak|spoke|write|been on)\w* (?:to )?(?:you|ya)|"
    r"not (?:supposed|meant) to (?:know|be)|nobody(?:'s| is)? supposed|that'?s (?:supposed to be )?(?:private|confidential|news to)|i (?:haven'?t|never|didn'?t) (?:told|tell|say|said|announced)|excuse me)\b|"
    r"^\W*(?:what|who|where|sorry|pardon|huh|eh)\?|^\W*(?:is|has|did|was|are|does) (?:he|she|they|it|that)\?)"
)
"""The contact is taken aback: the agent has said something that he should not have known."""


HINT = Wording(
    r"\b(?:between (?:us|you and me)|i (?:hear|heard)|one hears|word is|(?:she|he|they) (?:also )?(?:said|told|mentioned)|told (?:us|me)|if you catch|let'?s say|maybe (?:looking|going)|you may find|"
    r"you must have heard|seeing (?:you|the|as)|with (?:the|that|your|\w+ being)|understood|not surprising|so i'?m told|going bust|for as long as|about to|winding down|going away)\b"
)


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
