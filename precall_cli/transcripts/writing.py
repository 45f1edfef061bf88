"""A transcript as people and programs read it. Nothing here touches a path."""

from __future__ import annotations

from precall_cli.records.json_text import readable_json
from precall_cli.records.transcript import Transcript
from precall_cli.transcripts.own_vtt import render_vtt

__all__ = ["render_json", "render_text", "render_vtt"]

_SHOWN = {"agent": "Agent", "contact": "Contact", "tool": "Tool", "system": "System", "unknown": "Unknown"}


def render_json(transcript: Transcript) -> str:
    """The record itself, `precall.transcript/1`, every field, always the same bytes."""
    return readable_json(transcript.full_document()) + "\n"


def render_text(transcript: Transcript) -> str:
    """One line per turn: `[mm:ss] Agent: words`, without the time where it is not known.

    A cut-off turn ends in a dash. Line breaks inside a turn become spaces.
    """
    lines = []
    for turn in transcript.turns:
        stamp = "" if turn.start_s is None else f"[{_stamp(turn.start_s)}] "
        cut = " —" if turn.interrupted else ""
        lines.append(f"{stamp}{_SHOWN[turn.speaker]}: {' '.join(turn.text.split())}{cut}")
    return "\n".join(lines) + "\n"


def _stamp(seconds: float) -> str:
    whole = int(seconds)
    hours, rest = divmod(abs(whole), 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{'-' if seconds < 0 else ''}{hours}:{clock}" if hours else f"{'-' if seconds < 0 else ''}{clock}"
