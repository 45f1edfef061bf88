"""Transcript: who said what, in turns counted from 0."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.errors import Problem
from precall_cli.records.record import Id, Part, Record, Text, Timestamp

Speaker = Literal["agent", "contact", "tool", "system", "unknown"]
EndedBy = Literal["agent", "contact", "system", "unknown"]


class Turn(Part):
    """What one speaker said before another did."""

    i: Annotated[int, Field(ge=0)]
    """Position in the call, from 0."""
    speaker: Speaker
    """Whose act it is."""
    text: Text
    """The words."""
    start_s: float | None = None
    """Seconds from the start of the call; null when the source does not say."""
    end_s: float | None = None
    """Seconds from the start of the call; null when the source does not say."""
    interrupted: bool | None = None
    """True when the speaker was cut off."""


class Transcript(Record):
    """Transcript: one call as it was heard."""

    record_name: ClassVar[str] = "transcript"

    schema_: Annotated[Literal["precall.transcript/1"], Field(alias="schema")] = "precall.transcript/1"
    """Which record this is."""
    call_id: Id
    """Id of the call."""
    plan_id: Id | None = None
    """The plan it was dialled with, if the runtime says so."""
    started_at: Timestamp | None = None
    """When the call began."""
    ended_by: EndedBy = "unknown"
    """Who ended it."""
    source: Text | None = None
    """Name of the format it was read from."""
    turns: tuple[Turn, ...]
    """The turns in order."""
    gaps: tuple[Text, ...] = ()
    """What the source could not tell, such as no_times or no_sides."""

    def cross_check(self) -> list[Problem]:
        """Turns that do not count from 0 upwards."""
        for index, turn in enumerate(self.turns):
            if turn.i != index:
                return [
                    Problem(f"/turns/{index}/i", f"must be {index}: turns count from 0", "Renumber them.")
                ]
        return []
