"""The judge's prompt: one readable file beside this one, with its version."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

_HEAD = re.compile(r"<!-- Version (?P<version>\S+) .*?-->\n", re.DOTALL)


@cache
def _read() -> tuple[str, str]:
    whole = (files("precall_cli") / "judge" / "prompt.md").read_text(encoding="utf-8")
    head = _HEAD.match(whole)
    if head is None:
        raise AssertionError("prompt.md begins with its version")
    return head["version"], whole[head.end() :]


def prompt_text() -> str:
    """What the judge is told, the same for every call."""
    return _read()[1]


def prompt_label() -> str:
    """Version and digest in short, without a space: `1-0f9a…`."""
    version, text = _read()
    return f"{version}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
