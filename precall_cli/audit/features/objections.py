# ruff: noqa: E501  (a pattern is read whole)
"""Features of objections: whether one is raised, and how the answer to it compares with the planned one."""

from __future__ import annotations

import numpy as np

from precall_cli.audit.features.shared import flags, lead_of, margin_of, once, once_a_call, turns_of
from precall_cli.audit.features.stops import PROTEST, stop_heard
from precall_cli.audit.match import Array
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import Objection


@once
def objects(reading: Reading, item: Objection, others: list[str]) -> tuple[list[int], Features]:
    """Whether each contact turn raises a planned objection."""
    turns = turns_of(reading, agent=False)
    table = reading.table
    row = table.row(item.id, "objects")[turns]
    rest = table.rows(others, "objects")[:, turns]
    wanted = content(item.objection + " " + " ".join(item.cues))
    cues = content(" ".join(item.cues))
    after = _answered_as_planned(reading)
    mine = after[item.id]
    theirs = np.array([after[i] for i in others if i in after]).reshape(-1, len(turns))
    features: Features = {
        "net": row,
        "margin": margin_of(row, rest),
        "lead": lead_of(row),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "cue": np.array([float(bool(cues & reading.heard[t])) for t in turns]),
        "handled_after": np.clip(mine, -8, 4),
        "handled_surely": np.clip(mine - 2, 0, 6),
        "handled_margin": margin_of(mine, theirs),
        **_of_turns(reading),
    }
    return turns, features


@once_a_call
def _answered_as_planned(reading: Reading) -> dict[str, Array]:
    """For each planned objection: how well the agent's next turns carry its handling, at each turn of the contact."""
    turns = turns_of(reading, agent=False)
    found = {}
    for item in reading.plan.objections:
        row = reading.table.row(item.id, "handles")
        found[item.id] = np.array(
            [
                max(
                    (float(row[a.i]) for a in reading.turns[t + 1 : t + 4] if a.speaker == "agent"),
                    default=-8.0,
                )
                for t in turns
            ]
        )
    return found


@once_a_call
def _of_turns(reading: Reading) -> Features:
    """What each contact turn is like, whatever the objection."""
    turns = turns_of(reading, agent=False)
    return {
        "act": reading.table.objection[turns],
        "refuses": flags(reading, turns, "refuses"),
        "question": flags(reading, turns, "question"),
        "stop": np.array([stop_heard(reading, t) for t in turns]),
        "short": np.array([float(reading.length(t) < 5) for t in turns]),
        "place": np.array([reading.place(t) for t in turns]),
    }


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
        "recites": float(any(RECITES.search(reading.turns[t].text) for t in replies[:1])),
        "to_you": float(any(_TO_YOU.search(reading.turns[t].text) for t in replies[:1])),
        "turns_it": float(any(TURNS_IT.search(reading.turns[t].text) for t in replies[:1])),
        "grants": float(any(GRANTS.search(reading.turns[t].text) for t in replies[:1])),
        "insists": float(_insists(reading, replies, raised)),
        "others_ask": max((float(reading.asks_best[t]) for t in replies), default=-8.0),
        "said": float(bool(replies)),
    }


_TO_YOU = Wording(r"\byou(?:r|'d|'ll|'re)?\b")
BRAGS = Wording(
    r"\b(?:award|number one|rated|rating|dashboard|app\b|portal|beautiful|certified|since (?:eighty|nineteen|19|20)|years in|technicians|countries|customers in|branches|free pens|comes in|electric now|"
    r"dark mode|chat ?bot|battery|metre|alerts|really (?:nice|tough|beautiful)|people like|like our|won (?:the|an|a)|very (?:nice|good)|push alerts|brand new|made in)\b"
)


RECITES = Wording(
    r"\b(?:we(?:'ve| have| are|'re| do| won| got)|our|ours|all (?:of )?our\w*|it(?:'s| has| comes| is| does)|there'?s (?:a|an|even)|comes with|even the)\b[^.?!]*,? and\b|\b(?:new|brand|award|best|lovely|beautiful)\b[^.?!]*\band\b"
)
"""A list of merits."""


TURNS_IT = Wording(
    r"\b(?:but|though|instead|without|not|no|never|isn'?t|doesn'?t|don'?t|won'?t|wouldn'?t|needn'?t|only|just|even if|either way|same|cheaper|less|cost\w*|until|after|if|because|rather|unless|except)\b"
)
"""Words that turn against what was said, or weigh it."""


GRANTS = Wording(
    r"\b(?:i (?:hear|understand|get|know|see|appreciate)|fair|true|sorry|of course|no (?:worries|doubt|need|wonder)|makes sense|that'?s (?:true|right|hard|fair)|point|agreed|everybody|most|a lot of|lots of|people|others|some)\b"
)
"""The objection is granted, or set beside what others do."""


def _insists(reading: Reading, replies: list[int], raised: int | None) -> bool:
    """Whether the contact's next words repeat the objection's, as people do who were not answered."""
    if not replies or raised is None:
        return False
    after = reading.reply_text(replies[0])
    return bool(PROTEST.search(after)) or shared(content(after), reading.heard[raised]) > 0.34


GENERALISES = Wording(
    r"\b(?:most (?:people|folks|of)|people (?:do )?tend|a lot of|lot of (?:clients|folks|people)|some (?:charities|people|folks|of our)|everybody|they all|what folk|we find|come round|costs? less|pays? for itself|always finds|"
    r"only|honestly|i (?:hear|understand|get))\b"
)
