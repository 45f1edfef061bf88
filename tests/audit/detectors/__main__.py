"""Which marks of known misses to add or drop: `python -m tests.audit.detectors [--write]`.

Prints a line for each mark that no longer fits and, per file, how many calls are judged right; `--write`
renews the marks in the data files. Labels are never touched: whether a call is labelled rightly is for a
reader to say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.audit.detectors import paths, read_cases

Marks = Mapping[tuple[int, str], str]


def renewed(text: str, marks: Marks) -> str:
    """A data file with these marks, by pair and side, and no others."""
    lines: list[str] = []
    pair, inside = 0, False
    for line in text.splitlines():
        if not inside and line == "[[pair]]":
            pair += 1
        if not inside and line.startswith("miss."):
            continue
        if not inside and line.startswith('turns = """'):
            lines += [
                f"miss.{side} = {json.dumps(said, ensure_ascii=False)}"
                for (number, side), said in sorted(marks.items())
                if number == pair
            ]
        if line.count('"""') == 1:
            inside = not inside
        lines.append(line)
    return "\n".join(lines) + "\n"


def survey(path: Path) -> tuple[dict[tuple[int, str], str], list[str], str]:
    """The marks that a file should have, what would change, and the file's count of right calls."""
    marks: dict[tuple[int, str], str] = {}
    changes: list[str] = []
    right: dict[str, list[bool]] = {}
    for case in read_cases(path):
        said = case.instead()
        right.setdefault(case.side, []).append(said is None)
        if said is not None:
            marks[case.pair, case.side] = said
        if said != case.miss:
            act = "drop" if said is None else "add" if case.miss is None else "reword"
            changes.append(f"{act:7}{case.name}: {said or case.miss}")
    counts = ", ".join(f"{side} {sum(rows)}/{len(rows)}" for side, rows in right.items())
    return marks, changes, f"{path.stem:30} {counts}"


def main(arguments: list[str]) -> int:
    """Exit code 0 where every mark fits or was renewed, 1 where some do not, 2 for bad usage."""
    if arguments not in ([], ["--write"]):
        print(__doc__)
        return 2
    changed: list[str] = []
    for path in paths():
        marks, changes, counts = survey(path)
        changed += changes
        print(counts)
        if arguments and changes:
            path.write_text(renewed(path.read_text(encoding="utf-8"), marks), encoding="utf-8")
    print("\n".join(changed) or "every mark fits")
    return 1 if changed and not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
