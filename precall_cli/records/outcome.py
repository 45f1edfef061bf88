"""CallOutcome: the runtime's own record, with the plan and the reasons for leaving it added."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from precall_cli.records.plan import CallPlan
from precall_cli.records.record import Id, Line, Part, Record, Text

Reason = Literal[
    "contact_volunteered",
    "contact_refused",
    "contact_ended",
    "contact_redirected",
    "time_constraint",
    "new_information",
    "stop_condition",
    "other",
]


class DeviationReason(Part):
    """Why the agent left the plan, as the runtime logged it."""

    item: Id | None = None
    """The plan item it concerns; null for the call as a whole."""
    type: Line | None = None
    """The type of deviation, if the runtime says."""
    reason: Reason
    """Why."""
    note: Text | None = None
    """In words."""
    turn: Annotated[int, Field(ge=0)] | None = None
    """The turn at which it was logged."""


class CallOutcome(Record):
    """CallOutcome: what the runtime wrote after the call; its own further fields are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, hide_input_in_errors=True)

    record_name: ClassVar[str] = "outcome"

    schema_: Annotated[Literal["precall.outcome/1"], Field(alias="schema")] = "precall.outcome/1"
    """Which record this is."""
    call_id: Id
    """Id of the call."""
    plan_id: Id | None = None
    """The plan it was dialled with."""
    plan: CallPlan | None = None
    """That plan, as committed."""
    plan_deviation_reasons: tuple[DeviationReason, ...] = ()
    """What the runtime logged."""
