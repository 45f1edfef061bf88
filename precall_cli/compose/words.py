"""Outside words as they may stand in an instruction stream, and what a text costs in tokens."""

from __future__ import annotations

import hashlib
import json
import re
from math import ceil

from precall_cli.records.json_text import Json

_FORMAT = (
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
)
_CONTROL = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_INVISIBLE = re.compile(f"[{_FORMAT}]")
_BREAKS = re.compile(f"[{_CONTROL}]")
_NOT_DATA = re.compile(f"[<>&`{_CONTROL}{_FORMAT}]")
_NOT_TEXT = str.maketrans({"<": "‹", ">": "›", "`": "'"})


def plain(text: str) -> str:
    """`text` on one line, without characters that hide, reorder or fence words.

    Angle brackets become ‹ ›: no words of a plan or a layer can open or close the block of data.
    """
    return " ".join(_BREAKS.sub(" ", _INVISIBLE.sub("", text)).translate(_NOT_TEXT).split())


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


def count_tokens(text: str) -> int:
    """An estimate that needs no tokenizer: four ASCII characters are a token, so is any other character.

    >>> count_tokens("Guten Tag"), count_tokens("こんにちは")
    (3, 5)
    """
    wide = sum(not character.isascii() for character in text)
    return ceil((len(text) - wide) / 4) + wide


def text_digest(text: str) -> str:
    """`sha256:` and the hex digest of the UTF-8 bytes."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
