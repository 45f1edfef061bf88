"""Briefs as a stream: a line at a time from `.jsonl`, a file at a time from a folder, never all at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from precall_cli.errors import BadInput, NothingCollected, Problem
from precall_cli.lines import BROKEN, numbered_lines, open_lines, read_lines, shown_name
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import parse_json
from precall_cli.records.limits import limits
from precall_cli.records.record import describe

SUFFIXES = (".json", ".jsonl", ".gz")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the stream: a brief, or why there is none."""

    place: str
    """The file, with the line where one is known."""
    brief: Brief | None
    problem: str = ""
    """All that is wrong with it, in words."""


def read_entries(source: Path) -> Iterator[Entry]:
    """Every brief of a `.jsonl` (or `.gz`) file, a folder, or standard input for `-`, in order.

    What cannot be read as a brief is an entry with its problem. Raises BadInput when the source cannot be
    opened, or breaks off in the middle of a packed stream; NothingCollected for a folder without a file.
    """
    if str(source) != "-" and source.is_dir():
        files = sorted(path for path in source.iterdir() if path.suffix in SUFFIXES and path.is_file())
        if not files:
            raise NothingCollected(f"no {' or '.join(SUFFIXES)} file found in {source}")
        for path in files:
            yield from _file_entries(path)
    else:
        yield from _file_entries(source)


def count_entries(source: Path) -> int | None:
    """How many documents a source holds, for the progress bar; None where looking would use it up."""
    if str(source) == "-":
        return None
    try:
        paths = (
            [path for path in source.iterdir() if path.suffix in SUFFIXES and path.is_file()]
            if source.is_dir()
            else [source]
        )
        return sum(_count(path) for path in paths)
    except (*BROKEN, BadInput):
        return None


def _count(path: Path) -> int:
    if not _is_list(path):
        return 1
    with open_lines(path) as file:
        return sum(1 for row in read_lines(file) if row.strip())


def _is_list(path: Path) -> bool:
    return str(path) == "-" or ".jsonl" in path.suffixes


def _file_entries(path: Path) -> Iterator[Entry]:
    name = shown_name(path)
    with open_lines(path) as file:
        if not _is_list(path):
            yield _entry(name, _whole(file, name))
            return
        for number, row in numbered_lines(file, name):
            yield _entry(f"{name}:{number}", row)


def _whole(file: IO[bytes], name: str) -> bytes:
    try:
        return file.read(limits().max_bytes + 1)
    except BROKEN as error:
        raise BadInput(f"cannot be read: {error}", place=name) from None


def _entry(place: str, data: bytes) -> Entry:
    try:
        document = parse_json(data, place)
    except BadInput as error:
        return Entry(error.place or place, None, error.problem)
    try:
        brief, problems = Brief.examine(document)
    except BadInput as error:
        problems, brief = [Problem("", error.problem, error.hint)], None
    return Entry(place, brief, "" if brief else describe(problems))


def spool(source: Path, folder: Path) -> Path:
    """Standard input as a file in `folder`, so that it can be read more than once; any other as it is."""
    if str(source) != "-":
        return source
    kept = folder / "briefs.jsonl"
    with open_lines(source) as read, kept.open("wb") as write:
        while block := read.read(1 << 20):
            write.write(block)
    return kept


def brief_text(brief: Brief) -> str:
    """A brief on one line, to be read again."""
    return json.dumps(brief.document(), separators=(",", ":"), ensure_ascii=False)
