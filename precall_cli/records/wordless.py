"""A record without its words: its ids, times, states and figures stay, everything that was said or told goes.

What is left is a record of the same kind, so that rates, reviews and reports go on over it. A text stays only
where it is on the list below; what nobody thought of is erased.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from precall_cli.records.json_text import Json
from precall_cli.records.record import parse_time

ERASED = "[erased]"
"""What stands in the place of words."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)
_LARGE = 1_000_000
"""A number of seven digits may be a phone; smaller ones are counts and seconds."""

_IDS = "schema contact_id account_id brief_id call_id plan_id opportunity_id refusal_id audit_id review_id "
_KEPT: dict[str, frozenset[str]] = {
    kind: frozenset((_IDS + further).split())
    for kind, further in {
        "brief": "agent kind jurisdiction basis seller scopes registry timezone currency pointer",
        "plan": "id because brief_digest policy_digest agent supersedes type strategy due handling rule "
        "engine model mode depth fallback_reason version item done phase",
        "refusal": "code pointer rule brief_digest policy_digest agent held_by",
        "transcript": "ended_by source speaker gaps",
        "outcome": "",
        "audit": "signature item kind status result type severity owner logged logged_reason objective rung "
        "compliance verdict",
        "review": "item type decision status cause who",
        "instructions": "instructions_id agent digest layer item reason not_due",
    }.items()
}
"""Keys whose text stays, by kind: ids, states and names of rules."""
_CODES = frozenset(("topic", "persona", "stage", "outcome", "lifecycle_stage"))
"""Keys whose text stays where it is a code, such as team_size."""
_COMPANY = frozenset(("name", "domain", "industry", "region"))
"""What says of the account which company it is."""


def without_words(kind: str, document: Json) -> Json:
    """The document of a record of this kind with every word replaced. Numbers, flags, lists stay as they are.

    >>> turn = {"i": 0, "speaker": "contact", "text": "About forty."}
    >>> without_words("transcript", {"call_id": "call_1", "turns": [turn]})["turns"]
    [{'i': 0, 'speaker': 'contact', 'text': '[erased]'}]
    """
    return {key: _erased(kind, key, value, (key,)) for key, value in document.items() if key != "phone"}


def without_person(brief: Json, contact_id: str) -> tuple[Json, tuple[str, ...]]:
    """A brief about somebody else without what this person told us, and the pointers to what is gone."""
    changed, gone = dict(brief), []
    for section in ("engaged_contacts", "prior_calls"):
        entries = brief.get(section) or []
        for index, entry in enumerate(entries):
            if entry.get("contact_id") == contact_id:
                gone.append(f"/{section}/{index}")
                entries = [*entries[:index], _dict("brief", entry, (section,)), *entries[index + 1 :]]
        if section in brief:
            changed[section] = entries
    return changed, tuple(gone)


def without_items(plan: Json, gone: Collection[str]) -> Json:
    """A plan without the words of the items that rest on one of these pointers into its brief."""

    def visit(value: Json, path: tuple[str, ...]) -> Json:
        if isinstance(value, list):
            return [visit(child, path) for child in value]
        if not isinstance(value, dict):
            return value
        if any(_within(pointer, gone) for pointer in value.get("because") or ()):
            return _dict("plan", value, path)
        return {key: visit(child, (*path, key)) for key, child in value.items()}

    return {key: visit(value, (key,)) for key, value in plan.items()}


def _within(pointer: str, gone: Collection[str]) -> bool:
    return any(pointer == each or pointer.startswith(f"{each}/") for each in gone)


def _dict(kind: str, value: Json, path: tuple[str, ...]) -> Json:
    return {key: _erased(kind, key, child, (*path, key)) for key, child in value.items() if key != "phone"}


def _erased(kind: str, key: str, value: Json, path: tuple[str, ...]) -> Json:
    if isinstance(value, dict):
        if kind == "outcome" and path == ("plan",):
            return without_words("plan", value)
        if kind == "plan" and path == ("planner", "usage"):
            return value
        if kind == "brief" and path == ("jurisdiction",):
            return value
        if kind == "instructions" and path == ("tool",):
            return {}
        return _dict(kind, value, path)
    if isinstance(value, list):
        return [_erased(kind, key, child, path) for child in value]
    if isinstance(value, str):
        return value if _stays(kind, key, value, path) else ERASED
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _LARGE:
        return value if _is_typed(kind, path) else None
    return value


def _stays(kind: str, key: str, text: str, path: tuple[str, ...]) -> bool:
    if key in _KEPT[kind] or text == ERASED:
        return True
    if path[0] == "plan_deviation_reasons" and key in ("reason", "item", "type"):
        return True
    if key in _CODES and _CODE.fullmatch(text):
        return True
    if kind == "brief" and path[0] == "account" and len(path) == 2 and key in _COMPANY:
        return True
    return (key.endswith("_at") or key == "at") and _is_time(text)


def _is_time(text: str) -> bool:
    try:
        parse_time(text)
    except ValueError:
        return False
    return True


def _is_typed(kind: str, path: tuple[str, ...]) -> bool:
    """Whether a number stands where the record wants one: amounts and counts, never a phone."""
    return kind not in ("outcome", "brief") or path[-1] in ("amount", "employees", "duration_s", "turn")
