"""Cases: folders with a brief, a call perhaps, and what they have to come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from precall_cli.errors import BadInput, NothingCollected
from precall_cli.records.expect import Expect
from precall_cli.records.record import describe
from precall_cli.records.regular_file import read_regular
from precall_cli.records.toml_text import TomlDocument, parse_toml

EXPECT, BRIEF, POLICY = "expect.toml", "brief.json", "policy.toml"
JUDGE = "judge"
"""The folder of a case with the recorded answers of a judge."""
LOGS = ("log.json", "log.jsonl")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it lies on disk."""

    folder: Path
    files: tuple[Path, ...]
    """Every file of it that takes part, sorted by name; recorded answers of a judge last."""

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    def file(self, name: str) -> Path:
        """A file of the case, there or not."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Whether the case has that file."""
        return self.file(name) in self.files

    @property
    def transcript(self) -> Path | None:
        """The call, if there is one."""
        return next((path for path in self.files if path.name.startswith("transcript.")), None)

    @property
    def log(self) -> Path | None:
        """The runtime's log, if there is one."""
        return next((path for path in self.files if path.name in LOGS), None)


def find_cases(root: Path) -> list[Case]:
    """The cases under a folder, by name: every folder with an `expect.toml`, or that folder itself.

    Raises NothingCollected when there is none, BadInput where two calls lie in one case.
    """
    if not root.is_dir():
        problem = "is no folder" if root.exists() else "does not exist"
        raise NothingCollected(f"no case: {root} {problem}", hint="Name the folder that holds the cases.")
    folders = [root] if (root / EXPECT).is_file() else sorted(root.iterdir())
    cases = [_case(folder) for folder in folders if folder.is_dir() and (folder / EXPECT).is_file()]
    if not cases:
        raise NothingCollected(
            f"no case in {root}",
            hint=f"A case is a folder with {BRIEF} and {EXPECT}; see fixtures/README.md.",
        )
    return cases


def _case(folder: Path) -> Case:
    known = {EXPECT, BRIEF, POLICY, *LOGS}
    files = tuple(
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and (path.name in known or path.name.startswith("transcript."))
    )
    for what, found in (
        ("transcripts", [path.name for path in files if path.name.startswith("transcript.")]),
        ("logs", [path.name for path in files if path.name in LOGS]),
    ):
        if len(found) > 1:
            raise BadInput(
                f"has {len(found)} {what}: {', '.join(found)}", place=str(folder), hint="Keep one of them."
            )
    return Case(folder, files + tuple(sorted((folder / JUDGE).glob("*.json"))))


def read_file(path: Path) -> bytes:
    """The bytes of a file of a case. Raises BadInput when there is none, Unavailable when the disk fails."""
    return read_regular(path, missing="Every case needs it.")


def read_expect(case: Case) -> tuple[Expect, TomlDocument]:
    """What a case has to come to, and the file with its lines. Raises BadInput with every problem."""
    path = case.file(EXPECT)
    document = parse_toml(read_file(path), str(path))
    expect, problems = Expect.examine(document.value)
    if expect is None:
        raise BadInput(
            describe(problems),
            place=document.place(problems[0].pointer) if len(problems) == 1 else str(path),
            problems=tuple(problems),
            hint="`precall schema expect` prints what is expected; fixtures/README.md explains it.",
        )
    return expect, document
