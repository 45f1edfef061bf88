"""A brief in the making: each fact with where it comes from, and what sources disagree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from precall_cli.crm.choose import Choice, Conflict
from precall_cli.crm.entries import Origin
from precall_cli.records.json_text import Json
from precall_cli.records.record import format_time


@dataclass(slots=True)
class Draft:
    """A brief in the making: its facts by pointer, and where each comes from."""

    brief_id: str
    fetched_at: str | None
    conflicts: list[Conflict] = field(default_factory=list)
    provenance: list[Json] = field(default_factory=list)

    def take(self, pointer: str, choice: Choice, *, compare: bool = True) -> Json:
        """The chosen value; its origin, its alternatives and any conflict are noted."""
        self.note(
            pointer, choice.said.origin, [alternative(said.value, said.origin) for said in choice.others]
        )
        if compare and choice.conflicting:
            self.conflicts.append(
                Conflict(self.brief_id, pointer, choice.said, choice.conflicting, choice.rule)
            )
        return choice.said.value

    def note(self, pointer: str, origin: Origin, alternatives: Sequence[Json] = ()) -> None:
        row: Json = {"pointer": pointer, "source": origin.source, "file": origin.file, "field": origin.field}
        if origin.as_of is not None:
            row["as_of"] = format_time(origin.as_of)
        if self.fetched_at is not None:
            row["fetched_at"] = self.fetched_at
        if alternatives:
            row["alternatives"] = list(alternatives)
        self.provenance.append(row)


def alternative(value: Json, origin: Origin) -> Json:
    """What was not chosen, as provenance has it."""
    row: Json = {"value": value, "source": origin.source, "file": origin.file, "field": origin.field}
    return row | ({} if origin.as_of is None else {"as_of": format_time(origin.as_of)})


def derived(origin: Origin, how: str) -> Origin:
    """The same record, with how the value was made of it in place of a field."""
    return Origin(origin.source, origin.file, origin.spot, how, origin.as_of)
