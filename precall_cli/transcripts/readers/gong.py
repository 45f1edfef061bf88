"""Gong: `/v2/calls/transcript`, with its parties from `/v2/calls/extensive` as a second file.

| field | meaning |
|---|---|
| `callTranscripts[].callId` | the call; several in one file are several transcripts |
| `.transcript[].speakerId` | a string, or null: unknown |
| `.sentences[].start`, `.end` | **ms** from the start of the call (a third-party schema says seconds: wrong) |
| parties file: `calls[].parties[]` | `speakerId`, `name`, `affiliation`: `Internal` agent, `External` contact, `Unknown` unknown |
| `calls[].metaData.started` | start of the call |

Without the parties file no side is told; `--agent-speaker` takes a speaker's id, and with the file also a name,
an address or a user id. A speaker that the parties do not hold is unknown. A monologue is one turn; several
that are out of order are sorted. A response that is one page of several says `pages_missing`.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.records.json_text import Json
from precall_cli.records.transcript import Speaker
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    epoch,
    first_text,
    objects,
    part,
    plan_of,
    scaled,
    string,
)
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "gong"
TITLE = "Gong call transcript, with its parties file"
TELLS = Tells(starts=True, ends=True, sides=True)

_SIDES: dict[str, Speaker] = {"internal": "agent", "external": "contact"}


def matches(source: Source) -> int:
    """By its list of transcripts."""
    top = source.value if isinstance(source.value, dict) else {}
    return SURE if isinstance(top.get("callTranscripts"), list) else NO


def read(source: Source) -> Iterator[Draft]:
    """Every call of the file."""
    top = source.value if isinstance(source.value, dict) else {}
    if not isinstance(top.get("callTranscripts"), list):
        raise not_this(source, "`callTranscripts`")
    calls = _calls(source.sides.parties) or _calls(top)
    more = bool(part(top, "records").get("cursor"))
    for transcript in objects(top["callTranscripts"]):
        call_id = first_text(transcript.get("callId"))
        call = calls.get(call_id or "") or (next(iter(calls.values())) if len(calls) == 1 else {})
        meta = part(call, "metaData")
        draft = Draft(
            [],
            call_id=call_id,
            plan_id=plan_of(meta.get("customData"), meta, call),
            began=epoch(meta.get("started")),
            by_time=True,
            gaps={"pages_missing"} if more else set(),
        )
        parties = {string(party.get("speakerId")): party for party in objects(call.get("parties"))}
        draft.rows = [_row(item, parties) for item in objects(transcript.get("transcript"))]
        yield draft


def _calls(value: Json) -> dict[str, dict[str, Json]]:
    """The calls of a parties file by their ids."""
    if isinstance(value, dict) and "parties" in value:
        return {string(part(value, "metaData").get("id")): value}
    found = objects(value.get("calls") if isinstance(value, dict) else value)
    return {string(part(call, "metaData").get("id")): call for call in found if "parties" in call}


def _row(item: dict[str, Json], parties: dict[str, dict[str, Json]]) -> Row:
    sentences = list(objects(item.get("sentences")))
    starts = [start for one in sentences if (start := scaled(one.get("start"), 0.001)) is not None]
    ends = [end for one in sentences if (end := scaled(one.get("end"), 0.001)) is not None]
    text = " ".join(string(one.get("text")) for one in sentences)
    speaker = string(item.get("speakerId"))
    party = parties.get(speaker, {}) if speaker else {}
    side = _SIDES.get(string(party.get("affiliation")).casefold())
    keys = ("name", "emailAddress", "userId", "id")
    labels = (*(string(party.get(key)) for key in keys), speaker)
    return Row(
        text,
        side,
        tuple(label for label in labels if label),
        min(starts) if starts else None,
        max(ends) if ends else None,
    )
