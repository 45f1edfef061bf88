"""The prompt: one readable file beside this one, with its version."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_HEAD = re.compile(r"<!-- Version (?P<version>\S+) .*?-->\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told, the same for every call."""

    text: str
    version: str

    @property
    def label(self) -> str:
        """Version and digest in short, as plans name it."""
        return f"{self.version} ({hashlib.sha256(self.text.encode()).hexdigest()[:12]})"


@cache
def load_prompt() -> Prompt:
    """The prompt as it stands in `prompt.md`, without the comment at its head."""
    whole = (files("precall_cli") / "claude" / "prompt.md").read_text(encoding="utf-8")
    head = _HEAD.match(whole)
    if head is None:
        raise AssertionError("prompt.md begins with its version")
    return Prompt(whole[head.end() :], head["version"])
