"""Twilio Conversational Intelligence: the sentences of a transcript.

| field | meaning |
|---|---|
| `sentences[].media_channel` | label `channel 1` (or `1`): give it with --agent-speaker, or the transcript's own JSON, which holds `channel.participants`, with --parties |
| `.transcript`, `.sentence_index` | the words; the order |
| `.start_time`, `.end_time` | seconds, as strings or numbers, or null (then of the first and last word) |
| `meta.next_page_url` | there are more pages: give all of them as one JSON list or JSON Lines |

Sentences of one channel that follow one another are one turn. When redaction is on, the text is redacted by
default; the gaps say so where it shows.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    ascending,
    first_text,
    number,
    objects,
    part,
    plan_of,
    string,
)
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "twilio_sentences"
TITLE = "Twilio Conversational Intelligence sentences"
TELLS = Tells(starts=True, ends=True)


def matches(source: Source) -> int:
    """By sentences with a media channel, on one page or several."""
    pages = _pages(source.value)
    rows = [row for page in pages for row in objects(page.get("sentences"))]
    marked = any("media_channel" in row for row in rows) or any(
        part(page, "meta").get("key") == "sentences" for page in pages
    )
    return SURE if marked else NO


def read(source: Source) -> Iterator[Draft]:
    """One call, of one page or several."""
    pages = _pages(source.value)
    rows = [row for page in pages for row in objects(page.get("sentences"))]
    if not rows and not any("sentences" in page for page in pages):
        raise not_this(source, "`sentences`")
    top = pages[0]
    draft = Draft(
        [],
        call_id=first_text(
            top.get("call_sid"), top.get("transcript_sid"), *(row.get("transcript_sid") for row in rows[:1])
        ),
        plan_id=plan_of(top.get("customer_key"), top),
        joins=True,
    )
    places = [number(row.get("sentence_index")) for row in rows]
    known = [place for place in places if place is not None]
    if len(known) == len(places):
        rows = [rows[index] for index in sorted(range(len(rows)), key=known.__getitem__)]
        if not ascending(known):
            draft.gaps.add("out_of_order")
    else:
        draft.by_time = True
    if _incomplete(pages, sorted(known)):
        draft.gaps.add("pages_missing")
    draft.rows = [_row(row) for row in rows]
    yield draft


def _pages(value: Json) -> list[dict[str, Json]]:
    if isinstance(value, dict):
        return [value]
    found = list(objects(value))
    if found and all("media_channel" in item and "transcript" in item for item in found):
        return [{"sentences": found}]
    return found if found and all("sentences" in item for item in found) else []


def _incomplete(pages: list[dict[str, Json]], places: list[float]) -> bool:
    """Whether a page is missing: the last one points on, or the first does not begin the list."""
    metas = [part(page, "meta") for page in pages]
    more = sum(bool(meta.get("next_page_url")) for meta in metas)
    return more >= len(pages) or bool(
        metas and places and places[0] > 0 and metas[0].get("previous_page_url")
    )


def _row(row: dict[str, Json]) -> Row:
    words = list(objects(row.get("words")))
    start, end = number(row.get("start_time")), number(row.get("end_time"))
    if start is None:
        start = next((time for word in words if (time := number(word.get("start_time"))) is not None), None)
    if end is None:
        end = next(
            (time for word in reversed(words) if (time := number(word.get("end_time"))) is not None), None
        )
    text = string(row.get("transcript")) or " ".join(string(word.get("word")) for word in words)
    channel = string(row.get("media_channel"))
    return Row(text, None, (f"channel {channel}", channel) if channel else (), start, end)
