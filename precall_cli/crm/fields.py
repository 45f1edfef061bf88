"""Typed access to one row of an export: a value, its origin, or a fault that names the field.

Unknown fields are ignored, a value of the wrong type is a fault, never an error: the record comes through
without it. A dotted name (`Owner.Name`) is a column of that name, or a field of a nested object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape

from precall_cli.crm.entries import Fault, Origin, Said, Value
from precall_cli.records.json_text import Json
from precall_cli.records.record import YEARS, format_time, parse_time
from precall_cli.records.redaction import mask_contacts

TRUE = ("true", "yes", "y", "1")
FALSE = ("false", "no", "n", "0")
MAX_LINE, MAX_TEXT, MAX_ID = 2_000, 20_000, 150

_BREAK = re.compile(r"</?(?:p|div|li|ul|ol|tr|h[1-6]|br)\b[^<>]*>", re.IGNORECASE | re.ASCII)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>", re.ASCII)
_MILLISECONDS = re.compile(r"-?\d{11,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fields:
    """One row, or an object inside one."""

    values: Mapping[str, Json]
    source: str
    file: str
    spot: str
    faults: list[Fault]
    """Shared by all rows of a run; faults are added to it."""
    cells: bool = False
    """Whether all values are strings, as in CSV."""
    prefix: str = ""
    """Names of the objects around this one, with their dots."""
    as_of: datetime | None = field(default=None)

    def origin(self, name: str) -> Origin:
        return Origin(self.source, self.file, self.spot, self.prefix + name, self.as_of)

    def fault(self, name: str, problem: str, mend: str = "") -> None:
        self.faults.append(Fault(self.origin(name).place, name, mask_contacts(problem), mend))

    def said(self, name: str, value: Value) -> Said:
        """`value` with its origin in the field `name`."""
        return Said(value, self.origin(name))

    def dated(self, *names: str) -> Fields:
        """The same row, dated by the first of `names` that holds a time with an offset."""
        for name in names:
            moment = read_moment(self.get(name))
            if moment is not None:
                return replace(self, as_of=moment)
        return self

    def get(self, name: str) -> Json:
        """The value as it stands; None where the field is missing, null or blank."""
        value: Json = self.values.get(name)
        if value is None and "." in name:
            value = self.values
            for step in name.split("."):
                value = value.get(step) if isinstance(value, Mapping) else None
        return None if isinstance(value, str) and not value.strip() else value

    def inner(self, name: str) -> Fields | None:
        """The object in a field, None where there is none."""
        value = self.get(name)
        if value is not None and not isinstance(value, Mapping):
            self.fault(name, f"must be an object, not {_shown(value)}")
        if not isinstance(value, Mapping):
            return None
        return replace(
            self, values=value, prefix=f"{self.prefix}{name}.", spot=self._deeper(name), cells=self.cells
        )

    def each(self, name: str) -> list[Fields]:
        """The objects of a list; anything else in it is a fault."""
        value = self.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, f"must be a list, not {_shown(value)}")
            return []
        found: list[Fields] = []
        for index, item in enumerate(value):
            if isinstance(item, Mapping):
                spot = self._deeper(f"{name}/{index}")
                found.append(replace(self, values=item, prefix=f"{self.prefix}{name}[{index}].", spot=spot))
            else:
                self.fault(f"{name}[{index}]", f"must be an object, not {_shown(item)}")
        return found

    def _deeper(self, name: str) -> str:
        return self.spot if self.spot[:1] == ":" else f"{self.spot}/{name}"

    def text(self, *names: str, most: int = MAX_TEXT) -> Said | None:
        """The first of `names` with words, cut at `most` characters; on one line unless that is MAX_TEXT."""
        for name in names:
            value = self.get(name)
            if value is None:
                continue
            if isinstance(value, int | float) and not isinstance(value, bool):
                value = str(value)
            if not isinstance(value, str):
                self.fault(name, f"must be text, not {_shown(value)}")
                continue
            words = value.strip() if most == MAX_TEXT else " ".join(value.split())
            if len(words) > most:
                self.fault(name, f"has {len(words):,} characters; {most:,} are kept")
                words = words[: most - 1] + "…"
            return self.said(name, words)
        return None

    def line(self, *names: str) -> Said | None:
        """Text on one line."""
        return self.text(*names, most=MAX_LINE)

    def id(self, *names: str) -> str:
        """An id, empty where there is none; one that is too long counts as none and is a fault."""
        for name in names:
            value = self.get(name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, str | int):
                self.fault(name, f"must be an id, not {_shown(value)}")
            elif len(str(value).strip()) > MAX_ID:
                self.fault(name, f"is longer than {MAX_ID} characters, too long for an id")
            else:
                return str(value).strip()
        return ""

    def whole(self, *names: str) -> Said | None:
        """A whole number of at least 0, also as `1,200` or `120.0`; a range such as `51-200` is a fault."""
        for name in names:
            value = self.get(name)
            if value is None:
                continue
            number = read_number(value)
            if number is not None and number >= 0 and number == int(number) and number < 2**53:
                return self.said(name, int(number))
            self.fault(name, f"must be a whole number, not {_shown(value)}")
        return None

    def number(self, name: str) -> float | None:
        """A number, as a number or as digits."""
        value = self.get(name)
        number = None if value is None else read_number(value)
        if value is not None and number is None:
            self.fault(name, f"must be a number, not {_shown(value)}")
        return number

    def time(self, *names: str) -> str | None:
        """A moment as RFC 3339 in UTC. A time without an offset is no moment: it is a fault."""
        for name in names:
            value = self.get(name)
            if value is None:
                continue
            moment = read_moment(value)
            if moment is not None:
                return format_time(moment)
            self.fault(name, f"must be a time with its offset, not {_shown(value)}")
        return None

    def flag(self, name: str, *, strict: bool = False) -> bool | None:
        """True or false, None where it is neither: then it is a fault if the field holds anything.

        Strings are read by the table of TRUE and FALSE, unless `strict`: then only JSON's own count.
        """
        value = self.get(name)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and (self.cells or not strict):
            word = value.strip().casefold()
            if word in TRUE or word in FALSE:
                return word in TRUE
        expected = f"one of {', '.join(TRUE + FALSE)}" if self.cells or not strict else "true or false"
        self.fault(name, f"must be {expected}, not {_shown(value)}", "It counts as not known.")
        return None


def read_number(value: Json) -> float | None:
    """The number that a value is, or that its digits write; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        digits = value.strip()
        if not re.fullmatch(r"-?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,10})?", digits, re.ASCII):
            return None
        return float(digits.replace(",", ""))
    return float(value) if isinstance(value, int | float) and abs(value) < 2**53 else None


