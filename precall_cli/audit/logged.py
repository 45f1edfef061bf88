"""What the runtime logged against what was found. A log explains; it is no evidence."""

from __future__ import annotations

from collections.abc import Sequence

from precall_cli.records.audit import SEVERITY_OF, Deviation
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.plan import CallPlan


def reason_for(
    type_: str, item: str | None, turns: Sequence[int], log: Sequence[DeviationReason]
) -> DeviationReason | None:
    """The log entry that speaks of this deviation: of its item, or, where it has none, of its type.

    An entry that names both must not name another type; one that names neither speaks of nothing.
    """
    best: tuple[int, DeviationReason] | None = None
    for entry in log:
        if entry.item is not None and entry.item != item:
            continue
        if entry.type is not None and entry.type != type_:
            continue
        if entry.item is None and entry.type is None:
            continue
        near = entry.turn is not None and any(abs(entry.turn - t) <= 2 for t in turns)
        rank = 2 * (entry.item is not None) + (entry.type is not None) + near
        if best is None or rank > best[0]:
            best = (rank, entry)
    return best[1] if best else None


def unconfirmed(
    log: Sequence[DeviationReason], used: Sequence[DeviationReason], plan: CallPlan
) -> list[Deviation]:
    """Log entries with nothing detected, each once, listed and in no rate."""
    items = {item.id for _, item in plan.items()}
    found: list[Deviation] = []
    for entry in log:
        if any(entry is u for u in used) or (entry.item is None and entry.type is None):
            continue
        kind = entry.type or "unspecified"
        found.append(
            Deviation(
                type=kind,
                item=entry.item if entry.item in items else None,
                severity=SEVERITY_OF.get(kind, "info"),
                owner="plan" if kind == "unanticipated_objection" else "agent",
                turns=() if entry.turn is None else (entry.turn,),
                explanation="The runtime logged a reason, but the transcript shows no such deviation."
                + (
                    ""
                    if entry.item is None or entry.item in items
                    else f" The plan has no item {entry.item!r}."
                ),
                logged="unconfirmed",
                logged_reason=entry.reason,
            )
        )
    return found
