"""Transcripts in every format that users have, as `precall.transcript/1`.

`read_transcript(data, source)` detects the format by content and gives the call; `formats()` lists what is
known, each with the docstring of its module in `readers/` as its manual page. What a format could not tell is
in `Transcript.gaps`, as codes of `GAPS`; `render_json`, `render_text` and `render_vtt` write a transcript.

What is the same for all formats:

| in the file | in the transcript |
|---|---|
| a role or label | `agent`, `contact`, `tool`, `system`, else `unknown`; a flag wins over a label, a label over nothing; who speaks first proves nothing |
| a role that is not known | a `system` turn, gap `unknown_roles`; of a recogniser's label: `unknown` |
| back-channels, overlap | turns like any other, in the order of their starts |
| several channels | one label each (`channel 1`), laid over one another by time |
| a turn that was cut off | `interrupted`; its text is what was heard, where the format tells, else gap `truncated_text` |
| tool calls and results | `tool` turns: `book({"slot": 3})`, `book -> {"status": "booked"}`, `book -> failed: …` |
| hand-offs, DTMF, messages, settings | `system` turns that say what it was: `dtmf 1` |
| interim results | dropped, gap `partial_results_dropped` |
| a call or transcript that is not finished, or failed | what there is, gap `partial`; nothing usable is an error |
| turns without words | left out, gap `empty_turns` |
| marks of silence (`...`, `[silence]`, `♪`) | `system` turns, gap `silence_marked` |
| rows out of order | put in order by index, sequence or start, gap `out_of_order` |
| rows without a time | stay behind the row they follow |
| a time up to a second before the start of the call | 0 |
| any other negative time, one past a day, an end before its start | null, gap `bad_times` |
| numbers as strings; null, missing or wrong fields | read as numbers; passed over |
| voice markup (`<break/>`, `<expr …/>`), entities in subtitles | removed; made characters |
| white space | one space |
| redactions (`[PHONE_NUMBER]`, `****`) | kept as they are, gap `redacted` |
| fragments of one speaker (sentences, cues) | one turn, up to a pause of three seconds |
| a turn of more than 20,000 characters | several, gap `long_turns_split` |
| no id of the call | the file's name and the start of its digest |
"""  # noqa: E501

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
