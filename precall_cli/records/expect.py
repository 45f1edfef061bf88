"""Expectations: what a fixture case has to come to; written as `expect.toml`."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.errors import Problem
from precall_cli.records.audit import Status
from precall_cli.records.record import Id, Line, Part, Record, Text, Timestamp
from precall_cli.records.refusal import RefusalCode

Result = Literal["accepted", "declined", "open"]
Verdict = Literal["pass", "review", "fail"]
Compliance = Literal["clean", "breached"]
Logged = Literal["explained", "unlogged", "unconfirmed"]
Share = Annotated[float, Field(ge=0, le=1)]


class ExpectedDeviation(Part):
    """A deviation that the audit has to report."""

    type: Line
    """Its type."""
    item: Id | None = None
    """The plan item, if it belongs to one."""
    logged: Logged
    """How it stands against the runtime's log."""


class ExpectedGate(Part):
    """What the gate has to say."""

    refusal: RefusalCode
    """The rule that refuses."""


class KnownMisses(Part):
    """What the audit says today in place of the label."""

    verdict: Verdict | None = None
    """The verdict it gives."""
    compliance: Compliance | None = None
    """The compliance it finds."""
    items: dict[Id, Status] = Field(default_factory=dict)
    """The statuses it gives."""
    results: dict[Id, Result | Literal[""]] = Field(default_factory=dict)
    """The results it gives; empty where it gives none."""
    missing: tuple[ExpectedDeviation, ...] = ()
    """Deviations that it does not report."""
    extra: tuple[ExpectedDeviation, ...] = ()
    """Deviations that it should not report."""


class Rules(Part):
    """What must hold whatever the baseline says."""

    require: tuple[Line, ...] = ()
    """Items that the plan must have: `kind/name` or a beginning of it, such as `qualification/budget`."""
    forbid: tuple[Line, ...] = ()
    """Items that the plan must not have."""
    never_say: tuple[Line, ...] = ()
    """Words that may stand in no item of the plan that is spoken."""
    never_asks_known: bool = True
    """No question asks for what a colleague told us."""
    grounded: bool = True
    """Every pointer of the plan into its brief resolves."""
    discloses: tuple[Line, ...] = ()
    """Disclosures that the plan must have: `ai`, `recording`."""
    max_questions: Annotated[int, Field(ge=0)] | None = None
    """Most questions."""
    adherence_min: Share | None = None
    """Least adherence of the call."""
    deviation_rate_max: Share | None = None
    """Highest deviation rate of the call."""


class ExpectedJudge(Part):
    """A judge that settles what the audit of this case leaves open, played back from the folder `judge`."""

    runs: Annotated[int, Field(ge=1, le=25)] = 1
    """How often it is asked; each run has a recording of its own."""
    max_flip_rate: Share = 0.0
    """Highest share of the items asked about on which its runs may differ."""
    model: Line | None = None
    """The model; the default one where none is named."""


class Expect(Record):
    """Expectations: what one case has to come to."""

    record_name: ClassVar[str] = "expect"

    schema_: Annotated[Literal["precall.expect/1"], Field(alias="schema")] = "precall.expect/1"
    """Which record this is."""
    title: Line
    """What it shows, in a few words."""
    story: Text = ""
    """One sentence for a reader who has not read the call."""
    now: Timestamp
    """The moment at which gate and planner judge."""
    agent: Line | None = None
    """The agent, where the brief does not say."""
    gate: ExpectedGate | None = None
    """The refusal that is due; then there is no call."""
    verdict: Verdict | None = None
    """Verdict of the audit."""
    compliance: Compliance | None = None
    """Compliance of the call."""
    agent_speaker: tuple[Line, ...] = ()
    """Labels of the agent in the transcript."""
    contact_speaker: tuple[Line, ...] = ()
    """Labels of the contact in the transcript."""
    items: dict[Id, Status] = Field(default_factory=dict)
    """Status of each plan item."""
    results: dict[Id, Result] = Field(default_factory=dict)
    """What the contact said to each rung that was offered."""
    deviations: tuple[ExpectedDeviation, ...] | None = None
    """Every deviation; left out where nobody has labelled the call."""
    known_misses: KnownMisses = KnownMisses()
    """Where the audit differs from these labels today."""
    rules: Rules = Rules()
    """What must hold whatever the baseline says."""
    judge: ExpectedJudge | None = None
    """A judge for what the audit leaves open; nobody where left out."""

    def cross_check(self) -> list[Problem]:
        """A case that is refused has no call."""
        if self.gate is not None and (self.items or self.deviations or self.verdict):
            return [
                Problem("/gate", "stands beside labels of a call", "A refused case has no call: drop one.")
            ]
        return []
