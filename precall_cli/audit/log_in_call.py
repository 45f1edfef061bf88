"""What the agent logged while it talked: taken out of its words, and read as the runtime's log.

A mark is not said: it proves nothing, and no item is realised by it. Only agent and tool turns are looked at,
so that nothing a contact says becomes a log entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from precall_cli.records.deviation_mark import Mark, find_marks, read_tool_call
from precall_cli.records.json_text import canonical_bytes
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript, Turn


@dataclass(frozen=True, slots=True)
class LogInCall:
    """A call with its log taken out of it."""

    transcript: Transcript
    """The same turns, without the marks in them."""
    entries: tuple[DeviationReason, ...]
    """What was logged, in the order of the turns."""
    refused: tuple[str, ...]
    """Entries that name no item of the plan or cannot be read, in words."""


def take_log(plan: CallPlan, transcript: Transcript) -> LogInCall:
    """The log entries of a call, and the call as it was spoken."""
    turns: list[Turn] = []
    entries: list[DeviationReason] = []
    refused: list[str] = []
    ids = [item.id for _, item in plan.items()]
    for turn in transcript.turns:
        marks = _marks_of(turn)
        for mark in marks:
            if mark.entry is None:
                refused.append(f"turn {turn.i}: a log entry was refused: {mark.problem}")
            elif mark.entry.item is not None and mark.entry.item not in ids:
                problem = f"the plan has no item {mark.entry.item!r}; it has: {', '.join(ids)}"
                refused.append(f"turn {turn.i}: a log entry was refused: {problem}")
            else:
                entries.append(mark.entry)
        spoken = _without(turn.text, marks) if marks and turn.speaker == "agent" else turn.text
        turns.append(turn if spoken == turn.text else turn.model_copy(update={"text": spoken}))
    if not entries and not refused:
        return LogInCall(transcript, (), ())
    heard = transcript.model_copy(update={"turns": tuple(turns)})
    return LogInCall(heard, tuple(entries), tuple(refused))


def whole_log(log: Sequence[DeviationReason], in_call: Sequence[DeviationReason]) -> list[DeviationReason]:
    """The runtime's log with what stands in the call, each entry once.

    Sorted once there is something of the call in it, so that it is the same whether or not a store has kept
    that since.
    """
    if not in_call:
        return list(log)
    every = {canonical_bytes(entry.model_dump(mode="json")): entry for entry in (*log, *in_call)}
    return [every[key] for key in sorted(every, key=lambda k: (_turn(every[k]), k))]


def _turn(entry: DeviationReason) -> float:
    return float("inf") if entry.turn is None else entry.turn


def _marks_of(turn: Turn) -> list[Mark]:
    if turn.speaker == "agent":
        return list(find_marks(turn.text, turn.i)) if "[[" in turn.text else []
    if turn.speaker == "tool" and (mark := read_tool_call(turn.text, turn.i)):
        return [mark]
    return []


def _without(text: str, marks: Sequence[Mark]) -> str:
    """The words that are left; where a mark stood between two, a break that no quote goes across."""
    pieces, at = [], 0
    for mark in marks:
        pieces.append(text[at : mark.start].strip())
        at = mark.end
    pieces.append(text[at:].strip())
    return " ... ".join(piece for piece in pieces if piece)
