"""What a reader hands over: the rows of one call as its file tells them, sides and times not settled."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from precall_cli.records.json_text import Json
from precall_cli.records.transcript import EndedBy, Speaker


@dataclass(slots=True)
class Row:
    """One piece of the call: speech, a tool call, or something that happened."""

    text: str
    """The words as the file holds them; cleaned later."""
    speaker: Speaker | None = None
    """The side, where the format itself tells it; None where only a label is known."""
    labels: tuple[str, ...] = ()
    """What a user may call this speaker: a name, an id, `channel 1`. The first is shown in messages."""
    start: float | None = None
    """Seconds from the start of the call, or of the epoch when the draft says `on_clock`."""
    end: float | None = None
    """Likewise."""
    interrupted: bool | None = None
    """True when the speaker was cut off; None when the format does not say."""


@dataclass(slots=True)
class Draft:
    """One call as its file tells it."""

    rows: list[Row]
    """In file order, or in the format's own order (an index, a sequence)."""
    call_id: str | None = None
    plan_id: str | None = None
    began: float | None = None
    """Epoch seconds of the start of the call."""
    ended_by: EndedBy = "unknown"
    on_clock: bool = False
    """Times of the rows are epoch seconds, made relative to `began`."""
    by_time: bool = False
    """Rows that are out of order are put in the order of their starts (ends, where there are no starts)."""
    joins: bool = False
    """Rows are fragments: neighbours of one speaker become one turn."""
    swaps_sides: bool = False
    """The sides are a default that a flag turns round as a whole (tracks of an inbound call)."""
    gaps: set[str] = field(default_factory=set)


def number(value: Json) -> float | None:
    """A finite number, also when it is written as a string; None for anything else.

    >>> number("12.50"), number(True), number("n/a"), number(7)
    (12.5, None, None, 7.0)
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        found = float(value) if not isinstance(value, str) or len(value) < 40 else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def span_of(words: Sequence[dict[str, Json]], unit: float = 1.0) -> tuple[float | None, float | None]:
    """Start of the first word that has one and end of the last one, in seconds."""
    start = next((time for word in words if (time := scaled(word.get("start"), unit)) is not None), None)
    end = next(
        (time for word in reversed(words) if (time := scaled(word.get("end"), unit)) is not None), None
    )
    return start, end


def scaled(value: Json, unit: float) -> float | None:
    """A number of `unit` seconds, as seconds: `scaled(ms, 0.001)`."""
    found = number(value)
    return None if found is None else found * unit


_EPOCH_MS = 1e11
"""In seconds this would be the year 5138: a larger number is of milliseconds."""


def epoch(value: Json) -> float | None:
    """Epoch seconds of an ISO 8601 time, without an offset taken for UTC, or of an epoch time in s or ms.

    >>> epoch("1970-01-01T00:01:00.5Z"), epoch("yesterday"), epoch(1_800_000_000_500), epoch("1800000000")
    (60.5, None, 1800000000.5, 1800000000.0)
    """
    if (found := number(value)) is not None:
        return found / 1000 if found > _EPOCH_MS else found
    if not isinstance(value, str) or not 10 < len(value) < 48:
        return None
    try:
        moment = datetime.fromisoformat(value.strip().replace(" UTC", "Z"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)


def clock_seconds(text: str) -> float | None:
    """Seconds of `m:ss`, `mm:ss.mmm`, `h:mm:ss` or `h:mm:ss,mmm`; None for anything else.

    >>> clock_seconds("1:02:03,500"), clock_seconds("75:10"), clock_seconds("noon")
    (3723.5, 4510.0, None)
    """
    found = _CLOCK.fullmatch(text.strip()) if len(text) < 40 else None
    if not found:
        return None
    hours, minutes, seconds, fraction = found.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return float(f"{whole}.{fraction or 0}")


def string(value: Json) -> str:
    """The text of a value that should be one: a string as it is, a number in digits, else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def as_text(value: Json) -> str:
    """Any value in words: a string as it is, nothing for null, JSON for the rest."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def part(value: Json, *keys: str) -> dict[str, Json]:
    """The object under `keys`, or an empty one where a step is missing or no object."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def objects(value: Json) -> Iterator[dict[str, Json]]:
    """The objects of a list; nothing when it is no list. What is no object in it is passed over."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def first_text(*values: Json) -> str | None:
    """The first value that is a non-empty string or a number, as text."""
    for value in values:
        if found := string(value).strip():
            return found[:200]
    return None


def plan_of(*places: Json) -> str | None:
    """The plan id that the runtime was given: `precall_plan_id` or `plan_id` in its metadata or variables."""
    for key in ("precall_plan_id", "plan_id"):
        for place in places:
            if isinstance(place, dict) and (found := first_text(place.get(key))):
                return found
    return None


def called(name: Json, arguments: Json) -> str:
    """A tool call in words: `book_meeting({"slot": "Tuesday"})`."""
    return f"{string(name) or 'tool'}({as_text(arguments)})"


def returned(name: Json, result: Json, *, failed: bool = False) -> str:
    """What a tool gave back: `book_meeting -> {"status": "booked"}`; a failure says so."""
    return f"{string(name) or 'tool'} -> {'failed: ' if failed else ''}{as_text(result)}".rstrip()


def ascending(values: list[float]) -> bool:
    """Whether no value is below the one before it."""
    return all(earlier <= later for earlier, later in pairwise(values))
