"""A case as it was blessed against the case as it is: fixed, broke, added or gone, with the likely cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from precall_cli.check.cause import causes_of
from precall_cli.check.facts import ORDER, Fact, facts_of
from precall_cli.check.observe import Observation
from precall_cli.records.check import Cause, Change, CheckName
from precall_cli.records.expect import Expect

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is not as it was blessed, or not as it is wanted."""

    check: CheckName
    change: Change
    item: str | None
    field: str
    before: Any
    after: Any
    expected: Any = None
    causes: tuple[Cause, ...] = ()


def compare(before: Observation | None, after: Observation, expect: Expect) -> list[Difference]:
    """What differs. A case that was never blessed is `added`, and held against its labels alone."""
    if before is None:
        return [Difference("expect", "added", None, "case", None, "a new case"), *_unexpected(after, expect)]
    wanted = _wanted(expect, before)
    old = {fact.at: fact for fact in facts_of(before)}
    new = {fact.at: fact for fact in facts_of(after)}
    moved = _moved(old, new)
    found: list[Difference] = []
    for at in [*new, *(at for at in old if at not in new)]:
        difference = _difference(old.get(at), new.get(at), wanted.get(at, _ABSENT), moved)
        if difference is None:
            continue
        fact = new.get(at) or old[at]
        found.append(_with_causes(difference, causes_of(fact, before, after, moved)))
    return _without_echoes(found, moved)


def _with_causes(difference: Difference, causes: tuple[Cause, ...]) -> Difference:
    from dataclasses import replace

    return replace(difference, causes=causes)


def _difference(old: Fact | None, new: Fact | None, wanted: Any, moved: frozenset[str]) -> Difference | None:
    fact = new or old
    assert fact is not None
    before = old.value if old else None
    after = new.value if new else None
    if fact.item is not None and fact.item.startswith(f"{ORDER}/"):
        before, after = _common_order(before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        before, after = _differing(before, after)
    if before == after:
        return None
    expected = None if wanted is _ABSENT else wanted
    change: Change
    if wanted is not _ABSENT and after == wanted:
        change = "fixed"
    elif wanted is not _ABSENT or (old and new):
        change = "broke"
    elif old is None:
        # A deviation that nobody blessed is an alarm; an item of the plan is merely new.
        change = "broke" if fact.check == "audit" and fact.field.startswith("deviation ") else "added"
    else:
        change = "gone"
    return Difference(fact.check, change, fact.item, fact.field, before, after, expected)


def _common_order(before: Any, after: Any) -> tuple[list[str], list[str]]:
    """The order of what both have; what is new or gone is reported by itself."""
    both = set(before or ()) & set(after or ())
    return [key for key in before or () if key in both], [key for key in after or () if key in both]


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Any, Any]:
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _moved(
    old: Mapping[tuple[str, str, str], Fact], new: Mapping[tuple[str, str, str], Fact]
) -> frozenset[str]:
    """Keys of plan items that differ."""
    return frozenset(
        at[1] for at in {**old, **new} if at[0] == "plan" and _value(old.get(at)) != _value(new.get(at))
    )


def _value(fact: Fact | None) -> Any:
    return fact.value if fact else None


def _without_echoes(found: list[Difference], moved: frozenset[str]) -> list[Difference]:
    """Leaves out what only repeats another finding.

    The plan's block of the instructions changes with every item; the statuses of an item that appeared or
    went do too; a gate that says otherwise takes everything with it.
    """
    if any(each.check == "gate" for each in found):
        return [each for each in found if each.check == "gate"]
    placed = {each.item for each in found if each.check == "plan" and each.change in ("added", "gone")}

    def echoes(each: Difference) -> bool:
        if each.check == "instructions" and each.item == "L4.5":
            return bool(moved)
        return each.check == "audit" and each.item in placed and each.field in ("status", "result")

    return [each for each in found if not echoes(each)]


def _wanted(expect: Expect, observation: Observation) -> dict[tuple[str, str, str], Any]:
    """The labels as facts. Ids are those of the plan that was labelled: the blessed one."""
    wanted: dict[tuple[str, str, str], Any] = {}
    if expect.gate is not None:
        return wanted
    keys = {item["id"]: item["key"] for item in observation.items}
    for name, status in expect.items.items():
        wanted["audit", keys.get(name, name), "status"] = status
    for name, result in expect.results.items():
        wanted["audit", keys.get(name, name), "result"] = result
    for name, value in (("verdict", expect.verdict), ("compliance", expect.compliance)):
        if value is not None:
            wanted["audit", "", name] = value
    if expect.deviations is not None:
        labelled = [
            (f"deviation {d.type}, {d.logged}", keys.get(d.item or "", d.item or ""))
            for d in expect.deviations
        ]
        for text, key in labelled:
            wanted["audit", key or "", text] = True
        found = [fact.at for fact in facts_of(observation) if fact.field.startswith("deviation ")]
        for at in found:
            wanted.setdefault(at, None)
    return wanted


def _unexpected(after: Observation, expect: Expect) -> Iterator[Difference]:
    """Where a case that was never blessed differs from its labels, but for its known misses."""
    if (expect.gate is None) != (after.gate == "allowed") or (
        expect.gate is not None and not after.gate.startswith(f"refused {expect.gate.refusal} ")
    ):
        label = f"refused {expect.gate.refusal}" if expect.gate else "allowed"
        yield Difference("gate", "broke", None, "gate", None, after.gate, label)
        return
    excused = _wanted(excuse(expect), after)
    facts = {fact.at: fact for fact in facts_of(after)}
    for at, wanted in _wanted(expect, after).items():
        value = _value(facts.get(at))
        if value in (wanted, excused.get(at)):
            continue
        yield Difference("expect", "broke", at[1] or None, at[2], None, value, wanted)


def excuse(expect: Expect) -> Expect:
    """The labels as the audit is known to miss them."""
    known = expect.known_misses
    results = {**expect.results, **known.results}
    deviations = None
    if expect.deviations is not None:
        left = list(expect.deviations)
        for missing in known.missing:
            if missing in left:
                left.remove(missing)
        deviations = (*left, *known.extra)
    return expect.model_copy(
        update={
            "items": {**expect.items, **known.items},
            "results": {name: result for name, result in results.items() if result},
            "verdict": known.verdict or expect.verdict,
            "compliance": known.compliance or expect.compliance,
            "deviations": deviations,
        }
    )


def count_known_misses(after: Observation, expect: Expect) -> int:
    """How many labels the audit gets wrong today."""
    facts = {fact.at: fact for fact in facts_of(after)}
    return sum(_value(facts.get(at)) != wanted for at, wanted in _wanted(expect, after).items())
