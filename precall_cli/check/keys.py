"""Names of plan items that outlive a change of the plan: what an item is, not the place where it stands.

Ids count through a list, so that one question less moves all that follow. A key is the kind and the topic or
the entry of the playbook that the item comes from; where two would be the same, the second gets a number.
"""

from __future__ import annotations

import re
from collections import Counter

from precall_cli.records.plan import CallPlan, Item


def item_keys(plan: CallPlan) -> dict[str, str]:
    """Id of each item → its key, such as `qualification/budget`."""
    taken: Counter[str] = Counter()
    keys: dict[str, str] = {}
    for kind, item in plan.items():
        name = kind if kind in ("objective", "opening") else f"{kind}/{_name(item)}"
        taken[name] += 1
        keys[item.id] = name if taken[name] == 1 else f"{name}-{taken[name]}"
    return keys


def _name(item: Item) -> str:
    topic = getattr(item, "topic", "")
    entry = re.match(r"[a-z_]+\.([\w.]+)", item.rule or "", re.ASCII)
    found = topic or (entry[1] if entry else "") or item.words()
    return re.sub(r"\W+", "_", found.lower()).strip("_")[:60] or item.id
