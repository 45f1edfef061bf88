"""From a draft to a Transcript: sides, clean text, sane times, order, turns that count from 0.

What is the same for all formats is done here, once: see the table in the package's docstring.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from precall_cli.errors import BadInput
from precall_cli.records.transcript import Speaker, Transcript, Turn
from precall_cli.transcripts.draft import Draft, Row, ascending
from precall_cli.transcripts.gaps import in_order
from precall_cli.transcripts.sides import Sided, Sides

MAX_TEXT = 20_000
LONGEST_CALL_S = 24 * 3600.0
_EARLIEST = 946_684_800.0  # 2000-01-01: before it, a unit was mistaken
_LATEST = 32_503_680_000.0  # the year 3000: likewise
CLOCK_SLIP_S = 1.0
"""A word this little before the start of the call was said at its start."""
JOIN_PAUSE_S = 3.0
JOIN_CHARS = 2_000
"""Fragments of one speaker become one turn up to this pause and this length."""

_SPEECH = ("agent", "contact", "unknown")
_MARKUP = re.compile(
    r"</?(?:expr|break|emotion|prosody|speak|phoneme|say-as|sub|audio|voice|mark|emphasis|lang|speed|volume"
    r"|spell|pause|laugh|sigh)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)


def settle(
    draft: Draft,
    format_name: str,
    place: str,
    call_id: str,
    sides: Sides,
    started_at: float | None,
    max_turns: int,
) -> Transcript:
    """The transcript of one call. Raises BadInput for too many turns, or labels that fit nobody."""
    gaps = set(draft.gaps)
    rows = [row for row in draft.rows if _tidied(row, gaps)]
    if len(rows) > max_turns:
        raise BadInput(
            f"holds more than {max_turns:,} turns",
            place=place,
            hint="Give one call per file.",
        )
    speakers = _speakers(draft, rows, sides, place)
    began = _set_times(draft, rows, started_at, gaps)
    pairs = list(zip(rows, speakers, strict=True))
    if draft.by_time:
        pairs = _by_time(pairs, gaps)
    if draft.joins:
        pairs = list(_joined(pairs))
    turns = tuple(_turns(pairs, gaps))
    gaps |= _found_gaps(turns)
    return Transcript(
        call_id=call_id,
        plan_id=draft.plan_id,
        started_at=None if began is None else _stamp(began),
        ended_by=draft.ended_by,
        source=format_name,
        turns=turns,
        gaps=in_order(gaps),
    )


def clean(text: str) -> str:
    """Words without voice markup, one space between them.

    >>> clean(' Hi <emotion value="warm"/>Dana,\\n is <this> fine? ')
    'Hi Dana, is <this> fine?'
    """
    return " ".join((_MARKUP.sub("", text) if "<" in text else text).split())


_SILENCE = re.compile(
    r"[.…\s]+|♪+|[\[(](?:silence|silent|blank_audio|blank audio|no speech|no audio|pause|music|noise"
    r"|background noise)[\])]",
    re.IGNORECASE,
)
_REDACTED = re.compile(
    r"\[(?:redacted|pii|name|person|phone|email|address|organization|location|number|ssn)\]|[*#]{4,}"
    r"|\[(?-i:[A-Z]{2,20}_[A-Z0-9_]{1,40})\]",
    re.IGNORECASE,
)


def _tidied(row: Row, gaps: set[str]) -> bool:
    """Cleans the words of a row; False for one that has none."""
    row.text = clean(row.text)
    if not row.text:
        gaps.add("empty_turns")
        return False
    if row.speaker in (None, *_SPEECH):
        if _SILENCE.fullmatch(row.text):
            row.speaker = "system"
            gaps.add("silence_marked")
        elif _REDACTED.search(row.text):
            gaps.add("redacted")
    return True


def _speakers(draft: Draft, rows: list[Row], sides: Sides, place: str) -> list[Speaker]:
    sided = Sided(sides)
    said = [sided.said(row.labels) for row in rows]
    turned = draft.swaps_sides and any(
        side and row.speaker and side != row.speaker for side, row in zip(said, rows, strict=True)
    )
    speakers: list[Speaker] = []
    for row, side in zip(rows, said, strict=True):
        own = _other(row.speaker) if turned else row.speaker
        if own in ("system", "tool"):
            side = own  # noqa: PLW2901  (no label makes an event speech)
        speakers.append(side or own or sided.known(row.labels))
    if sides and not sided.met and sided.strangers:
        names = ", ".join(repr(name) for name in list(sided.strangers)[:12])
        raise BadInput(
            "no speaker of this file has a name that was given with --agent-speaker or --contact-speaker",
            place=place,
            hint=f"The file holds: {names}.",
        )
    return speakers


def _other(speaker: Speaker | None) -> Speaker | None:
    swapped: dict[Speaker | None, Speaker] = {"agent": "contact", "contact": "agent"}
    return swapped.get(speaker, speaker)


def _set_times(draft: Draft, rows: list[Row], started_at: float | None, gaps: set[str]) -> float | None:
    """Makes all times seconds of the call, drops what cannot be true; gives the epoch time of zero."""
    began = draft.began if started_at is None else started_at
    if draft.on_clock:
        clock = [time for row in rows for time in (row.start, row.end) if time is not None]
        if began is None and clock:
            began = float(math.floor(min(clock)))
            gaps.add("clock_start_assumed")
        zero = began or 0.0
    else:
        zero = 0.0
    for row in rows:
        wrong = gaps if row.speaker not in ("system", "tool") else set()
        row.start = _sane(row.start, zero, wrong)
        row.end = _sane(row.end, zero, wrong)
        if row.start is not None and row.end is not None and row.end < row.start:
            row.end = None
            gaps.add("bad_times")
    return began


def _sane(time: float | None, zero: float, gaps: set[str]) -> float | None:
    if time is None:
        return None
    time = round(time - zero, 3)
    if not -CLOCK_SLIP_S <= time <= LONGEST_CALL_S:
        gaps.add("bad_times")
        return None
    return max(time, 0.0)


def _by_time(pairs: list[tuple[Row, Speaker]], gaps: set[str]) -> list[tuple[Row, Speaker]]:
    """In the order of the starts; a row without a time stays behind the row it followed."""
    use_ends = all(row.start is None for row, _ in pairs)
    keys: list[float] = []
    for row, _ in pairs:
        time = row.end if use_ends else row.start
        keys.append(time if time is not None else keys[-1] if keys else 0.0)
    if ascending(keys):
        return pairs
    gaps.add("out_of_order")
    return [pairs[index] for index in sorted(range(len(pairs)), key=keys.__getitem__)]


def _joined(pairs: list[tuple[Row, Speaker]]) -> Iterator[tuple[Row, Speaker]]:
    """Neighbouring fragments of one labelled speaker as one row."""
    last: Row | None = None
    side: Speaker = "unknown"
    size = 0
    words: list[str] = []
    for row, speaker in pairs:
        if last and speaker == side and _continues(last, row) and size + len(row.text) <= JOIN_CHARS:
            words.append(row.text)
            size += len(row.text) + 1
            last.end, last.interrupted = row.end, row.interrupted
            continue
        if last:
            last.text = " ".join(words)
            yield last, side
        last, side, words, size = row, speaker, [row.text], len(row.text)
    if last:
        last.text = " ".join(words)
        yield last, side


def _continues(last: Row, row: Row) -> bool:
    if not row.labels or row.labels != last.labels:
        return False
    return last.end is None or row.start is None or row.start - last.end <= JOIN_PAUSE_S


def _turns(pairs: list[tuple[Row, Speaker]], gaps: set[str]) -> Iterator[Turn]:
    index = 0
    for row, speaker in pairs:
        pieces = _pieces(row.text)
        if len(pieces) > 1:
            gaps.add("long_turns_split")
        for place, piece in enumerate(pieces):
            yield Turn(
                i=index,
                speaker=speaker,
                text=piece,
                start_s=row.start if place == 0 else None,
                end_s=row.end if place == len(pieces) - 1 else None,
                interrupted=row.interrupted if place == len(pieces) - 1 else None,
            )
            index += 1


def _pieces(text: str) -> list[str]:
    if len(text) <= MAX_TEXT:
        return [text]
    pieces = []
    at = 0
    while len(text) - at > MAX_TEXT:
        cut = text.rfind(" ", at + 1, at + MAX_TEXT + 1)
        cut = cut if cut > at else at + MAX_TEXT
        pieces.append(text[at:cut])
        at = cut + (text[cut] == " ")
    return [*pieces, text[at:]]


def _found_gaps(turns: tuple[Turn, ...]) -> set[str]:
    speech = [turn for turn in turns if turn.speaker in _SPEECH]
    if not speech:
        return {"no_turns"}
    found = set()
    starts = [turn.start_s for turn in speech if turn.start_s is not None]
    ends = [turn.end_s for turn in speech if turn.end_s is not None]
    if not starts and not ends:
        found.add("no_times")
    elif not starts:
        found.add("no_start_times")
    elif not ends:
        found.add("no_end_times")
    if (starts or ends) and any(turn.start_s is None and turn.end_s is None for turn in speech):
        found.add("some_times_missing")
    unknown = sum(turn.speaker == "unknown" for turn in speech)
    if unknown:
        found.add("no_sides" if unknown == len(speech) else "some_sides_unknown")
    return found


def _stamp(moment: float) -> str | None:
    """A time as it stands in a record; None for one that no call can have begun at."""
    if not _EARLIEST <= moment < _LATEST:
        return None
    try:
        text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return None
    return text.replace(".000+00:00", "Z").replace("+00:00", "Z")
