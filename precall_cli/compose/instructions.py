"""Instructions: what the voice agent is told for one call, block by block, and what it is not told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from precall_cli.records.json_text import Json

Why = Literal["withheld", "forbidden", "limit", "budget"]


@dataclass(frozen=True, slots=True)
class Block:
    """One layer as the agent reads it."""

    layer: str
    """`L1` to `L4`, `L4.5` the plan, `L5` the brief."""
    title: str
    source: str
    """File of the layer, id of the plan or of the brief."""
    text: str
    tokens: int
    digest: str
    """`sha256:…` of the text."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that the agent is not told."""

    layer: str
    """`L4.5` for a plan item, `L5` for a part of the brief."""
    item: str
    """Id of the plan item, or pointer into the brief."""
    reason: Why
    because: str
    """In words: the rule with its place, or the budget."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """What the agent is told."""

    plan_id: str
    agent: str
    brief_id: str | None
    blocks: tuple[Block, ...]
    """In order; their texts joined are the whole text."""
    dropped: tuple[Dropped, ...]
    """In the order in which it was dropped."""
    text: str
    tokens: int
    digest: str
    """`sha256:…` of the UTF-8 bytes of the whole text."""
    tool: Json
    """Declaration of the tool with which the agent logs a deviation."""

    @property
    def not_due(self) -> tuple[str, ...]:
        """Plan items that the agent was not told, which an audit cannot ask of it."""
        return tuple(each.item for each in self.dropped if each.layer == "L4.5")

    def document(self) -> Json:
        """The record as plain JSON."""
        return {
            "schema": "precall.instructions/1",
            "plan_id": self.plan_id,
            "brief_id": self.brief_id,
            "agent": self.agent,
            "digest": self.digest,
            "tokens": self.tokens,
            "blocks": [
                {name: getattr(block, name) for name in Block.__dataclass_fields__} for block in self.blocks
            ],
            "dropped": [
                {name: getattr(each, name) for name in Dropped.__dataclass_fields__} for each in self.dropped
            ],
            "not_due": list(self.not_due),
            "tool": self.tool,
            "text": self.text,
        }
