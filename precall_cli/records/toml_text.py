"""TOML as precall reads it: plain JSON values, each with the line it stands on."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, decode_utf8, escape_token

MAX_INTEGER = 2**53 - 1
"""Whole numbers beyond this are not the same in every JSON reader."""


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A parsed TOML file."""

    source: str
    """Name of the file, for messages."""
    value: dict[str, Json]
    """Its content as plain JSON; dates and times are strings."""
    lines: dict[str, int]
    """JSON Pointer → line on which the key or table stands, counting from 1."""

    def place(self, pointer: str) -> str:
        """`file:line` of a key, or of the nearest table above it; the file alone where no line is known."""
        while pointer:
            if pointer in self.lines:
                return f"{self.source}:{self.lines[pointer]}"
            pointer = pointer.rpartition("/")[0]
        return self.source


def parse_toml(data: bytes | str, source: str, *, max_bytes: int | None = None) -> TomlDocument:
    """The content of a TOML file. Raises BadInput, naming file and line, where it is not TOML or no JSON."""
    text = decode_utf8(data, source, max_bytes=max_bytes) if isinstance(data, bytes) else data
    text = text.replace("\r\n", "\n")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem, place = _place_of(str(error), source)
        raise BadInput(f"is not TOML: {problem}", place=place) from None
    except RecursionError:
        raise BadInput("is nested too deeply", place=source) from None
    document = TomlDocument(source, content, _lines(text))
    return TomlDocument(source, _as_json(content, "", document), document.lines)


def _place_of(message: str, source: str) -> tuple[str, str]:
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if not found:
        return message, source
    where = f":{found[1]}:{found[2]}" if found[1] else ": at its end"
    return message[: found.start()][:200], source + where


def _as_json(value: Any, pointer: str, document: TomlDocument) -> Json:
    if isinstance(value, dict):
        return {k: _as_json(v, f"{pointer}/{escape_token(k)}", document) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_json(each, f"{pointer}/{index}", document) for index, each in enumerate(value)]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput("must be a finite number", place=f"{document.place(pointer)}: {pointer}")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise BadInput(f"must be at most {MAX_INTEGER:,}", place=f"{document.place(pointer)}: {pointer}")
    return value


_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEY})[ \t]*\]\]?")
_PAIR = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    + r"'''.*?'{3,5}|"
    + r'"(?:[^"\\\n]|\\.)*"|'
    + r"'[^'\n]*'|#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)


def _lines(text: str) -> dict[str, int]:
    """Where each key and table of a valid document stands. What stands inside a value has its key's line."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, at, line = "", 0, 1
    while at < len(text):
        start = at
        if header := _HEADER.match(text, at):
            table = _table_pointer(header[1] == "[[", _keys(header[2]), counts)
            found.setdefault(table, line)
            at = header.end()
        elif pair := _PAIR.match(text, at):
            pointer = table
            for key in _keys(pair[1]):
                pointer += "/" + escape_token(key)
                found.setdefault(pointer, line)
            at = pair.end()
        at = _end_of_statement(text, at)
        line += text.count("\n", start, at)
    return found


def _end_of_statement(text: str, at: int) -> int:
    """Just behind the line end that closes the statement: brackets and long strings may span lines."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        mark = token[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n" and depth <= 0:
            return token.end()
    return len(text)


def _keys(dotted: str) -> list[str]:
    return [_unquoted(part) for part in re.findall(_KEY_PART, dotted)]


def _unquoted(part: str) -> str:
    if part[0] not in "\"'":
        return part
    return str(next(iter(tomllib.loads(f"{part} = 0"))))


def _table_pointer(is_array: bool, keys: list[str], counts: dict[str, int]) -> str:
    """The pointer of a table header; within an array of tables that of its latest element."""
    pointer = ""
    for position, key in enumerate(keys):
        pointer += "/" + escape_token(key)
        if is_array and position == len(keys) - 1:
            counts[pointer] = counts.get(pointer, -1) + 1
        if pointer in counts:
            pointer += f"/{counts[pointer]}"
    return pointer
