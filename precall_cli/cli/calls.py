"""Calls as the command line names them: transcript files in any format, with who is who."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.cli.files import read_bytes

if TYPE_CHECKING:
    from precall_cli.records.transcript import Transcript
    from precall_cli.transcripts import Sides


def sides_of(agents: Sequence[str] | None, contacts: Sequence[str] | None, parties: Path | None) -> Sides:
    """Who is who, from the flags and the parties file."""
    from precall_cli.records.json_text import parse_json
    from precall_cli.transcripts import Sides

    told = parse_json(read_bytes(parties), str(parties)) if parties else None
    return Sides(agent=tuple(agents or ()), contact=tuple(contacts or ()), parties=told)


def read_call(
    file: Path,
    format_name: str | None = None,
    agents: Sequence[str] | None = None,
    contacts: Sequence[str] | None = None,
    parties: Path | None = None,
) -> Transcript:
    """The one call of a transcript file. Raises BadInput, naming the file and the place in it."""
    from precall_cli.transcripts import read_transcript

    name = "standard input" if str(file) == "-" else str(file)
    sides = sides_of(agents, contacts, parties)
    return read_transcript(read_bytes(file), name, format=format_name, sides=sides)
