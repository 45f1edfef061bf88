"""Outside words as they may stand in an instruction stream, and what a text costs in tokens."""

from __future__ import annotations

import hashlib
import re
from math import ceil

from precall_cli.records.fenced import CONTROL_CHARACTERS, FORMAT_CHARACTERS, as_data

__all__ = ["as_data", "count_tokens", "plain", "text_digest"]

_INVISIBLE = re.compile(f"[{FORMAT_CHARACTERS}]")
_BREAKS = re.compile(f"[{CONTROL_CHARACTERS}]")
_NOT_TEXT = str.maketrans({"<": "‹", ">": "›", "`": "'"})


def plain(text: str) -> str:
    """`text` on one line, without characters that hide, reorder or fence words.

    Angle brackets become ‹ ›: no words of a plan or a layer can open or close the block of data.
    """
    return " ".join(_BREAKS.sub(" ", _INVISIBLE.sub("", text)).translate(_NOT_TEXT).split())


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
