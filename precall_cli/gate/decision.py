"""The decision: all rules over one brief, closed on any doubt."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from precall_cli.gate import rules
from precall_cli.gate.hours import Hours
from precall_cli.gate.law import Law, LawBook, Rule, read_law, strictest, strictest_of, without_hours
from precall_cli.gate.rules import Ground, contact_pointer
from precall_cli.gate.zones import ZoneMap, read_zones
from precall_cli.records.admission import Admission, CallingWindow, Caution, RequiredDisclosure
from precall_cli.records.brief import Brief
from precall_cli.records.policy import Policy
from precall_cli.records.record import format_time
from precall_cli.records.refusal import OtherGround, Refusal


def decide(
    brief: Brief,
    policy: Policy,
    *,
    now: datetime,
    policy_digest: str,
    opted_out: Collection[str] = (),
) -> Admission | Refusal:
    """May this contact be called at `now` by the agent of `policy`?

    `opted_out` holds the contact ids and phones that asked never to be called again, from the store.
    The first ground in the order of the rules names the refusal; any others stand in its `also`.
    Raises ValueError when `now` has no offset.
    """
    if now.tzinfo is None:
        raise ValueError("now must have an offset")
    now = now.astimezone(UTC)
    book, zones = read_law(), read_zones()
    law = law_for(brief, book, zones)
    hours, source = hours_for(brief, law, book)
    grounds = _grounds(brief, now, opted_out, law, (hours, source), zones)
    found = [ground for _, ground in grounds if ground is not None]
    if found:
        return _refusal(found, brief, policy, now, policy_digest)
    return _admission(brief, policy, law, hours, source, zones, now, policy_digest)


def find_grounds(
    brief: Brief, now: datetime, opted_out: Collection[str] = ()
) -> list[tuple[str, Ground | None]]:
    """Every rule by name, in the order of the rules, with its ground for refusing or None; `now` in UTC.

    A rule that has nothing to look at gives None: what is missing is the ground of the rule before it.
    """
    book, zones = read_law(), read_zones()
    law = law_for(brief, book, zones)
    return _grounds(brief, now, opted_out, law, hours_for(brief, law, book), zones)


def _grounds(
    brief: Brief,
    now: datetime,
    opted_out: Collection[str],
    law: Law,
    hours: tuple[Hours, str],
    zones: ZoneMap,
) -> list[tuple[str, Ground | None]]:
    checked, zone = brief.dnc.listed is not None, brief.contact.timezone
    known = bool(read_law().chain(brief.jurisdiction_code))
    return [
        ("gate.dnc", rules.find_dnc(brief)),
        ("gate.opt_out", rules.find_opt_out(brief, opted_out)),
        ("gate.dnc_check", rules.find_stale_check(brief, now, law.dnc_max_age_days) if checked else None),
        ("gate.place", rules.find_unknown_place(brief, zones, known)),
        ("gate.time_zone", rules.find_zone_fault(brief, zones)),
        ("gate.consent", rules.find_missing_consent(brief, law, now)),
        ("gate.calling_hours", rules.find_closed(*hours, ZoneInfo(zone), now) if zone else None),
    ]


def law_for(brief: Brief, book: LawBook, zones: ZoneMap) -> Law:
    """The contact's law, and what else may apply: other parts of the country, the seller's place."""
    code, zone = brief.jurisdiction_code, brief.contact.timezone
    basis, seller = ("", None)
    if not isinstance(brief.jurisdiction, str):
        basis, seller = brief.jurisdiction.basis, brief.jurisdiction.seller
    law = book.law_at(code)
    country = code.partition("-")[0]
    if basis == "phone_prefix" and zone is not None:
        # The prefix proves nothing: whatever else lies in the contact's time zone may be the place.
        elsewhere = [*zones.parts_in(country, zone), *zones.countries_in(zone)]
        law = strictest_of([law, *(book.law_at(place) for place in elsewhere)])
    elif code == country and book.parts(code):
        law = strictest_of([law, *(without_hours(book.law_at(part)) for part in zones.parts_in(code, zone))])
    if seller is not None:
        law = strictest(law, book.law_at(seller))
        if book.parts(seller):
            law = strictest_of([law, *(without_hours(book.law_at(part)) for part in book.parts(seller))])
    return law


def hours_for(brief: Brief, law: Law, book: LawBook) -> tuple[Hours, str]:
    """The window that applies: the law's, and the default one where the contact's own place has none."""
    if law.hours is not None and book.law_at(brief.jurisdiction_code).hours is not None:
        return law.hours, law.hours_source
    default, source = book.default_hours(), book.default_hours_source(brief.jurisdiction_code)
    if law.hours is None:
        return default, source
    return default.narrowed_by(law.hours), f"{source}; {law.hours_source}"


def _refusal(
    grounds: list[Ground], brief: Brief, policy: Policy, now: datetime, policy_digest: str
) -> Refusal:
    first, *others = grounds
    refusal = Refusal(
        code=first.code,
        pointer=first.pointer,
        reason=first.reason,
        mend=first.mend,
        rule=first.rule,
        brief_id=brief.brief_id,
        brief_digest=brief.digest(),
        contact_id=brief.contact.contact_id,
        agent=policy.agent,
        policy_digest=policy_digest,
        at=format_time(now),
        allowed_from=None if first.allowed_from is None else format_time(first.allowed_from),
        also=tuple(OtherGround(code=g.code, pointer=g.pointer, reason=g.reason, mend=g.mend) for g in others),
    )
    return refusal.model_copy(update={"refusal_id": refusal.content_id()})


def _admission(
    brief: Brief,
    policy: Policy,
    law: Law,
    hours: Hours,
    source: str,
    zones: ZoneMap,
    now: datetime,
    policy_digest: str,
) -> Admission:
    zone = ZoneInfo(brief.contact.timezone or "")
    today = now.astimezone(zone).date()
    return Admission(
        brief_id=brief.brief_id,
        brief_digest=brief.digest(),
        contact_id=brief.contact.contact_id,
        agent=policy.agent,
        policy_digest=policy_digest,
        at=now,
        jurisdictions=law.places,
        timezone=zone.key,
        windows=tuple(
            CallingWindow(datetime.combine(today, opens, zone), datetime.combine(today, closes, zone))
            for opens, closes in hours.stretches_on(today)
        ),
        hours_source=source,
        disclosures=tuple(_disclosures(brief, policy, law)),
        cautions=tuple(_cautions(brief, law, zones)),
    )


def _disclosures(brief: Brief, policy: Policy, law: Law) -> list[RequiredDisclosure]:
    """What must be said at the opening, by law or by policy."""
    found: list[RequiredDisclosure] = []
    place = contact_pointer(brief)
    wanted = policy.disclosures
    if law.ai_disclosed.value:
        reason = _reason(
            law.ai_disclosed,
            "the contact has to be told that an AI speaks",
            "an AI need not say that it is one",
        )
        found.append(RequiredDisclosure("ai_voice", False, place, reason, law.ai_disclosed.source))
    elif wanted.ai_voice == "always":
        found.append(RequiredDisclosure("ai_voice", False, place, "the policy always wants it said", ""))
    if wanted.recording == "off":
        return found
    agreed = None if brief.consent is None else brief.consent.recording
    if agreed is False:
        reason = "the contact has not agreed to be recorded: say it, ask, and heed the answer"
        found.append(
            RequiredDisclosure("recording", True, "/consent/recording", reason, law.all_agree.source)
        )
    elif law.all_agree.value:
        reason = _reason(
            law.all_agree, "all parties have to agree to a recording", "one party may record on its own"
        )
        found.append(RequiredDisclosure("recording", agreed is not True, place, reason, law.all_agree.source))
    elif wanted.recording == "always":
        found.append(RequiredDisclosure("recording", False, place, "the policy always wants it said", ""))
    return found


def _reason(rule: Rule, demand: str, waiver: str) -> str:
    """Why something is disclosed: a rule that was read, or the want of one that waives it."""
    return f"{rule.place}: {demand}" if rule.known else f"{rule.place}: it is not verified that {waiver}"


def _cautions(brief: Brief, law: Law, zones: ZoneMap) -> list[Caution]:
    """What was not verified about the law or the brief."""
    place = contact_pointer(brief)
    found = [Caution(place, doubt.place, doubt.field, doubt.message) for doubt in law.doubts]
    code = brief.jurisdiction_code

    def note(pointer: str, subject: str, message: str) -> None:
        found.append(Caution(pointer, "", subject, message))

    if isinstance(brief.jurisdiction, str):
        note("/jurisdiction", "basis", "it is not said how the place is known")
    else:
        if brief.jurisdiction.basis == "phone_prefix":
            note(
                "/jurisdiction/basis",
                "basis",
                "a phone prefix is no proof of a place; the strictest of all places in the time zone applies",
            )
        if brief.jurisdiction.seller is None:
            note(
                "/jurisdiction",
                "seller",
                "the caller's place is not given; only the contact's rules were applied",
            )
    if "-" not in code and zones.knows_parts_of(code):
        note(
            place,
            "jurisdiction",
            f"the part of {code} is not given: calling hours are those of the country, "
            "disclosures the strictest of its parts in that time zone",
        )
    if len(law.registries) > 1:
        names = ", ".join(sorted(law.registries))
        note("/dnc", "registry", f"several registries apply ({names}); dnc must stand for all of them")
    if brief.contact.phone is None:
        note("/contact", "phone", "no number: a do-not-call check without one may be about another number")
    if brief.consent is not None and brief.consent.ai_voice and brief.consent.obtained_at is None:
        note("/consent", "obtained_at", "it is not known when the consent was given")
    return found
