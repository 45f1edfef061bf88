"""`precall transcript`: any known format into precall's own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AgentSpeakers, AsJson, ContactSpeakers, FormatName, Parties

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


class Target(StrEnum):
    """What a transcript can be converted to."""

    json = "json"
    text = "text"
    vtt = "vtt"


@app.callback()
def transcript() -> None:
    """Transcripts: read in any known format."""


@app.command()
def convert(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The transcript, or - for standard input.")],
    to: Annotated[Target, typer.Option("--to", help="What to convert to.")] = Target.json,
    format_name: FormatName = None,
    agent_speaker: AgentSpeakers = None,
    contact_speaker: ContactSpeakers = None,
    parties: Parties = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here, not to standard output."),
    ] = None,
) -> None:
    """Convert a transcript of any known format to precall.transcript/1, plain text or WebVTT.

    \b
    What the format could not tell is said on standard error.
    Example: precall transcript convert call.srt --agent-speaker Ava --to text
    """
    from precall_cli.cli.calls import read_call
    from precall_cli.cli.files import check_target, write_file
    from precall_cli.report.console import note, write_text
    from precall_cli.transcripts import explain_gap, render_json, render_text, render_vtt

    if output and str(output) != "-":
        check_target(output, file)
    call = read_call(file, format_name, agent_speaker, contact_speaker, parties)
    render = {Target.json: render_json, Target.text: render_text, Target.vtt: render_vtt}[to]
    text = render(call)
    if output and str(output) != "-":
        write_file(output, text.encode())
    else:
        write_text(text)
    note(("read as ", "dim"), call.source or "precall")
    for gap in call.gaps:
        note(("note: ", "yellow"), explain_gap(gap))


@app.command()
def formats(as_json: AsJson = False) -> None:
    """List the formats that can be read, and what each can tell of a call.

    \b
    Example: precall transcript formats
    """
    from dataclasses import asdict

    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import fill, hanging
    from precall_cli.transcripts import formats as known_formats

    known = known_formats()
    if as_json:
        rows = [{"name": f.name, "title": f.title, "tells": asdict(f.tells)} for f in known]
        write_text(readable_json(rows))
        return
    console = make_console()
    for info in known:
        tells = [name for name, told in asdict(info.tells).items() if told]
        head = line((fill(info.name, 24), "bold"))
        body = line(info.title, (f"  tells {', '.join(tells)}" if tells else "  tells words only", "dim"))
        console.print(*hanging(head, body, 24, console.width), sep="\n")
