# ruff: noqa: E501  (a pattern is read whole)
"""What happens in a call and belongs to no item of the plan: extra questions, extra offers, repeats, other objections.

These detectors look only at turns that no item explains, and are tuned to stay silent rather than to cry wolf.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from precall_cli.audit.acts import QUESTION
from precall_cli.audit.features import stop_heard
from precall_cli.audit.forms import same_form
from precall_cli.audit.reading import Features, Reading, gives, wanted_answer
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, shared

_BUSINESS = Wording(
    r"\b(?:how (?:many|much|often|long|big)|what(?:'s| is| are| do| did|s)|which|who(?:'s| is|se|s)?|where|are you|do you|have you|is (?:it|that)|your|paying|pay|cost|spend|using|use|run|running|turnover|"
    r"hiring|supplier|account|clients|customers|staff|team|machines|trucks|drivers|budget|compliance|insurance|system|software|make)\b"
)
_CLARIFIES = Wording(
    r"\b(?:you mean|as in|what do you mean|which one|like what|how so|really\?|is it\?|does it\?|did (?:it|they|he|she)\?|do they\?|oh yeah\?|spell|pardon|say that again|come again|sorry\?|what happened|why(?:'s| is)? that)\b"
)
_WONDERS = Wording(
    r"\bwhy\W*$|\bwhy (?:do |d'?)?(?:you|ya) (?:ask|wan|need|care)|\bwhat'?s (?:that|it|this) (?:got )?to (?:do )?|\bwhy(?: does)? (?:that|it) matter|\bnone of your|"
    r"\bthat'?s (?:not something|between|private|my business)|\b(?:rather|can|could)n?'?t (?:not )?(?:say|tell you)|\bi do mind\b|\bwho (?:said|told you)"
)
"""The contact wonders at a question: what belongs to the call seldom calls forth a why."""
_DETAILS = Wording(
    r"\b(?:e-?mail|address|number|name|spell|gate|park\w*|dial|link|invite|time|day|morning|afternoon|monday|tuesday|wednesday|thursday|friday|whatsapp|post ?code|door|code|both of you|join)\b"
)
_REPEATED_WORDS = Wording(
    r"\b(?:again|remind me|did you say|you said|you say|what did you|was it|one more time|sorry|in all|going back|just for|was that|were you|you'?d be|missed|the (?:name|number) (?:of|on) (?:that|it))\b"
)


_AND = Wording(r"\W*(?:\w+[,. ]+){0,4}and\b")


def off_plan(reading: Reading, turn: int, asks_odds: float, explained: float) -> Features:
    """Whether a turn that no item explains puts a qualifying question. Numbers for one turn.

    `asks_odds` is the best log-odds of any question of the plan at this turn; `explained` those of offers and handlings.
    """
    acts = reading.turns[turn]
    reply = reading.reply_text(turn)
    asking = " ".join(c for c in acts.clauses if QUESTION.search(c)) or acts.text
    before = reading.before(turn)
    said = reading.heard[before] if before is not None else frozenset()
    planned = reading.plan.qualification
    nearest = max(planned, key=lambda q: float(reading.table.row(q.id, "asks")[turn]), default=None)
    return {
        "act": float(reading.table.question[turn]),
        "beside": max(
            (shared(content(f"{q.question} {q.topic}"), reading.heard[turn]) for q in planned), default=0.0
        ),
        "other_form": float(nearest is not None and same_form(nearest.question, acts.text) < 0),
        "question": float(acts.does("question")),
        "mark": float("?" in acts.text),
        "gap": float(acts.does("gap")),
        "asks": asks_odds,
        "explained": explained,
        "offers": float(np.clip(reading.offers_best[turn], -8, 4)),
        "offer": float(acts.does("offer")),
        "business": float(bool(_BUSINESS.search(asking))),
        "small_talk": float(acts.does("small_talk")),
        "permission": float(acts.does("permission")),
        "scheduling": float(acts.does("scheduling") or bool(_DETAILS.search(asking))),
        "clarifies": float(bool(_CLARIFIES.search(asking))),
        "again": float(bool(_REPEATED_WORDS.search(asking))),
        "and": float(bool(_AND.match(asking))),
        "echo": shared(content(asking), said),
        "short": float(len(asking.split()) < 5),
        "long": min(len(asking.split()), 25) / 25,
        "answered": gives(wanted_answer(asking), reply),
        "reply_long": min(len(reply.split()), 20) / 20,
        "opening": float(bool(reading.agent) and turn == reading.agent[0]),
        "place": reading.place(turn),
        "after_objection": float(before is not None and reading.objects_best[before] > 0),
        "farewell": float(acts.does("farewell")),
        "read_back": float(acts.does("read_back")),
        "wonders": float(bool(_WONDERS.search(reply))),
    }


_TELL_YOU_WHAT = Wording(
    r"\b(?:tell (?:you|ya) what|you know what|what (?:we|i) (?:could|can) do|if it helps|look,|for you only|just for you|i (?:could|can)|we could|between us|i'?ll|let me|we(?:'ll| will| go)|i go|i give)\b"
)


def off_ladder(reading: Reading, turn: int, rung_odds: float) -> Features:
    """Whether a turn offers a next step or a concession that no rung holds."""
    acts = reading.turns[turn]
    steps = content(" ".join(f"{n.step} {n.ask}" for n in reading.plan.next_steps))
    handling = content(" ".join(o.response for o in reading.plan.objections))
    return {
        "act": float(reading.table.offer[turn]),
        "concession": float(reading.is_concession(turn)),
        "planned_concession": float(acts.does("concession") and not reading.is_concession(turn)),
        "condition": float(acts.does("condition")),
        "offer": float(acts.does("offer")),
        "rung": rung_odds,
        "rung_words": shared(reading.heard[turn], steps),
        "handling_words": shared(reading.heard[turn], handling),
        "handles": float(np.clip(reading.handles_best[turn], -8, 4)),
        "question": float(acts.does("question")),
        "tell_you_what": float(bool(_TELL_YOU_WHAT.search(acts.text))),
        "asks": float(np.clip(reading.asks_best[turn], -8, 4)),
        "closes": float(acts.does("closes")),
        "farewell": float(acts.does("farewell")),
        "place": reading.place(turn),
    }


_TOLD = Wording(
    r"\b(?:i|like i|as i|i(?:'ve| have)?(?: just| already)?) (?:said|told|mentioned)\b|\btold you\b|\balready (?:said|told|gave|went)|\bsame as (?:before|i said)\b|\bjust (?:said|told)\b|\bagain\b|\bstill\b"
)


def repeats(
    reading: Reading, turn: int, item: str, odds: Mapping[str, Mapping[int, float]], first: int, chosen: bool
) -> Features:
    """Whether a turn asks again for what was asked at turn `first`; `odds` are those of all items by turn.

    `chosen` says that the joint reading of all questions takes this turn for a repeat of this item.
    """
    acts = reading.turns[turn]
    here = odds[item].get(turn, -8.0)
    rest = max((row.get(turn, -8.0) for other, row in odds.items() if other != item), default=-8.0)
    row = reading.table.row(item, "answers")
    between = [t for t in reading.contact if first < t < turn]
    before = reading.before(turn)
    return {
        "asks": here,
        "chosen": float(chosen),
        "reminds": float(acts.does("reminds")),
        "margin": float(np.clip(here - rest, -6, 6)),
        "again": float(bool(_REPEATED_WORDS.search(acts.text))),
        "question": float(acts.does("question")),
        "act": float(reading.table.question[turn]),
        "gap": float(turn - first <= 2),
        "far": min(turn - first, 20) / 20,
        "answered": float(bool(between)),
        "given": float(max((row[t] for t in between), default=-8.0)),
        "told": float(bool(_TOLD.search(reading.reply_text(turn)))),
        "like_first": shared(reading.heard[turn], reading.heard[first]),
        "echo": shared(reading.heard[turn], reading.heard[before]) if before is not None else 0.0,
        "short": float(reading.length(turn) < 6),
        "offer": float(acts.does("offer")),
        "scheduling": float(acts.does("scheduling", "permission")),
        "read_back": float(acts.does("read_back")),
        "offers": float(np.clip(reading.offers_best[turn], -8, 4)),
    }


_FURTHER = Wording(
    r"\b(?:other thing|another thing|the thing is|only thing|but listen|plus|and then|what bugs|what worries|problem is|if i'?m honest)\b"
)


def unplanned_objection(reading: Reading, turn: int) -> Features:
    """Whether a contact's turn holds a reason against it that no planned objection means."""
    acts = reading.turns[turn]
    after = next((t for t in reading.agent if t > turn), None)
    return {
        "act": float(reading.table.objection[turn]),
        "refuses": float(acts.does("refuses")),
        "net": float(np.clip(reading.objects_best[turn], -8, 4)),
        "handled_after": float(np.clip(reading.handles_best[after], -8, 4)) if after is not None else -8.0,
        "question": float(acts.does("question")),
        "long": min(len(acts.text.split()), 30) / 30,
        "opt_out": float(reading.table.opt_out[turn]),
        "stop": stop_heard(reading, turn),
        "leaving": float(acts.does("leaving", "farewell")),
        "scheduling": float(acts.does("time")),
        "place": reading.place(turn),
        "further": float(bool(_FURTHER.search(acts.text))),
    }
