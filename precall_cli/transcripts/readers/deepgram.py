"""Deepgram: the response of a pre-recorded transcription.

| field | meaning |
|---|---|
| `results.utterances[]` | `transcript`, `start`, `end` (s), `speaker`, `channel`; only there when they were asked for |
| `results.channels[].alternatives[0].paragraphs.paragraphs[]` | read when there are no utterances |
| `.words[]` (`punctuated_word`) | read when there are no paragraphs, grouped by speaker and pause |
| `metadata.channels` | more than one: the label is the channel, and the channels are laid over one another by time |

Labels: `0`, `1`… of `speaker`; with several channels `channel 0`, `channel 1`… No side is told. A missing
speaker is the one of most of the words, if any. Utterances of one speaker that follow within a few seconds are one turn. `metadata.created`
is when it was transcribed, so the start of the call stays unknown.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import Draft, Row, first_text, number, objects, part, plan_of, string
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source
from precall_cli.transcripts.words import commonest, rows_of_words

NAME = "deepgram"
TITLE = "Deepgram transcription"
TELLS = Tells(starts=True, ends=True)


def matches(source: Source) -> int:
    """By channels with alternatives, or utterances, under `results`."""
    results = part(source.value, "results")
    channels = any("alternatives" in channel for channel in objects(results.get("channels")))
    return SURE if channels or isinstance(results.get("utterances"), list) else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    top = source.value if isinstance(source.value, dict) else {}
    results, meta = part(top, "results"), part(top, "metadata")
    if not results:
        if error := first_text(top.get("err_msg"), top.get("error"), top.get("message")):
            raise BadInput(
                f"holds an error of Deepgram: {error}", place=source.name, hint="Transcribe it again."
            )
        raise not_this(source, "`results`")
    channels = list(objects(results.get("channels")))
    utterances = list(objects(results.get("utterances")))
    several = len(channels) > 1 or (number(meta.get("channels")) or 1) > 1 or _channels_of(utterances) > 1
    draft = Draft(
        [],
        call_id=first_text(meta.get("request_id")),
        plan_id=plan_of(meta.get("extra"), meta),
        by_time=True,
        joins=True,
    )
    if utterances:
        draft.rows = [_row(item, string(item.get("transcript")), None, several) for item in utterances]
    else:
        for index, channel in enumerate(channels):
            best = next(objects(channel.get("alternatives")), {})
            draft.rows.extend(_channel_rows(best, index, several, draft.gaps))
    yield draft


def _channels_of(utterances: list[dict[str, Json]]) -> int:
    return len({string(_first(item.get("channel"))) for item in utterances} - {""})


def _first(value: Json) -> Json:
    """A channel is a number, or a list of its place and the count."""
    return value[0] if isinstance(value, list) and value else value


def _labels(item: dict[str, Json], channel: int | None, several: bool) -> tuple[str, ...]:
    speaker = string(item.get("speaker")) or commonest(
        string(w.get("speaker")) for w in objects(item.get("words"))
    )
    place = string(_first(item.get("channel"))) if channel is None else str(channel)
    if several and place:
        return (
            f"channel {place}",
            place,
            f"channel {place} speaker {speaker}" if speaker else f"channel {place}",
        )
    return (speaker, f"speaker {speaker}") if speaker else ()


def _row(item: dict[str, Json], text: str, channel: int | None, several: bool) -> Row:
    return Row(
        text, None, _labels(item, channel, several), number(item.get("start")), number(item.get("end"))
    )


def _channel_rows(best: dict[str, Json], index: int, several: bool, gaps: set[str]) -> Iterator[Row]:
    paragraphs = list(objects(part(best, "paragraphs").get("paragraphs")))
    words = list(objects(best.get("words")))
    for paragraph in paragraphs:
        text = " ".join(string(sentence.get("text")) for sentence in objects(paragraph.get("sentences")))
        yield _row(paragraph, text, index, several)
    if not paragraphs and words:
        yield from rows_of_words(
            words, ("punctuated_word", "word"), lambda word: _labels(word, index, several), 1.0
        )
    elif not paragraphs and (text := string(best.get("transcript"))):
        gaps.add("fallback_text")
        yield _row({}, text, index, several)
