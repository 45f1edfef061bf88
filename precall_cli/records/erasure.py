"""Erasure: what was removed from a store, whose it was, and who removed it. Sealed like any other record."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.errors import Problem
from precall_cli.records.record import Id, Line, Part, Record, Timestamp, content_id

ErasedKind = Literal["brief", "plan", "refusal", "transcript", "outcome", "audit", "review", "instructions"]
MOST_RECORDS = 2_000
"""Records that one erasure names; what is more goes into a further one."""


class ErasedRecord(Part):
    """One record whose words are gone."""

    kind: ErasedKind
    """Kind of record."""
    record_id: Id
    """Its id; of a brief its digest."""
    digest: Line
    """`sha256:…` of what stands in its place. The digest of what stood there is in the chain still."""


class Erasure(Record):
    """Erasure: the words of a person, or of a time, removed from records whose seals stay."""

    record_name: ClassVar[str] = "erasure"

    schema_: Annotated[Literal["precall.erasure/1"], Field(alias="schema")] = "precall.erasure/1"
    """Which record this is."""
    erasure_id: Id | None = None
    """`era_` and the start of the digest of the content."""
    contact_id: Id | None = None
    """Whose words they were."""
    before: Timestamp | None = None
    """Until when what was sealed lost its words."""
    who: Line
    """Who removed them."""
    why: Line
    """Why."""
    at: Timestamp
    """When."""
    records: Annotated[tuple[ErasedRecord, ...], Field(min_length=1, max_length=MOST_RECORDS)]
    """What was removed."""

    def cross_check(self) -> list[Problem]:
        """Whether it says whose or which words."""
        if (self.contact_id is None) == (self.before is None):
            return [Problem("", "names either a contact_id or a time `before`")]
        return []

    def content_id(self) -> str:
        """The id that the content calls for: `era_` and 20 hex digits of its digest."""
        return content_id("era_", "erasure_id", self.full_document())
