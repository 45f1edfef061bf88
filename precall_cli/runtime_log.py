"""What a runtime logs while it calls: why the agent left the plan, one reason at a time.

`precall_cli.log_deviation` is the function for runtimes, `precall outcome log` the command; both store the
same row of the chain.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json
from precall_cli.records.outcome import CallOutcome, DeviationReason

if TYPE_CHECKING:
    from precall_cli.records.plan import CallPlan
    from precall_cli.store import Store


def log_reason(db: Path, call: str, entry: dict[str, Json], plan: str | None, now: datetime) -> bool:
    """Adds one reason to a call's outcome; False when it stands there already.

    Raises BadInput for a reason that is none, and for an item that the call's plan does not have, naming
    the ids that it has.
    """
    from precall_cli.store import Store

    given = {key: value for key, value in entry.items() if value is not None}
    document: dict[str, Json] = {"call_id": call, "plan_deviation_reasons": [given]}
    reason = CallOutcome.from_document(document, "outcome log").plan_deviation_reasons[0]
    with Store.open(db, create=False) as store:
        known = _plan_of(store, call, plan)
        if problem := unknown_item(reason, known):
            raise BadInput(problem[0], place="--item", hint=problem[1])
        stored = store.load_outcome(call)
        if stored and stored.plan_id == known.plan_id and reason in stored.plan_deviation_reasons:
            return False
        # Only what is new: a copy of the rest would be one more voice where two outcomes differ.
        said = CallOutcome.from_document(document | {"plan_id": known.plan_id}, "outcome log")
        return store.save_outcome(said, now=now).new


def unknown_item(reason: DeviationReason, plan: CallPlan) -> tuple[str, str] | None:
    """What is wrong with the item that a reason names, and the ids there are; None where it is right."""
    ids = [item.id for _, item in plan.items()]
    if reason.item is None or reason.item in ids:
        return None
    return f"plan {plan.plan_id} has no item {reason.item!r}", f"It has: {', '.join(ids)}."


def _plan_of(store: Store, call: str, plan: str | None) -> CallPlan:
    named = plan or store.find_plan_for_call(call)
    if named is None:
        raise BadInput(
            f"nothing says which plan call {call!r} was dialled with",
            place="outcome log",
            hint="Add --plan.",
        )
    return store.load_plan(named).plan


def check_reasons(store: Store, outcomes: Iterable[tuple[str, CallOutcome]]) -> None:
    """Raises BadInput, naming each place, where an outcome logs an item that its stored plan does not have.

    An outcome whose plan is not stored here cannot be checked, and is taken as it is.
    """
    plans: dict[str, CallPlan | None] = {}
    problems: list[str] = []
    for place, outcome in outcomes:
        plan_id = outcome.plan_id
        if not outcome.plan_deviation_reasons or not plan_id:
            continue
        if plan_id not in plans:
            plans[plan_id] = store.load_plan(plan_id).plan if store.has_plan(plan_id) else None
        known = plans[plan_id]
        for reason in outcome.plan_deviation_reasons if known else ():
            if known and (problem := unknown_item(reason, known)):
                problems.append(f"{place}: {problem[0]}. {problem[1]}")
    if problems:
        raise BadInput("\n  ".join(problems), hint="Nothing was stored.")
