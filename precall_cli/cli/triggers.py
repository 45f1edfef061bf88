"""Triggers as the command line names them: a list, a folder, or standard input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.cli.briefs import documents
from precall_cli.cli.files import collect, read_bytes
from precall_cli.errors import BadInput, NothingCollected, Problem
from precall_cli.records.json_text import Json, parse_json

if TYPE_CHECKING:
    from precall_cli.simulate.triggers import TriggerCase


def read_triggers(path: Path) -> list[TriggerCase]:
    """All triggers that `path` holds, in their order.

    The path of a brief is relative to the file that names it. Raises BadInput with every problem of every
    line, NothingCollected where there is no line.
    """
    from precall_cli.simulate.triggers import examine_trigger

    cases: list[TriggerCase] = []
    problems: list[Problem] = []
    for file in collect([path], (".json", ".jsonl", ".gz")):
        folder = Path() if str(file) == "-" else file.parent

        def read_brief(name: str, folder: Path = folder) -> Json:
            return parse_json(read_bytes(folder / name), name)

        for source, data in _documents(file):
            try:
                case, faults = examine_trigger(parse_json(data, source), source, read_brief)
            except BadInput as error:
                case, faults = None, [Problem("", error.problem, error.hint)]
            if case is not None:
                cases.append(case)
            problems += [
                Problem(f"{source}: {p.pointer}" if p.pointer else source, p.problem, p.mend) for p in faults
            ]
    if problems:
        lines = [f"{p.pointer}: {p.problem}" + (f". {p.mend}" if p.mend else "") for p in problems]
        text = (
            lines[0]
            if len(lines) == 1
            else f"{len(lines)} problems\n" + "\n".join("  " + one for one in lines)
        )
        raise BadInput(text, hint="A line is {\"trigger\": …, \"brief\": <brief or path>, \"agent\": NAME}.",
                       problems=tuple(problems))  # fmt: skip
    if not cases:
        raise NothingCollected(f"no trigger found in {path}")
    return cases


def _documents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The documents of a file; of standard input its lines, or the whole where that is one document."""
    if str(path) != "-":
        yield from documents(path)
        return
    data = read_bytes(path)
    rows = [(number, row) for number, row in enumerate(data.split(b"\n"), start=1) if row.strip()]
    if rows and not rows[0][1].rstrip().endswith(b"}"):
        yield "standard input", data
    else:
        for number, row in rows:
            yield f"standard input:{number}", row
