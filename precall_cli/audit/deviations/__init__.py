"""The kinds of deviation, one module each. A module's docstring is its manual page; `find` gives the bare
facts."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from precall_cli.audit.deviations import (
    asked_known_answer,
    disclosure_late,
    disclosure_missing,
    no_next_step,
    objection_handled_differently,
    objection_ignored,
    objective_not_pursued,
    off_ladder_step,
    off_plan_question,
    opening_changed,
    question_out_of_order,
    question_repeated,
    question_skipped,
    rung_skipped,
    stop_ignored,
    unanticipated_objection,
    withheld_mentioned,
)
from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination

KINDS: tuple[ModuleType, ...] = (
    stop_ignored,
    disclosure_missing,
    withheld_mentioned,
    disclosure_late,
    asked_known_answer,
    objection_ignored,
    objective_not_pursued,
    no_next_step,
    off_ladder_step,
    opening_changed,
    question_skipped,
    question_out_of_order,
    question_repeated,
    objection_handled_differently,
    rung_skipped,
    off_plan_question,
    unanticipated_objection,
)
"""In the order of the contract's table, the gravest first."""


def name_of(kind: ModuleType) -> str:
    """The deviation type that a module finds: its own name."""
    return kind.__name__.rsplit(".", 1)[-1]


def find_deviations(examination: Examination) -> Iterator[tuple[str, Finding]]:
    """Every deviation of a call with its type, in the order of the table and then of the plan."""
    for kind in KINDS:
        for finding in kind.find(examination):
            yield name_of(kind), finding


def manual(name: str) -> str:
    """The manual page of a deviation type. Raises KeyError for a type that does not exist."""
    pages = {name_of(kind): kind.__doc__ or "" for kind in KINDS}
    return pages[name].strip()
