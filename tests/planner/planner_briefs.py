"""One brief for each agent, and plans of them.

Run this file to write the golden plans anew after a wanted change.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from precall_cli.planner import load_playbook, make_plan
from precall_cli.policies import load_policies
from precall_cli.records.admission import RequiredDisclosure
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time

GOLDEN = Path(__file__).parent / "golden"
REQUIRED = (
    RequiredDisclosure("ai_voice", False, "/jurisdiction", "the contact has to be told", "rule A"),
    RequiredDisclosure("recording", True, "/consent/recording", "nobody has agreed yet", "rule B"),
)


def _base(brief_id: str, kind: str, at: str, detail: str, **more: Any) -> dict[str, Any]:
    return {
        "schema": "precall.brief/1",
        "brief_id": brief_id,
        "trigger": {"kind": kind, "at": at, "detail": detail},
        "dnc": {"listed": False, "scopes": [], "checked_at": at, "registry": "us_ndnc"},
        "consent": {"recording": None, "ai_voice": True, "obtained_at": at},
        "jurisdiction": "US-OH",
        "ae": {
            "name": "Sam Ortiz",
            "email": "sam@northwind.example",
            "calendar_url": "https://cal.northwind.example/sam",
        },
    } | more


DOCUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "inbound": (
        "2026-11-18T15:01:00Z",
        _base(
            "brf_a1",
            "form_submit",
            "2026-11-18T15:00:00Z",
            "Asked about weekend routing on the product page",
            agent="inbound",
            contact={
                "contact_id": "con_a1",
                "name": "Dana Whitlow",
                "title": "Office Manager",
                "phone": "+16145550111",
                "timezone": "America/New_York",
                "persona": "operations",
            },
            account={
                "account_id": "acc_a",
                "name": "Buckeye Garage Doors LLC",
                "industry": "Home services",
                "employees": 44,
            },
            lifecycle_stage="mql",
            activity=[{"at": "2026-11-18T14:55:00Z", "kind": "page_view", "detail": "Pricing"}],
            enrichment={
                "source": "firmo",
                "fetched_at": "2026-11-18T15:00:10Z",
                "technologies": ["Aircall", "HubSpot"],
                "locations": 3,
            },
        ),
    ),
    "cold_list": (
        "2026-11-17T02:00:00Z",
        _base(
            "brf_b1",
            "list_cursor",
            "2026-11-17T02:00:00Z",
            "List: regional nurseries, row 12",
            agent="cold_list",
            contact={
                "contact_id": "con_b1",
                "name": "Mr. Felix Aguilar-Stone",
                "title": "Owner",
                "phone": "+16145550112",
                "timezone": "America/New_York",
                "persona": "owner",
            },
            account={
                "account_id": "acc_b",
                "name": "Aguilar Plants & Trees",
                "industry": "Nursery",
                "employees": 14,
            },
            lifecycle_stage="prospect",
            enrichment={"source": "firmo", "fetched_at": "2026-11-01T00:00:00Z", "sites": 2},
        ),
    ),
    "intent_event": (
        "2026-11-18T16:00:00Z",
        _base(
            "brf_c1",
            "intent_signal",
            "2026-11-18T06:00:00Z",
            "Account surged on call routing",
            agent="intent_event",
            contact={
                "contact_id": "con_c1",
                "name": "Dr. Leonie Hartwig",
                "title": "VP Patient Services",
                "phone": "+16145550113",
                "timezone": "America/New_York",
                "persona": "exec",
            },
            account={
                "account_id": "acc_c",
                "name": "Meadow Lane Clinics",
                "industry": "Healthcare",
                "employees": 320,
            },
            lifecycle_stage="sql",
            intent_signals=[
                {
                    "at": "2026-11-17T00:00:00Z",
                    "source": "review_site",
                    "topic": "call routing",
                    "strength": 0.8,
                }
            ],
            prior_calls=[
                {
                    "call_id": "call_c9",
                    "at": "2026-11-05T15:00:00Z",
                    "contact_id": "con_c2",
                    "contact_name": "Marcus Feld",
                    "agent": "intent_event",
                    "outcome": "qualified",
                    "summary": "Marcus gave the budget; quietly, the front desk lead is leaving.",
                    "facts": [{"topic": "budget", "value": "$40k approved"}],
                    "objections": ["price"],
                }
            ],
            engaged_contacts=[
                {
                    "contact_id": "con_c2",
                    "name": "Marcus Feld",
                    "title": "IT Manager",
                    "last_contact_at": "2026-11-05T15:00:00Z",
                    "facts": [
                        {"topic": "budget", "value": "$40k approved", "told_at": "2026-11-05T15:00:00Z"},
                        {"topic": "Team size", "value": "26 people", "told_at": "2026-11-05T15:00:00Z"},
                        {
                            "topic": "plans",
                            "value": "wants to merge two clinics",
                            "told_at": "2026-11-05T15:00:00Z",
                            "confidential": True,
                        },
                    ],
                }
            ],
        ),
    ),
    "concierge": (
        "2026-11-18T20:00:00Z",
        _base(
            "brf_d1",
            "calendar_event",
            "2026-11-19T15:30:00Z",
            "Product demo with Sam Ortiz",
            agent="concierge",
            contact={
                "contact_id": "con_d1",
                "name": "Priyanka Solanki",
                "title": "COO",
                "phone": "+16145550114",
                "timezone": "America/New_York",
                "persona": "exec",
            },
            account={
                "account_id": "acc_d",
                "name": "Copperfield Movers",
                "industry": "Moving",
                "employees": 80,
            },
            lifecycle_stage="meeting_set",
        ),
    ),
    "dormant": (
        "2026-11-17T03:00:00Z",
        _base(
            "brf_e1",
            "scheduled_sweep",
            "2026-11-17T03:00:00Z",
            "No contact for 8 months",
            agent="dormant",
            contact={
                "contact_id": "con_e1",
                "name": "Prof. Anselm Okoye",
                "title": "Director of Admissions",
                "phone": "+16145550115",
                "timezone": "America/New_York",
                "persona": "operations",
            },
            account={
                "account_id": "acc_e",
                "name": "Harrow Gate College",
                "industry": "Education",
                "employees": 510,
                "history": ["2026-03: proposal stalled, merger of two offices"],
            },
            lifecycle_stage="dormant",
            prior_calls=[
                {
                    "call_id": "call_e9",
                    "at": "2026-03-10T15:00:00Z",
                    "contact_id": "con_e1",
                    "contact_name": "Anselm Okoye",
                    "agent": "dormant",
                    "outcome": "stalled",
                    "summary": "Waiting for the merger",
                    "facts": [
                        {"topic": "team_size", "value": "about 40 seats"},
                        {"topic": "terms", "value": "3 a year"},
                    ],
                    "objections": ["parking permits"],
                }
            ],
        ),
    ),
}
"""For each agent: the moment of planning and the brief."""


@cache
def policy_of(agent: str) -> Policy:
    return load_policies(None).get(agent)


def policy_with(agent: str, **changes: Any) -> Policy:
    """An agent's policy with some fields of its parts changed: `planning={"depth": "deep"}`."""
    document = policy_of(agent).full_document()
    for part, change in changes.items():
        if isinstance(change, dict):
            document[part] = document[part] | change
        else:
            document[part] = change
    return Policy.from_document(document, "policy")


