"""Breaking styled text into lines: the few rules that all terminal reports share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from precall_cli.report.console import line

if TYPE_CHECKING:
    from rich.console import Console


def clip(text: str, columns: int) -> str:
    """`text` cut to `columns` terminal cells, with an ellipsis where something is missing."""
    if cell_len(text) <= columns:
        return text
    return set_cell_size(text, columns - 1).rstrip() + "…"


def fill(text: str, columns: int) -> str:
    """`text` in exactly `columns` terminal cells: clipped, or padded with blanks."""
    return set_cell_size(clip(text, columns), columns)


@lru_cache(maxsize=8)
def _wrapping(width: int) -> Console:
    """What rich wants for wrapping, and reads nothing from but its width."""
    from rich.console import Console

    return Console(width=width, markup=False)


def split(text: Text, width: int) -> list[Text]:
    """The text broken at blanks into lines of at most `width` cells; a longer word is cut."""
    if text.cell_len <= width and "\n" not in text.plain and "\t" not in text.plain:
        parts = [text.copy()]  # most are; to find it out by wrapping takes ten times as long
    else:
        parts = list(text.wrap(_wrapping(width), width))
    for part in parts:
        part.rstrip()
        part.end = ""
    return parts


def hanging(head: Text, body: Text, columns: int, width: int) -> Iterator[Text]:
    """`head` and `body` on one line; what does not fit goes on under `columns` blanks."""
    room = max(20, width - columns)
    taken = max(0, head.cell_len - columns)
    if taken >= room - 8:  # a head that leaves no room stands alone
        yield head
        head, taken = Text(" " * columns, end=""), 0
    # The head's columns are held by a word of their length, so that the first line breaks where it must.
    holder = Text("_" * (taken - 1) + " ", end="") if taken else Text(end="")
    parts = split(line(holder, body), room)
    if taken:
        parts[0] = parts[0][taken:] if parts[0].cell_len >= taken else Text(end="")
    for index, part in enumerate(parts or [Text(end="")]):
        part.end = ""
        yield line(head if index == 0 else " " * columns, part)


def joined(parts: list[Text], separator: str, width: int, first: Text | None = None) -> Iterator[Text]:
    """Parts on as few lines as fit; a part is broken only when it does not fit a line of its own."""
    current, empty = first or Text(end=""), True
    for part in parts:
        if not empty and current.cell_len + len(separator) + part.cell_len > width:
            yield from split(current, width)
            current, empty = Text("  ", end=""), True
        current = line(current, "" if empty else separator, part)
        empty = False
    yield from split(current, width)


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 deviation`, `2 deviations`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(rate: float) -> str:
    """A rate in per cent; 100 % and 0 % only when it is exactly that."""
    shown = round(rate * 100)
    if shown == 100 and rate < 1:
        return f"{min(99.9, int(rate * 1000) / 10):g} %"
    if shown == 0 and rate > 0:
        return f"{max(0.1, rate * 100):.1f} %"
    return f"{shown} %"
