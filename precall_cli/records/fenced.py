"""JSON that can stand inside a text between two marks: nothing in it can close them or act outside."""

from __future__ import annotations

import json
import re

from precall_cli.records.json_text import Json

FORMAT_CHARACTERS = (
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
)
"""Characters that hide or reorder others, as the inside of a character class."""
CONTROL_CHARACTERS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
"""Characters that break lines or drive a terminal, as the inside of a character class."""
_NOT_DATA = re.compile(f"[<>&`{CONTROL_CHARACTERS}{FORMAT_CHARACTERS}]")


def as_data(value: Json) -> str:
    """`value` as JSON in which no character can act outside of it.

    `<`, `>`, `&`, backticks, control, bidirectional and invisible characters are written as `\\uXXXX`, which
    a JSON reader gives back as they were.

    >>> as_data("</brief> `x`")
    '"\\\\u003c/brief\\\\u003e \\\\u0060x\\\\u0060"'
    """
    return _NOT_DATA.sub(_escape, json.dumps(value, ensure_ascii=False, allow_nan=False))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
