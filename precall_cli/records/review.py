"""Review: what a person decided about one reading of an audit. The reading itself stays as it is."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.errors import Problem
from precall_cli.records.record import Id, Line, Record, Text, Timestamp, content_id

Decision = Literal["confirm", "overturn", "skip", "dispute"]
Cause = Literal["agent", "contact", "recogniser", "plan"]


class Review(Record):
    """Review: a decision about an audit, or about one item or deviation of it."""

    record_name: ClassVar[str] = "review"

    schema_: Annotated[Literal["precall.review/1"], Field(alias="schema")] = "precall.review/1"
    """Which record this is."""
    review_id: Id | None = None
    """`rev_` and the start of the digest of the content."""
    call_id: Id
    """The call."""
    audit_id: Id
    """The audit that was looked at."""
    item: Id | None = None
    """The plan item it concerns; null for what belongs to no item, or for the call as a whole."""
    type: Line | None = None
    """The type of deviation it concerns, if one."""
    decision: Decision
    """What was decided."""
    status: Line | None = None
    """The status that the item should have had, where it was overturned."""
    cause: Cause | None = None
    """Where the fault lay, where it was overturned."""
    reason: Text = ""
    """Why, in words."""
    who: Line
    """Who decided."""
    at: Timestamp
    """When."""

    def cross_check(self) -> list[Problem]:
        """What a decision needs."""
        if self.decision in {"overturn", "dispute"} and not self.reason.strip():
            return [Problem("/reason", f"is required to {self.decision}", "Say why.")]
        return []

    def content_id(self) -> str:
        """The id that the content calls for: `rev_` and 20 hex digits of its digest."""
        return content_id("rev_", "review_id", self.full_document())
