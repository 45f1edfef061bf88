# ruff: noqa: E501  (a pattern is read whole)
"""Who is on the line, from which turn on, and how the call ended.

Only a live conversation with the planned contact is judged: words said to a machine, a screener, a gatekeeper or a wrong
number are no opening and no question. Where a call is put through, it is live from the turn at which the contact speaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from precall_cli.audit.acts import TurnActs
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import tokens
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript

_GREETED = re.compile(
    r"\b(?:hi|hello|hey|hiya|morning|afternoon|evening|good day|g'?day|namaste|namaskar|salam|alaikum|dear|hallo)\b(?: there)?(?: to you)?[,! ]+"
    r"((?:(?:mr|mrs|ms|miss|mx|dr|doctor|prof|professor|sir|madam|ma'?am|mdm|pastor|sister|father|coach|chief|alhaji|engr|captain|oga|auntie|uncle)\.? )*)"
    r"([^\W\d_][\w'’\-]*(?: [A-Z][\w'’\-]*){0,2})",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:this is|it'?s|i'?m|i am|name'?s|you'?re (?:through|speaking) (?:to|with)|it is) (?:(?:not|the|a|an) )?([^\W\d_][\w'’\-]*)(?: ([^\W\d_][\w'’\-]*))?",
    re.IGNORECASE,
)
_NOT_ME = Wording(r"\b(?:not me|isn'?t me|not him|not her|wrong number)\b")
_NO_NAME = frozenset(
    [
        "it",
        "the",
        "a",
        "an",
        "i",
        "is",
        "this",
        "and",
        "there",
        "not",
        "just",
        "that",
        "you",
        "your",
        "from",
        "no",
        "with",
        "so",
    ]
)
_HELLO = Wording(
    r"\b(?:hello|hi|hey|yes\?|yeah\?|speaking|good (?:morning|afternoon|evening|day)|hiya|hallo)\b",
)


@dataclass(frozen=True, slots=True)
class Line:
    """From which turn on the contact is on the line (None: never), and how the call ended."""

    live_from: int | None
    met: Literal["contact", "machine", "gatekeeper", "wrong_number", "nobody"]
    why: str
    turn: int | None
    """The turn that shows it, if one does."""


def contact_names(plan: CallPlan) -> frozenset[str]:
    """The names by which the plan's opening greets the contact, in lower case.

    The plan itself has no field for it, so the greeting is the only source; none is found in a plan without opening.
    """
    if plan.opening is None:
        return frozenset()
    found = _GREETED.search(plan.opening.line)
    if not found:
        return frozenset()
    return frozenset(name for name in tokens(found.group(2)) if len(name) > 1 and name not in _NO_NAME)


def find_line(plan: CallPlan, transcript: Transcript, acts: Sequence[TurnActs]) -> Line:
    """Who was met. Unknown speakers count as the contact, since nothing says otherwise."""
    names = contact_names(plan)
    spoken = [a for a in acts if a.speaker not in ("tool", "system")]
    contacts = [a for a in spoken if a.speaker != "agent"]
    if not spoken:
        return Line(None, "nobody", "the transcript has no spoken turn", None)
    if not contacts and len(spoken) < 2:
        return Line(None, "nobody", "nobody answered", None)
    first = contacts[0] if contacts else None
    barrier: tuple[int, Literal["machine", "gatekeeper", "wrong_number"]] | None = None
    for rank, turn in enumerate(contacts[:6]):
        if turn.does("machine") and (
            rank == 0 or (rank == 1 and (barrier or len(tokens(contacts[0].text)) < 4))
        ):
            barrier = (turn.i, "machine")
        elif (
            rank < 4
            and turn.does("wrong_number")
            and (_NOT_ME.search(turn.text) or not _is_named(turn.text, names))
        ):
            barrier = (turn.i, "wrong_number")
        elif (
            (barrier is None or barrier[1] == "machine")
            and rank < 4
            and _keeps_gate(turn, spoken, names, rank)
        ):
            barrier = (turn.i, "gatekeeper")
    if barrier is None:
        return Line(0, "contact", "the contact answered", first.i if first else None)
    put_through = _put_through(barrier, spoken, names)
    if put_through is not None:
        return Line(put_through, "contact", "the call was put through to the contact", put_through)
    said = {
        "machine": "a machine answered",
        "gatekeeper": "somebody else answered",
        "wrong_number": "it was a wrong number",
    }
    return Line(None, barrier[1], said[barrier[1]], barrier[0])


def _is_named(text: str, names: frozenset[str]) -> bool:
    """Whether somebody gives one of the contact's names as his own."""
    return any(
        not names.isdisjoint(tokens(" ".join(g for g in m.groups() if g))) for m in _SELF.finditer(text)
    )


def _keeps_gate(turn: TurnActs, spoken: Sequence[TurnActs], names: frozenset[str], rank: int) -> bool:
    """Whether a contact turn shows that another person than the contact speaks."""
    if turn.does("speaking") or _is_named(turn.text, names):
        return False
    before = [a for a in spoken if a.i < turn.i and a.speaker == "agent"]
    asked = any(a.does("asks_for") for a in before[-2:])
    other = other_name(turn.text, names)
    if turn.does("absent"):
        return asked or other or (rank <= 1 and not turn.does("refuses"))
    if turn.does("screens"):
        return asked and any(
            other_name(a.text, names) for a in spoken if a.i < turn.i and a.speaker != "agent"
        )
    return bool(asked and other and rank >= 1)


def other_name(text: str, names: frozenset[str]) -> bool:
    """Whether somebody introduces himself by a name that is not the contact's."""
    for found in _SELF.finditer(text):
        given = [g for g in found.groups() if g]
        if (
            given
            and given[0][:1].isupper()
            and given[0].lower() not in _NO_NAME
            and names
            and names.isdisjoint(tokens(" ".join(given)))
        ):
            return True
    return False


def _put_through(barrier: tuple[int, str], spoken: Sequence[TurnActs], names: frozenset[str]) -> int | None:
    """The turn from which the contact himself speaks after a gatekeeper, a screener or a machine."""
    later = [a for a in spoken if a.i > barrier[0]]
    connecting = barrier[1] == "machine"
    for place, turn in enumerate(later):
        if turn.speaker == "agent":
            continue
        if turn.does("machine", "absent", "wrong_number"):
            connecting = connecting or turn.does("connecting")
            continue
        named = _is_named(turn.text, names) or turn.does("speaking")
        if named or (connecting and _HELLO.search(turn.text) and place > 0):
            return None if other_name(turn.text, names) else turn.i
        connecting = connecting or turn.does("connecting")
    return None
