"""What was observed before, by the digest of all it rests on: only what a change touches is done again."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from precall_cli import __version__
from precall_cli.check.observe import Observation
from precall_cli.records.regular_file import make_folders

_PARTS = (
    "records", "policies", "gate", "planner", "playbook", "compose", "layers", "transcripts", "audit",
    "claude", "judge", "check", "planning.py",
)  # fmt: skip
"""The parts of the package that can change an observation."""


@cache
def code_digest() -> str:
    """SHA-256 over version, code and data of the parts that can change an observation."""
    root = Path(str(files("precall_cli")))
    seen = sha256(__version__.encode())
    for part in _PARTS:
        top = root / part
        paths = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
        for path in paths:
            if path.suffix != ".pyc":
                seen.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


class Cache:
    """A folder of observations. What cannot be read or written there is done anew, without a word."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` None keeps nothing."""
        self._folder = folder

    def load(self, key: str) -> Observation | None:
        """What was observed under this key."""
        if self._folder is None:
            return None
        try:
            document = json.loads((self._folder / f"{key}.json").read_bytes())
            return Observation.from_document(document) if document.get("key") == key else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def save(self, key: str, observation: Observation) -> None:
        """Keeps an observation: a whole file or none."""
        if self._folder is None:
            return
        with suppress(OSError):
            make_folders(self._folder)
            if not (ignore := self._folder / ".gitignore").exists():
                ignore.touch(mode=0o600)
                ignore.write_text("*\n", encoding="utf-8")
            handle, name = tempfile.mkstemp(prefix=".", dir=self._folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"key": key, **observation.document()}, file)
            Path(name).replace(self._folder / f"{key}.json")
