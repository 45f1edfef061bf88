"""Briefs and a policy to ask the gate about; each test changes the one thing it is about."""

from __future__ import annotations

import copy
from datetime import datetime
from functools import cache
from typing import Any

from precall_cli.gate import decide
from precall_cli.policies import load_policies
from precall_cli.records.admission import Admission
from precall_cli.records.brief import Brief
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.records.refusal import Refusal

NOW = "2026-11-17T16:00:00Z"
"""A Tuesday, 11:00 in New York."""

DOCUMENT: dict[str, Any] = {
    "brief_id": "brf_1",
    "contact": {
        "contact_id": "con_1",
        "name": "Dana Whitfield",
        "phone": "+12125550147",
        "timezone": "America/New_York",
    },
    "account": {"account_id": "acc_1", "name": "Harbor Freight Lines"},
    "prior_calls": [
        {
            "call_id": "call_1",
            "at": "2026-08-01T15:00:00Z",
            "contact_id": "con_1",
            "outcome": "no_answer",
            "summary": "Rang out.",
        }
    ],
    "dnc": {"listed": False, "scopes": [], "checked_at": "2026-11-16T16:00:00Z", "registry": "us_ndnc"},
    "consent": {"recording": True, "ai_voice": True, "obtained_at": "2026-10-01T10:00:00Z"},
    "jurisdiction": {"contact": "US-NY", "basis": "address", "seller": "US-NY"},
}


def document(**changes: Any) -> dict[str, Any]:
    """The admissible document with changes: `contact__timezone=…` goes one level down, `...` removes."""
    made = copy.deepcopy(DOCUMENT)
    for path, value in changes.items():
        *parents, last = path.split("__")
        node = made
        for parent in parents:
            node = node[parent]
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return made


def brief(**changes: Any) -> Brief:
    return Brief.from_document(document(**changes), "test")


def policy(agent: str = "inbound", **disclosures: str) -> Policy:
    """A built-in policy, with what must be disclosed changed."""
    found = _built_in(agent)
    if not disclosures:
        return found
    return Policy.from_document(found.document() | {"disclosures": disclosures}, "test")


@cache
def _built_in(agent: str) -> Policy:
    return load_policies(None).get(agent)


def judge(
    asked: Brief, now: str | datetime = NOW, opted_out: tuple[str, ...] = (), by: Policy | None = None
) -> Admission | Refusal:
    by = by or policy()
    moment = parse_time(now) if isinstance(now, str) else now
    return decide(asked, by, now=moment, opted_out=opted_out, policy_digest=by.digest())


def admitted(asked: Brief, now: str | datetime = NOW, by: Policy | None = None) -> Admission:
    decision = judge(asked, now, by=by)
    assert isinstance(decision, Admission), f"refused: {decision.code} {decision.reason}"
    return decision


def refused(asked: Brief, now: str | datetime = NOW, opted_out: tuple[str, ...] = ()) -> Refusal:
    decision = judge(asked, now, opted_out)
    assert isinstance(decision, Refusal), "admitted"
    return decision
