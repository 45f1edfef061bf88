"""Coverage: the plan items, policies, playbook entries, refusals, statuses and deviations without a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from precall_cli.check.observe import Observation
from precall_cli.check.play import World, playbook_of
from precall_cli.records.audit import SEVERITY_OF, STATUSES
from precall_cli.records.json_text import Json
from precall_cli.records.plan import ItemKind
from precall_cli.records.policy import Policy
from precall_cli.records.refusal import RefusalCode

POLICY_RULES = (
    "policy.enabled", "policy.planning.mode", "policy.planning.depth", "policy.planning.budget_ms",
    "policy.planning.sla_s", "policy.limits.questions", "policy.limits.objections",
    "policy.limits.next_steps", "policy.refresh.expires_after_h", "policy.refresh.weak_below",
    "policy.refresh.stale_after_days", "policy.coordination.account", "policy.disclosures.ai_voice",
    "policy.disclosures.recording",
)  # fmt: skip
"""Rules of a policy that can shape a plan, as its trace names them."""


@dataclass(frozen=True, slots=True)
class Area:
    """One thing that can be covered, part by part."""

    name: str
    covered: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share that some case exercises, 0 to 1; 1 where there is nothing to cover."""
        total = len(self.covered) + len(self.missing)
        return len(self.covered) / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases exercise."""

    areas: tuple[Area, ...]

    @property
    def share(self) -> float:
        """Over all parts of all areas, 0 to 1."""
        covered = sum(len(area.covered) for area in self.areas)
        total = covered + sum(len(area.missing) for area in self.areas)
        return covered / total if total else 1.0

    def document(self) -> Json:
        """As plain JSON."""
        return {
            "schema": "precall.coverage/1",
            "share": round(self.share, 4),
            "areas": [
                {
                    "name": area.name,
                    "share": round(area.share, 4),
                    "covered": list(area.covered),
                    "missing": list(area.missing),
                }
                for area in self.areas
            ],
        }


def measure_coverage(
    observed: Mapping[str, Observation], policies: Iterable[Policy], world: World
) -> Coverage:
    """What these cases exercise."""
    found = list(observed.values())
    items = [item for each in found for item in each.items]
    audits = [each.audit for each in found if each.audit]
    kinds = {item["kind"] for item in items}
    statuses = {
        f"{key.split('/')[0]} {entry['status']}" for audit in audits for key, entry in audit["items"].items()
    }
    deviations = {row["type"] for audit in audits for row in audit.get("deviations", ())}
    refusals = {m[1] for each in found if (m := re.match(r"refused (\w+)", each.gate))}
    entries = {m[0] for item in items if (m := re.match(r"[a-z_]+\.[\w.]+", item["rule"], re.ASCII))}
    return Coverage(
        (
            _area("plan items", get_args(ItemKind), kinds),
            _area("policies", [policy.agent for policy in policies], {each.agent for each in found}),
            _area("policy rules", POLICY_RULES, {rule for each in found for rule in each.rules.split()}),
            _area("playbook entries", playbook_entries(world), _with_parents(entries)),
            _area("gate refusals", get_args(RefusalCode), refusals),
            _area("statuses", [f"{kind} {s}" for kind, each in STATUSES.items() for s in each], statuses),
            _area("deviations", list(SEVERITY_OF), deviations),
        )
    )


def _area(name: str, wanted: Iterable[str], found: set[str]) -> Area:
    parts = list(dict.fromkeys(wanted))
    covered = tuple(part for part in parts if part in found)
    return Area(name, covered, tuple(part for part in parts if part not in found))


def _with_parents(entries: set[str]) -> set[str]:
    """`questions.current_tool.check` exercises `questions.current_tool` as well."""
    split = [entry.split(".") for entry in entries]
    return {".".join(parts[:count]) for parts in split for count in range(2, len(parts) + 1)}


def playbook_entries(world: World) -> list[str]:
    """Every entry that the items of a plan can come from, as plans name it in `rule`."""
    document = playbook_of(world).model_dump(mode="json")
    found: list[str] = []
    for section in ("objectives", "openings", "questions", "objections", "stops", "disclosures"):
        found += [f"{section}.{name}" for name in _names(document.get(section))]
    for ladder in document.get("ladders") or []:
        found += [f"ladders.{_name(ladder)}.{_name(rung)}" for rung in ladder.get("rungs") or []]
    return found


def _names(section: Json) -> list[str]:
    if isinstance(section, dict):
        return list(section)
    return [name for entry in section or [] if (name := _name(entry))]


def _name(entry: Json) -> str:
    return str(next((entry[key] for key in ("topic", "name", "id", "kind") if entry.get(key)), ""))
