# ruff: noqa: E501  (a pattern is read whole)
"""What happens in a call and belongs to no item of the plan: extra questions, extra offers, repeats, other objections.

These detectors look only at turns that no item explains, and are tuned to stay silent rather than to cry wolf.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from precall_cli.audit.acts import QUESTION
from precall_cli.audit.features import stop_heard
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
_AGREES = Wording(
    r"\b(?:it is\b|booked|done|perfect|great|lovely|super|good|confirmed|see you|he'?ll|she'?ll|they'?ll|you'?ll (?:get|have)|i'?ll (?:send|put|mail|email|shoot|text|book|get|post|write|tell|set)|will do|on its way|noted|sending|sent|"
    r"it'?s (?:in|a deal|coming)|coming|invite)\b"
)
_GIVES_UP = Wording(
    r"\b(?:no (?:worries|problem|bother|stress|pressure)|understood|fair(?: enough)?|i understand|okay\b.{0,12}(?:then|well)|leave it|of course|never mind|right[.,]|instead|in the meantime|would (?:you|it) .{0,20}instead|what about|how about|or\b|could i (?:just|at least)|shall i (?:just )?(?:send|email)|then (?:shall|can|could|let))\b"
)
_PUTS_OFF = Wording(
    r"\b(?:i'?ll (?:leave|ring|call|try|wait)|leave it with you|let me know|when(?:ever)? you|no (?:rush|hurry|pressure)|have a think|think it over|i'?ll check|we'?ll wait|take your time|keep me posted)\b"
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
    return {
        "act": float(reading.table.question[turn]),
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


_YES_FIRST = Wording(
    r"\W*(?:oh |well |uh |um |hm |ah )?(?:yes|yeah|yep|ya|ja|aye|sure|okay|ok|fine|please|go on|do\b|alright|all right|perfect|great|lovely|deal|send|can\b|works|sounds)"
)
_NO_FIRST = Wording(
    r"\W*(?:oh |well |uh |um |hm |ah |sounds fun but )?(?:no\b|nah|nope|naw|not\b|i don'?t|i won'?t|can'?t|cannot)"
)
_HEDGE_FIRST = Wording(
    r"\W*(?:oh |well |uh |um |hm |ah |aw,? )?(?:maybe|might|perhaps|depends|let me|i'?d have|i'?ll|not sure|i'?m not sure|possibly|probably|could be|dunno|we'?ll see|later)"
)
_MUST_ASK = Wording(r"\b(?:ask|talk to|check with|speak to|see (?:what|if)|look|think)\b")
_BUSY = Wording(
    r"\b(?:i'?m (?:in|at|on|doing|flying|away)|i'?ve|i have|is (?:my|out|dead)|that'?s my|shutdown|operate|closed|walking)\b"
)
_ON_CONDITION = Wording(
    r"\b(?:but (?:after|before|only|make|must)|must be|before (?:nine|ten|eleven|twelve|one)|after (?:two|three|four|five|nine|ten|chores|lunch)|make it|rather|instead)\b"
)
_LAST_YES = Wording(r"\b(?:yes|yeah|okay|ok|fine|please|sure|good|can|do|works|deal)\W*$")


def reply_features(reading: Reading, turn: int) -> Features:
    """The contact's answer to an offer, with the agent's next words, which show how it was taken."""
    replies = answering(reading, turn)
    text = " ".join(reading.turns[i].text for i in replies)
    after = replies[-1] if replies else turn
    next_turn = next((t.i for t in reading.turns[after + 1 : after + 3] if t.speaker == "agent"), None)
    then = reading.turns[next_turn].text if next_turn is not None else ""
    acts = [reading.turns[i] for i in replies]

    def has(*names: str) -> float:
        return float(any(a.does(*names) for a in acts))

    first = text[:24]
    return {
        "silent": float(not replies),
        "yes": has("yes"),
        "no": has("no"),
        "hedge": has("hedge"),
        "time": has("time"),
        "question": has("question"),
        "yes_first": float(bool(_YES_FIRST.match(first))),
        "no_first": float(bool(_NO_FIRST.match(first))),
        "hedge_first": float(bool(_HEDGE_FIRST.match(first))),
        "time_no_no": float(has("time") > 0 and has("no", "hedge") == 0),
        "time_and_no": float(has("time") > 0 and has("no") > 0),
        "no_time": float(has("no") > 0 and has("time") == 0),
        "hedge_no_yes": float(has("hedge") > 0 and has("yes") == 0),
        "then_agrees": float(bool(_AGREES.search(then))),
        "then_gives_up": float(bool(_GIVES_UP.search(then))),
        "then_puts_off": float(bool(_PUTS_OFF.search(then))),
        "then_question": float("?" in then),
        "short": float(len(text.split()) <= 4),
        "but": float(" but " in text.lower()),
        "must_ask": float(bool(_MUST_ASK.search(text))),
        "busy": float(bool(_BUSY.search(text))),
        "farewell": has("farewell"),
        "clock": float(bool(_CLOCK.search(text))),
        "cannot": float(bool(_CANNOT.search(text))),
        "echoed": shared(content(text), content(then)),
        "echoed_time": float(bool(_times(text) & _times(then))),
        "then_offers": float(np.clip(reading.offers_best[next_turn], -8, 4))
        if next_turn is not None
        else -8.0,
        "then_act": float(reading.table.offer[next_turn]) if next_turn is not None else -8.0,
        "condition": float(bool(_ON_CONDITION.search(text))),
        "objected": float(max((reading.table.objection[i] for i in replies), default=-8.0)),
        "accept": float(max((reading.table.accept[i] for i in replies), default=-8.0)),
        "decline": float(max((reading.table.decline[i] for i in replies), default=-8.0)),
        "last_yes": float(bool(_LAST_YES.search(text))),
    }


_CLOCK = Wording(
    r"\b(?:\d{1,2}(?::\d\d)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|half past|quarter|thirty|fifteen|o'?clock|a ?m|p ?m)\b"
)
_CANNOT = Wording(
    r"\b(?:i can'?t|cannot|i'?m (?:away|out|in|flying|off)|won'?t|no\W*$|not (?:on|this|that|till|until|today|now|for)|i said|i told|don'?t want|leave it|rather not|no,? not|(?:is|are) (?:inventory|month end|out|dead|my|bad|shutdown|no good)|'s (?:out|dead|bad|my|no good))"
)
_TIMES = Wording(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|thirty|half past|morning|afternoon|evening)\b"
)


def _times(text: str) -> set[str]:
    return {found.group() for found in _TIMES.finditer(text)}


def answering(reading: Reading, turn: int) -> list[int]:
    """The contact's turns that answer an offer: the next ones, or those after a filler of the agent's."""
    replies = reading.replies(turn)
    if not replies or any(reading.turns[i].does("yes", "no", "hedge", "time") for i in replies):
        return replies
    filler = next((t.i for t in reading.turns[replies[-1] + 1 :] if t.speaker == "agent" and t.clauses), None)
    if filler is None or reading.length(filler) > 8 or reading.turns[filler].does("question", "offer"):
        return replies
    return replies + reading.replies(filler)
