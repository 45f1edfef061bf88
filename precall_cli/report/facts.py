"""The facts of a brief behind a plan item: value, source and age, by pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from precall_cli.records.json_text import Json, canonical_bytes, resolve_pointer
from precall_cli.records.record import parse_time
from precall_cli.report.inert import one_line
from precall_cli.report.layout import clip

TIMES = ("told_at", "at", "fetched_at", "checked_at", "obtained_at", "last_contact_at")
"""Fields of a brief that say from when a fact is, the most telling first."""
_TEXT_SOURCES = ("source", "registry", "basis", "told_by", "contact_name", "kind")


@dataclass(frozen=True, slots=True)
class Facts:
    """What it takes to show facts: the brief as JSON and the moment at which ages are counted."""

    brief: Json
    now: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """What stands at one pointer into the brief."""

    pointer: str
    value: str
    """In words, on one line; empty when nothing stands there any more."""
    source: str
    """Who or what says so, as far as the brief tells: `review_site`, `Renata Solis`; else nothing."""
    age: str
    """`5 days earlier`, by the nearest time stated at or above it; else nothing."""
    at: str
    """That time itself."""

    @property
    def missing(self) -> bool:
        """Whether nothing stands there."""
        return not self.value


def find_fact(pointer: str, facts: Facts) -> Fact:
    """The fact at a pointer, with what the brief tells of its source and age."""
    try:
        value = resolve_pointer(facts.brief, pointer)
    except KeyError:
        return Fact(pointer, "", "", "", "")
    at = next((text for node in _above(pointer, facts) if (text := _first_text(node, TIMES))), "")
    source = _source(pointer, facts)
    return Fact(
        pointer=pointer,
        value=one_line(_in_words(value)) or "empty",
        source="" if source == value else one_line(source),
        age=_ago(at, facts.now) if at else "",
        at=at,
    )


def describe_fact(pointer: str, facts: Facts, columns: int = 160) -> str:
    """`= value (age)` for what stands at a pointer into the brief; says so when nothing does."""
    fact = find_fact(pointer, facts)
    if fact.missing:
        return "stands no more in the brief"
    return f"= {clip(fact.value, columns)}{f' ({fact.age})' if fact.age else ''}"


def _above(pointer: str, facts: Facts) -> Iterator[dict[str, Json]]:
    """The objects at and above a pointer, the nearest first; the brief as a whole is none of them."""
    steps = pointer.split("/")
    for depth in range(len(steps), 1, -1):
        try:
            node = resolve_pointer(facts.brief, "/".join(steps[:depth]))
        except KeyError:
            continue
        if isinstance(node, dict):
            yield node


def _source(pointer: str, facts: Facts) -> str:
    """Who says so: a named source, else the colleague or the call that told us."""
    for node in _above(pointer, facts):
        if pointer.startswith("/engaged_contacts/") and isinstance(node.get("name"), str):
            return str(node["name"])
        found = _first_text(node, _TEXT_SOURCES)
        if found:
            call = node.get("call_id")
            return f"{found}, call {call}" if isinstance(call, str) else found
    return ""


def _first_text(node: dict[str, Json], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = node.get(key)
        if isinstance(value, str) and value:
            return value
    return ""


def _in_words(value: Json) -> str:
    """A JSON value as people write it: `name Priya Raman, email …`."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key} {_in_words(child)}" for key, child in value.items())
    if isinstance(value, list):
        return "; ".join(_in_words(child) for child in value)
    return canonical_bytes(value).decode()


def _ago(text: str, now: datetime) -> str:
    try:
        seconds = (now - parse_time(text)).total_seconds()
    except ValueError:
        return ""
    if seconds < 0:
        return f"in {_span(-seconds)}"
    return f"{_span(seconds)} earlier"


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "0 seconds"
