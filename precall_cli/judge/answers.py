"""What the judge answers: typed verdicts. Data from outside until `rules.py` has let each of them pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from precall_cli.claude.reply import Unusable, read_text
from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, canonical_bytes, parse_json

_STRING: dict[str, Any] = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "verdicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "item": _STRING,
                    "status": _STRING,
                    "result": {"type": "string", "enum": ["", "accepted", "declined", "open"]},
                    "turn": {"type": "integer"},
                    "quote": _STRING,
                    "reason": _STRING,
                },
                "required": ["item", "status", "result", "turn", "quote", "reason"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["verdicts"],
    "additionalProperties": False,
}
"""The shape that is sent with a request; the same for every call, so that it is cached."""
MOST_VERDICTS = 500


class Verdict(BaseModel):
    """What one run says of one item."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )

    item: str
    status: str
    result: str
    turn: int
    quote: str
    reason: str


class _Answer(BaseModel):
    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )

    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a run gave no answer, in words that repeat nothing of what a server sent."""

    reason: str


def read_answer(message: Json) -> tuple[Verdict, ...] | Fault:
    """The verdicts in a message as the Messages API gives it; a Fault for anything else, never an error."""
    text = read_text(message)
    if isinstance(text, Unusable):
        return Fault(text.reason)
    try:
        document = parse_json(text, "reply")
        verdicts = _Answer.model_validate_json(canonical_bytes(document)).verdicts
    except BadInput:
        return Fault("the answer is not JSON")
    except ValidationError:
        return Fault("the answer is not what the schema asks for")
    if len(verdicts) > MOST_VERDICTS:
        return Fault(f"the answer has {len(verdicts):,} verdicts")
    return verdicts
