"""Reads a playbook from TOML, and tells every problem of it with its file, its key path and its mend."""

from __future__ import annotations

import re
import tomllib
from datetime import date, time
from functools import cache
from pathlib import Path

from precall_cli.errors import BadInput, Problem
from precall_cli.planner.playbook import Playbook
from precall_cli.records.json_text import Json, decode_utf8, resolve_pointer
from precall_cli.records.record import describe
from precall_cli.records.regular_file import read_regular

DEFAULT_PLAYBOOK = Path(__file__).resolve().parent.parent / "playbook" / "playbook.toml"
"""The playbook that comes with precall; `precall init` copies it for editing."""

MAX_BYTES = 2 * 1024 * 1024


def default_playbook_text() -> str:
    """The text of the built-in playbook, comments included, for users to edit."""
    return DEFAULT_PLAYBOOK.read_text(encoding="utf-8")


def load_playbook(path: Path | None = None) -> Playbook:
    """The playbook of a TOML file; without a path the built-in one.

    Raises BadInput when the file cannot be read, is no TOML, or is no playbook: then with all problems.
    """
    return _built_in() if path is None else read_playbook(_file_bytes(path), str(path))


@cache
def _built_in() -> Playbook:
    return read_playbook(DEFAULT_PLAYBOOK.read_bytes(), "built-in playbook.toml")


def _file_bytes(path: Path) -> bytes:
    return read_regular(path, max_bytes=MAX_BYTES, missing="`precall init` writes a playbook to start from.")


def read_playbook(data: bytes, source: str) -> Playbook:
    """The playbook that TOML bytes hold; `source` names them in messages. Raises BadInput."""
    text = decode_utf8(data, source, max_bytes=MAX_BYTES)
    try:
        document: Json = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"is not TOML: {error}", place=source, hint="Mend the line that is named.") from None
    except RecursionError:
        raise BadInput("is nested too deeply", place=source) from None
    foreign = _foreign_values(document, "")
    if foreign:
        raise _bad(foreign, document, source)
    playbook, problems = Playbook.examine(document)
    if playbook is None:
        raise _bad(problems, document, source)
    return playbook


def _foreign_values(node: Json, pointer: str) -> list[Problem]:
    """Values that TOML has and a playbook does not: dates, infinities, numbers beyond a double."""
    if isinstance(node, dict):
        return [p for key, value in node.items() for p in _foreign_values(value, f"{pointer}/{key}")]
    if isinstance(node, list):
        return [p for i, value in enumerate(node) for p in _foreign_values(value, f"{pointer}/{i}")]
    if isinstance(node, date | time):
        return [Problem(pointer, "is a date or time; a playbook has none", "Put it in quotes.")]
    if isinstance(node, float) or (isinstance(node, int) and abs(node) > 2**31):
        return [Problem(pointer, "must be a small whole number")]
    return []


def _bad(problems: list[Problem], document: Json, source: str) -> BadInput:
    named = [Problem(key_path(p.pointer, document), p.problem, p.mend) for p in problems]
    hint = "`precall init` writes a playbook that works, with a comment on each part."
    return BadInput(describe(named), place=source, problems=tuple(named), hint=hint)


def key_path(pointer: str, document: Json) -> str:
    """A pointer as TOML users read it: `questions[3] (team_size).check`."""
    path, so_far = "", ""
    for step in pointer.split("/")[1:]:
        so_far += "/" + step
        if re.fullmatch(r"\d+", step):
            path += f"[{step}]{_name_of(so_far, document)}"
        else:
            path += f".{step}" if path else step
    return path or "the file"


def _name_of(pointer: str, document: Json) -> str:
    try:
        entry = resolve_pointer(document, pointer)
    except KeyError:
        return ""
    name = (entry.get("id") or entry.get("topic")) if isinstance(entry, dict) else None
    return f" ({name[:40]})" if isinstance(name, str) else ""
