"""The one place that prints. Results go to stdout, progress and notes to stderr.

A console made here takes no markup, no emoji codes and no highlighting, and shows control characters
of outside text as escapes, whatever is printed through it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment
from rich.text import Text

from precall_cli.report.inert import inert, no_command, one_line

PIPE_WIDTH = 100


class _Inert:
    """A renderable whose segments pass through the filter; rich's own control segments stay."""

    def __init__(self, renderable: RenderableType) -> None:
        self.renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        begins = True  # a line: a runner of GitHub takes one that starts with two colons for a command
        for segment in console.render(self.renderable, options):
            if segment.control:
                yield segment
                continue
            text = segment.text
            plain = text.isascii() and text.isprintable()
            text = text if plain else inert(text)
            if "::" in text or "##[" in text:
                text = no_command(text, begins)
            _, ended, last = text.rpartition("\n")
            begins = (begins or bool(ended)) and not last.strip(" \t")
            yield segment if text is segment.text else Segment(text, segment.style)


class _InertHook(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Inert(renderable) for renderable in renderables]


def make_console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console on stdout (or stderr); in a pipe it is PIPE_WIDTH columns wide and plain."""
    stream = sys.stderr if stderr else sys.stdout
    if width is None and not stream.isatty() and "COLUMNS" not in os.environ:
        width = PIPE_WIDTH
    console = Console(
        stderr=stderr,
        markup=False,
        emoji=False,
        highlight=False,
        width=width,
        soft_wrap=False,
        legacy_windows=False,
    )
    console.push_render_hook(_InertHook())
    return console


def words(text: str, style: str = "") -> Text:
    """One line of outside text, safe to print."""
    return Text(one_line(text), style=style, end="")


def line(*parts: str | tuple[str, str] | Text) -> Text:
    """One line put together of plain strings, `(text, style)` pairs and Texts; strings are made inert."""
    whole = Text(end="")
    for part in parts:
        if isinstance(part, Text):
            whole.append_text(part)
        elif isinstance(part, tuple):
            whole.append(inert(part[0]), style=part[1])
        else:
            whole.append(inert(part))
    return whole


def write_text(text: str) -> None:
    """Writes a document (JSON, CSV, a plan's text) to stdout, with a newline at its end.

    JSON comes with escapes of its own and stays the same value; in any other text what could act on a
    terminal is shown as elsewhere.
    """
    text = inert(text)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def note(*parts: str | tuple[str, str] | Text) -> None:
    """One line on stderr, for what is not the result."""
    make_console(stderr=True).print(line(*parts))


def indent(lines: Iterable[Text], columns: int) -> list[Text]:
    """The lines, each moved right by `columns` blanks."""
    return [line(" " * columns, one) for one in lines]
