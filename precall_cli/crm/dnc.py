"""Do-not-call from everything that says something about it: the strictest statement holds.

Listed goes before a statement that cannot be read, and that before not listed. A source that says nothing
is no statement; nobody saying anything is null, never false. That a number is not listed says nothing of
another number; that any number of the person is listed holds for the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from precall_cli.crm.entries import DncLevel, DncSaid

LISTED = {DncLevel.LISTED: True, DncLevel.NOT_LISTED: False, DncLevel.UNREADABLE: None}


@dataclass(frozen=True, slots=True)
class DncVerdict:
    """The state for the brief, and the statements it rests on."""

    listed: bool | None
    checked_at: str | None
    registry: str | None
    """Every source of the state that holds, by name."""
    deciding: tuple[DncSaid, ...]
    """The statements of the level that holds, in a fixed order."""
    others: tuple[DncSaid, ...]
    """Those of a lower level, in a fixed order; what only concerns another number is none of them."""


def join_dnc(statements: Iterable[DncSaid], phone: str | None) -> DncVerdict:
    """What holds for a person who is dialled at `phone`."""
    ordered = sorted(set(statements), key=_order)
    relevant = [s for s in ordered if s.phone is None or s.phone == phone or s.level is DncLevel.LISTED]
    if not relevant:
        return DncVerdict(None, None, None, (), ())
    level = max(statement.level for statement in relevant)
    deciding = [statement for statement in relevant if statement.level is level]
    names = sorted({statement.registry or named(statement) for statement in deciding})
    return DncVerdict(
        LISTED[level],
        None if level is DncLevel.UNREADABLE else _checked_at(deciding),
        "; ".join(names)[:2_000],
        tuple(deciding),
        tuple(statement for statement in relevant if statement not in deciding),
    )


def named(statement: DncSaid) -> str:
    """System and field of a statement."""
    return f"{statement.origin.source} {statement.origin.field}"


def _checked_at(statements: Sequence[DncSaid]) -> str | None:
    """The latest check of each list, and of these the earliest: no list was checked longer ago than that."""
    latest: dict[str, str] = {}
    for statement in statements:
        if statement.checked_at is not None:
            name = statement.registry or named(statement)
            latest[name] = max(latest.get(name, ""), statement.checked_at)
    return min(latest.values(), default=None)


def _order(statement: DncSaid) -> tuple[str, ...]:
    origin = statement.origin
    return (
        origin.source,
        origin.file,
        origin.spot,
        origin.field,
        str(statement.level),
        statement.phone or "",
        statement.checked_at or "",
        statement.registry or "",
        str(origin.as_of or ""),
    )