def plan_for(
    agent: str,
    change: Callable[[dict[str, Any]], object] | None = None,
    policy: Policy | None = None,
    **more: Any,
) -> CallPlan:
    """The plan of an agent's brief, after `change` was made to its document."""
    now, document = DOCUMENTS[agent]
    document = copy.deepcopy(document)
    if change:
        change(document)
    return plan_of(document, now, policy or policy_of(agent), **more)


def plan_of(document: dict[str, Any], now: str | datetime, policy: Policy, **more: Any) -> CallPlan:
    moment = parse_time(now) if isinstance(now, str) else now
    brief = Brief.from_document(document, "brief")
    return make_plan(
        brief, policy, load_playbook(), now=moment, required=more.pop("required", REQUIRED), **more
    )


def golden_text(agent: str) -> str:
    """The plan as JSON; the digests of policy and playbook are left out: they change often."""
    document = plan_for(agent).full_document()
    for key in ("plan_id", "policy_digest", "brief_digest"):
        document[key] = "…"
    document["planner"]["version"] = "…"
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def spoken(plan: CallPlan) -> list[str]:
    """Every text that the agent may say."""
    lines = [plan.opening.line if plan.opening else "", *(d.text for d in plan.disclosures)]
    lines += [q.question for q in plan.qualification] + [n.ask for n in plan.next_steps]
    return lines + [o.response for o in plan.objections] + [plan.objective.statement]


if __name__ == "__main__":
    for name in DOCUMENTS:
        (GOLDEN / f"{name}.json").write_text(golden_text(name), encoding="utf-8")
