"""What has moved between the brief that a plan rests on and the one at hand: pointer, before, after.

Looked at are the parts that the policy calls material and the facts that the plan cites. A number within
the policy's threshold has not moved, nor has a fact that was merely looked up again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from precall_cli.records.brief import Brief
from precall_cli.records.json_text import Json, escape_token, resolve_pointer
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy

LOOKED_UP = ("checked_at", "fetched_at")
"""Fields that say when an answer was looked up; the same answer at a later time has not moved.
A policy that names such a field itself makes it count."""

IDENTITY = ("/contact/contact_id", "/account/account_id")
"""Whom a plan is for: another one is never the same plan."""

_KEYS = ("call_id", "opportunity_id", "contact_id")
"""What tells the members of a list apart, whatever their order."""


@dataclass(frozen=True, slots=True)
class Move:
    """One field that is not what it was; None where there is, or was, nothing."""

    pointer: str
    before: Json
    after: Json


def find_moves(plan: CallPlan, policy: Policy, before: Brief, after: Brief) -> list[Move]:
    """The material fields that differ between two briefs, each once, in the order of policy and plan."""
    old, new = before.document(), after.document()
    if old == new:
        return []
    thresholds = policy.refresh.thresholds
    cited = [pointer for _, item in plan.items() for pointer in item.because]
    found: dict[str, Move] = {}
    for path in dict.fromkeys((*IDENTITY, *policy.refresh.material, *thresholds, *cited)):
        for move in _differences(path, *_both_at(old, new, path)):
            looked_up = move.pointer.rpartition("/")[2] in LOOKED_UP and path != move.pointer
            if not looked_up and not _within(move, thresholds):
                found.setdefault(move.pointer, move)
    # A field inside another that has gone altogether says nothing more.
    return [m for m in found.values() if not any(m.pointer.startswith(f"{other}/") for other in found)]


def find_policy_moves(before: Policy, after: Policy) -> list[Move]:
    """The values that differ between two policies, by pointer into the policy."""
    return list(_differences("", before.full_document(), after.full_document()))


def _both_at(old: Json, new: Json, pointer: str) -> tuple[Json, Json]:
    """What stands at a pointer into the old brief, and the same in the new one, wherever its list has it."""
    for token in (raw.replace("~1", "/").replace("~0", "~") for raw in pointer.split("/")[1:]):
        if isinstance(old, list):
            item = old[int(token)] if token.isdecimal() and int(token) < len(old) else None
            name = _key_of(old, new if isinstance(new, list) else [])
            if name is not None and item is not None and isinstance(new, list):
                new = next((each for each in new if each[name] == item[name]), None)
            else:
                new = _step(new, token)
            old = item
        else:
            old, new = _step(old, token), _step(new, token)
    return old, new


def _step(node: Json, token: str) -> Json:
    try:
        return resolve_pointer(node, f"/{escape_token(token)}")
    except KeyError:
        return None


def _is_nothing(value: Json) -> bool:
    return value is None or value in ("", [], {})


def _differences(pointer: str, before: Json, after: Json) -> Iterator[Move]:
    """The smallest parts that differ. Missing, null and empty are the same nothing."""
    if _same(before, after) or (_is_nothing(before) and _is_nothing(after)):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _differences(f"{pointer}/{escape_token(key)}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_differences(pointer, before, after)
    else:
        yield Move(pointer, None if _is_nothing(before) else before, None if _is_nothing(after) else after)


def _same(one: Json, other: Json) -> bool:
    """Equal, and no flag taken for a number."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _list_differences(pointer: str, before: list[Json], after: list[Json]) -> Iterator[Move]:
    name = _key_of(before, after)
    if name is None:
        for index in range(max(len(before), len(after))):
            yield from _differences(
                f"{pointer}/{index}",
                before[index] if index < len(before) else None,
                after[index] if index < len(after) else None,
            )
        return
    old = {item[name]: item for item in before}
    new = {item[name]: item for item in after}
    for index, item in enumerate(after):
        yield from _differences(f"{pointer}/{index}", old.get(item[name]), item)
    for index, item in enumerate(before):
        if item[name] not in new:
            yield Move(f"{pointer}/{index}", item, None)


def _key_of(before: list[Json], after: list[Json]) -> str | None:
    """The key that tells the members of both lists apart, if they have one."""
    items = [*before, *after]
    for name in _KEYS:
        named = all(isinstance(item, dict) and isinstance(item.get(name), str) for item in items)
        if named and all(len({item[name] for item in each}) == len(each) for each in (before, after)):
            return name
    return None


def _within(move: Move, thresholds: dict[str, float]) -> bool:
    """Whether both values are numbers that lie no further apart than the policy allows."""
    numbers = (move.before, move.after)
    if any(not isinstance(value, int | float) or isinstance(value, bool) for value in numbers):
        return False
    above = move.pointer
    while above and above not in thresholds:
        above = above.rpartition("/")[0]
    allowed = thresholds.get(above)
    return allowed is not None and abs(move.after - move.before) <= allowed * abs(move.before)
