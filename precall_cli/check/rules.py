"""Rules of a case: what must hold whatever the baseline says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from precall_cli.check.observe import Observation
from precall_cli.records.expect import Expect, Rules

SPOKEN = ("objective", "opening", "disclosure", "qualification", "objection", "next_step")


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold."""

    rule: str
    """Its name in `[rules]`."""
    item: str | None
    """Key of the plan item, if it is one."""
    found: Any
    wanted: Any


def breaches(observation: Observation, expect: Expect) -> Iterator[Breach]:
    """Every rule of a case that does not hold. A refused case has no plan, and breaks none."""
    if observation.gate != "allowed":
        return
    rules = expect.rules
    yield from _items(observation, rules)
    yield from _words(observation, rules)
    if rules.grounded:
        for place in observation.broken:
            key, _, pointer = place.partition(" ")
            yield Breach("grounded", key, f"{pointer} is not in the brief", "every pointer resolves")
    if rules.never_asks_known:
        topics = {item["says"].get("topic") for item in observation.items if item["kind"] == "known"}
        for item in observation.items:
            if item["kind"] == "qualification" and item["says"].get("topic") in topics - {None, ""}:
                yield Breach("never_asks_known", item["key"], item["says"].get("question"), "not asked")
    yield from _bounds(observation, rules)


def _items(observation: Observation, rules: Rules) -> Iterator[Breach]:
    keys = [item["key"] for item in observation.items]
    for wanted in rules.require:
        if not any(_means(wanted, key) for key in keys):
            yield Breach("require", wanted, None, "in the plan")
    for what in rules.discloses:
        if not any(_means(f"disclosure/{what}", key) for key in keys):
            yield Breach("discloses", f"disclosure/{what}", None, "in the plan")
    for unwanted in rules.forbid:
        for key in keys:
            if _means(unwanted, key):
                yield Breach("forbid", key, "in the plan", None)


def _means(name: str, key: str) -> bool:
    """Whether a rule's name is that key or a beginning of it, up to a `/`, `-` or `_`."""
    return key == name or (key.startswith(name) and key[len(name)] in "/-_")


def _words(observation: Observation, rules: Rules) -> Iterator[Breach]:
    for item in observation.items:
        if item["kind"] not in SPOKEN:
            continue
        said = " ".join(str(value) for value in item["says"].values() if isinstance(value, str)).casefold()
        for word in rules.never_say:
            if word.casefold() in said:
                yield Breach("never_say", item["key"], word, "not said")


def _bounds(observation: Observation, rules: Rules) -> Iterator[Breach]:
    questions = sum(item["kind"] == "qualification" for item in observation.items)
    if rules.max_questions is not None and questions > rules.max_questions:
        yield Breach("max_questions", None, questions, f"at most {rules.max_questions}")
    audit = observation.audit or {}
    adherence, rate = audit.get("adherence"), audit.get("deviation_rate")
    if rules.adherence_min is not None and (adherence is None or adherence < rules.adherence_min):
        yield Breach("adherence_min", None, adherence, f"at least {rules.adherence_min}")
    if rules.deviation_rate_max is not None and (rate is None or rate > rules.deviation_rate_max):
        yield Breach("deviation_rate_max", None, rate, f"at most {rules.deviation_rate_max}")
