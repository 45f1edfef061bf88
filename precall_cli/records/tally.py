"""Tally: counts over audits. Counts add, in any order; every rate is derived from them and never added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TypeAlias

from precall_cli.records.plan import ItemKind

KIND_OF_TYPE: Mapping[str, ItemKind] = MappingProxyType(
    {
        "stop_ignored": "stop",
        "disclosure_missing": "disclosure",
        "withheld_mentioned": "do_not_mention",
        "disclosure_late": "disclosure",
        "asked_known_answer": "known",
        "objection_ignored": "objection",
        "objective_not_pursued": "objective",
        "opening_changed": "opening",
        "question_skipped": "qualification",
        "question_out_of_order": "qualification",
        "question_repeated": "qualification",
        "objection_handled_differently": "objection",
        "rung_skipped": "next_step",
    }
)
"""The kind of item on which a type of deviation can occur; a type that is not here can occur in any call."""
NO_ITEM = "(no item)"
"""The group of deviations that belong to no item, among the kinds."""
RAISED = ("handled", "handled_differently", "ignored")
"""Statuses of an objection that the contact raised."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted in some calls, or in some part of each."""

    calls: int = 0
    """Calls, by the reading that counts of each."""
    live: int = 0
    """Calls in which anything was due."""
    due: int = 0
    """Items due: applicable, decided, or deviating; a deviation of no item is one too (contract: scores)."""
    deviated: int = 0
    """How many of these deviate by the agent's doing."""
    silent: int = 0
    """How many of these for which the runtime logged no reason."""
    kept_logged: int = 0
    """Items due and kept for which it logged a reason all the same."""
    unconfirmed: int = 0
    """All its log entries with nothing found, those on items that were not due included."""
    uncertain: int = 0
    """Items that the evidence does not decide; they stand in no rate."""
    breached: int = 0
    """Calls with a critical deviation."""
    plan_owned: int = 0
    """Deviations that the plan has to answer for."""
    plan_calls: int = 0
    """Calls with one of these."""
    raised: int = 0
    """Objections that were raised and that the plan had foreseen."""
    xx: int = 0
    """Sum over the calls of deviated², for the spread between calls; 0 where it was not taken."""
    xn: int = 0
    """Sum of deviated × due."""
    nn: int = 0
    """Sum of due²."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    def __sub__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) - getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Tally))
Tallies: TypeAlias = dict[tuple[str, str], Tally]
"""Group and UTC day (`2026-11-20`) to what was counted."""
