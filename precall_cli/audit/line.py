# ruff: noqa: E501  (a pattern is read whole)
"""Who is on the line, from which turn on, and how the call ended.

Only a live conversation with the planned contact is judged: words said to a machine, a screener, a gatekeeper or a wrong
number are no opening and no question. Where a call is put through, it is live from the turn at which the contact speaks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from precall_cli.audit import phrases
from precall_cli.audit.acts import TurnActs
from precall_cli.audit.match import Array
from precall_cli.audit.names import denies, given_names, greets, known_names, names_himself, other_name, says
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import tokens
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript

_NOT_ME = Wording(r"\b(?:not me|isn'?t me|not him|not her|wrong number)\b")
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


def find_line(plan: CallPlan, transcript: Transcript, acts: Sequence[TurnActs]) -> Line:
    """Who was met. Unknown speakers count as the contact, since nothing says otherwise."""
    names = known_names(plan, acts)
    spoken = [a for a in acts if a.speaker not in ("tool", "system")]
    contacts = [a for a in spoken if a.speaker != "agent"]
    if not spoken:
        return Line(None, "nobody", "the transcript has no spoken turn", None)
    if not contacts and len(spoken) < 2:
        return Line(None, "nobody", "nobody answered", None)
    mailbox = next((a.i for a in acts if a.speaker == "system" and phrases.MACHINE.search(a.text)), None)
    if not contacts and mailbox is not None:
        return Line(None, "machine", "a machine answered", mailbox)
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
            and (_NOT_ME.search(turn.text) or not names_himself(turn.text, names))
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


def line_features(
    plan: CallPlan, acts: Sequence[TurnActs], found: Line, asks: Array, offers: Array
) -> dict[str, float]:
    """What speaks for somebody else than the planned contact, for the `line` layer.

    ``found`` is what the wording of single turns shows; ``asks`` and ``offers`` are each turn's best log-odds of putting
    a planned question or rung. The rest looks at the call as a whole: for whom the agent asked, whether the answers
    speak of a third person, how long it went on, and whether it ended at a mailbox.
    """
    names = known_names(plan, acts)
    agent = [a for a in acts if a.speaker == "agent" and a.clauses]
    contact = [a for a in acts if a.speaker in ("contact", "unknown") and a.clauses]
    asked = [a for a in agent[:3] if a.does("asks_for")]
    answers = [next((c for c in contact if c.i > a.i), None) for a in asked]
    others = frozenset(name for c in contact[:3] for name in given_names(c.text)) - names
    barrier = found.met if found.live_from is None else ""
    # asking for the contact by name resembles the plan's opening and what follows it
    put = [
        *sorted(
            (
                max(-4.0, min(4.0, float(max(asks[a.i], offers[a.i]))))
                for a in agent
                if a.i > (found.turn or 0) and not a.does("asks_for")
            ),
            reverse=True,
        ),
        -4.0,
        -4.0,
    ]
    mailbox = max((a.i for a in acts if a.speaker != "agent" and phrases.MACHINE.search(a.text)), default=-1)
    after = any(c.i > mailbox and not phrases.MACHINE.search(c.text) for c in contact)
    features = {
        "barrier_gatekeeper": barrier == "gatekeeper",
        "barrier_machine": barrier == "machine",
        "barrier_wrong_number": barrier == "wrong_number",
        "put_through": (found.live_from or 0) > 0,
        "asked": bool(asked),
        "asked_by_name": any(says(a.text, names) for a in asked),
        "answer_third": any(
            c is not None and phrases.THIRD.search(c.text) and not _is_contact(c, names) for c in answers
        ),
        "third": sum(bool(phrases.THIRD.search(c.text)) for c in contact[:5]) / max(1, len(contact[:5])),
        "named_by_them": any(says(c.text, names) and not names_himself(c.text, names) for c in contact[:4]),
        "is_contact": any(_is_contact(c, names) for c in contact[:5]),
        "other_name": any(other_name(c.text, names) for c in contact[:3]),
        "no_name": not names,
        "desk": any(phrases.DESK.search(c.text) for c in contact[:2]),
        "relays": min(3, sum(bool(phrases.RELAYS.search(c.text)) for c in contact)),
        "absent": any(c.does("absent") for c in contact[:4]),
        "screens": any(c.does("screens") for c in contact[:3]),
        "mailbox_last": mailbox >= 0 and not after,
        "mailbox_first": mailbox >= 0 and after,
        "silent": not contact,
        "length": math.log(1 + len(agent)),
        "greeted_later": any(greets(a.text, names) for a in agent[2:]),
        "denied": any(denies(c.text, names) for c in contact[:4]),
        "agent_corrected": any(phrases.NOT_THEM.search(a.text) for a in agent),
        "seeks": min(2, sum(bool(phrases.SEEKS.search(a.text)) for a in agent[1:])),
        "speaks_to_other": any(says(a.text, others) for a in agent[1:]),
        "put": put[0],
        "put_second": put[1],
    }
    return {name: float(value) for name, value in features.items()}


def _is_contact(turn: TurnActs, names: frozenset[str]) -> bool:
    """Whether somebody says that he is the one asked for."""
    return names_himself(turn.text, names) or (turn.does("speaking") and not other_name(turn.text, names))


def _keeps_gate(turn: TurnActs, spoken: Sequence[TurnActs], names: frozenset[str], rank: int) -> bool:
    """Whether a contact turn shows that another person than the contact speaks."""
    if turn.does("speaking") or names_himself(turn.text, names):
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
        named = names_himself(turn.text, names) or turn.does("speaking")
        if named or (connecting and _HELLO.search(turn.text) and place > 0):
            return None if other_name(turn.text, names) else turn.i
        connecting = connecting or turn.does("connecting")
    return None
