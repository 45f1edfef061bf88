"""All formats, in the order in which `precall transcript formats` lists them. A module is a Reader."""

from __future__ import annotations

from precall_cli.transcripts.reader import Reader
from precall_cli.transcripts.readers import openai_chat, plain_text, precall, webvtt

READERS: tuple[Reader, ...] = (precall, openai_chat, webvtt, plain_text)
