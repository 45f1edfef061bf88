"""Refusal: the gate's no, by name, with the pointer that decided it. Stored and sealed like a plan."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.records.record import Id, Line, Part, Pointer, Record, Text, Timestamp, content_id

RefusalCode = Literal[
    "GATE_DNC_LISTED",
    "GATE_DNC_UNKNOWN",
    "GATE_DNC_STALE",
    "GATE_OPTED_OUT",
    "GATE_TZ_UNKNOWN",
    "GATE_TZ_CONTRADICTION",
    "GATE_JURISDICTION_UNKNOWN",
    "GATE_HOURS",
    "GATE_CONSENT_MISSING",
    "ACCOUNT_OBJECTIVE_HELD",
]


class OtherGround(Part):
    """A further rule that refuses, for once the first is mended."""

    code: RefusalCode
    """Which rule."""
    pointer: Pointer
    """The part of the brief that decided it."""
    reason: Line
    """In words."""
    mend: Text = ""
    """What would have to change."""


class Refusal(Record):
    """Refusal: why no plan came into being."""

    record_name: ClassVar[str] = "refusal"

    schema_: Annotated[Literal["precall.refusal/1"], Field(alias="schema")] = "precall.refusal/1"
    """Which record this is."""
    refusal_id: Id | None = None
    """`ref_` and the start of the digest of the content."""
    code: RefusalCode
    """Which rule refused."""
    pointer: Pointer
    """The part of the brief that decided it."""
    reason: Line
    """In words."""
    mend: Text = ""
    """What would have to change."""
    rule: Text = ""
    """The rule and its source."""
    brief_id: Id
    """The brief."""
    brief_digest: Text
    """Its digest."""
    contact_id: Id
    """Who would have been called."""
    agent: Line
    """Which agent wanted to."""
    policy_digest: Text
    """Digest of the policy that applied."""
    at: Timestamp
    """The moment that was judged."""
    allowed_from: Timestamp | None = None
    """For GATE_HOURS: the next moment at which a call may be made."""
    also: tuple[OtherGround, ...] = ()
    """Further rules that refuse at this moment, in the order of the rules."""
    held_by: Id | None = Field(default=None, exclude_if=lambda value: value is None)
    """For ACCOUNT_OBJECTIVE_HELD: the open plan that pursues the objective at this account already."""

    def content_id(self) -> str:
        """The id that the content calls for: `ref_` and 20 hex digits of its digest."""
        return content_id("ref_", "refusal_id", self.full_document())
