"""How a live conversation ended: closed in the ordinary way, or cut short.

Cut short means that the contact breaks off and the agent gets no closing turn, that the line drops, or that
a stop ends
the call. A contact who is short of time but lets the agent settle and close has closed normally, whoever
hangs up.
"""

from __future__ import annotations

from dataclasses import dataclass

from precall_cli.audit.reading import Reading


@dataclass(frozen=True, slots=True)
class Ending:
    """Whether the call was cut short, and the words for it."""

    cut: bool
    why: str


def find_ending(reading: Reading, stopped: bool) -> Ending:
    """How the call ended; `stopped` says that a stop condition was triggered in it."""
    if stopped:
        return Ending(True, "a stop condition ended the call")
    if not reading.agent:
        return Ending(True, "the agent said nothing to the contact")
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
