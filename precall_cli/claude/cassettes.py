"""Cassettes: replies kept by the digest of their request, and played back without a key and byte for byte.

A folder of JSON files, one for each request, named by its digest. A file holds the reply and what the digest
was made of, never the request itself: that would be a copy of the brief.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from precall_cli.claude.prompt import load_prompt
from precall_cli.claude.request import Request
from precall_cli.claude.task import Task
from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.json_text import Json, parse_json, readable_json
from precall_cli.records.regular_file import make_folders, read_regular

SCHEMA = "precall.cassette/1"


def cassette_path(folder: Path, digest: str) -> Path:
    """The file of the reply to a request of this digest."""
    return folder / f"{digest.removeprefix('sha256:')[:32]}.json"


def read_cassette(folder: Path, digest: str) -> dict[str, Json] | None:
    """What was kept for a request; None where nothing was. BadInput for a file that is no such reply."""
    path = cassette_path(folder, digest)
    if not path.exists():
        return None
    document = parse_json(read_regular(path), str(path))
    if (
        not isinstance(document, dict)
        or document.get("schema") != SCHEMA
        or document.get("request") != digest
        or "reply" not in document
    ):
        raise BadInput("is no reply to this request", place=str(path), hint="Record it anew with --record.")
    return document


def write_cassette(folder: Path, digest: str, document: dict[str, Json]) -> None:
    """Keeps a reply with what it is about: a whole file or none. Unavailable if it cannot be written."""
    path = cassette_path(folder, digest)
    try:
        make_folders(folder)
        handle, temporary = tempfile.mkstemp(prefix=".cassette-", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(readable_json({"schema": SCHEMA, "request": digest, **document}) + "\n")
        Path(temporary).replace(path)
    except OSError as error:
        raise Unavailable(f"cannot be recorded: {error.strerror or error}", place=str(path)) from None


@dataclass(frozen=True, slots=True)
class Cassettes:
    """A folder of replies, to be filled (`record`) or played back (`replay`)."""

    folder: Path
    mode: Literal["record", "replay"]

    @property
    def replays(self) -> bool:
        """Whether no server is asked at all."""
        return self.mode == "replay"

    def play(self, request: Request, task: Task) -> Json:
        """The reply that was recorded for a request. Raises BadInput, naming the brief, if there is none."""
        return self._read(request, task)["reply"]

    def was_repaired(self, request: Request, task: Task) -> bool:
        """Whether the reply to this request was sent back for repair when it was recorded, and answered."""
        return bool(self._read(request, task).get("repaired"))

    def keep(self, request: Request, task: Task, reply: Json, *, repaired: bool = False) -> None:
        """Records a reply; `repaired` says that its repair was recorded too. Unavailable if it cannot be."""
        document = {
            "brief_id": task.brief.brief_id,
            "brief_digest": task.brief.digest(),
            "model": request.model,
            "prompt": load_prompt().label,
            "repaired": repaired,
            "reply": reply,
        }
        write_cassette(self.folder, request.digest, document)

    def _read(self, request: Request, task: Task) -> dict[str, Json]:
        document = read_cassette(self.folder, request.digest)
        if document is None:
            raise self._missing(request, task)
        return document

    def _missing(self, request: Request, task: Task) -> BadInput:
        return BadInput(
            f"no recorded reply for the brief {task.brief.brief_id}",
            place=str(self.folder),
            hint=f"{self._why(request, task)}Record it with --record {self.folder}.",
        )

    def _why(self, request: Request, task: Task) -> str:
        """What has changed since a reply for the same brief was recorded, as far as the files tell."""
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            try:
                found = parse_json(read_regular(path), str(path))
            except (BadInput, Unavailable):
                continue
            if not isinstance(found, dict) or found.get("brief_id") != task.brief.brief_id:
                continue
            changed = [
                what
                for what, then, now in (
                    ("the brief", found.get("brief_digest"), task.brief.digest()),
                    ("the model", found.get("model"), request.model),
                    ("the prompt", found.get("prompt"), load_prompt().label),
                )
                if then != now
            ]
            what = " and ".join(changed) or "the day, the policy or the playbook"
            shown = re.sub(r"[^\w.\-]", "?", path.name)
            return f"There is {shown} for this brief, but {what} changed since. "
        return ""
