"""Reading transcripts: which format a file is of, and the calls that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from precall_cli.errors import BadInput
from precall_cli.records.transcript import Transcript
from precall_cli.transcripts.draft import Draft, epoch, objects
from precall_cli.transcripts.reader import NO, Reader, Tells
from precall_cli.transcripts.readers import READERS
from precall_cli.transcripts.settle import settle
from precall_cli.transcripts.sides import Sides
from precall_cli.transcripts.source import Source, open_source

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """One line of `precall transcript formats`."""

    name: str
    title: str
    tells: Tells
    manual: str
    """The docstring of the reader's module."""


def formats() -> tuple[FormatInfo, ...]:
    """What can be read, in the order in which it is listed."""
    return tuple(FormatInfo(r.NAME, r.TITLE, r.TELLS, (r.__doc__ or "").strip()) for r in READERS)


def detect_format(data: bytes, source: str) -> str:
    """Name of the format of a file, by its content. Raises BadInput when none or several fit."""
    return _detected(open_source(data, source))[0].NAME


def read_transcript(
    data: bytes,
    source: str,
    *,
    format: str | None = None,  # noqa: A002
    sides: Sides = Sides(),  # noqa: B008
    call_id: str | None = None,
    started_at: str | None = None,
    max_turns: int | None = None,
    max_bytes: int | None = None,
) -> Transcript:
    """The one call that a file holds.

    `format` is a name of `formats()`, else it is detected. `call_id` replaces the id that the file gives.
    `started_at` is the time of zero, where the file has only clock times. Raises BadInput, also for a file
    with several calls.
    """
    calls = read_transcripts(
        data,
        source,
        format=format,
        sides=sides,
        started_at=started_at,
        max_turns=max_turns,
        max_bytes=max_bytes,
    )
    found = list(islice(calls, 2))
    if len(found) > 1:
        raise BadInput(
            "holds several calls, one is expected here",
            place=source,
            hint=f"Give one call per file; the first two are {found[0].call_id!r} and {found[1].call_id!r}.",
        )
    if call_id and len(call_id) > _LONGEST_ID:
        raise BadInput(
            f"an id has at most {_LONGEST_ID} characters", place="call_id", hint="Give a shorter one."
        )
    return found[0].model_copy(update={"call_id": call_id}) if call_id else found[0]


def read_transcripts(
    data: bytes,
    source: str,
    *,
    format: str | None = None,  # noqa: A002
    sides: Sides = Sides(),  # noqa: B008
    started_at: str | None = None,
    max_turns: int | None = None,
    max_bytes: int | None = None,
) -> Iterator[Transcript]:
    """Every call of a file, at least one. Raises BadInput; arguments are as of `read_transcript`."""
    began = _began(started_at)
    opened = open_source(data, source, sides=sides, max_turns=max_turns, max_bytes=max_bytes)
    reader, parts = (_named(format), _parts_for(_named(format), opened)) if format else _detected(opened)
    count = 0
    for part in parts:
        for call in reader.read(part):
            count += 1
            if isinstance(call, Draft):
                fallback = opened.slug() if count == 1 else f"{opened.slug()}-{count}"
                call = settle(  # noqa: PLW2901
                    call, reader.NAME, part.name, call.call_id or fallback, sides, began, opened.max_turns
                )
            elif len(call.turns) > opened.max_turns:
                raise BadInput(f"holds more than {opened.max_turns:,} turns", place=part.name)
            yield call
    if not count:
        raise BadInput("holds no call", place=source, hint="Give the transcript of a call.")


def _began(started_at: str | None) -> float | None:
    if started_at is None:
        return None
    found = epoch(started_at)
    if found is None:
        raise BadInput(
            f"{started_at[:40]!r} is no time", place="started_at", hint="Write 2026-11-20T15:04:05Z."
        )
    return found


def _named(name: str) -> Reader:
    for reader in READERS:
        if name == reader.NAME:
            return reader
    raise BadInput(
        f"{name[:40]!r} is no format",
        place="--format",
        hint=f"Known are: {', '.join(reader.NAME for reader in READERS)}.",
    )


def _detected(source: Source) -> tuple[Reader, list[Source]]:
    """The reader and the calls' parts of the file: the file itself, or each element of its list."""
    reader = _best(source)
    if reader:
        return reader, [source]
    if isinstance(source.value, list) and source.value:
        parts = _elements(source)
        reader = _best(parts[0]) if parts else None
        if reader and all(reader.matches(part) for part in parts):
            return reader, parts
    raise BadInput(
        "is of no format that precall knows",
        place=source.name,
        hint="`precall transcript formats` lists what is known; --format NAME says which one it is.",
    )


def _best(source: Source) -> Reader | None:
    strengths = [(reader.matches(source), reader) for reader in READERS]
    best = max(strength for strength, _ in strengths)
    if best == NO:
        return None
    names = [reader for strength, reader in strengths if strength == best]
    if len(names) > 1:
        raise BadInput(
            f"could be {' or '.join(reader.NAME for reader in names)}",
            place=source.name,
            hint="Say which with --format NAME.",
        )
    return names[0]


def _elements(source: Source) -> list[Source]:
    return [source.only(item, f": call {number}") for number, item in enumerate(objects(source.value), 1)]


def _parts_for(reader: Reader, source: Source) -> list[Source]:
    """The file itself, or the elements of its list when only these are of the format."""
    if not reader.matches(source) and isinstance(source.value, list):
        parts = [part for part in _elements(source) if reader.matches(part)]
        if parts:
            return parts
    return [source]
