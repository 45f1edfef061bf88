"""A verification for the terminal: what was recomputed, what is wrong, what no local chain can prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from rich.text import Text

from precall_cli.report.console import line
from precall_cli.report.layout import count, hanging


class Fault(Protocol):
    """One thing that does not verify."""

    @property
    def kind(self) -> str: ...
    @property
    def table(self) -> str: ...
    @property
    def row(self) -> str: ...
    @property
    def problem(self) -> str: ...


class LatePlan(Protocol):
    """A plan that was sealed after its call had begun."""

    @property
    def plan_id(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def sealed_at(self) -> str: ...
    @property
    def call_id(self) -> str: ...
    @property
    def started_at(self) -> str: ...


class Verification(Protocol):
    """What a verification found."""

    @property
    def rows(self) -> int: ...
    @property
    def head_seq(self) -> int: ...
    @property
    def head_hash(self) -> str: ...
    @property
    def fault_count(self) -> int: ...
    @property
    def faults(self) -> Sequence[Fault]: ...
    @property
    def late_plans(self) -> Sequence[LatePlan]: ...
    @property
    def erased(self) -> int: ...
    @property
    def limits(self) -> Sequence[str]: ...
    @property
    def ok(self) -> bool: ...


SHOWN = 10
"""Most bad rows shown; the rest are counted."""
SUMMED = 3
"""Faults of the schema from which on the first stands for all."""


def render_verification(found: Verification, path: str, width: int) -> Iterator[Text]:
    """The lines of the report, at most `width` columns each."""
    verdict = ("verifies", "bold green") if found.ok else ("does NOT verify", "bold red")
    yield line((path, "bold"), " ", verdict, f"  {count(found.rows, 'row')} of the chain recomputed")
    rows = [fault for fault in found.faults if fault.kind != "schema"]
    schema = [fault for fault in found.faults if fault.kind == "schema"]
    shown = rows[:SHOWN] + schema[: 1 if len(schema) > SUMMED else SUMMED]
    for fault in shown:
        first = "first bad row: " if rows and fault is rows[0] else ""
        head = line(
            ("  ✗ ", "red"), (first, "bold"), (f"{fault.table} {fault.row}", "bold"), f" {fault.kind}  "
        )
        yield from hanging(head, line(fault.problem), 6, width)
    if found.fault_count > len(shown):
        rest = f"  … and {found.fault_count - len(shown):,} more"
        yield line(rest, f", {len(schema)} of all in the schema" if schema else "")
    if found.erased:
        yield line(
            "  ", count(found.erased, "record"), " without words, each as the erasure sealed for it says"
        )
    for plan in found.late_plans:
        head = line(("  ✗ ", "red"), (f"late plan {plan.plan_id}", "bold"), f" row {plan.seq}  ")
        said = f"sealed {plan.sealed_at}, after call {plan.call_id} had begun at {plan.started_at}"
        yield from hanging(head, line(said), 6, width)
    yield from hanging(line(("head ", "dim")), line(f"row {found.head_seq}  {found.head_hash}"), 5, width)
    for limit in found.limits:
        yield from hanging(line(("note: ", "yellow")), line((limit, "dim")), 6, width)
