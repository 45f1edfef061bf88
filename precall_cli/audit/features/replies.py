# ruff: noqa: E501  (a pattern is read whole)
"""Features of what the contact said to an offer, and of how the agent took it."""

from __future__ import annotations

import numpy as np

from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, shared

TAKEN_AS_YES = Wording(
    r"\b(?:it is\b|booked|done|perfect|great|lovely|super|good|confirmed|see you|he'?ll|she'?ll|they'?ll|you'?ll (?:get|have)|i'?ll (?:send|put|mail|email|shoot|text|book|get|post|write|tell|set)|will do|on its way|noted|sending|sent|"
    r"it'?s (?:in|a deal|coming)|coming|invite)\b"
)
_GIVES_UP = Wording(
    r"\b(?:no (?:worries|problem|bother|stress|pressure)|understood|fair(?: enough)?|i understand|okay\b.{0,12}(?:then|well)|leave it|of course|never mind|right[.,]|instead|in the meantime|would (?:you|it) .{0,20}instead|what about|how about|or\b|could i (?:just|at least)|shall i (?:just )?(?:send|email)|then (?:shall|can|could|let))\b"
)
_PUTS_OFF = Wording(
    r"\b(?:i'?ll (?:leave|ring|call|try|wait)|leave it with you|let me know|when(?:ever)? you|no (?:rush|hurry|pressure)|have a think|think it over|i'?ll check|we'?ll wait|take your time|keep me posted)\b"
)
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
        "then_agrees": float(bool(TAKEN_AS_YES.search(then))),
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
        "echoed_time": float(bool(times(text) & times(then))),
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


def times(text: str) -> set[str]:
    """The days and hours that a text names."""
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
