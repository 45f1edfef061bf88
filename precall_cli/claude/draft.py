"""The draft: what a model answers, in the shape of a call plan. Data from outside until the guard read it.

The schema that is sent with a request is made from these classes. It says the shape and nothing else:
lengths, counts and truth are checked by the guard, since no server enforces them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, canonical_bytes, parse_json
from precall_cli.records.plan import ObjectiveType


class _Piece(BaseModel):
    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class _Grounded(_Piece):
    because: tuple[str, ...]
    """Pointers into the brief."""
    cues: tuple[str, ...]
    """Ways it is likely to be heard."""


class DraftObjective(_Grounded):
    """What the call is for."""

    type: ObjectiveType
    statement: str


class DraftOpening(_Grounded):
    """How it begins."""

    strategy: str
    line: str


class DraftQuestion(_Grounded):
    """Something to find out."""

    topic: str
    question: str


class DraftObjection(_Grounded):
    """Something the contact may hold against it."""

    objection: str
    handling: str
    response: str


class DraftStep(_Grounded):
    """A rung of the frame's ladder, in words for this contact."""

    rung: str
    """Id of the rung in the frame."""
    step: str
    ask: str


class DraftStop(_Piece):
    """A stop condition of the frame by its id, or one of the model's own with an empty id."""

    id: str
    condition: str
    action: str
    cues: tuple[str, ...]


class DraftKept(_Piece):
    """An item of the frame, with cues."""

    id: str
    cues: tuple[str, ...]


class PlanDraft(_Piece):
    """A plan as a model drafts it."""

    objective: DraftObjective
    opening: DraftOpening
    disclosures: tuple[DraftKept, ...]
    qualification: tuple[DraftQuestion, ...]
    objections: tuple[DraftObjection, ...]
    next_steps: tuple[DraftStep, ...]
    stop_conditions: tuple[DraftStop, ...]
    known: tuple[DraftKept, ...]


def read_draft(text: str) -> PlanDraft:
    """The draft that a JSON text holds. Raises BadInput, naming the first fault but never a value."""
    document = parse_json(text, "reply")
    try:
        return PlanDraft.model_validate_json(canonical_bytes(document))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = "/" + "/".join(str(step) for step in fault["loc"])
        kind = "is missing" if fault["type"] == "missing" else "is not what the schema asks for"
        raise BadInput(kind, place=place[:80]) from None


@cache
def draft_schema() -> Json:
    """The JSON Schema of a draft, in the subset that structured output knows: no defaults, no bounds."""
    schema = PlanDraft.model_json_schema()
    return _plain(schema)


_KEPT = ("type", "properties", "required", "items", "enum", "$ref", "$defs", "additionalProperties")


def _plain(node: Any) -> Any:
    """The schema without titles, descriptions and whatever else a server may not know."""
    found = {key: node[key] for key in _KEPT if key in node and not (key == "type" and "enum" in node)}
    for key in ("properties", "$defs"):
        if key in found:
            found[key] = {name: _plain(child) for name, child in found[key].items()}
    if "items" in found:
        found["items"] = _plain(found["items"])
    return found
