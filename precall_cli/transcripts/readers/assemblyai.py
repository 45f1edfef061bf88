"""AssemblyAI: a finished transcript from its API.

| field | meaning |
|---|---|
| `status` | must be `completed`: an `error` is passed on in its own words, `queued` and `processing` are refused |
| `utterances[]` | `speaker` (`A`, or the channel's id), `text`, `start`, `end` in **ms** |
| `words[]` | read when there are no utterances, grouped by speaker and pause |
| `text` | read when there are no words |

Labels: `A`, `speaker A`; with several channels `1`, `channel 1`. No side is told, nor when the call began
(`audio_duration` is in seconds).
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import Draft, Row, first_text, objects, plan_of, scaled, span_of, string
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source
from precall_cli.transcripts.words import rows_of_words

NAME = "assemblyai"
TITLE = "AssemblyAI transcript"
TELLS = Tells(starts=True, ends=True)

_WHOLE = ("completed", "")


def matches(source: Source) -> int:
    """By the audio's address or duration beside a status, words or utterances."""
    top = source.value if isinstance(source.value, dict) else {}
    audio = bool(top.keys() & {"audio_url", "audio_duration"})
    rows = bool(top.keys() & {"utterances", "words", "status"})
    return SURE if audio and rows else NO


def read(source: Source) -> Iterator[Draft]:
    """One call. Raises BadInput when the transcript is not finished, or failed."""
    top = source.value if isinstance(source.value, dict) else {}
    status = string(top.get("status"))
    if status == "error" or (status not in _WHOLE and not top.get("utterances")):
        said = f": {string(top.get('error'))[:300]}" if top.get("error") else ""
        raise BadInput(
            f"is no finished transcript: its status is {status[:40]!r}{said}",
            place=f"{source.name}: /status",
            hint="Fetch it again when it is completed.",
        )
    utterances, words = list(objects(top.get("utterances"))), list(objects(top.get("words")))
    if not utterances and not words and "text" not in top:
        raise not_this(source, "`utterances`")
    draft = Draft(
        [],
        call_id=first_text(top.get("id")),
        plan_id=plan_of(top.get("metadata"), top),
        by_time=True,
        joins=True,
    )
    if status not in _WHOLE:
        draft.gaps.add("partial")
    if top.get("redact_pii") is True:
        draft.gaps.add("redacted")
    if utterances:
        draft.rows = [_row(item) for item in utterances]
    elif words:
        draft.rows = list(rows_of_words(words, ("text", "word"), _labels, 0.001))
    elif text := string(top.get("text")):
        draft.rows = [Row(text)]
        draft.gaps.add("fallback_text")
    yield draft


def _row(item: dict[str, Json]) -> Row:
    words = list(objects(item.get("words")))
    start, end = scaled(item.get("start"), 0.001), scaled(item.get("end"), 0.001)
    if start is None or end is None:
        first, last = span_of(words, 0.001)
        start, end = first if start is None else start, last if end is None else end
    text = string(item.get("text")) or " ".join(string(word.get("text")) for word in words)
    return Row(text, None, _labels(item), start, end)


def _labels(item: dict[str, Json]) -> tuple[str, ...]:
    speaker, channel = string(item.get("speaker")), string(item.get("channel"))
    names = (speaker, f"speaker {speaker}") if speaker else ()
    return (*names, f"channel {channel or speaker}") if channel or speaker.isdecimal() else names
