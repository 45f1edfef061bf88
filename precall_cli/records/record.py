"""What all records share: frozen, strict, closed; their problems named all at once; their JSON Schema."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from precall_cli.errors import BadInput, Problem
from precall_cli.records.json_text import Json, canonical_bytes, digest, escape_token, parse_json
from precall_cli.records.redaction import mask_contacts

SCHEMA_BASE = "https://precall.dev/schemas"
YEARS = range(1900, 9999)
"""Of the times that a record may hold."""


def parse_time(text: str) -> datetime:
    """An RFC 3339 time with its offset, as an aware datetime in UTC. Raises ValueError.

    The years of YEARS only: a time at the edge of the calendar has no hour before or no week after it, and in
    another zone none at all.
    """
    if not re.fullmatch(
        r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", text, re.ASCII
    ):
        raise ValueError(
            f"must be an RFC 3339 time with an offset, like 2026-11-20T15:04:05Z, not {text[:40]!r}"
        )
    try:
        moment = datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(UTC)
    except OverflowError:
        moment = datetime.max
    if moment.year not in YEARS:
        raise ValueError(f"must be of the years {YEARS[0]} to {YEARS[-1]} in UTC, not {text[:40]!r}")
    return moment


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _checked_time(text: str) -> str:
    parse_time(text)
    return text


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be an IANA time zone, like America/Chicago") from None
    return name


def _checked_phone(number: str) -> str:
    if not re.fullmatch(r"\+[1-9]\d{6,14}", number, re.ASCII):
        raise ValueError("must be E.164, like +12105550147: a plus sign, country code, no spaces")
    return number


def _checked_jurisdiction(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", code, re.ASCII):
        raise ValueError("must be an ISO 3166 code, like US-CA or GB")
    return code


def _checked_pointer(pointer: str) -> str:
    if pointer and not pointer.startswith("/"):
        raise ValueError("must be an RFC 6901 pointer into the brief, like /account/employees")
    return pointer


Text = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(min_length=1, max_length=2_000)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Timestamp = Annotated[
    str, AfterValidator(_checked_time), Field(max_length=40, json_schema_extra={"format": "date-time"})
]
Zone = Annotated[str, AfterValidator(_checked_zone), Field(max_length=64)]
Phone = Annotated[str, AfterValidator(_checked_phone), Field(max_length=16)]
JurisdictionCode = Annotated[str, AfterValidator(_checked_jurisdiction), Field(max_length=6)]
Pointer = Annotated[str, AfterValidator(_checked_pointer), Field(max_length=500)]


class Part(BaseModel):
    """A part of a record: frozen, strict, closed to unknown fields."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
        validate_by_name=True,
        validate_by_alias=True,
    )


