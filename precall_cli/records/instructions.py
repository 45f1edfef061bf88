"""Told instructions: what the voice agent was really told for one call, as it is stored and sealed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from precall_cli.records.record import Id, Line, Part, Record, Text, content_id


class ToldBlock(Part):
    """One layer as the agent read it."""

    layer: Line
    """`L1` to `L4`, `L4.5` the plan, `L5` the brief."""
    title: Line
    """Its title."""
    source: Text
    """File of the layer, id of the plan or of the brief."""
    text: Annotated[str, Field(max_length=1_000_000)]
    """The words."""
    tokens: Annotated[int, Field(ge=0)]
    """How many tokens they are."""
    digest: Line
    """`sha256:…` of the words."""


class NotTold(Part):
    """Something that the agent was not told."""

    layer: Line
    """`L4.5` for a plan item, `L5` for a part of the brief."""
    item: Line
    """Id of the plan item, or pointer into the brief."""
    reason: Line
    """`withheld`, `forbidden`, `limit` or `budget`."""
    because: Text
    """In words."""


class ToldInstructions(Record):
    """Instructions: what the agent was told for one call, and what it was not."""

    record_name: ClassVar[str] = "instructions"

    schema_: Annotated[Literal["precall.instructions/1"], Field(alias="schema")] = "precall.instructions/1"
    """Which record this is."""
    instructions_id: Id | None = None
    """`ins_` and the start of the digest of the content."""
    plan_id: Id
    """The plan in it."""
    brief_id: Id | None = None
    """The brief in it."""
    agent: Line
    """Which agent was told."""
    digest_: Annotated[Line, Field(alias="digest")]
    """`sha256:…` of the UTF-8 bytes of the whole text."""
    tokens: Annotated[int, Field(ge=0)]
    """Tokens of the whole text."""
    blocks: tuple[ToldBlock, ...] = ()
    """Layer by layer; their texts joined are the whole text."""
    dropped: tuple[NotTold, ...] = ()
    """What was left out, in the order in which it was dropped."""
    not_due: tuple[Id, ...] = ()
    """Plan items that the agent was not told, which an audit cannot ask of it."""
    tool: dict[str, Any] = Field(default_factory=dict)
    """Declaration of the tool with which the agent logs a deviation."""
    text: Annotated[str, Field(max_length=2_000_000)] = ""
    """The whole text."""

    def content_id(self) -> str:
        """The id that the content calls for: `ins_` and 20 hex digits of its digest."""
        return content_id("ins_", "instructions_id", self.full_document())
