"""What a model is asked to plan: one admitted brief, and the frame within which it plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from precall_cli.records.admission import Admission
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Limits, Policy


@dataclass(frozen=True, slots=True)
class Seller:
    """Who calls, and for what, in the words of the playbook."""

    company: str
    agent: str
    product: str
    offer: str
    guide: str

    def texts(self) -> tuple[str, ...]:
        """All of its words."""
        return (self.company, self.agent, self.product, self.offer, self.guide)


@dataclass(frozen=True, slots=True)
class Task:
    """One brief that the gate let through."""

    brief: Brief
    policy: Policy
    admission: Admission
    """The gate's yes; a model never sees or changes it."""
    frame: CallPlan
    """The offline planner's plan: its disclosures, ladder, stops and known facts hold; it is the fallback."""
    seller: Seller
    limits: Limits
    """Most items of each kind, by policy and playbook."""
    now: datetime
    """The moment of the call, in UTC."""
