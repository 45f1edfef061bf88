"""Many versions of one call's outcome, merged into one. The order in which they came plays no part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from precall_cli.records.json_text import Json, canonical_bytes
from precall_cli.records.record import parse_time

_SAID_AT = ("updated_at", "logged_at", "ended_at", "at")
_REASONS = "plan_deviation_reasons"
_PLAN = "plan"


def merge_outcomes(versions: Iterable[Json]) -> Json:
    """One document that says all that the versions say.

    Where two differ, the later one stands; which is later is read from the first of `updated_at`,
    `logged_at`, `ended_at` and `at` that a version has, else from its canonical form, so that any order
    of arrival gives the same. Null never replaces a value. A `plan` goes with the `plan_id` it was named
    with. Logged reasons are united, each once, by turn.
    """
    merged: dict[str, Json] = {}
    reasons: dict[bytes, Json] = {}
    plan_named: str | None = None
    for version in sorted(versions, key=_age):
        for key, value in version.items():
            if value is not None or key not in merged:
                merged[key] = value
        if named := _plan_id(version):
            merged["plan_id"] = named
        if version.get(_PLAN):
            plan_named = named
        elif named and plan_named not in (None, named):
            merged.pop(_PLAN, None)  # it was named with another plan_id
        for reason in version.get(_REASONS) or ():
            said = {key: value for key, value in reason.items() if value is not None}
            reasons[canonical_bytes(said)] = said
    if reasons:
        merged[_REASONS] = [reasons[key] for key in sorted(reasons, key=lambda k: (_turn(reasons[k]), k))]
    return merged


def _plan_id(version: Json) -> str | None:
    """The plan that a version names, by its id or by the plan itself."""
    plan = version.get(_PLAN)
    named = version.get("plan_id") or (plan.get("plan_id") if isinstance(plan, dict) else None)
    return named if isinstance(named, str) else None


def _age(version: Json) -> tuple[str, bytes]:
    said = next((moment for key in _SAID_AT if (moment := _moment(version.get(key)))), None)
    return (said.isoformat() if said else "", canonical_bytes(version))


def _moment(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_time(value)
    except ValueError:
        return None


def _turn(reason: Json) -> float:
    turn = reason.get("turn")
    return float("inf") if turn is None else float(turn)


def started_at(outcome: Json) -> str | None:
    """When the call began, where the runtime's own fields say so."""
    value = outcome.get("started_at") if isinstance(outcome, dict) else None
    return value if _moment(value) else None
