"""Why the gate let a brief pass: each of its rules with what it looked at, fired or not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from precall_cli.gate.decision import find_grounds, hours_for, law_for
from precall_cli.gate.hours import describe_day
from precall_cli.gate.law import Law, read_law
from precall_cli.gate.rules import contact_pointer
from precall_cli.gate.zones import read_zones
from precall_cli.records.admission import Admission
from precall_cli.records.brief import Brief
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.records.trace import RuleTrace


def explain_gate(brief: Brief, *, now: datetime, opted_out: Collection[str] = ()) -> list[RuleTrace]:
    """Every rule in its order: fired where it refuses, with the ground, else what it found right."""
    now = now.astimezone(UTC)
    found: list[RuleTrace] = []
    for name, ground in find_grounds(brief, now, opted_out):
        if ground is not None:
            found.append(RuleTrace(name, True, f"{ground.code}: {ground.reason}", (ground.pointer,)))
        else:
            reason, pointer = _passed(name, brief, now)
            found.append(RuleTrace(name, False, reason, (pointer,) if pointer else ()))
    return found


def explain_disclosures(brief: Brief, policy: Policy, admission: Admission) -> list[RuleTrace]:
    """What has to be said, and what need not be, with the reason."""
    law = law_for(brief, read_law(), read_zones())
    found: list[RuleTrace] = []
    for kind, rule, waiver in (
        ("ai_voice", law.ai_disclosed, "an AI need not say that it is one"),
        ("recording", law.all_agree, "one party may record on its own"),
    ):
        demand = next((each for each in admission.disclosures if each.kind == kind), None)
        if demand is not None:
            asked = "; the agent asks for agreement too" if demand.ask else ""
            found.append(RuleTrace(f"gate.disclose_{kind}", True, demand.reason + asked, (demand.pointer,)))
            continue
        off = kind == "recording" and policy.disclosures.recording == "off"
        reason = "the policy says that calls are not recorded" if off else f"{rule.place}: {waiver}"
        found.append(RuleTrace(f"gate.disclose_{kind}", False, reason, (contact_pointer(brief),)))
    return found


def _passed(name: str, brief: Brief, now: datetime) -> tuple[str, str]:
    """What a rule that did not fire looked at, and where."""
    law = law_for(brief, read_law(), read_zones())
    zone = brief.contact.timezone
    if name == "gate.dnc":
        return "dnc.listed is false, and no scope contradicts it", "/dnc/listed"
    if name == "gate.opt_out":
        return "no opt-out in the store, in the stage or in an earlier call", ""
    if name == "gate.dnc_check":
        return _check_age(brief, now, law)
    if name == "gate.place":
        return f"{brief.jurisdiction_code} is a place whose rules are read", contact_pointer(brief)
    if name == "gate.time_zone":
        return f"{zone} is a time zone of {brief.jurisdiction_code}", "/contact/timezone"
    if name == "gate.consent":
        if not law.ai_consent.value:
            return f"{law.ai_consent.place}: no prior consent is asked for", contact_pointer(brief)
        return (
            f"{law.ai_consent.place} asks for consent to an artificial voice, and it is given",
            "/consent/ai_voice",
        )
    if zone is None:
        return "not looked at: there is no time zone", ""
    hours, _ = hours_for(brief, law, read_law())
    local = now.astimezone(ZoneInfo(zone))
    allowed = describe_day(hours.stretches_on(local.date()))
    return f"it is {local:%H:%M} in {zone}; calls there are allowed: {allowed}", "/contact/timezone"


def _check_age(brief: Brief, now: datetime, law: Law) -> tuple[str, str]:
    if brief.dnc.checked_at is None:
        return "not looked at: the list was not checked", ""
    days = max(0, (now - parse_time(brief.dnc.checked_at)).days)
    return f"the list was checked {days} days before; at most {law.dnc_max_age_days} count", "/dnc/checked_at"
