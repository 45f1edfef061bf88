"""The gate's rules, one function each: from typed fields to a ground for refusing, or none.

No rule reads free text. Each ground names the pointer into the brief that decided it; where a field is
missing, the pointer names it, or the nearest parent that a brief always has.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from precall_cli.gate.hours import DAYS, Hours, describe_day
from precall_cli.gate.law import Law
from precall_cli.gate.optout import is_opt_out
from precall_cli.gate.zones import ZoneMap
from precall_cli.records.brief import Brief
from precall_cli.records.record import format_time, parse_time
from precall_cli.records.refusal import RefusalCode

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours another system's clock may be before its time is held to lie in the future."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why there is no call."""

    code: RefusalCode
    pointer: str
    reason: str
    mend: str
    rule: str
    allowed_from: datetime | None = None


def contact_pointer(brief: Brief) -> str:
    """Where the brief says in which jurisdiction the contact is."""
    return "/jurisdiction" if isinstance(brief.jurisdiction, str) else "/jurisdiction/contact"


def find_dnc(brief: Brief) -> Ground | None:
    """Listed, not checked, or a state that contradicts itself."""
    rule = "A number on a do-not-call list is not called, and a list that was not checked may hold it."
    if brief.dnc.listed is True:
        return Ground(
            "GATE_DNC_LISTED",
            "/dnc/listed",
            "the contact is on a do-not-call list",
            "Do not call. Only a later check against the list itself can change this.",
            rule,
        )
    if brief.dnc.listed is None:
        return Ground(
            "GATE_DNC_UNKNOWN",
            "/dnc/listed",
            "it was not checked whether the contact is on a do-not-call list",
            "Check the list and set dnc.listed and dnc.checked_at.",
            rule,
        )
    if brief.dnc.scopes:
        return Ground(
            "GATE_DNC_UNKNOWN",
            "/dnc/scopes",
            "dnc.listed is false, but the listing has scopes: one of the two is wrong",
            "Set dnc.listed to true, or remove the scopes.",
            rule,
        )
    return None


def find_opt_out(brief: Brief, opted_out: Collection[str]) -> Ground | None:
    """The contact said so before: in the store's latch, in an earlier call, or by stage."""
    contact = brief.contact
    pointer = ""
    if contact.contact_id in opted_out:
        pointer = "/contact/contact_id"
    elif contact.phone is not None and contact.phone in opted_out:
        pointer = "/contact/phone"
    elif is_opt_out(brief.lifecycle_stage):
        pointer = "/lifecycle_stage"
    else:
        for index, call in enumerate(brief.prior_calls):
            same_name = (call.contact_name or "").casefold() == contact.name.casefold()
            if is_opt_out(call.outcome) and (call.contact_id in (None, contact.contact_id) or same_name):
                pointer = f"/prior_calls/{index}/outcome"
                break
    if not pointer:
        return None
    return Ground(
        "GATE_OPTED_OUT",
        pointer,
        "the contact asked not to be called again",
        "Do not call. An opt-out stands until it is explicitly released, with who released it and why.",
        "An opt-out heard once holds for every later call (47 CFR 64.1200(d)(3)).",
    )


def find_stale_check(brief: Brief, now: datetime, max_age_days: int) -> Ground | None:
    """A do-not-call check without a date, too old, or dated in the future."""
    rule = f"A do-not-call check counts for {max_age_days} days (16 CFR 310.4(b)(3)(iv), or fewer by place)."
    mend = "Check the list again and set dnc.checked_at."
    if brief.dnc.checked_at is None:
        return Ground(
            "GATE_DNC_STALE", "/dnc/checked_at", "it is not known when the list was checked", mend, rule
        )
    checked = parse_time(brief.dnc.checked_at)
    if checked > now + CLOCK_SKEW:
        reason = f"the list was checked at {format_time(checked)}, which is after {format_time(now)}"
        return Ground("GATE_DNC_UNKNOWN", "/dnc/checked_at", reason, mend, rule)
    if now - checked > timedelta(days=max_age_days):
        reason = f"the list was checked {(now - checked).days} days ago, more than {max_age_days} days"
        return Ground("GATE_DNC_STALE", "/dnc/checked_at", reason, mend, rule)
    return None


