# ruff: noqa: E501  (a pattern is read whole)
"""How a live conversation ended: closed in the ordinary way, or cut short.

Cut short means that the contact breaks off and the agent gets no closing turn, that the line drops, or that
a stop ends
the call. A contact who is short of time but lets the agent settle and close has closed normally, whoever
hangs up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from precall_cli.audit.features.replies import reply_features
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.wording import Wording


@dataclass(frozen=True, slots=True)
class Ending:
    """Whether the call was cut short, and the words for it."""

    cut: bool
    why: str


def find_ending(reading: Reading, stopped: bool) -> Ending:
    """How the call ended; `stopped` says that a stop condition was triggered in it.

    Rules find the words for it; where they and the learned layer over all signs disagree, the layer decides.
    """
    if stopped:
        return Ending(True, "a stop condition ended the call")
    if not reading.agent:
        return Ending(True, "the agent said nothing to the contact")
    ruled = _ruled(reading)
    if reading.plain or "cut" not in reading.fusion.layers:
        return ruled
    cut = float(reading.fusion.log_odds("cut", breaks(reading))) > reading.fusion.thresholds["cut"]
    if cut == ruled.cut:
        return ruled
    return Ending(cut, "the contact broke off" if cut else "the call came to a normal close")


_HURRIES = Wording(
    r"\b(?:wait|hold on|hang on|sorry,? (?:i|my|the|someone|somebody)|someone'?s|somebody'?s|at the door|calling me|my (?:bus|train|stop|flight|turn|boss|other line)|(?:gotta|got to|have to|need to|must) (?:\w+ )?(?:go|run|dash|hop|take)|"
    r"can'?t talk|not (?:now|a good time)|in (?:these|this|opd) (?:hours?|time)|oh no|no no no|call (?:me )?(?:back|later|tomorrow|another)|ring (?:me )?(?:back|later|tomorrow)|hello\?|you'?re breaking|tunnel|battery)\b"
)
_LATER = Wording(
    r"\b(?:i'?ll|we'?ll|let me|i will|i can|shall i) (?:\w+ )?(?:call|ring|phone|try|catch)\b[^.?!]{0,40}\b(?:back|later|tomorrow|another|next|again|when)\b|\b(?:another|better) (?:time|day|moment)\b|\bi'?ll let you (?:go|get)\b"
)


def breaks(reading: Reading) -> Features:
    """Signs that the contact broke off, or that the call was closed: numbers for the whole call."""
    last = reading.agent[-1]
    acts = reading.turns[last]
    after = [t for t in reading.contact if t > last]
    before = [t for t in reading.contact if t < last][-1:]
    near = " ".join(reading.turns[t].text for t in [*before, *after])
    offered = [t for t in reading.agent if reading.offers_best[t] > 0.5]
    final = reading.turns[reading.contact[-1]].text.rstrip() if reading.contact else ""
    parted = any(reading.turns[t].does("farewell") for t in [*before, *after])
    took = reply_features(reading, offered[-1]) if offered else None
    by = reading.transcript.ended_by
    return {
        "ruled": float(_ruled(reading).cut),
        "farewell": float(acts.does("farewell")),
        "closes": float(acts.does("closes")),
        "removal": float(acts.does("removal", "apology")),
        "later": float(bool(_LATER.search(acts.text))),
        "asking": float("?" in acts.text or acts.does("question")),
        "offering": float(reading.offers_best[last] > 0.5),
        "broken": float(acts.text.rstrip().endswith(("—", "–", "-", "...", "…"))),
        "hurries": float(bool(_HURRIES.search(near))),
        "leaving": float(any(reading.turns[t].does("leaving") for t in [*before, *after])),
        "contact_farewell": float(parted),
        "contact_last": float(bool(after)),
        # a transcript with full stops that ends without one, unless a goodbye was said
        "broken_off": float(bool(final) and final[-1] not in ".!?\"'" and "." in near and not parted),
        "by_contact": float(by == "contact"),
        "by_system": float(by == "system"),
        "by_agent": float(by == "agent"),
        "offered": min(len(offered), 3) / 3,
        "agreed": took["yes"] if took is not None else 0.0,
        "short": float(np.clip(10 - len(reading.agent), 0, 8)) / 8,
        "asked": float(sum(reading.asks_best[t] > 0.5 for t in reading.agent))
        / max(len(reading.plan.qualification), 1),
    }


def _ruled(reading: Reading) -> Ending:
    """How the call ended, by its plainest signs alone."""
    last_agent = reading.agent[-1]
    acts = reading.turns[last_agent]
    after = [t for t in reading.contact if t > last_agent]
    before = [t for t in reading.contact if t < last_agent]
    asking = acts.does("question", "offer") and not acts.does("farewell")
    closing = acts.does("farewell") or (acts.does("closes") and "?" not in acts.text)
    broken = reading.turns[last_agent].text.rstrip().endswith(("—", "–", "-", "...", "…")) and not acts.does(
        "farewell"
    )
    ended_by = reading.transcript.ended_by
    leaving_after = any(reading.turns[t].does("leaving") for t in after)
    leaving_before = bool(before) and reading.turns[before[-1]].does("leaving")
    if ended_by == "system" and not acts.does("farewell"):
        return Ending(True, "the line dropped before the agent closed")
    if broken and (leaving_before or leaving_after or ended_by == "contact"):
        return Ending(True, "the contact broke off while the agent was speaking")
    if after and leaving_after and not (closing and acts.does("farewell", "closes")):
        return Ending(True, "the contact broke off, and the agent had no closing turn")
    if leaving_after and closing and not acts.does("farewell") and asking:
        return Ending(True, "the contact broke off, and the agent had no closing turn")
    if after and ended_by == "contact" and not closing:
        return Ending(True, "the contact hung up before the agent closed")
    if not after and leaving_before and not closing:
        return Ending(True, "the contact left, and the agent did not close")
    return Ending(False, "the call came to a normal close")
