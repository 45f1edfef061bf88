"""An observation as a flat list of facts, each with the check that looks at it and the item it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from precall_cli.check.observe import Observation
from precall_cli.records.check import CheckName

ORDER = "order"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so."""

    check: CheckName
    item: str | None
    """Key of a plan item, or another part such as `order/qualification` or `L3`; None for the whole case."""
    field: str
    value: Any

    @property
    def at(self) -> tuple[str, str, str]:
        """What makes two facts the same fact."""
        return (self.check, self.item or "", self.field)


def facts_of(observation: Observation) -> Iterator[Fact]:
    """Every fact of a case, the gate first, then in the order of the plan."""
    yield Fact("gate", None, "gate", observation.gate)
    for item in observation.items:
        yield Fact("plan", item["key"], "says", dict(item["says"]))
    for kind, keys in _orders(observation).items():
        yield Fact("plan", f"{ORDER}/{kind}", ORDER, keys)
    for block, value in sorted((observation.instructions or {}).items()):
        if value:
            yield Fact("instructions", block, "block", value)
    audit = observation.audit
    if audit is None:
        return
    for key, found in audit["items"].items():
        yield Fact("audit", key, "status", found.get("status"))
        if found.get("result"):
            yield Fact("audit", key, "result", found["result"])
    for text, key_of in _deviations(audit.get("deviations", [])):
        yield Fact("audit", key_of, f"deviation {text}", True)
    for name in ("verdict", "compliance", "outcome"):
        yield Fact("audit", None, name, audit.get(name))
    for name in ("adherence", "deviation_rate", "unexplained_deviation_rate"):
        yield Fact("scores", None, name, audit.get(name))


def _orders(observation: Observation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in observation.items:
        found.setdefault(item["kind"], []).append(item["key"])
    return {kind: keys for kind, keys in found.items() if len(keys) > 1}


def _deviations(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str | None]]:
    """Each deviation in words, those that stand twice with a number."""
    seen: dict[tuple[str, str | None], int] = {}
    for row in rows:
        at = (f"{row['type']}, {row['logged']}", row.get("item"))
        seen[at] = seen.get(at, 0) + 1
        yield at[0] + (f" ({seen[at]})" if seen[at] > 1 else ""), at[1]
