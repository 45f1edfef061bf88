"""Rows out of single words, where a recogniser gives nothing better: grouped by speaker and by pause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import Row, scaled, string

PAUSE_S = 1.5
"""Words of nobody in particular are one row up to this pause."""


def rows_of_words(
    words: Sequence[dict[str, Json]],
    texts: tuple[str, ...],
    labels_of: Callable[[dict[str, Json]], tuple[str, ...]],
    unit: float,
) -> Iterator[Row]:
    """Words as rows. `texts` are the keys that may hold a word, `unit` is the length of one tick in seconds.

    A word without a speaker or a time belongs to the word before it.
    """
    row: Row | None = None
    pieces: list[str] = []
    for word in words:
        labels = labels_of(word)
        start, end = scaled(word.get("start"), unit), scaled(word.get("end"), unit)
        text = next((found for key in texts if (found := string(word.get(key)).strip())), "")
        if not text:
            continue
        paused = row is not None and row.end is not None and start is not None and start - row.end > PAUSE_S
        if row is None or (labels and labels != row.labels) or paused:
            if row:
                row.text = " ".join(pieces)
                yield row
            row, pieces = Row("", None, labels or (row.labels if row else ()), start, end), [text]
            continue
        pieces.append(text)
        row.start = start if row.start is None else row.start
        row.end = end if end is not None else row.end
    if row:
        row.text = " ".join(pieces)
        yield row


def commonest(speakers: Iterable[str]) -> str:
    """The speaker of most words; of equally many the one who comes first."""
    counts = Counter(speaker for speaker in speakers if speaker)
    return counts.most_common(1)[0][0] if counts else ""
