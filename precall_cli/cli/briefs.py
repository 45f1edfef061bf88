"""Briefs as the command line names them: single files, `.jsonl` lists, folders, standard input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from precall_cli.cli.files import collect, read_bytes
from precall_cli.errors import BadInput, NothingCollected, Problem
from precall_cli.lines import shown_name, unpacked
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import parse_json
from precall_cli.records.limits import limits


@dataclass(frozen=True, slots=True)
class ExaminedBrief:
    """One brief, or all that is wrong with it."""

    source: str
    """The file, with the line where one is known."""
    brief: Brief | None
    problems: tuple[Problem, ...]


def examine_briefs(paths: Iterable[Path]) -> Iterator[ExaminedBrief]:
    """Each brief that `paths` hold, in their order. A document that is unreadable is a result, not an error.

    Raises BadInput for a file that cannot be opened, NothingCollected when there is no brief at all.
    """
    named = list(paths)
    empty = True
    for path in collect(named, (".json", ".jsonl", ".gz")):
        for source, data in documents(path):
            empty = False
            try:
                brief, problems = Brief.examine(parse_json(data, source))
            except BadInput as error:
                yield ExaminedBrief(error.place or source, None, (Problem("", error.problem, error.hint),))
            else:
                yield ExaminedBrief(source, brief, tuple(problems))
    if empty:
        raise NothingCollected(f"no brief found in {', '.join(map(str, named))}")


def read_briefs(paths: Iterable[Path]) -> list[tuple[str, Brief]]:
    """All briefs with their sources. Raises BadInput, naming every problem, if one of them is bad."""
    found: list[tuple[str, Brief]] = []
    for result in examine_briefs(paths):
        if result.brief is None:
            from precall_cli.records.record import describe

            raise BadInput(
                describe(result.problems),
                place=result.source,
                problems=result.problems,
                hint="`precall brief check` lists all problems; `precall schema brief` what is expected.",
            )
        found.append((result.source, result.brief))
    return found


def documents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The JSON documents of a file, each with its source: the lines of a `.jsonl`, else the whole."""
    data = read_bytes(path)
    if path.suffix == ".gz":
        data = unpacked(data, str(path), limits().max_bytes)
    name = shown_name(path)
    if ".jsonl" in path.suffixes:
        for number, row in enumerate(data.split(b"\n"), start=1):
            if row.strip():
                yield f"{name}:{number}", row
    else:
        yield name, data
