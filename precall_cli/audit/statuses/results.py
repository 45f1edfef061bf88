# ruff: noqa: E501  (a pattern is read whole)
"""What came of an offer: `accepted`, `declined` or `open`.

One reply is read with the agent's next words; what came of a rung is read from all that was said to it until
another one was offered, or the call ended: a yes may come after a question, and who goes on to offer
something else has heard no yes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from precall_cli.audit.features.replies import TAKEN_AS_YES, answering, reply_features, times
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, shared


def result_of(reading: Reading, turn: int, *, may_agree: bool = True) -> tuple[str, float]:
    """What the contact said to an offer, with its log-odds; with ``may_agree`` off, what it is if no yes."""
    features = reply_features(reading, turn)
    yes = float(reading.fusion.log_odds("accepts", features))
    no = float(reading.fusion.log_odds("declines", features))
    if features["silent"]:
        return "open", 2.0
    if may_agree and yes > reading.fusion.thresholds["accepts"] and agrees(reading, turn):
        return "accepted", yes
    return ("declined", no) if no > 0 else ("open", -no)


_RETRACTS = Wording(
    r"\b(?:no,? wait|scratch that|actually,? no|(?:never|didn'?t) (?:say|said|agreed?)|changed my mind|on second thoughts?|take that back)\b"
)


_MURMUR = Wording(r"(?:\W*\b(?:h+m+|m+|u+h+|u+m+|o+h+|a+h+|huh|eh|well)\b)*\W*")


def agrees(reading: Reading, turn: int) -> bool:
    """Whether the contact's own words can be an agreement: more than a murmur, and not taken back afterwards."""
    replies = answering(reading, turn)
    later = [t for t in reading.contact if t > turn][: len(replies) + 2]
    if any(_RETRACTS.search(reading.turns[t].text) for t in later):
        return False
    return any(not _MURMUR.fullmatch(reading.turns[t].text) for t in replies)


_SEES_TO_IT = Wording(
    r"\b(?:see you|looks? forward|will be there|it is(?:\.|,|$)|booked|put (?:you|it|that) (?:down|in)|in the (?:diary|calendar|book)|i'?ll send|on its way|it goes out|you'?ll have it|have it by|confirmed|noted|done\b|till |until |i'?ll let (?:him|her|them)|i'?ll tell)"
)
"""What an agent says who has been given a yes."""
AFTERWARDS = 4
"""So many turns of the agent's after the last offer are looked at for a yes that comes late."""


def settling(reading: Reading, offered: Mapping[str, Sequence[int]], item: str) -> Features:
    """All that was said to a rung: numbers for one item. `offered` gives the turns that offer each rung."""
    turns = offered[item]
    last = turns[-1]
    elsewhere = [t for other, at in offered.items() if other != item for t in at if t > last]
    end = min(elsewhere, default=len(reading.turns))
    later = [t for t in reading.agent if last < t < end]
    replies = [reply_features(reading, t) for t in turns]
    after = [f for t in later[:AFTERWARDS] if not (f := reply_features(reading, t))["silent"]]
    late = max(after, key=lambda f: _odds(reading, "accepts", f), default=None)
    yes = max(_odds(reading, "accepts", f) for f in replies)
    late_yes = _odds(reading, "accepts", late) if late is not None else -8.0
    close = " ".join(reading.turns[t].text for t in later[-2:])
    said = " ".join(reading.turns[t].text for t in reading.contact if last < t < end)
    other_yes = max((_odds(reading, "accepts", reply_features(reading, t)) for t in elsewhere), default=-8.0)
    alone = float(not elsewhere)
    found: dict[str, float] = {
        "yes": yes,
        "yes_last": _odds(reading, "accepts", replies[-1]),
        "yes_low": min(yes, 2.0),
        "yes_high": max(yes - 2.0, 0.0),
        "no": _odds(reading, "declines", replies[-1]),
        "offers": float(len(turns)),
        "silent": float(np.asarray(replies[-1]["silent"])),
        "question": float(np.asarray(replies[-1]["question"])),
        "objected": float(np.asarray(replies[-1]["objected"])),
        "late_yes": late_yes,
        "late_no": _odds(reading, "declines", late) if late is not None else 0.0,
        "late_taken": float(np.asarray(late["then_agrees"])) if late is not None else 0.0,
        "late_time": float(np.asarray(late["echoed_time"])) if late is not None else 0.0,
        "late_accept": float(np.asarray(late["accept"])) if late is not None else -8.0,
        "alone": alone,
        "alone_best": alone * max(yes, late_yes),
        "alone_late": alone * float(np.clip(late_yes, -2, 4)),
        "alone_late_yes": alone * float(np.clip(late_yes, 0, 4)),
        "alone_sees": alone * float(bool(_SEES_TO_IT.search(close))),
        "alone_time": alone * float(bool(times(said) & times(close))),
        "alone_echo": alone * shared(content(said), content(close)),
        "alone_left": alone * float(len(later[:AFTERWARDS])),
        "other_yes": other_yes,
        "other_surely": float(other_yes > 1),
        "other_surely_yes": float(other_yes > 1) * yes,
        "taken": float(bool(TAKEN_AS_YES.search(close))),
        "sees": float(bool(_SEES_TO_IT.search(close))),
        "time": float(bool(times(said) & times(close))),
        "echo": shared(content(said), content(close)),
        "asks": float("?" in close),
        "removal": float(any(reading.turns[t].does("removal") for t in reading.agent if t > last)),
        "left": float(len(later[:AFTERWARDS])),
        "offers_like": max(
            (float(np.clip(reading.offers_best[t], -8, 4)) for t in later[:AFTERWARDS]), default=-8.0
        ),
    }
    return dict(found)


def _odds(reading: Reading, layer: str, features: Features) -> float:
    return float(np.clip(reading.fusion.log_odds(layer, features), -8, 8))


def results_of(reading: Reading, offered: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """What came of every rung that was offered, by the turns that offer it."""
    results = {}
    for item, turns in offered.items():
        if not turns:
            continue
        if "settled" in reading.fusion.layers and not reading.plain:
            settled = float(reading.fusion.log_odds("settled", settling(reading, offered, item)))
            agreed = settled > reading.fusion.thresholds["settled"] and not _refused(reading, turns)
            if agreed and any(agrees(reading, t) for t in _heard_at(reading, turns)):
                results[item] = "accepted"
                continue
            said = [result_of(reading, turn, may_agree=False)[0] for turn in turns]
        else:
            said = [result_of(reading, turn)[0] for turn in turns]
        result = said[0]
        for again in said[1:]:
            if again == "accepted" or (result == "open" and again != "open"):
                result = again
        results[item] = result
    return results


PLAINLY = 2.0
"""Log-odds of a no from which what is said later, a word of thanks, say, is no yes to the same offer."""


def _refused(reading: Reading, turns: Sequence[int]) -> bool:
    """Whether the last offer was plainly declined, and none was agreed to in the reply to it."""
    replies = [reply_features(reading, turn) for turn in turns]
    return (
        _odds(reading, "declines", replies[-1]) > PLAINLY
        and max(_odds(reading, "accepts", reply) for reply in replies) < 0
    )


def _heard_at(reading: Reading, turns: Sequence[int]) -> list[int]:
    """The turns of the agent's after which a yes to an offer can come."""
    return [*turns, *[t for t in reading.agent if t > turns[-1]][:AFTERWARDS]]
