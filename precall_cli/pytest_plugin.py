"""The pytest plugin: a fixture case is a test, and `precall_audit` audits a call in a test of your own.

Only pytest itself is imported when the plugin is loaded; everything else when a case or the fixture runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from precall_cli.records.audit import Audit
    from precall_cli.records.check import CheckReport
    from precall_cli.records.plan import CallPlan
    from precall_cli.records.policy import Policy
    from precall_cli.records.transcript import Transcript

AuditCall: TypeAlias = "Callable[..., Audit]"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings of the plugin."""
    parser.addini(
        "precall_cases", "Collect fixture cases (folders with brief.json and expect.toml).", "bool", True
    )
    for name, what in (
        ("baseline", "The blessed baseline; baseline.json in the folder of the cases."),
        ("policies", "Folder of policies, from the root of the project."),
        ("playbook", "The playbook, from the root of the project."),
        ("layers", "Folder of layers, from the root of the project."),
    ):
        parser.addini(f"precall_{name}", what, "string", "")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A case for each `expect.toml` that lies beside a `brief.json`."""
    if file_path.name != "expect.toml" or not parent.config.getini("precall_cases"):
        return None
    if not file_path.with_name("brief.json").is_file():
        return None
    collector: pytest.Collector = CaseFile.from_parent(parent, path=file_path)
    return collector


class CaseFile(pytest.File):
    """The file of a case."""

    def collect(self) -> Iterator[pytest.Item]:
        """The one test of a case."""
        yield CaseItem.from_parent(self, name=self.path.parent.name)


class CaseFailed(Exception):
    """What broke, already in words."""


class CaseItem(pytest.Item):
    """One case: gated, planned, composed, audited and held against baseline, labels and rules."""

    def runtest(self) -> None:
        """Raises CaseFailed where something broke that gates."""
        from precall_cli.errors import PrecallError

        try:
            report = self._check()
        except PrecallError as error:
            raise CaseFailed(str(error)) from None
        self.user_properties.append(("precall_facts", report.facts))
        if report.failed:
            from precall_cli.report.check_text import render_check

            raise CaseFailed("\n".join(row.plain for row in render_check(report, 100)))

    def _check(self) -> CheckReport:
        from datetime import UTC, datetime

        from precall_cli.check.baseline import FILE_NAME
        from precall_cli.check.play import World
        from precall_cli.check.run import check, observe_all

        folder = self.path.parent
        root = folder.parent
        world = World(self._path("policies"), self._path("playbook"), self._path("layers"))
        run = observe_all(root, world, only=(folder.name,), workers=1)
        baseline = self._path("baseline") or root / FILE_NAME
        return check(run, world, baseline=baseline, today=datetime.now(UTC).date())

    def _path(self, name: str) -> Path | None:
        given = str(self.config.getini(f"precall_{name}"))
        return self.config.rootpath / given if given else None

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report for what broke; pytest's own picture for everything else."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, 0, f"precall case {self.name}"


@pytest.fixture
def precall_audit() -> AuditCall:
    """Audits one call: `precall_audit(plan, transcript, log=(), policy=None)` gives the audit record.

    Plan and transcript are records, or paths of files in any known format; the log is a path, or reasons.
    """

    def audit(
        plan: CallPlan | Path | str,
        transcript: Transcript | Path | str,
        log: Any = (),
        policy: Policy | None = None,
    ) -> Audit:
        from precall_cli.audit import audit_call
        from precall_cli.records.outcome import parse_reasons
        from precall_cli.records.plan import CallPlan
        from precall_cli.transcripts import read_transcript

        if isinstance(plan, Path | str):
            plan = CallPlan.from_json(Path(plan).read_bytes(), str(plan))
        if isinstance(transcript, Path | str):
            transcript = read_transcript(Path(transcript).read_bytes(), str(transcript))
        if isinstance(log, Path | str):
            log = parse_reasons(Path(log).read_bytes(), str(log), lines=str(log).endswith(".jsonl"))
        return audit_call(plan, transcript, log, policy)

    return audit
