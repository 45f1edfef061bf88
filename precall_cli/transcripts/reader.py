"""What a module of `readers/` offers: the protocol, its strengths of recognition, what a format tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from precall_cli.errors import BadInput
from precall_cli.records.transcript import Transcript
from precall_cli.transcripts.draft import Draft
from precall_cli.transcripts.source import Source

NO: Final = 0
"""Not this format."""
PERHAPS: Final = 1
"""It can be read so if nothing knows better."""
LIKELY: Final = 2
"""It has the fields of this format; others have them too."""
SURE: Final = 3
"""It has what only this format has."""


@dataclass(frozen=True, slots=True)
class Tells:
    """What a format can tell of a call, for `precall transcript formats`."""

    starts: bool = False
    """When a turn began."""
    ends: bool = False
    """When it ended."""
    sides: bool = False
    """Who is the agent."""
    tools: bool = False
    """Tool calls."""
    interruptions: bool = False
    """Who was cut off."""


class Reader(Protocol):
    """One format. A module with these names is one."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """Name for `--format` and for `Transcript.source`."""

    @property
    def TITLE(self) -> str:  # noqa: N802
        """What it is, in a few words."""

    @property
    def TELLS(self) -> Tells:  # noqa: N802
        """What it can tell."""

    def matches(self, source: Source) -> int:
        """How sure it is that the file is of this format: NO, PERHAPS, LIKELY or SURE."""

    def read(self, source: Source) -> Iterator[Draft | Transcript]:
        """The calls of the file. Raises BadInput when it is not of this format at all."""


def not_this(source: Source, wanted: str) -> BadInput:
    """The error for a file that was said to be of a format and is not."""
    return BadInput(
        f"is not of this format: {wanted} is missing",
        place=source.name,
        hint="`precall transcript formats` lists what is known; without --format it is detected.",
    )
