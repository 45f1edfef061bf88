"""Does a pointer name something that a brief can have? By the brief's own schema."""

from __future__ import annotations

from functools import cache
from typing import Any

from precall_cli.records.brief import Brief


def in_brief(pointer: str) -> bool:
    """Whether some brief has this field.

    >>> in_brief("/contact/timezone"), in_brief("/contact/time_zone"), in_brief("/prior_calls/0/outcome")
    (True, False, True)
    """
    return _has(_schema(), pointer.split("/")[1:])


@cache
def _schema() -> dict[str, Any]:
    return Brief.model_json_schema(by_alias=True)


def _has(schema: dict[str, Any], steps: list[str]) -> bool:
    if "$ref" in schema:
        return _has(_schema()["$defs"][schema["$ref"].rpartition("/")[2]], steps)
    if not steps:
        return True
    if any(_has(branch, steps) for branch in (*schema.get("anyOf", ()), *schema.get("allOf", ()))):
        return True
    if schema.get("type") == "array":
        return steps[0].isdecimal() and _has(schema.get("items", {}), steps[1:])
    if steps[0] in schema.get("properties", {}):
        return _has(schema["properties"][steps[0]], steps[1:])
    return schema.get("additionalProperties") is True
