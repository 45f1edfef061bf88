"""Why something differs: what has changed among the things that it rests on, the likeliest first.

A plan item rests on the facts of the brief that it cites, the policy but for how calls are judged, the
playbook or the prompt, and the planner. A status rests on its plan item, the call, the log and the audit's
engine. Where nothing of this has changed but the version, that is the cause; where not even that, the code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from precall_cli.check.facts import ORDER, Fact
from precall_cli.check.observe import Observation
from precall_cli.records.check import Cause

JUDGING = "policy/audit"
_ALWAYS_NEW = frozenset({"policy/title", "policy/schema"})


def changed_grounds(before: Observation, after: Observation) -> frozenset[str]:
    """Names of the grounds that differ, appeared or went."""
    old, new = before.grounds or {}, after.grounds or {}
    return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name)) - _ALWAYS_NEW


def causes_of(
    fact: Fact, before: Observation, after: Observation, moved: frozenset[str]
) -> tuple[Cause, ...]:
    """What may have moved a fact. `moved` holds the keys of plan items that differ."""
    changed = changed_grounds(before, after)
    if fact.check == "gate":
        return _named(changed, ("case", "brief", "policy", "engine"))
    if fact.check == "plan":
        return _of_plan(fact, before, after, changed)
    if fact.check == "instructions":
        return _named(changed, ("layers", "policy", "playbook", "brief", "prompt"))
    if fact.item in moved or (fact.item is None and moved):
        return _of_plan(fact, before, after, changed)
    if fact.check == "scores" and JUDGING in changed:
        return ("policy",)
    heard = changed & {"transcript", "log", JUDGING, "audit"}
    if moved and not heard:  # the call is the same: what is due of one item depends on the others
        return _of_plan(fact, before, after, changed)
    return _named(heard | (changed & {"version"}), ("transcript", "log", "policy", "audit"))


def _of_plan(
    fact: Fact, before: Observation, after: Observation, changed: frozenset[str]
) -> tuple[Cause, ...]:
    changed = changed - {JUDGING}
    found = list(_named(changed, ("case", "brief", "policy", "playbook", "prompt", "engine")))
    if "brief" in found and len(found) > 1 and not _cites_a_change(fact, before, after):
        found.remove("brief")
        found.append("brief")  # something else moved as well, and what the item cites is as it was
    return tuple(found)


def _cites_a_change(fact: Fact, before: Observation, after: Observation) -> bool:
    if (fact.item or "").startswith(f"{ORDER}/"):
        return False
    rests = [
        {item["key"]: item["rests"] for item in each.items}.get(fact.item or "") for each in (before, after)
    ]
    return rests[0] != rests[1]


def _named(changed: frozenset[str], among: Sequence[str]) -> tuple[Cause, ...]:
    """The causes behind changed grounds, in the order of `among`; the version or the engine where none is."""
    names: Mapping[str, Cause] = {"audit": "engine"}
    found: list[Cause] = []
    for name in among:
        if any(ground == name or ground.startswith(f"{name}/") for ground in changed):
            cause: Cause = names.get(name, name)  # type: ignore[arg-type]  # the rest are causes by name
            if cause not in found:
                found.append(cause)
    if found:
        return tuple(found)
    return ("version",) if "version" in changed else ("engine",)
