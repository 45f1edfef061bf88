"""Turns out of lines of text: what stands at the head of a line, and which lines go on with a turn.

One pass, every pattern anchored and bounded, so that a megabyte of spaces, colons, brackets or digits takes
no longer than a megabyte of words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from precall_cli.transcripts.draft import Row, clock_seconds
from precall_cli.transcripts.labels import LABEL_EDGES, MAX_LABEL, could_be_name, trusted_labels, words_after
from precall_cli.transcripts.sides import folded

_STAMP = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_LEADING = re.compile(
    rf"[\[(]?[ \t]{{0,3}}({_STAMP})[ \t]{{0,3}}(?:(?:-->|->|-|–|to)[ \t]{{0,3}}({_STAMP})[ \t]{{0,3}})?"
    r"(?:[\])]|(?=[\s\-–|]|$))[ \t]{0,8}(?:[-–|:](?=\s))?[ \t]{0,8}",
    re.ASCII,
)
_TRAILING = re.compile(
    rf"([ \t]{{0,8}}[\[(@|–-]?[ \t]{{0,3}})({_STAMP})[ \t]{{0,3}}[\])]?[ \t]{{0,3}}$", re.ASCII
)
_COLON = re.compile("[:：]")
_STAMP_STARTS = frozenset("[(0123456789")
_STAMP_ENDS = frozenset("0123456789)] ")


@dataclass(frozen=True, slots=True)
class Head:
    """What a line begins with, before its words."""

    label: str
    words: str
    start: float | None = None
    end: float | None = None
    sure: bool = False
    """It stands beside a time, or is marked as a new speaker: it needs no further proof."""
    new_speaker: bool = False
    """Marked with `>>`."""


def find_head(line: str, said: frozenset[str] = frozenset()) -> Head | None:
    """The head of one stripped line; None when it begins with plain words. `said`: labels that were given.

    >>> find_head("[01:05] Dana Okafor: Not yet.")
    Head(label='Dana Okafor', words='Not yet.', start=65.0, end=None, sure=True, new_speaker=False)
    >>> find_head("We said 10:30.") is None
    True
    """
    new_speaker = line.startswith(">>")
    if not new_speaker and ":" not in line and "：" not in line[:MAX_LABEL]:
        return None
    rest = line.lstrip("> ") if new_speaker else line
    stamp = _LEADING.match(rest) if rest[:1] in _STAMP_STARTS else None
    start = clock_seconds(stamp[1]) if stamp else None
    end = clock_seconds(stamp[2]) if stamp and stamp[2] else None
    if stamp and start is not None:
        rest = rest[stamp.end() :]
    before, after = _around_colon(rest)
    if start is None and (inner := _trailing_stamp(before)):
        start, before = clock_seconds(inner[2]), before[: inner.start()]
    name = before.strip(LABEL_EDGES)
    if could_be_name(name) or folded(name) in said:
        return Head(name, after, start, end, new_speaker or start is not None, new_speaker)
    if start is None and len(rest) <= MAX_LABEL + 20 and (alone := _trailing_stamp(rest)):
        name = rest[: alone.start()].strip(LABEL_EDGES + ":|")
        marked = alone[1].strip() != "" or len(alone[1]) > 1 or "\t" in alone[1]
        if could_be_name(name) or folded(name) in said:
            return Head(name, "", clock_seconds(alone[2]), None, marked)
    if start is not None or new_speaker:
        return Head("", rest.strip(), start, end, True, new_speaker)
    return None


def _around_colon(text: str) -> tuple[str, str]:
    """What stands before and after the colon that ends a label, which no colon of a time does."""
    for found in _COLON.finditer(text, 0, MAX_LABEL + 20):
        at = found.start()
        if found[0] == "：" or at + 1 == len(text) or text[at + 1].isspace() or text[at + 1] == "*":
            return text[:at], words_after(text, at)
    return "", ""


def _trailing_stamp(text: str) -> re.Match[str] | None:
    return _TRAILING.search(text) if ":" in text and text[-1] in _STAMP_ENDS else None


def rows_of_lines(lines: Sequence[str], said: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a text: a turn from each head to the next, as `readers/plain_text.py` describes."""
    lines = [line for line, above in zip(lines, ["", *lines], strict=False) if line or above]
    spoken = frozenset(folded(label) for label in said)
    heads = _names_alone(lines, [find_head(line, spoken) for line in lines], spoken)
    filled = sum(1 for line in lines if line)
    trusted = trusted_labels([head.label for head in heads if head and head.label], said, filled)
    accepted = [head if head and (head.sure or folded(head.label) in trusted) else None for head in heads]
    headed = any(accepted)
    row: Row | None = None
    words: list[str] = []
    for line, head in zip(lines, accepted, strict=True):
        starts_turn = head is not None or (row is None and line)
        ends_turn = not line and not headed
        if row and (starts_turn or ends_turn):
            row.text = " ".join(words)
            yield row
            if ends_turn:
                row = None
        if head:
            goes_on = not head.label and not head.new_speaker and row is not None
            labels = (head.label,) if head.label else row.labels if goes_on and row else ()
            row, words = Row("", None, labels, head.start, head.end), [head.words]
        elif starts_turn:
            row, words = Row("", "system" if headed else None), [line]
        elif line:
            words.append(line)
    if row:
        row.text = " ".join(words)
        yield row


def _names_alone(lines: Sequence[str], heads: list[Head | None], said: frozenset[str]) -> list[Head | None]:
    """`[00:12] Name` with the words on the next line: what looked like words was the label."""
    alone = [
        bool(head and not head.label and head.words and could_be_name(head.words))
        and _words_follow(lines, heads, at)
        for at, head in enumerate(heads)
    ]
    counts = Counter(
        folded(head.words) for head, is_alone in zip(heads, alone, strict=True) if head and is_alone
    )
    return [
        replace(head, label=head.words, words="")
        if head and is_alone and (counts[folded(head.words)] > 1 or folded(head.words) in said)
        else head
        for head, is_alone in zip(heads, alone, strict=True)
    ]


def _words_follow(lines: Sequence[str], heads: list[Head | None], at: int) -> bool:
    return at + 1 < len(lines) and bool(lines[at + 1]) and heads[at + 1] is None


def rows_of_text(text: str, said: tuple[str, ...] = ()) -> Iterator[Row]:
    """The rows of a text as it stands; nothing for an empty one."""
    return rows_of_lines([line.strip() for line in text.split("\n")], said) if text.strip() else iter(())
