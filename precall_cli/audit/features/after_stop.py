# ruff: noqa: E501  (a pattern is read whole)
"""Features of what the agent says once a stop was triggered: taking leave, or going on."""

from __future__ import annotations

import numpy as np

from precall_cli.audit.acts import CONCESSION, QUESTION
from precall_cli.audit.features.objections import BRAGS
from precall_cli.audit.features.shared import after
from precall_cli.audit.features.stops import PROTEST
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.wording import Wording

_SELLS = Wording(
    r"\b(?:before (?:i|you|we) (?:go|hang)|just (?:one|a|quick|before)|one (?:more|last|quick|thing|second)|real quick|quick(?:ly)?|but (?:half|a|would|if|first|let|we|the|i)|while i have you|at least|"
    r"only that|most people|a lot of (?:folks|people)|that said|in that case|i'?ll be quick|would really|love them|save you|overpaying|well (?:could|if|how))\b"
)
_HOOK = Wording(
    r"\b(?:just so|before (?:i|you|we)|but\b|though\b|one (?:last|more|quick|thing)|only that|it'?s (?:just|only)|at least|or (?:only|just)|and if|what if|how about|what about|real (?:fast|quick)|at the very least|then (?:let|i|could|can|shall|at)|by the way)"
)
_ASKS_BARE = Wording(
    r"\b(?:what|who|how (?:many|much|often|long|big)|when|where|which|why)(?:'s| (?:do|does|did|is|are|was|were|would|will|have|has|can|could|your|you|the))\b|\b(?:do|would|could|can|will|shall|may|are|is|have) (?:you|we|i|it|he|she|they|\w+day)\b"
)
"""A question without its mark, as recognisers write it."""
_POLITE = Wording(
    r"\b(?:is that (?:ok|okay|alright)|are you (?:ok|okay|alright)|anything (?:else )?i can do|everything ok|can i get someone|is there anyone with you|shall i (?:end|hang)|okay\?|right\?|which number|this number)\b"
)
_ACTIONS = (
    (
        Wording(
            r"\b(?:callback|call (?:when|back|at|later|once)|ring (?:later|another|after|back)|another (?:day|time)|safer time|call from a person|person will call)\b"
        ),
        Wording(
            r"\b(?:call (?:you |back |again )?(?:back|when|later|at|once|another)|ring (?:you )?(?:back|later|another|when|after)|try (?:you|your \w+|again)|another (?:time|day)|safer|have (?:a|some)\w* (?:person )?(?:call|ring))\b"
        ),
    ),
    (
        Wording(r"\b(?:connect|transfer|put (?:them|him|her) (?:on|through)|person|human|dispatcher)\b"),
        Wording(
            r"\b(?:connect\w*|transferr?\w*|put(?:ting)? you (?:on|through)|hold the line|have (?:a|some)\w*(?: \w+)? call|person will)\b"
        ),
    ),
    (
        Wording(
            r"\b(?:give|send|tell|name|say)\b[^.;,]{0,30}\b(?:address|number|e-?mail|name|where|source)\b"
        ),
        Wording(r"\b(?:address|it'?s|from|dot|at \w+ dot)\b"),
    ),
)
"""What a planned action may have the agent offer or ask, and how that sounds."""


def going(reading: Reading, heard: int, action: str) -> tuple[list[int], Features]:
    """Whether each of the agent's turns after a trigger in turn `heard` still sells, asks or offers.

    `action` is what the plan has the agent do then, which is no going on.
    """
    turns = [t.i for t in reading.turns if t.i > heard and t.speaker == "agent" and t.clauses]
    others = [t.i for t in reading.turns if t.speaker in ("contact", "unknown") and t.clauses]
    rows = [_of_turn(reading, turn, action, turns, others) for turn in turns]
    names = rows[0] if rows else {}
    return turns, {name: np.array([row[name] for row in rows]) for name in names}


def _of_turn(
    reading: Reading, turn: int, action: str, turns: list[int], others: list[int]
) -> dict[str, float]:
    acts, table = reading.turns[turn], reading.table
    text = acts.text
    reply = " ".join(reading.turns[t].text for t in after(others, turn))
    return {
        "asks": float(any(QUESTION.search(c) and "?" in c for c in acts.clauses)),
        "mark": float("?" in text),
        "bare": float("?" not in text and bool(_ASKS_BARE.search(text))),
        "polite": float(bool(_POLITE.search(text))),
        "planned": float(any(named.search(action) and said.search(text) for named, said in _ACTIONS)),
        "sells": float(bool(_SELLS.search(text))),
        "hook": float(bool(_HOOK.search(text))),
        "brags": float(bool(BRAGS.search(text))),
        "concession": float(bool(CONCESSION.search(text))),
        "removal": float(acts.does("removal")),
        "apology": float(acts.does("apology")),
        "farewell": float(acts.does("farewell")),
        "net_asks": float(np.clip(reading.asks_best[turn], -8, 4)),
        "net_offers": float(np.clip(reading.offers_best[turn], -8, 4)),
        "handles": float(np.clip(reading.handles_best[turn], -8, 4)),
        "question": float(table.question[turn]),
        "offer": float(table.offer[turn]),
        "length": min(reading.length(turn), 40) / 40,
        "first": float(turn == turns[0]),
        "last": float(turn == turns[-1]),
        "left": len(after(turns, turn, 6)) / 6,
        "protest": float(bool(reply) and bool(PROTEST.search(reply))),
        "unanswered": float(not reply),
        "refused": float(reply.lower().lstrip().startswith(("no", "nope", "i said", "not "))),
        "parting": float(
            any(reading.turns[t].does("farewell") for t in after(others, turn))
            or reply.lower().lstrip().startswith(("thank", "bye", "good"))
        ),
    }
