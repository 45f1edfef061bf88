"""Speaker labels at the head of a line of text, found in one pass without backtracking.

Shared by plain text and by subtitles, where a cue may begin with `Name:` or `[SPEAKER_00]:`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from precall_cli.transcripts.draft import Row
from precall_cli.transcripts.sides import KNOWN_NAMES, folded

MAX_LABEL = 60
_NOT_IN_NAMES = re.compile(r"[?!;\"“”]|\.\.|://|, (?:and|but|so|then) ")
_HEADINGS = frozenset(
    [
        "note",
        "notes",
        "ps",
        "re",
        "subject",
        "summary",
        "action",
        "actions",
        "todo",
        "date",
        "time",
        "duration",
        "participants",
        "attendees",
        "topic",
        "title",
        "agenda",
        "location",
        "http",
        "https",
        "recording",
        "transcript",
        "call",
        "host",
        "question",
        "answer",
        "warning",
        "url",
        "link",
        "next",
        "steps",
        "action",
        "items",
        "key",
        "points",
        "follow-up",
        "follow",
        "up",
        "meeting",
        "from",
        "to",
        "cc",
    ]
)


def split_label(line: str) -> tuple[str, str] | None:
    """`Name: words` or `[Name]: words` as a label and the words; None when the line has no such head.

    >>> split_label("Dana Okafor: Not before 10:30."), split_label("we meet at 3: maybe"), split_label("10:30 is fine")
    (('Dana Okafor', 'Not before 10:30.'), None, None)
    """
    head = line[: MAX_LABEL + 4]
    at = next((index for index, char in enumerate(head) if char in ":："), -1)
    if at < 1:
        return None
    rest = line[at + 1 :]
    if rest and line[at] == ":" and not rest[0].isspace():
        return None
    label = head[:at].strip(" \t[]()*_>-–—#")
    return (label, rest.strip(" \t*")) if could_be_name(label) else None


def could_be_name(label: str) -> bool:
    """Whether a text has the shape of a speaker's label: a few words, no sentence."""
    if not label or len(label) > MAX_LABEL or not any(char.isalpha() for char in label):
        return False
    if folded(label) in KNOWN_NAMES:
        return True
    words = label.split()
    return len(words) <= 6 and not label[0].islower() and not _NOT_IN_NAMES.search(label) and label[-1] != ","


def trusted_labels(found: Iterable[str], said: Iterable[str], lines: int) -> set[str]:
    """Which of the labels found at line heads are speakers.

    A label counts when it recurs, names a side in any format, or was named by the user (`said`). When
    (nearly) every one of the `lines` has one, a single `First Last:` counts as well, and so does each label
    of a short file in which no line is without.
    """
    counts = Counter(folded(label) for label in found)
    named = {folded(label) for label in said} | KNOWN_NAMES.keys()
    trusted = {
        label for label, count in counts.items() if label in named or (count > 1 and label not in _HEADINGS)
    }
    covered = sum(count for label, count in counts.items() if label in trusted)
    total = sum(counts.values())
    if total >= 2 and total == lines and not trusted:
        return {label for label in counts if label not in _HEADINGS}
    if covered >= 0.8 * lines and covered >= 3:
        trusted |= {label for label in counts if " " in label and not _HEADINGS.intersection(label.split())}
    return trusted


def name_rows(rows: list[Row], said: tuple[str, ...]) -> list[Row]:
    """Cues with the names that stand at their heads; a cue without one goes on with the last name."""
    heads = [None if row.labels else split_label(" ".join(row.text.split())) for row in rows]
    trusted = trusted_labels([head[0] for head in heads if head], said, len(rows))
    last: tuple[str, ...] = ()
    for row, head in zip(rows, heads, strict=True):
        if head and folded(head[0]) in trusted:
            row.labels, row.text = (head[0],), head[1]
        elif not row.labels:
            row.labels = last
        last = row.labels
    return rows
