"""`check.toml` beside the cases: what gates, what only informs, bounds over all cases, what is set aside."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from precall_cli.errors import BadInput, Problem
from precall_cli.records.check import CheckName, Quarantined
from precall_cli.records.record import Record, describe
from precall_cli.records.regular_file import read_regular
from precall_cli.records.toml_text import parse_toml

FILE_NAME = "check.toml"
CHECKS: tuple[CheckName, ...] = get_args(CheckName)
Share = Annotated[float, Field(ge=0, le=1)]


class CheckConfig(Record):
    """Check settings: which checks fail a build, and what is set aside for a while."""

    record_name: ClassVar[str] = "check_config"

    schema_: Annotated[Literal["precall.check_config/1"], Field(alias="schema")] = "precall.check_config/1"
    """Which record this is."""
    informs: tuple[CheckName, ...] = ()
    """Checks that only tell; every other one fails the build."""
    known_miss_rate_max: Share | None = None
    """Highest share of labels that the audit may get wrong over all cases."""
    quarantine: tuple[Quarantined, ...] = ()
    """Findings set aside, each with owner, reason and the day on which it fails again."""

    def cross_check(self) -> list[Problem]:
        """Days that are none."""
        problems = []
        for number, entry in enumerate(self.quarantine):
            try:
                date.fromisoformat(entry.expires)
            except ValueError:
                problems.append(
                    Problem(f"/quarantine/{number}/expires", "must be a day, like 2026-12-31", "Write one.")
                )
        return problems

    @property
    def gates(self) -> tuple[CheckName, ...]:
        """Checks that fail the build."""
        return tuple(check for check in CHECKS if check not in self.informs)


def read_config(root: Path) -> CheckConfig:
    """The settings of a folder of cases; else the defaults. Raises BadInput with every problem."""
    path = root / FILE_NAME
    if not path.is_file():
        return CheckConfig()
    document = parse_toml(read_regular(path), str(path))
    config, problems = CheckConfig.examine(document.value)
    if config is None:
        raise BadInput(
            describe(problems),
            place=document.place(problems[0].pointer) if len(problems) == 1 else str(path),
            problems=tuple(problems),
            hint="`precall schema check_config` prints what is expected.",
        )
    return config
