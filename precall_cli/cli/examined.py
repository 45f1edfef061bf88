"""Files that were looked at for problems, and how all of them are reported in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import typer

from precall_cli.errors import BadInput, Problem


@dataclass(frozen=True, slots=True)
class Examined:
    """One document, and what is wrong with it."""

    source: str
    """The file, with the line where one is known."""
    name: str | None
    """Its id or version; None where it cannot be used."""
    problems: tuple[Problem, ...]


def unreadable(source: str, error: BadInput) -> Examined:
    """A document that no record could be read from."""
    problems = error.problems or (Problem("", error.problem, error.hint),)
    return Examined(error.place or source, None, problems)


def report_examined(results: Sequence[Examined], noun: str, key: str, *, as_json: bool) -> None:
    """Shows every problem of every document; `key` is what the name is called in JSON.

    Leaves with exit code 2 where one cannot be used.
    """
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import count, hanging

    bad = [result for result in results if result.problems]
    if as_json:
        rows = [
            {
                "source": result.source,
                key: result.name,
                "problems": [
                    {"pointer": p.pointer, "problem": p.problem, "mend": p.mend} for p in result.problems
                ],
            }
            for result in results
        ]
        write_text(readable_json(rows))
    else:
        console = make_console()
        for result in results:
            if not result.problems:
                console.print(line(("✓ ", "green"), result.source, f"  {result.name or ''}"))
                continue
            shown = [line(("✗ ", "red"), result.source, f"  {count(len(result.problems), 'problem')}")]
            for problem in result.problems:
                mend = f" {problem.mend}" if problem.mend else ""
                head = line("    ", (problem.pointer, "cyan"), ": " if problem.pointer else "")
                shown += hanging(head, line(f"{problem.problem}.{mend}"), 6, console.width)
            console.print(*shown, sep="\n")
        console.print(line(f"{count(len(results), noun)}, {len(bad)} with problems"))
    if bad:
        raise typer.Exit(2)
