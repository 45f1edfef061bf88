"""Was an opt-out heard? An opt-out latches: it bars every later call until somebody lifts it.

Kept: "take me off your list" in any words, whether the plan has a stop condition for it or not, and whether
the agent heeded it or talked past it. Broken: "stop, let me grab a pen", "we stopped using them".
A latch errs on the side of not calling again: an undecided opt-out latches too.
"""

from __future__ import annotations

from precall_cli.audit.situations import SITUATIONS, situations_of
from precall_cli.records.audit import Audit
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript

OPT_OUT = next(situation for situation in SITUATIONS if situation.name == "opt_out")


def find_opt_out(plan: CallPlan, transcript: Transcript, audit: Audit) -> int | None:
    """The turn in which the contact asked not to be called again, or None.

    It is the first turn of a triggered (or undecided) stop condition that is about opting out; else the
    contact's first turn that says so in plain words.
    """
    conditions = {
        stop.id
        for stop in plan.stop_conditions
        if any(s.name == "opt_out" for s in situations_of(stop.condition))
    }
    triggered = [
        entry.turns[0]
        for entry in audit.items
        if entry.item in conditions and entry.status in ("honoured", "violated", "uncertain") and entry.turns
    ]
    heard = [
        turn.i
        for turn in transcript.turns
        if turn.speaker in ("contact", "unknown") and OPT_OUT.hears(turn.text)
    ]
    return min(triggered + ([] if triggered else heard), default=None)
