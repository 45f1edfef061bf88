"""AgreementReport: how far reviewers agree, with each other and with the audit."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.records.record import Id, Line, Part, Record, Text

Count = Annotated[int, Field(ge=0)]


class Agreement(Part):
    """Two raters on one measure."""

    one: Line
    """A reviewer."""
    other: Line
    """Another, or `the audit`."""
    measure: Line
    """A type of deviation, or `status`."""
    units: Count
    """What both rated: items, or calls for a type that needs no item."""
    calls: Count
    """In so many calls."""
    same: Count
    """Units on which they say the same."""
    kappa: Annotated[float, Field(ge=-1, le=1)] | None
    """Cohen's kappa; null where both say one and the same of every unit."""
    small: bool
    """Whether that is too few to say much."""


class Split(Part):
    """Something on which the reviewers of a call say different things."""

    call_id: Id
    """The call."""
    item: Id | None
    """The plan item, if one."""
    type: Line | None
    """The type of deviation; null where the status itself is in question."""
    audit: Line
    """What the audit says."""
    said: dict[str, Line]
    """What each reviewer said first."""


class AgreementReport(Record):
    """AgreementReport: Cohen's kappa between reviewers, and of each with the audit."""

    record_name: ClassVar[str] = "agreement"

    schema_: Annotated[Literal["precall.agreement/1"], Field(alias="schema")] = "precall.agreement/1"
    """Which record this is."""
    rows: tuple[Agreement, ...]
    """Pairs of reviewers first, then each against the audit."""
    splits: tuple[Split, ...]
    """What they split on, call by call."""
    notes: tuple[Text, ...] = ()
    """What a reader must know."""
