"""The judge's replies, kept in cassettes: one file for each call and run, found by the digest of the request.

The format and the naming are those of the planner's cassettes, so that one folder may hold both. A reply that
is there is never asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from precall_cli.claude.cassettes import cassette_path, read_cassette, write_cassette
from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json


@dataclass(frozen=True, slots=True)
class Recordings:
    """A folder of replies: `asks` fills what is missing, else it is played back alone."""

    folder: Path
    asks: bool = False

    def play(self, digest: str) -> Json | None:
        """The reply to a request; None where none was kept. Raises BadInput for a file that is no reply."""
        document = read_cassette(self.folder, digest)
        return None if document is None else document["reply"]

    def keep(self, digest: str, reply: Json, about: dict[str, Any]) -> None:
        """Keeps a reply with what it is about. Raises Unavailable if it cannot be written."""
        write_cassette(self.folder, digest, {**about, "reply": reply})

    def missing(self, digest: str, call_id: str, run: int) -> BadInput:
        """What to say where a reply was to be played back, and there is none."""
        return BadInput(
            f"no recorded answer of the judge for call {call_id}, run {run}",
            place=str(cassette_path(self.folder, digest)),
            hint="It was never recorded, or the call, the plan, the audit's engine, the judge's model or its "
            "prompt changed since. Record it anew.",
        )