def read_moment(value: Json) -> datetime | None:
    """A moment, from RFC 3339, Salesforce's `+0000`, or Unix milliseconds; None for anything else."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or len(text) > 40:
        return None
    text = text.strip()
    try:
        if _MILLISECONDS.fullmatch(text):
            moment = datetime.fromtimestamp(int(text) // 1000, UTC)
            return moment if moment.year in YEARS else None
        return parse_time(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text, flags=re.ASCII))
    except (ValueError, OverflowError, OSError):
        return None


def read_date(value: Json) -> str | None:
    """`YYYY-MM-DD` of a date or a time in ISO form; None for anything else."""
    moment = read_moment(value)
    if moment is not None and not (isinstance(value, str) and value.strip()[4:5] == "-"):
        return moment.date().isoformat()
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d($|[T ])", value.strip(), re.ASCII):
        day = value.strip()[:10]
        try:
            return datetime.fromisoformat(day).date().isoformat()
        except ValueError:
            return None
    return None


def plain_words(html: str) -> str:
    """The words of a note that may be HTML, each block on a line of its own.

    >>> plain_words("<p>Likes it.</p><p>Call&nbsp;back <b>Friday</b></p>")
    'Likes it.\\nCall back Friday'
    """
    if "<" in html or "&" in html:
        html = unescape(_TAG.sub("", _BREAK.sub("\n", html)))
    lines = (" ".join(line.split()) for line in html.split("\n"))
    return "\n".join(line for line in lines if line)


def _shown(value: Json) -> str:
    if isinstance(value, str):
        return repr(value[:40]) + ("…" if len(value) > 40 else "")
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)[:40]
