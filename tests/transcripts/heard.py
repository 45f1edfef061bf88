"""Reads a call and tells it in short lines, so that a test shows a file beside what is heard in it."""

from __future__ import annotations

import json
from typing import Any

from precall_cli.records.transcript import Transcript
from precall_cli.transcripts import Sides, read_transcript


def read(
    data: Any, name: str = "call.json", *, agent: str = "", contact: str = "", **given: Any
) -> Transcript:
    """A call out of a JSON value, a list of JSON Lines (a tuple), a text or bytes. Sides: labels by `;`."""
    if isinstance(data, tuple):
        data = "\n".join(json.dumps(row) for row in data)
    elif isinstance(data, dict | list):
        data = json.dumps(data)
    raw = data if isinstance(data, bytes) else data.encode()
    sides = Sides(_split(agent), _split(contact), given.pop("parties", None))
    return read_transcript(raw, name, sides=sides, **given)


def _split(labels: str) -> tuple[str, ...]:
    return tuple(label for label in labels.split(";") if label)


def lines(call: Transcript) -> list[str]:
    """`agent 0.4-7.1 words`, with `?` for a time that is not known and `!` for a turn that was cut off."""
    return [
        f"{turn.speaker} {_span(turn.start_s, turn.end_s)}{'!' if turn.interrupted else ''} {turn.text}"
        for turn in call.turns
    ]


def _span(start: float | None, end: float | None) -> str:
    shown = [("?" if time is None else f"{time:g}") for time in (start, end)]
    return "-" if shown == ["?", "?"] else f"{shown[0]}-{shown[1]}"
