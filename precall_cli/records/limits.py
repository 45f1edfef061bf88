"""Limits of input, checked before or while it is parsed. Each is a setting; a command sets them once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold."""

    max_bytes: int = 20 * 1024 * 1024
    """Bytes of a file, unpacked if it is packed."""
    max_depth: int = 64
    """Levels of nesting in JSON."""
    max_digits: int = 40
    """Digits of a number in JSON."""
    max_turns: int = 20_000
    """Turns of a transcript: a day of talk."""


DEFAULTS = Limits()
_held = [DEFAULTS]


def limits() -> Limits:
    """The limits that hold in this process."""
    return _held[0]


def split_hint(max_bytes: int | None) -> str:
    """How to mend what is too long; names the setting, unless the reader has a limit of its own."""
    return "Split it." if max_bytes is not None else "Split it, or raise `limits.max_bytes`."


def hold(wanted: Limits) -> None:
    """Makes other limits hold, for the rest of the process."""
    _held[0] = wanted
