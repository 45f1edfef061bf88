"""Transcripts in every format that users have, as `precall.transcript/1`."""

from __future__ import annotations

from precall_cli.transcripts.gaps import GAPS, explain_gap
from precall_cli.transcripts.reader import Reader, Tells
from precall_cli.transcripts.reading import (
    FormatInfo,
    detect_format,
    formats,
    read_transcript,
    read_transcripts,
)
from precall_cli.transcripts.sides import Sides
from precall_cli.transcripts.writing import render_json, render_text, render_vtt

__all__ = [
    "GAPS",
    "FormatInfo",
    "Reader",
    "Sides",
    "Tells",
    "detect_format",
    "explain_gap",
    "formats",
    "read_transcript",
    "read_transcripts",
    "render_json",
    "render_text",
    "render_vtt",
]
