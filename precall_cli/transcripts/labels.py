"""Speaker labels at the head of a line of text, found in one pass without backtracking.

Shared by plain text and by subtitles, where a cue may begin with `Name:` or `[SPEAKER_00]:`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from precall_cli.transcripts.draft import Row
from precall_cli.transcripts.sides import KNOWN_NAMES, folded

MAX_LABEL = 60
LABEL_EDGES = " \t[]()*_>-–—#"
"""What may stand around a label and is no part of it."""

_COLON = re.compile("[:：]")
_NOT_IN_NAMES = re.compile(r"[?!;\"“”]|\.\.|://|, (?:and|but|so|then) ")
_HEADING = re.compile(
    r"\b(?:notes?|ps|re|subject|summary|actions?|todo|date|time|duration|participants|attendees|topic|title"
    r"|agenda|location|https?|recording|transcript|call|question|answer|warning|url|link|steps|items|points"
    r"|follow|meeting|from|to|cc|keywords|today|tomorrow|next|reminder|disclaimer|important)\b"
)
"""Words of headings: a label with one of them is no speaker unless it names a side or was given."""


def split_label(line: str, said: frozenset[str] = frozenset()) -> tuple[str, str] | None:
    """`Name: words` or `[Name]: words` as a label and the words; None when the line has no such head.

    >>> split_label("Dana Okafor: Not before 10:30."), split_label("10:30 is fine")
    (('Dana Okafor', 'Not before 10:30.'), None)
    """
    colon = _COLON.search(line, 0, MAX_LABEL + 4)
    if colon is None:
        return None
    at = colon.start()
    following = line[at + 1 : at + 2]
    if following and line[at] == ":" and not (following.isspace() or following == "*"):
        return None
    label = line[:at].strip(LABEL_EDGES)
    is_label = could_be_name(label) or folded(label) in said
    return (label, words_after(line, at)) if is_label else None


def words_after(line: str, colon: int) -> str:
    """The words behind a label's colon; the stars of a label in bold (`**Ava:** Hello`) are no words."""
    words = line[colon + 1 :].strip()
    return words.lstrip("* ") if line.startswith("*") else words


@lru_cache(maxsize=4096)
def could_be_name(label: str) -> bool:
    """Whether a text has the shape of a speaker's label: a few words, no sentence."""
    if not label or len(label) > MAX_LABEL or not any(char.isalpha() for char in label):
        return False
    if folded(label) in KNOWN_NAMES:
        return True
    words = label.split()
    return len(words) <= 6 and not label[0].islower() and not _NOT_IN_NAMES.search(label) and label[-1] != ","


def trusted_labels(found: Sequence[str], said: Iterable[str], lines: int) -> set[str]:
    """Which of the labels found at line heads are speakers.

    A label counts when it recurs, names a side in any format, or was named by the user (`said`). In a text
    where at least half of the `lines` have such a label, a single `First Last:` counts as well, and so does
    each label of a short text in which no line is without.
    """
    spelled = {folded(label): label for label in found}
    counts = Counter(folded(label) for label in found)
    named = {folded(label) for label in said} | KNOWN_NAMES.keys()
    shaped = {label for label in counts if not _HEADING.search(label)}
    trusted = {label for label, count in counts.items() if label in named or (count > 1 and label in shaped)}
    if 2 <= len(counts) == sum(counts.values()) == lines:
        return trusted | shaped
    if 2 * sum(counts[label] for label in trusted) >= lines and len(trusted) > 1:
        trusted |= {label for label in shaped if _is_full_name(spelled[label])}
    return trusted


def _is_full_name(label: str) -> bool:
    """Whether it is two to four words, each with a capital (`Marcus Bell`, `Speaker 3`)."""
    words = label.split()
    return 2 <= len(words) <= 4 and not any(word[0].islower() for word in words)


def name_rows(rows: list[Row], said: tuple[str, ...]) -> list[Row]:
    """Cues with the names that stand at their heads; a cue without one goes on with the last name."""
    spoken = frozenset(folded(label) for label in said)
    heads = [None if row.labels else split_label(" ".join(row.text.split()), spoken) for row in rows]
    trusted = trusted_labels([head[0] for head in heads if head], said, len(rows))
    last: tuple[str, ...] = ()
    for row, head in zip(rows, heads, strict=True):
        if head and folded(head[0]) in trusted:
            row.labels, row.text = (head[0],), head[1]
        elif not row.labels:
            row.labels = last
        last = row.labels
    return rows
