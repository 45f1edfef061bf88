"""Which values of a policy shaped a plan, and which had nothing to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from precall_cli.planner import Playbook
from precall_cli.policies import Policies
from precall_cli.policies.layers import dotted
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan, Depth
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.records.trace import RuleTrace


def explain_policy(
    brief: Brief, policy: Policy, policies: Policies, playbook: Playbook, plan: CallPlan, off: str
) -> list[RuleTrace]:
    """Each rule of the policy once, with the value, what it did, and the file and line it comes from."""
    found = [
        *_planning(policy, off),
        *_limits(policy, playbook, plan, off),
        *_refresh(brief, policy, plan),
        *_coordination(policy, plan),
        *_disclosures(policy),
    ]
    return [
        RuleTrace(
            f"policy.{dotted(pointer)}",
            fired,
            f"{reason} ({policies.origin(policy.agent, pointer)})",
            because,
        )
        for pointer, fired, reason, because in found
    ]


_Row = tuple[str, bool, str, tuple[str, ...]]


def _planning(policy: Policy, off: str) -> Iterator[_Row]:
    planning = policy.planning
    yield "/enabled", not policy.enabled, off if not policy.enabled else "the agent plans", ()
    modes = {
        "at_call": (False, "planned while the line is set up"),
        "precomputed": (True, "planned beforehand, in a batch"),
        "skipped": (True, "not planned: the trivial plan"),
    }
    yield "/planning/mode", *modes[planning.mode], ()
    yield "/planning/depth", True, f"a {planning.depth} plan", ()
    live = planning.mode == "at_call"
    reason = f"{planning.budget_ms:,} ms bound the live plan" if live else "nothing is planned live"
    yield "/planning/budget_ms", live, reason, ()
    sla = planning.sla_s
    yield "/planning/sla_s", sla is not None, f"dial within {sla:g} s" if sla else "no promise is made", ()


def _limits(policy: Policy, playbook: Playbook, plan: CallPlan, off: str) -> Iterator[_Row]:
    trivial = off or policy.planning.mode == "skipped"
    depth: Depth = "trivial" if trivial else policy.planning.depth
    caps = playbook.depths[depth]
    for name, items in (
        ("questions", plan.qualification),
        ("objections", plan.objections),
        ("next_steps", plan.next_steps),
    ):
        most, cap = getattr(policy.limits, name), getattr(caps, name)
        full = len(items) >= most and most <= cap
        if full:
            reason = f"{len(items)} of at most {most}: the limit is reached"
        elif len(items) >= cap:
            reason = f"the depth {depth} gives {cap}, fewer than the limit of {most}"
        else:
            reason = f"{len(items)} of at most {most}"
        yield f"/limits/{name}", full, reason, ()


def _refresh(brief: Brief, policy: Policy, plan: CallPlan) -> Iterator[_Row]:
    refresh = policy.refresh
    hours = refresh.expires_after_h
    if plan.expires_at:
        yield (
            "/refresh/expires_after_h",
            True,
            f"the plan expires at {plan.expires_at}, after {hours:g} h",
            (),
        )
    else:
        yield "/refresh/expires_after_h", False, "the plan does not expire", ()
    weak = tuple(
        f"/intent_signals/{i}"
        for i, signal in enumerate(brief.intent_signals)
        if (signal.strength or 0.0) < refresh.weak_below
    )
    many = f"{len(weak)} of {len(brief.intent_signals)} intent signals are weaker than {refresh.weak_below:g}"
    none = "the brief has no intent signal" if not brief.intent_signals else "no intent signal is weaker"
    yield "/refresh/weak_below", bool(weak), many if weak else none, weak
    old = tuple(_old(brief, policy, plan))
    days = refresh.stale_after_days
    yield (
        "/refresh/stale_after_days",
        bool(old),
        f"{len(old)} facts are older than {days} days" if old else f"no fact is older than {days} days",
        old,
    )


def _old(brief: Brief, policy: Policy, plan: CallPlan) -> Iterator[str]:
    """Pointers to facts that are asked about rather than asserted."""
    if plan.created_at is None:
        return
    past = parse_time(plan.created_at) - timedelta(days=policy.refresh.stale_after_days)
    for i, call in enumerate(brief.prior_calls):
        for k, fact in enumerate(call.facts):
            if parse_time(fact.told_at or call.at) < past:
                yield f"/prior_calls/{i}/facts/{k}"
    for i, contact in enumerate(brief.engaged_contacts):
        for k, fact in enumerate(contact.facts):
            told = fact.told_at or contact.last_contact_at
            if told and parse_time(told) < past:
                yield f"/engaged_contacts/{i}/facts/{k}"
    if brief.enrichment and brief.enrichment.fetched_at and parse_time(brief.enrichment.fetched_at) < past:
        yield "/enrichment"


def _coordination(policy: Policy, plan: CallPlan) -> Iterator[_Row]:
    known = len(plan.coordination.known) if plan.coordination else 0
    withheld = len(plan.coordination.do_not_mention) if plan.coordination else 0
    if policy.coordination.account:
        yield "/coordination/account", True, f"{known} known, {withheld} withheld across the account", ()
    else:
        yield "/coordination/account", False, "plans of one account do not know of one another", ()


def _disclosures(policy: Policy) -> Iterator[_Row]:
    for name in ("ai_voice", "recording"):
        value = getattr(policy.disclosures, name)
        words = {
            "always": "always said",
            "jurisdiction": "left to the jurisdiction",
            "off": "calls are not recorded",
        }
        yield f"/disclosures/{name}", value != "jurisdiction", words[value], ()
