"""The figures of an audit: counts first, rates from them, the verdict last. Formulas are the contract's."""

from __future__ import annotations

from collections.abc import Sequence

from precall_cli.records.audit import NOT_APPLICABLE, AuditItem, Deviation, Scores
from precall_cli.records.policy import Judging


def score(items: Sequence[AuditItem], deviations: Sequence[Deviation], judging: Judging) -> Scores:
    """Adherence and its parts. Undecided items and unconfirmed log entries stand in no rate."""
    own = [d for d in deviations if d.owner == "agent" and d.logged != "unconfirmed"]
    weight = {i.item: judging.weights.get(i.kind, 1.0) for i in items}
    applicable = [i.item for i in items if i.status not in NOT_APPLICABLE and i.status != "uncertain"]
    due = set(applicable) | {d.item for d in own if d.item is not None and d.item in weight}
    loose = [d for d in own if d.item is None]
    deviating = {d.item for d in own if d.item is not None and d.item in weight}
    unexplained = {d.item for d in own if d.item is not None and d.item in weight and d.logged != "explained"}
    loose_unexplained = [d for d in loose if d.logged != "explained"]
    whole = sum(weight[i] for i in sorted(due)) + len(loose)
    rate = (sum(weight[i] for i in sorted(deviating)) + len(loose)) / whole if whole else None
    silent = (sum(weight[i] for i in sorted(unexplained)) + len(loose_unexplained)) / whole if whole else None
    return Scores(
        adherence=None if rate is None else round(1 - rate, 6),
        deviation_rate=None if rate is None else round(rate, 6),
        unexplained_deviation_rate=None if silent is None else round(silent, 6),
        applicable=len(due) + len(loose),
        deviated=len(deviating) + len(loose),
        uncertain=sum(i.status == "uncertain" for i in items),
    )


def verdict(scores: Scores, deviations: Sequence[Deviation], judging: Judging) -> str:
    """`fail` on any critical deviation, `review` where undecided or over the threshold, else `pass`."""
    if breached(deviations):
        return "fail"
    over = scores.deviation_rate is not None and scores.deviation_rate > judging.review_above
    return "review" if scores.uncertain or over else "pass"


def breached(deviations: Sequence[Deviation]) -> bool:
    """Whether a critical deviation was found."""
    return any(d.severity == "critical" and d.logged != "unconfirmed" for d in deviations)