class Record(Part):
    """A document of its own, with its `schema` name and a published JSON Schema."""

    record_name: ClassVar[str]

    def document(self) -> Json:
        """The record as plain JSON, with the fields that were given and no others."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def full_document(self) -> Json:
        """The record as plain JSON, every field included."""
        return self.model_dump(mode="json", by_alias=True)

    def canonical(self) -> bytes:
        """RFC 8785 bytes of the full document."""
        return canonical_bytes(self.full_document())

    def digest(self) -> str:
        """`sha256:…` over what was given."""
        return digest(self.document())

    @classmethod
    def from_json(cls, data: bytes | str, source: str) -> Self:
        """The record that a JSON text holds. Raises BadInput with every problem of the document."""
        return cls.from_document(parse_json(data, source), source)

    @classmethod
    def from_document(cls, document: Json, source: str) -> Self:
        """The record that a parsed JSON value holds. Raises BadInput with every problem of it."""
        record, problems = cls.examine(document)
        if record is None:
            raise BadInput(
                describe(problems), place=source, problems=tuple(problems), hint=cls._hint(len(problems))
            )
        return record

    @classmethod
    def _hint(cls, count: int) -> str:
        return f"`precall schema {cls.record_name}` prints what is expected."

    @classmethod
    def examine(cls, document: Json) -> tuple[Self | None, list[Problem]]:
        """The record, or None, and all problems found: of fields first, then between fields."""
        if not isinstance(document, dict):
            return None, [Problem("", f"must be a JSON object, not {_kind(document)}")]
        wanted = f"precall.{cls.record_name}/1"
        if document.get("schema", wanted) != wanted:
            return None, [Problem("/schema", f"must be {wanted!r}", f'Write "schema": "{wanted}".')]
        document = {key: value for key, value in document.items() if key != "$schema"}
        try:
            # JSON mode, so that strictness concerns flags and numbers, not tuples and lists.
            record = cls.model_validate_json(canonical_bytes(document))
        except BadInput as error:
            return None, [Problem("", error.problem, error.hint)]
        except ValidationError as error:
            return None, _problems_of(error, cls, document)
        problems = record.cross_check()
        return (None if problems else record), problems

    def cross_check(self) -> list[Problem]:
        """Problems between fields, once each field by itself is right."""
        return []


def content_id(prefix: str, field: str, document: Json) -> str:
    """The prefix and the first 20 hex digits of SHA-256 over the canonical content without `field`."""
    content = {key: value for key, value in document.items() if key != field}
    return prefix + digest(content).removeprefix("sha256:")[:20]


def describe(problems: Iterable[Problem]) -> str:
    """All problems in one text: a line each, with the pointer and how to mend it."""
    lines = [
        (f"{p.pointer}: " if p.pointer else "") + p.problem + (f". {p.mend}" if p.mend else "")
        for p in problems
    ]
    return (
        lines[0] if len(lines) == 1 else f"{len(lines)} problems\n" + "\n".join("  " + line for line in lines)
    )


def _kind(value: Json) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _problems_of(error: ValidationError, model: type[BaseModel], document: Json) -> list[Problem]:
    problems: list[Problem] = []
    for fault in error.errors(include_url=False, include_input=False):
        place = [step for step in fault["loc"] if _is_step(step, document, fault["loc"])]
        pointer = "".join("/" + escape_token(str(step)) for step in place)
        problems.append(_problem(fault["type"], fault["msg"], pointer, place, fault.get("ctx", {}), document))
    unique = {(p.pointer, p.problem): p for p in problems}
    return list(unique.values())


def _is_step(step: int | str, document: Json, loc: tuple[int | str, ...]) -> bool:
    """Whether a step of pydantic's location is a key of the document, not the tag of a union's branch."""
    if isinstance(step, int):
        return True
    return not (step[:1].isupper() or step in ("str", "int", "float", "bool") or "[" in step)


_POINTER_SHOWN = 200
"""So much of an unknown key is said: it may be a text that slipped into a key's place."""


def _problem(
    kind: str, message: str, pointer: str, place: list[int | str], ctx: dict[str, Any], document: Json
) -> Problem:
    if kind == "missing":
        return Problem(pointer, "is required but missing", "Add it.")
    if kind == "extra_forbidden":
        named = mask_contacts(pointer)
        if len(named) > _POINTER_SHOWN:
            named = f"{named[:_POINTER_SHOWN]}… ({len(pointer):,} characters)"
        return Problem(named, "is no field of this record", "Remove it, or check its spelling.")
    if kind in ("bool_type", "bool_parsing"):
        found = _value_at(document, place)
        shown = f'"{mask_contacts(found)[:20]}"' if isinstance(found, str) else str(found)[:20]
        return Problem(
            pointer, f"must be true or false, not {shown}", "Write true, false, or null if unknown."
        )
    if kind == "value_error":
        return Problem(pointer, mask_contacts(str(ctx.get("error", message))))
    text = message[0].lower() + message[1:]
    return Problem(pointer, text.replace("input should be", "must be", 1))


def _value_at(document: Json, place: list[int | str]) -> Json:
    node = document
    for step in place:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def json_schema(model: type[Record]) -> Json:
    """The JSON Schema 2020-12 of a record, with a stable `$id`, every field described."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    for part in _parts_of(model):
        described = schema if part is model else schema.get("$defs", {}).get(part.__name__)
        if described is not None:
            _describe(described, part)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{SCHEMA_BASE}/{model.record_name}-1.json",
    }
    schema["properties"]["$schema"] = {"type": "string", "description": "The schema, for editors."}
    return head | schema


def _parts_of(model: type[Record]) -> list[type[Part]]:
    """All records and parts that are loaded: what a schema can refer to."""
    found: list[type[Part]] = [model]
    stack: list[type[Part]] = [Part]
    while stack:
        for child in stack.pop().__subclasses__():
            stack.append(child)
            found.append(child)
    return found


def _describe(schema: Json, part: type[Part]) -> None:
    """Puts the docstrings that stand under a class's fields into its schema.

    They are read from the source here and not by pydantic when the class is made, since that would cost
    every command a quarter of a second.
    """
    names = {name: field.alias or name for name, field in part.model_fields.items()}
    for owner in reversed(part.__mro__):
        if owner is not Part and issubclass(owner, Part):
            for name, text in _attribute_docstrings(owner).items():
                described = schema["properties"].get(names.get(name, name))
                if described is not None:
                    described["description"] = text


def _attribute_docstrings(owner: type[Part]) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for statement, following in pairwise(body.body):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            found[statement.target.id] = inspect.cleandoc(following.value.value)
    return found
