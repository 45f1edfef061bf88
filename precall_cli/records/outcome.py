"""CallOutcome: the runtime's own record, with the plan and the reasons for leaving it added."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from precall_cli.records.json_text import parse_json
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


def parse_reasons(data: bytes, source: str, *, lines: bool = False) -> tuple[DeviationReason, ...]:
    """The runtime's reasons: a JSON list of them, one a line with `lines`, or an outcome that holds them.

    Raises BadInput, naming the place in `source`.
    """
    if lines:
        rows = [
            parse_json(row, f"{source}:{number}")
            for number, row in enumerate(data.split(b"\n"), start=1)
            if row.strip()
        ]
    else:
        document = parse_json(data, source)
        rows = document if isinstance(document, list) else [document]
    if len(rows) == 1 and isinstance(rows[0], dict) and "call_id" in rows[0]:
        return CallOutcome.from_document(rows[0], source).plan_deviation_reasons
    wrapped = {"schema": "precall.outcome/1", "call_id": "log", "plan_deviation_reasons": rows}
    return CallOutcome.from_document(wrapped, source).plan_deviation_reasons
