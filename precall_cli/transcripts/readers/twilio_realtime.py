"""Twilio real-time `<Transcription>`: the status callbacks as they came, one JSON object (or form) per line.

| field | meaning |
|---|---|
| `TranscriptionEvent` | `transcription-content` is speech; `-started` is the zero of times; `-error` makes it partial |
| `Track` | `inbound_track` contact, `outbound_track` agent, as on a call placed through the API. On a call that came in, say `--agent-speaker inbound_track`: that turns both round |
| `TranscriptionData` | JSON in a string: `transcript`, `confidence` |
| `Final` | what is not final is dropped |
| `SequenceId` | the order, a number in a string; a callback delivered twice is read once |
| `Timestamp` | when the callback was sent, which is about when the words ended |
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.transcript import Speaker
from precall_cli.transcripts.draft import Draft, Row, epoch, first_text, number, objects, plan_of, string
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "twilio_realtime"
TITLE = "Twilio real-time transcription callbacks"
TELLS = Tells(ends=True, sides=True)

_TRACKS: dict[str, Speaker] = {"inbound_track": "contact", "outbound_track": "agent"}


def matches(source: Source) -> int:
    """By the name of the event in the first rows."""
    if source.is_json:
        return SURE if any("TranscriptionEvent" in row for row in _json_events(source.value)[:5]) else NO
    head = source.text[:2000].lstrip()
    return SURE if "TranscriptionEvent=" in head and " " not in head.split("\n", 1)[0].strip() else NO


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    events = _json_events(source.value) if source.is_json else _form_events(source.text)
    if not any("TranscriptionEvent" in event for event in events):
        raise not_this(source, "`TranscriptionEvent`")
    draft = Draft(
        [],
        call_id=first_text(*(event.get("CallSid") for event in events)),
        plan_id=plan_of(*events[:1]),
        on_clock=True,
        swaps_sides=True,
    )
    events = _in_sequence(events, draft.gaps)
    for event in events:
        kind = string(event.get("TranscriptionEvent"))
        if kind == "transcription-started" and draft.began is None:
            draft.began = epoch(event.get("Timestamp"))
        elif kind == "transcription-error":
            draft.gaps.add("partial")
        elif kind == "transcription-content":
            if string(event.get("Final")).casefold() == "false" or event.get("Final") is False:
                draft.gaps.add("partial_results_dropped")
            else:
                draft.rows.append(_row(event))
    yield draft


def _json_events(value: Json) -> list[dict[str, Json]]:
    return [value] if isinstance(value, dict) else list(objects(value))


def _form_events(text: str) -> list[dict[str, Json]]:
    lines = [line for line in text.split("\n") if "TranscriptionEvent=" in line]
    return [dict(parse_qsl(line.strip(), keep_blank_values=True)) for line in lines]


def _in_sequence(events: list[dict[str, Json]], gaps: set[str]) -> list[dict[str, Json]]:
    """By `SequenceId`; a row without one stays behind the row it followed; each id once."""
    keys: list[float] = []
    seen: set[tuple[str, float]] = set()
    kept: list[dict[str, Json]] = []
    for event in events:
        place = number(event.get("SequenceId"))
        mark = (string(event.get("TranscriptionSid")), place if place is not None else -1.0)
        if place is not None and mark in seen:
            continue
        seen.add(mark)
        kept.append(event)
        keys.append(place if place is not None else keys[-1] if keys else -1.0)
    order = sorted(range(len(kept)), key=keys.__getitem__)
    if order != list(range(len(kept))):
        gaps.add("out_of_order")
    return [kept[index] for index in order]


def _row(event: dict[str, Json]) -> Row:
    track = string(event.get("Track"))
    return Row(
        _words(event.get("TranscriptionData")),
        _TRACKS.get(track),
        (track,) if track else (),
        None,
        epoch(event.get("Timestamp")),
    )


def _words(data: Json) -> str:
    """The words of `TranscriptionData`; of one that is cut or no JSON, all of it."""
    if isinstance(data, str) and data.lstrip().startswith("{"):
        try:
            data = parse_json(data.strip(), "TranscriptionData", nan_as_null=True)
        except BadInput:
            return string(data)
    return string(data.get("transcript")) if isinstance(data, dict) else string(data)
