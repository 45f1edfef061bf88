"""An audit with the JSON that is stored of it, and the short way to both from a row that is ours.

`audit_document` writes every field of an audit, bar the empty ones that it leaves out. A row of just those
fields needs no record made of it: it is checked field by field against the same types, by a schema made from
the records themselves that reads them in canonical order.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema, to_json

from precall_cli.records.audit import LEFT_OUT, Audit, AuditItem, audit_document
from precall_cli.records.json_text import Json, NotPlain, canonical_bytes, plain
from precall_cli.records.record import Part

_MOST = 2**53
"""Beyond it a double does not hold every integer; such a one takes the long way."""


@dataclass(frozen=True, slots=True)
class WrittenAudit:
    """An audit and its JSON."""

    document: dict[str, Any]
    """What `audit_document` gives of it, keys in any order."""
    text: str
    """Its canonical form: what is stored, and what its digest is taken of."""

    @classmethod
    def of(cls, audit: Audit) -> WrittenAudit:
        """Raises BadInput for a number that no double holds exactly."""
        document = audit_document(audit)
        return cls(document, canonical_bytes(document).decode())


def read_written(row: bytes) -> WrittenAudit | None:
    """The audit of a JSON text with just the fields that we write; None for any other text, good or bad.

    What two readers could understand differently is never read here: a text with as many keys as what was
    read of it names none twice, and numbers are short and finite. An audit that a judge had a part in takes
    the long way too.
    """
    if any(odd in row for odd in _ODD) or _TOO_MANY_DIGITS in row.translate(_DIGITS):
        return None
    shape, validator = _audit()
    try:
        document: dict[str, Any] = validator.validate_json(row, strict=True)
        members = shape.settle([document])
    except (ValidationError, NotPlain):
        return None
    # Within a string the quote would be escaped, and counted for a key: such a row takes the long way.
    return WrittenAudit(document, to_json(document).decode()) if row.count(b'":') == members else None


_ODD = (b" :", b"\t", b"\r", b"\n")
"""What could stand between a key and its colon."""
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_TOO_MANY_DIGITS = b"0" * 18
"""More than a double needs."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where a record has numbers and parts."""

    floats: tuple[str, ...]
    """Fields that can be fractions."""
    parts: tuple[tuple[str, _Shape, bool], ...]
    """Fields of parts, each with its shape and whether there is a list of them."""

    def settle(self, documents: Sequence[dict[str, Json]]) -> int:
        """Makes their whole numbers integers, as canonical JSON writes them; gives how many keys they have.

        Raises NotPlain for a number that has an exponent there.
        """
        count = sum(map(len, documents))
        for key in self.floats:
            for each in documents:
                if (value := each.get(key)) is not None and not 1e-4 <= value < 1:
                    each[key] = plain(value)
        for key, shape, many in self.parts:
            for each in documents:
                count += shape.settle(each[key] if many else [each[key]])
        return count


@cache
def _audit() -> tuple[_Shape, SchemaValidator]:
    shape, schema = _object(Audit)
    return shape, SchemaValidator(schema)


def _object(model: type[Part]) -> tuple[_Shape, core_schema.CoreSchema]:
    """Shape and schema of a part: the model's, but every field is there, or is left out when empty."""
    left_out = {AuditItem: LEFT_OUT, Audit: ("judge",)}.get(model, ())
    fields: dict[str, core_schema.TypedDictField] = {}
    floats: list[str] = []
    parts: list[tuple[str, _Shape, bool]] = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        annotation: Any = field.annotation
        if field.metadata:
            annotation = Annotated[(annotation, *field.metadata)]
        if key in left_out:
            (annotation,) = (each for each in get_args(annotation) if each is not type(None))
        many = get_origin(annotation) is tuple
        inner: Any = get_args(annotation)[0] if many else annotation
        if isinstance(inner, type) and issubclass(inner, Part):
            if key in left_out:
                continue
            shape, schema = _object(inner)
            parts.append((key, shape, many))
        else:
            schema = _value(inner)
            floats += [key] if float in _types(inner) else []
        schema = core_schema.list_schema(schema) if many else schema
        fields[key] = core_schema.typed_dict_field(schema, required=key not in left_out)
    ordered = dict(sorted(fields.items()))  # what is read has the order of the schema
    return _Shape(tuple(floats), tuple(parts)), core_schema.typed_dict_schema(
        ordered, extra_behavior="forbid"
    )


def _value(annotation: Any) -> core_schema.CoreSchema:
    """The schema of a text, a number or a choice, or of one of these or null."""
    if annotation is int:
        return core_schema.int_schema(gt=-_MOST, lt=_MOST)
    if get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
        kept = tuple(each for each in get_args(annotation) if each is not type(None))
        return core_schema.nullable_schema(_value(Union[kept]))  # noqa: UP007 - made from a tuple
    if found := set(_types(annotation)) - {str, float}:
        raise TypeError(f"no short way for {found}")
    return TypeAdapter(annotation).core_schema


def _types(annotation: Any) -> Iterator[type]:
    """Every class that an annotation is made of."""
    arguments = get_args(annotation)
    if not arguments:
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _types(arguments[0])
    else:
        for each in arguments:
            yield from _types(type(each) if isinstance(each, str) else each)
