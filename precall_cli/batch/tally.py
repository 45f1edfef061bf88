"""What came of a batch, in figures that only grow; the same memory for ten briefs and for a million."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from precall_cli.batch.desk import Settled
from precall_cli.records.json_text import Json

KEPT = 100
"""So many failures are kept with their place; all are counted."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One line or brief that could not be worked on."""

    place: str
    problem: str


@dataclass(slots=True)
class Tally:
    """Counts of a batch under way."""

    planned: int = 0
    """Plans made and sealed now."""
    reused: int = 0
    """Plans that stood and were taken again."""
    refreshed: int = 0
    """Of those planned, how many replace a plan that no longer stood."""
    fell_back: int = 0
    """Of those planned, how many are not the plan that the policy wanted."""
    refused: Counter[str] = field(default_factory=Counter)
    """Refusals by code."""
    failed: Counter[str] = field(default_factory=Counter)
    """Failures by reason."""
    failures: list[Failure] = field(default_factory=list)
    tokens: int = 0
    """Input and output tokens of the model."""
    cost: dict[str, float] = field(default_factory=dict)
    """What the model cost, by currency."""
    unpriced: int = 0
    """Plans whose model has no price."""
    accounts: int = 0
    """Accounts whose story was gathered."""
    account_contacts: int = 0
    """Contacts that it was told to."""

    @property
    def seen(self) -> int:
        """Briefs and bad lines so far."""
        return self.planned + self.reused + sum(self.refused.values()) + sum(self.failed.values())

    @property
    def all_came_through(self) -> bool:
        """Whether each has a plan."""
        return not self.refused and not self.failed

    def fail(self, place: str, reason: str, problem: str) -> Failure:
        """Counts a failure, and gives it."""
        failure = Failure(place, problem)
        self.failed[reason] += 1
        if len(self.failures) < KEPT:
            self.failures.append(failure)
        return failure

    def add(self, settled: Settled) -> None:
        """Counts what came of a brief."""
        if settled.refusal is not None:
            self.refused[settled.refusal.code] += 1
        elif not settled.new:
            self.reused += 1
        elif settled.plan is not None:
            self.planned += 1
            self.refreshed += settled.plan.supersedes is not None
            self._add_planner(settled)

    def _add_planner(self, settled: Settled) -> None:
        planner = settled.plan.planner if settled.plan else None
        if planner is None:
            return
        self.fell_back += planner.fallback_reason is not None
        usage = planner.usage or {}
        self.tokens += sum(
            value for name, value in usage.items() if name.endswith("_tokens") and isinstance(value, int)
        )
        cost = usage.get("cost")
        if isinstance(cost, dict) and isinstance(cost.get("amount"), int | float):
            currency = str(cost.get("currency"))
            self.cost[currency] = self.cost.get(currency, 0.0) + float(cost["amount"])
        elif usage.get("requests"):
            self.unpriced += 1

    def document(self) -> Json:
        """As JSON, byte for byte the same for the same run."""
        return {
            "planned": self.planned,
            "reused": self.reused,
            "refreshed": self.refreshed,
            "fell_back": self.fell_back,
            "refused": sum(self.refused.values()),
            "refused_by_code": dict(sorted(self.refused.items())),
            "failed": sum(self.failed.values()),
            "failed_by_reason": dict(sorted(self.failed.items())),
            "failures": [{"place": each.place, "problem": each.problem} for each in self.failures],
            "tokens": self.tokens,
            "cost": [
                {"amount": round(self.cost[currency], 6), "currency": currency}
                for currency in sorted(self.cost)
            ],
            "unpriced": self.unpriced,
            "accounts": self.accounts,
            "account_contacts": self.account_contacts,
            "account_passes_saved": self.account_contacts - self.accounts,
        }
