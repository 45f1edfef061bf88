"""Two versions of a policy side by side: what differs, and what kind of effect each change has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from precall_cli.policies.layers import leaves
from precall_cli.records.json_text import Json, resolve_pointer
from precall_cli.records.policy import Policy

Effect = Literal["plans", "timing", "judging", "routing", "naming"]
EFFECTS: dict[str, str] = {
    "plans": "what plans say changes",
    "timing": "when plans are made, how long that may take and how long they hold",
    "judging": "how calls are judged",
    "routing": "which triggers the agent answers",
    "naming": "a name alone",
}
"""Each kind of effect in words, the gravest first."""
_BY_START: tuple[tuple[str, Effect], ...] = (
    ("/audit/", "judging"),
    ("/triggers", "routing"),
    ("/title", "naming"),
    ("/agent", "naming"),
    ("/schema", "naming"),
    ("/planning/budget_ms", "timing"),
    ("/planning/sla_s", "timing"),
    ("/refresh/expires_after_h", "timing"),
    ("/refresh/material", "timing"),
    ("/refresh/thresholds", "timing"),
    ("/", "plans"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not the same in both versions; None where a version does not have it."""

    pointer: str
    before: Json
    after: Json
    effect: Effect


def compare_policies(before: Policy, after: Policy) -> list[Change]:
    """Every value that differs, in the order of the record; of a list the whole list."""
    old, new = before.full_document(), after.full_document()
    pointers = dict.fromkeys([*leaves(old), *leaves(new)])
    changes = []
    for pointer in pointers:
        was, becomes = _value(old, pointer), _value(new, pointer)
        if was != becomes:
            changes.append(Change(pointer, was, becomes, effect_of(pointer, was, becomes)))
    return changes


def effect_of(pointer: str, before: Json, after: Json) -> Effect:
    """What kind of effect a change of this value has.

    >>> effect_of("/planning/mode", "at_call", "precomputed")
    'timing'
    >>> effect_of("/planning/mode", "at_call", "skipped")
    'plans'
    """
    if pointer == "/planning/mode" and "skipped" not in (before, after):
        return "timing"
    return next(effect for start, effect in _BY_START if pointer.startswith(start))


def effects_of(changes: list[Change]) -> list[str]:
    """The kinds of effect that changes have together, the gravest first."""
    return [effect for effect in EFFECTS if any(change.effect == effect for change in changes)]


def _value(document: Json, pointer: str) -> Json:
    try:
        return resolve_pointer(document, pointer)
    except KeyError:
        return None
