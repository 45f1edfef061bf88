"""A folder of cases to change: copies of shipped ones, blessed once, with a team's playbook and policies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from precall_cli.check.baseline import FILE_NAME, baseline_text
from precall_cli.check.play import World
from precall_cli.check.run import Run, check, observe_all
from precall_cli.compose import built_in_texts
from precall_cli.planner.playbook_file import DEFAULT_PLAYBOOK
from precall_cli.records.check import CheckFinding, CheckReport

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
CASES = ("inbound-clinic-form", "intent_event-known-budget", "dormant-discount", "cold_list-dnc-listed")
TODAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Cases and the files that they are judged with; everything in it may be changed."""

    root: Path

    @property
    def cases(self) -> Path:
        return self.root / "cases"

    @property
    def world(self) -> World:
        return World(self.root / "policies", self.root / "playbook.toml", self.root / "layers")

    @property
    def baseline(self) -> Path:
        return self.cases / FILE_NAME

    def run(self, *only: str, cache: Path | None = None) -> Run:
        return observe_all(self.cases, self.world, only=only, workers=1, cache=cache)

    def check(self, *only: str) -> CheckReport:
        return check(self.run(*only), self.world, baseline=self.baseline, today=TODAY)

    def findings(self, *only: str) -> list[CheckFinding]:
        return list(self.check(*only).findings)

    def edit(self, name: str, old: str, new: str, count: int = 1) -> None:
        """Replaces text in a file, which must be there."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, count), encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def change(self, name: str, change: Callable[[Any], None]) -> None:
        """Changes the document in a JSON file."""
        path = self.root / name
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document, indent=2), encoding="utf-8")


@cache
def _blessed() -> Path:
    root = Path(mkdtemp(prefix="precall-check-"))
    shop = Workshop(root)
    for name in CASES:
        shutil.copytree(FIXTURES / name, shop.cases / name)
    (root / "policies").mkdir()
    (root / "layers").mkdir()
    shutil.copy(DEFAULT_PLAYBOOK, root / "playbook.toml")
    for name, text in built_in_texts().items():
        path = root / "layers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shop.baseline.write_text(baseline_text(shop.run().observed), encoding="utf-8")
    return root


def open_workshop(folder: Path) -> Workshop:
    """A fresh copy with a blessed baseline."""
    shutil.copytree(_blessed(), folder / "shop")
    return Workshop(folder / "shop")
