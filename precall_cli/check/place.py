"""Where to look: the file and the line that a finding points at."""

from __future__ import annotations

import re
from pathlib import Path

from precall_cli.check.case import BRIEF, EXPECT, POLICY, Case, read_expect, read_file
from precall_cli.check.compare import Difference
from precall_cli.check.observe import Observation
from precall_cli.check.play import World
from precall_cli.errors import PrecallError
from precall_cli.records.json_lines import line_of

Place = tuple[str, int]
"""File and line, counting from 1."""


def place_of(difference: Difference, case: Case, world: World, after: Observation | None) -> Place:
    """The file and line to look at first: in the brief, policy, call or labels, by cause and check."""
    if difference.check in ("audit", "scores") and case.transcript is not None:
        return str(case.transcript), _turn_line(case.transcript, difference, after)
    if difference.check in ("expect", "rules"):
        return _in_labels(case, difference)
    cause = difference.causes[0] if difference.causes else None
    if cause == "policy":
        policy = _policy_file(case, world)
        if policy is not None:
            return shown_path(policy), 1
    if cause == "playbook" and world.playbook is not None:
        return shown_path(world.playbook), _entry_line(world.playbook, difference, after)
    if cause == "layers" and world.layers is not None:
        return shown_path(world.layers), 1
    return _in_brief(case, difference, after)


def shown_path(path: Path) -> str:
    """The path from the current folder, where it lies under it: as people and build pages name files."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _entry_line(path: Path, difference: Difference, after: Observation | None) -> int:
    """The line of the playbook's entry that an item comes from: its rule names it."""
    rules = [item["rule"] for item in after.items if item["key"] == difference.item] if after else []
    entry = re.match(r"(\w+)\.(\w+)", rules[0], re.ASCII) if rules else None
    if entry is None:
        return 1
    in_section = False
    for number, row in enumerate(_text(path).splitlines(), start=1):
        if row.startswith("["):
            in_section = row.strip("[] ").split(".")[0] == entry[1]
        elif in_section and re.match(rf'(?:name|topic|id)\s*=\s*"{re.escape(entry[2])}"', row):
            return number
    return 1


def _in_brief(case: Case, difference: Difference, after: Observation | None) -> Place:
    path = case.file(BRIEF)
    pointers: list[str] = []
    if difference.check == "gate":
        pointers = [str(value).rpartition(" at ")[2] for value in (difference.after, difference.before)]
    elif after is not None:
        pointers = [
            p for item in after.items if item["key"] == difference.item for p in item["because"].split()
        ]
    text = _text(path)
    lines = (line_of(text, pointer) for pointer in pointers if pointer.startswith("/"))
    return str(path), next((line for line in lines if line), 1)


def _in_labels(case: Case, difference: Difference) -> Place:
    path = case.file(EXPECT)
    try:
        _, document = read_expect(case)
    except PrecallError:
        return str(path), 1
    sections = ["/judge"] if difference.field == "max_flip_rate" else ["/items", "/rules"]
    named = [f"{part}/{difference.field}" for part in ("/rules", "/judge", "")]
    pointers = [*named, *sections]
    return str(path), next((document.lines[p] for p in pointers if p in document.lines), 1)


def _policy_file(case: Case, world: World) -> Path | None:
    if case.has(POLICY):
        return case.file(POLICY)
    files = sorted(world.policies.glob("*.toml")) if world.policies else []
    agent = case.name.split("-", maxsplit=1)[0]
    return next((path for path in files if path.stem == agent), files[0] if files else None)


def _turn_line(path: Path, difference: Difference, after: Observation | None) -> int:
    """The line of the first turn that the finding rests on."""
    audit = (after.audit if after else None) or {}
    turns: list[str] = []
    if difference.field.startswith("deviation "):
        name = difference.field.removeprefix("deviation ").partition(",")[0]
        rows = [d for d in audit.get("deviations", ()) if (d["type"], d["item"]) == (name, difference.item)]
        turns = [turn for row in rows for turn in row.get("turns", "").split()]
    turns += audit.get("items", {}).get(difference.item, {}).get("turns", "").split()
    if not turns:
        return 1
    text = _text(path)
    found = line_of(text, f"/turns/{turns[0]}") or line_of(text, f"/{turns[0]}")
    return found or 1


def _text(path: Path) -> str:
    try:
        return read_file(path).decode("utf-8", "replace")
    except PrecallError:
        return ""
