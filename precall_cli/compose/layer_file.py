"""One layer as a team writes it: a TOML file with free text and a few typed rules."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.records.record import Line, Part, Record

Count = Annotated[int, Field(ge=0, le=100_000)]


class Limits(Part):
    """Upper bounds; a later layer may lower them, never raise them."""

    max_call_minutes: Count | None = None
    """Minutes after which the agent closes the call."""
    max_questions: Count | None = None
    """Most questions of the plan that are asked; the rest of the plan's is left out."""
    max_sentences_per_turn: Annotated[int, Field(ge=1, le=100)] | None = None
    """Most sentences that the agent speaks before it lets the contact speak."""
    max_asks_after_no: Count | None = None
    """How often the agent may ask for something else after a no."""
    max_plan_tokens: Count | None = None
    """Most tokens of the plan's block."""
    max_brief_tokens: Count | None = None
    """Most tokens of the brief's block."""


class LayerFile(Record):
    """A layer of the agent's instructions. Every key is optional; an empty file says nothing."""

    record_name: ClassVar[str] = "layer"

    schema_: Annotated[Literal["precall.layer/1"], Field(alias="schema")] = "precall.layer/1"
    """Which record this is."""
    instructions: tuple[Line, ...] = ()
    """What to do, a sentence or two each, given to the agent as they stand."""
    say: tuple[Line, ...] = ()
    """Sentences that the agent may use word for word where they fit."""
    allow: tuple[Line, ...] = ()
    """Topics that the agent may go into."""
    forbid: tuple[Line, ...] = ()
    """Topics that the agent must not go into. No later layer can allow them."""
    limits: Limits = Limits()
    """Upper bounds."""
    max_tokens: Annotated[int, Field(ge=1, le=100_000)] = 600
    """Budget of this layer's own text; a longer one is an error, since a rule is never cut."""
