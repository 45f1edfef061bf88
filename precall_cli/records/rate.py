"""RateReport: how often agents leave their plans, by some group, with what was due before every rate."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from precall_cli.records.record import Line, Part, Record, Text, Timestamp

By = Literal["agent", "item", "type", "week", "policy", "model", "engine"]
Count = Annotated[int, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Share(Part):
    """So many of so many; the rate only where there is something it is of."""

    count: Count
    """How many."""
    of: Count
    """Of how many."""
    rate: Fraction | None
    """The first over the second; null when nothing was due."""
    low: Fraction | None
    """Lower end of the 95 % Wilson interval."""
    high: Fraction | None
    """Its upper end."""
    small: bool
    """Whether that is too few to say much."""


class TrendPoint(Part):
    """One week."""

    week: Line
    """ISO week."""
    due: Count
    """Items due."""
    deviated: Count
    """Of these deviating."""
    rate: Fraction | None
    """Null in a week without anything due."""


class Cells(Part):
    """Logged by the runtime against detected by the audit: four cells that add up to what was due."""

    explained: Count
    """Detected and logged."""
    silent: Count
    """Detected, not logged."""
    kept_logged: Count
    """Logged, not detected: due, and kept."""
    clear: Count
    """Neither."""
    logged_elsewhere: Count
    """Further log entries with nothing found: on what was not due, or on no item. Outside the four cells."""


class PlanQuality(Part):
    """What the plan has to answer for; no part of the agent's rate."""

    deviations: Count
    """Plan-owned deviations."""
    calls: Share
    """Calls with one, of the calls in which anything was due."""
    foreseen: Share
    """Objections that the plan had foreseen, of those that were raised."""


class RateRow(Part):
    """One group."""

    key: Line
    """Its name."""
    calls: Count
    """Calls."""
    live: Count
    """Calls in which anything was due."""
    deviation: Share
    """Items deviating by the agent's doing, of those due: the deviation rate."""
    unexplained: Share
    """Those for which nothing was logged, of those due: the unexplained deviation rate."""
    silent: Share
    """Those for which nothing was logged, of those deviating: the silent-deviation rate."""
    cells: Cells
    """Logged against detected."""
    plan: PlanQuality
    """What the plan has to answer for."""
    uncertain: Count
    """Items that the evidence does not decide; in no rate."""
    breached: Count
    """Calls with a critical deviation."""
    trend: tuple[TrendPoint, ...]
    """The last weeks, the same for every row."""


class Change(Part):
    """A group in one period against another."""

    key: Line
    """The group; `all` for all of them together."""
    before: Share
    """In the earlier period."""
    after: Share
    """In the later one."""
    difference: float | None
    """Later minus earlier rate; null when one of them has none."""
    test: Literal["fisher", "z"]
    """Fisher's exact test, or the two-proportion z-test with the spread between calls."""
    design_effect: float
    """How much the spread between calls widened the variance."""
    p: Fraction
    """Two-sided p-value."""
    p_adjusted: Fraction
    """Adjusted for the number of groups that are compared (Holm); of `all`, the same as `p`."""
    verdict: Literal["change", "chance", "too_few"]
    """Whether it means anything."""


class Reading(Part):
    """All figures, by the audits alone or with what people decided."""

    overrides: Literal["before", "after"]
    """`before`: as the audits read the calls; `after`: with the decisions of reviewers."""
    decided: Count
    """Audits on which a decision stands."""
    overturned: Count
    """Decisions that changed something."""
    disputed: Count
    """Items whose reading is disputed: in no rate until someone decides."""
    rows: tuple[RateRow, ...]
    """A row a group."""
    total: RateRow
    """All groups together."""
    changes: tuple[Change, ...]
    """`all` first, then each group; empty where no two periods are compared."""


class RateReport(Record):
    """RateReport: deviation rates by group."""

    record_name: ClassVar[str] = "rate"

    schema_: Annotated[Literal["precall.rate/1"], Field(alias="schema")] = "precall.rate/1"
    """Which record this is."""
    by: By
    """What the rows are."""
    agent: Text | None = None
    """Only calls of this agent, if given."""
    first: Line | None = None
    """First UTC day that counts."""
    last: Line | None = None
    """Last UTC day that counts."""
    as_of: Timestamp | None = None
    """What was sealed later does not count."""
    compared: tuple[Line, Line] | None = None
    """The two periods of `changes`, the earlier first."""
    readings: tuple[Reading, ...]
    """Before, after, or both."""
    notes: tuple[Text, ...] = ()
    """What a reader must know."""
