"""On which line of a JSON text a value stands: for pointing an editor or a code review at it."""

from __future__ import annotations

import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")


def line_of(text: str, pointer: str) -> int | None:
    """The line, counting from 1, on which the value at an RFC 6901 pointer begins; None where there is none.

    A key counts as the beginning of its value. The text need not be JSON: then the answer is None.
    """
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    try:
        at = _find(text, tokens)
    except (ValueError, IndexError, RecursionError):
        return None
    return None if at is None else text.count("\n", 0, at) + 1


def _find(text: str, tokens: list[str]) -> int | None:
    decoder = json.JSONDecoder()
    at = begins = _skip(text, 0)
    for token in tokens:
        opening = text[at]
        if opening not in "{[":
            return None
        at = _skip(text, at + 1)
        number = 0
        while text[at] not in "}]":
            begins = at
            name = str(number)
            if opening == "{":
                name, at = decoder.raw_decode(text, at)
                at = _skip(text, _skip(text, at) + 1)
            if name == token:
                break
            _, at = decoder.raw_decode(text, at)
            at = _skip(text, at)
            if text[at] == ",":
                at = _skip(text, at + 1)
            number += 1
        else:
            return None
    return begins


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