def find_unknown_place(brief: Brief, zones: ZoneMap, known: bool) -> Ground | None:
    """A code that names no place, or a place of which nothing is known but a phone prefix."""
    rule = "Without the place it is not known which law applies."
    pointer = contact_pointer(brief)
    mend = "Give the ISO 3166 code of where the contact is, such as US-CA or GB."
    if not zones.is_place(brief.jurisdiction_code):
        reason = f"{brief.jurisdiction_code} is no country, state or province"
        return Ground("GATE_JURISDICTION_UNKNOWN", pointer, reason, mend, rule)
    if isinstance(brief.jurisdiction, str):
        return None
    if brief.jurisdiction.basis == "phone_prefix" and not known:
        reason = f"only a phone prefix points to {brief.jurisdiction_code}, whose rules are not known"
        return Ground("GATE_JURISDICTION_UNKNOWN", "/jurisdiction/basis", reason, mend, rule)
    seller = brief.jurisdiction.seller
    if seller is not None and not zones.is_place(seller):
        reason = f"{seller} is no country, state or province"
        return Ground("GATE_JURISDICTION_UNKNOWN", "/jurisdiction/seller", reason, mend, rule)
    return None


def find_zone_fault(brief: Brief, zones: ZoneMap) -> Ground | None:
    """No time zone, or one in which nobody of that place lives."""
    zone, code = brief.contact.timezone, brief.jurisdiction_code
    rule = "Calling hours are those of the contact's own time zone (47 CFR 64.1200(c)(1))."
    if zone is None:
        return Ground(
            "GATE_TZ_UNKNOWN",
            "/contact/timezone",
            "the contact's time zone is not known",
            "Set contact.timezone to an IANA zone, such as America/Chicago.",
            rule,
        )
    if zones.is_place(code) and not zones.belongs(zone, code):
        some = ", ".join(sorted(zones.zones_of(code))[:4])
        return Ground(
            "GATE_TZ_CONTRADICTION",
            "/contact/timezone",
            f"{zone} is no time zone of {code}" + (f", which has {some}" if some else ""),
            "Find out which of the two is right: contact.timezone or jurisdiction.",
            rule,
        )
    return None


def find_missing_consent(brief: Brief, law: Law, now: datetime) -> Ground | None:
    """An artificial voice where that needs prior consent, and no consent on record."""
    if not law.ai_consent.value:
        return None
    rule = f"{law.ai_consent.place}: an artificial voice needs prior consent; {law.ai_consent.source}"
    mend = "Let a person call, or get the consent first and set consent.ai_voice."
    consent = brief.consent
    if consent is None or consent.ai_voice is None:
        pointer = "/consent" if consent is None else "/consent/ai_voice"
        reason = "it is not known whether the contact agreed to be called by an artificial voice"
        return Ground("GATE_CONSENT_MISSING", pointer, reason, mend, rule)
    if consent.ai_voice is False:
        reason = "the contact has not agreed to be called by an artificial voice"
        return Ground("GATE_CONSENT_MISSING", "/consent/ai_voice", reason, mend, rule)
    if consent.obtained_at is not None and parse_time(consent.obtained_at) > now + CLOCK_SKEW:
        reason = f"the consent is dated {consent.obtained_at}, which is after {format_time(now)}"
        return Ground("GATE_CONSENT_MISSING", "/consent/obtained_at", reason, mend, rule)
    return None


def find_closed(hours: Hours, source: str, zone: ZoneInfo, now: datetime) -> Ground | None:
    """Outside the calling hours at the contact's place."""
    if hours.allow(now, zone):
        return None
    local = now.astimezone(zone)
    day = f"{DAYS[local.weekday()]}, {local:%Y-%m-%d}"
    holiday = hours.holiday_on(local.date())
    allowed = describe_day(hours.stretches_on(local.date())) + (f", being {holiday}" if holiday else "")
    opening = hours.next_opening(now, zone)
    when = (
        f"Call from {opening.astimezone(zone):%Y-%m-%d %H:%M} local time on." if opening else "Do not call."
    )
    return Ground(
        "GATE_HOURS",
        "/contact/timezone",
        f"it is {local:%H:%M:%S} in {zone.key} on {day}; calls there are allowed: {allowed}",
        when,
        f"Calling hours: {source}",
        opening,
    )
