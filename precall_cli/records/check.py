"""Check: how plans, gates, instructions and audits over fixtures differ from the blessed baseline."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from precall_cli.records.record import Line, Part, Record, Text

CheckName = Literal["gate", "plan", "instructions", "audit", "scores", "expect", "rules"]
Change = Literal["fixed", "broke", "added", "gone"]
Cause = Literal[
    "brief", "transcript", "log", "policy", "playbook", "layers", "prompt", "engine", "version", "case"
]
Count = Annotated[int, Field(ge=0)]


class CheckFinding(Part):
    """One thing that is not as it was blessed."""

    case: Line
    """The case, as its folder is named."""
    check: CheckName
    """Which check found it."""
    change: Change
    """What happened: `gone` counts as broke."""
    item: Line | None = None
    """What it is about: an item of the plan as `kind/name`, or another part; null for the whole case."""
    plan_item: Text | None = None
    """Id of the plan item, if it is one."""
    field: Line
    """What of it: `says`, `status`, `order`, a score, a rule."""
    before: Any = None
    """As it was blessed."""
    after: Any = None
    """As it is."""
    expected: Any = None
    """What `expect.toml` or a rule wants, if it says."""
    causes: tuple[Cause, ...] = ()
    """What has changed that it rests on, the likeliest first."""
    gates: bool
    """Whether it fails the check, or only informs."""
    file: Text | None = None
    """The file to look at."""
    line: Annotated[int, Field(gt=0)] | None = None
    """The line in it."""
    next: Text = ""
    """The command to type next."""
    note: Text = ""
    """A remark, such as a quarantine that has run out."""


class Quarantined(Part):
    """A finding that is set aside for a while."""

    case: Line
    """The case."""
    item: Line | None = None
    """The item, or the whole case."""
    owner: Line
    """Who looks after it."""
    reason: Line
    """Why it is set aside."""
    expires: Line
    """Day, YYYY-MM-DD, from which it fails again."""


class JudgedCase(Part):
    """How far the judge of a case agrees with itself."""

    case: Line
    """The case."""
    model: Line
    """The model."""
    runs: Count
    """How often it was asked."""
    asked: Count
    """Items that it was asked about."""
    flipped: Count
    """Items on which its runs differ."""
    flip_rate: float | None = None
    """Share of them; null where nothing was asked, or no run gave an answer."""
    max_flip_rate: float
    """Highest share that the case allows."""


class CheckReport(Record):
    """Check report: what differs from the baseline, and what that means."""

    record_name: ClassVar[str] = "check"

    schema_: Annotated[Literal["precall.check/1"], Field(alias="schema")] = "precall.check/1"
    """Which record this is."""
    cases: Count
    """Cases that were run."""
    facts: Count
    """Facts that were compared."""
    findings: tuple[CheckFinding, ...] = ()
    """What differs: by case, in the order of the plan."""
    known_misses: Count = 0
    """Labels that precall gets wrong, as the baseline says too; they change nothing."""
    gates: tuple[CheckName, ...] = ()
    """Checks that fail the build."""
    informs: tuple[CheckName, ...] = ()
    """Checks that only tell."""
    quarantined: tuple[Quarantined, ...] = ()
    """Findings set aside, with owner and day."""
    judged: tuple[JudgedCase, ...] = ()
    """Cases with a judge, and how far its runs differ."""
    blessed: bool
    """Whether there is a baseline at all."""

    @property
    def failed(self) -> bool:
        """Whether a finding gates that is neither fixed nor merely added."""
        return any(f.gates and f.change in {"broke", "gone"} for f in self.findings)

    def count(self, change: Change) -> int:
        """Number of findings of one kind of change."""
        return sum(f.change == change for f in self.findings)
