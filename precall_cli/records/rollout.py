"""Roll-out: who signed a version of a policy, and who switched an agent's planning on or off."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.records.record import Id, Line, Record, Text, Timestamp, content_id


class SignOff(Record):
    """Sign-off: one role's yes to one version of a policy, or the yes taken back."""

    record_name: ClassVar[str] = "sign_off"

    schema_: Annotated[Literal["precall.sign_off/1"], Field(alias="schema")] = "precall.sign_off/1"
    """Which record this is."""
    sign_off_id: Id | None = None
    """`sgn_` and the start of the digest of the content."""
    action: Literal["sign", "withdraw"] = "sign"
    """Whether the role signs, or takes its signature back."""
    agent: Line
    """Whose policy it is."""
    policy_digest: Line
    """Which version."""
    role: Line
    """In which role."""
    who: Line
    """Who did it."""
    note: Text = ""
    """A remark."""
    at: Timestamp
    """When."""

    def content_id(self) -> str:
        """The id that the content calls for: `sgn_` and 20 hex digits of its digest."""
        return content_id("sgn_", "sign_off_id", self.full_document())


class Switch(Record):
    """Switch: an agent's planning switched on or off, effective at once."""

    record_name: ClassVar[str] = "switch"

    schema_: Annotated[Literal["precall.switch/1"], Field(alias="schema")] = "precall.switch/1"
    """Which record this is."""
    switch_id: Id | None = None
    """`swi_` and the start of the digest of the content."""
    agent: Line
    """Which agent."""
    enabled: bool
    """Whether it plans from now on."""
    who: Line
    """Who switched it."""
    why: Text = ""
    """Why."""
    at: Timestamp
    """When."""

    def content_id(self) -> str:
        """The id that the content calls for: `swi_` and 20 hex digits of its digest."""
        return content_id("swi_", "switch_id", self.full_document())
