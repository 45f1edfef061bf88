"""Outside text made harmless for a terminal: nothing in it moves the cursor, hides or reorders words.

C0 controls but newline and tab, DEL, C1, bidirectional controls, zero-width and tag characters and lone
surrogates are shown as visible escapes (`\\x1b`, `\\u202e`). Everything printed goes through here, on
stdout and stderr, at a terminal or in a pipe.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # bidi controls, zero width, separators
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"  # annotation anchors, surrogates, tags
)


def inert(text: str) -> str:
    """`text` with every character that could act on a terminal shown as an escape."""
    return _UNSAFE.sub(_escape, text)


def no_command(text: str, begins: bool = True) -> str:
    """`text` with the first colon escaped where a line starts with two: GitHub would run it as a command.

    The older form `##[…]` is one anywhere in a line. `begins`: whether the text itself begins a line.
    """
    text = text.replace("##[", "#\\x23[")
    return (_COMMAND if begins else _LATER_COMMAND).sub(r"\1\\x3a:", text)


_COMMAND = re.compile(r"^([ \t]*)::", re.MULTILINE)
_LATER_COMMAND = re.compile(r"(?<=\n)([ \t]*)::")


def one_line(text: str) -> str:
    """`inert` text on one line: runs of white space become one blank."""
    return " ".join(inert(text).split())


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
