"""A question was asked, but not in the plan's order. Minor.

Order goes by first askings. What lies outside the longest run of asked questions that keeps the plan's
order is out of
order; of equally long runs the one that keeps the plan's earlier items counts, so what was asked too early
is out of order.

Kept:   q1, q3, q4 (q2 was skipped, which is another matter)
Broken: q3, q1, q2: q3 was asked too early
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from precall_cli.audit.deviations.finding import Finding
from precall_cli.audit.examination import Examination


def find(examination: Examination) -> Iterator[Finding]:
    """Every asked question outside the longest run in order."""
    plan = [q.id for q in examination.reading.plan.qualification]
    order = [plan.index(item) for item in examination.asked_order]
    kept = longest_run(order)
    for rank in sorted(set(order) - kept):
        judgement = examination.judgements[plan[rank]]
        yield Finding(plan[rank], judgement.turns[:1], "Asked, but not in the order of the plan.")


def longest_run(order: Sequence[int]) -> set[int]:
    """The longest increasing run of plan places; of several the one with the earlier items.

    >>> sorted(longest_run([2, 0, 1]))
    [0, 1]
    >>> sorted(longest_run([1, 0]))
    [0]
    """
    best: list[tuple[int, ...]] = []
    for rank in order:
        shorter = [r for r in best if r[-1] < rank]
        run: tuple[int, ...] = max(shorter, key=_rank) if shorter else ()
        best.append((*run, rank))
        if len(best) > 1:
            best = _kept(best)
    longest: tuple[int, ...] = max(best, key=_rank) if best else ()
    return set(longest)


def _rank(run: tuple[int, ...]) -> tuple[int, list[int]]:
    """Longer runs are better; of equally long ones that with the earlier items."""
    return len(run), [-place for place in run]


def _kept(runs: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """For each last element and length the best run; others can never win."""
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    for run in runs:
        key = (run[-1], len(run))
        if key not in found or run < found[key]:
            found[key] = run
    return list(found.values())
