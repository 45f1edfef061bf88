"""One brief seen with a planner's eyes: the facts behind every condition and every placeholder.

A `Word` is a text that may be spoken, with the pointers it rests on. A condition that holds gives the
pointers that it looked at. So each item of a plan can say what it rests on without being told twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from precall_cli.planner import clock, hooks, speech
from precall_cli.planner.evidence import Told, find_told, is_own_call
from precall_cli.planner.playbook import Playbook, find_placeholders
from precall_cli.records.brief import Brief, IntentSignal, PriorCall
from precall_cli.records.json_text import Json, resolve_pointer
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time

DEALT_WITHIN_DAYS = 550
"""Dealings older than this (a year and a half) are not brought up: nobody remembers them."""
RECENT_DAYS = 45
"""Activity older than this is no sign of anything."""


@dataclass(frozen=True, slots=True)
class Word:
    """A text that may be spoken, and where it comes from."""

    text: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vendor:
    """One entry that a data vendor filled in."""

    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Situation:
    """A brief, a policy and a playbook at one moment, and what follows from them."""

    brief: Brief
    document: Json
    policy: Policy
    playbook: Playbook
    now: datetime
    told: tuple[Told, ...]
    """What the account's people told us."""
    vendor: tuple[Vendor, ...]
    """What a data vendor says, flattened."""
    vendor_fresh: bool
    """Whether the enrichment is young enough to be put as a guess."""
    coordinated: bool
    """Whether what colleagues told us counts for this plan."""
    last_talk: tuple[str, PriorCall] | None
    """The last conversation with this contact, and its pointer."""
    dealt: tuple[str, date] | None
    """The last dealing with the account that may be named: its pointer and its date."""
    event: tuple[str, str] | None
    """Where the contact was at an event of ours: the pointer and the text."""
    intent: tuple[str, IntentSignal] | None
    """The strongest intent signal and its pointer."""
    words: Mapping[str, Word]
    """What each placeholder stands for; a missing one cannot be filled."""

    def has(self, pointer: str) -> bool:
        """Whether the brief has something at a pointer: neither missing nor null nor empty."""
        try:
            return resolve_pointer(self.document, pointer) not in (None, "", [], {})
        except KeyError:
            return False

    def say(self, lines: tuple[str, ...], extra: Mapping[str, Word] | None = None) -> Word | None:
        """The first of several texts whose placeholders can all be filled, with all it rests on."""
        words = {**self.words, **extra} if extra else self.words
        for line in lines:
            names = list(find_placeholders(line))
            if all(name in words for name in names):
                text = re.sub(r"\{(\w+)\}", lambda m: words[m.group(1)].text, line)
                return Word(speech.sentence(text), tuple(p for name in names for p in words[name].because))
        return None


def make_situation(brief: Brief, policy: Policy, playbook: Playbook, now: datetime) -> Situation:
    """The situation of one brief at one moment."""
    vendor, vendor_fresh = _vendor(brief, policy, now)
    seen = Situation(
        brief=brief,
        document=brief.document(),
        policy=policy,
        playbook=playbook,
        now=now,
        told=find_told(brief, playbook.privacy, now=now, stale_after_days=policy.refresh.stale_after_days),
        vendor=vendor,
        vendor_fresh=vendor_fresh,
        coordinated=policy.coordination.account or bool(brief.engaged_contacts),
        last_talk=_last_talk(brief, playbook),
        dealt=_dealt(brief, playbook, now),
        event=_event(brief, playbook, now),
        intent=_intent(brief),
        words={},
    )
    return replace(seen, words=_words(seen))


def _vendor(brief: Brief, policy: Policy, now: datetime) -> tuple[tuple[Vendor, ...], bool]:
    enrichment = brief.enrichment
    if enrichment is None:
        return (), False
    found: list[Vendor] = []
    for key, value in (enrichment.model_extra or {}).items():
        token = key.replace("~", "~0").replace("/", "~1")
        values = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, single in values:
            if isinstance(single, str | int | float) and not isinstance(single, bool):
                pointer = f"/enrichment/{token}" + ("" if index is None else f"/{index}")
                found.append(Vendor(pointer, str(single)))
    fetched = parse_time(enrichment.fetched_at) if enrichment.fetched_at else None
    fresh = fetched is not None and now - fetched <= timedelta(days=policy.refresh.stale_after_days)
    return tuple(found), fresh


def _last_talk(brief: Brief, playbook: Playbook) -> tuple[str, PriorCall] | None:
    talks = [
        (f"/prior_calls/{i}", call)
        for i, call in enumerate(brief.prior_calls)
        if is_own_call(call, brief)
        and not speech.holds_any(call.outcome or "", playbook.speech.unreached)
        and (call.outcome or call.facts or call.objections)
    ]
    return max(talks, key=lambda pair: (parse_time(pair[1].at), pair[0]), default=None)


def _dealt(brief: Brief, playbook: Playbook, now: datetime) -> tuple[str, date] | None:
    found: list[tuple[date, str]] = []
    for i, deal in enumerate(brief.opportunities):
        day = _day(deal.close_date or "")
        if day and speech.holds_any(deal.stage or "", playbook.speech.deals_gone_quiet):
            found.append((day, f"/opportunities/{i}"))
    found += [
        (day, f"/account/history/{i}") for i, line in enumerate(brief.account.history) if (day := _day(line))
    ]
    recent = [pair for pair in found if 0 <= (now.date() - pair[0]).days <= DEALT_WITHIN_DAYS]
    if not recent:
        return None
    day, pointer = max(recent, key=lambda pair: (pair[0], -found.index(pair)))
    return pointer, day


def _day(text: str) -> date | None:
    """The date at the beginning of a text: `2025-11-28`, or the first of the month of `2025-11: lost`."""
    found = re.match(r"(20\d\d)-(\d\d)(?:-(\d\d))?(?!\d)", text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def _event(brief: Brief, playbook: Playbook, now: datetime) -> tuple[str, str] | None:
    words = playbook.speech.event_words
    if (
        brief.trigger
        and brief.trigger.kind == "intent_signal"
        and speech.holds_any(brief.trigger.detail, words)
    ):
        return "/trigger/detail", brief.trigger.detail
    for i, act in enumerate(brief.activity):
        age = now - parse_time(act.at)
        if act.kind.casefold() in ("event", "webinar") and timedelta(0) <= age <= timedelta(days=RECENT_DAYS):
            return f"/activity/{i}", act.detail
    return None


def _intent(brief: Brief) -> tuple[str, IntentSignal] | None:
    signals = [(f"/intent_signals/{i}", signal) for i, signal in enumerate(brief.intent_signals)]
    return max(signals, key=lambda pair: (pair[1].strength or 0.0, parse_time(pair[1].at)), default=None)


def _words(seen: Situation) -> dict[str, Word]:
    brief, book = seen.brief, seen.playbook
    zone = ZoneInfo(brief.contact.timezone) if brief.contact.timezone else None
    lasting = seen.policy.planning.mode == "precomputed"
    words = {
        "agent": Word(book.seller.agent),
        "company": Word(book.seller.company),
        "product": Word(book.seller.product),
        "offer": Word(book.seller.offer),
        "guide": Word(book.seller.guide),
    }
    words |= _names(seen) | _times(
        seen, zone or ZoneInfo("UTC"), lasting=lasting, zone_known=zone is not None
    )
    if brief.trigger and brief.trigger.detail:
        because = ("/trigger/detail",)
        if brief.trigger.kind == "form_submit" and (
            request := hooks.find_request(brief.trigger.detail, book.requests)
        ):
            words["request"] = Word(request, because)
        if kind := hooks.find_meeting(brief.trigger.detail, book.speech):
            words["meeting"] = Word(kind, because)
    if seen.event and (name := hooks.find_event(seen.event[1]) or _trigger_event(brief)):
        words["event"] = Word(
            name, (seen.event[0],) if hooks.find_event(seen.event[1]) else ("/trigger/detail",)
        )
    if seen.intent and (topic := speech.phrase(seen.intent[1].topic)):
        words["intent"] = Word(topic, (f"{seen.intent[0]}/topic",))
    return words


def _trigger_event(brief: Brief) -> str | None:
    return hooks.find_event(brief.trigger.detail) if brief.trigger else None


def _names(seen: Situation) -> dict[str, Word]:
    brief, rules = seen.brief, seen.playbook.speech
    country = brief.jurisdiction_code[:2]
    full = speech.person(brief.contact.name)
    first = speech.address(
        brief.contact.name,
        titles=rules.titles,
        honorifics=rules.honorifics,
        family_first=country in rules.family_name_first,
        email=brief.contact.email,
    )
    account = speech.organisation(brief.account.name, rules.legal_forms)
    words = {
        "first": Word(first, ("/contact/name",)) if first else Word("there"),
        "name": Word(full, ("/contact/name",)) if full else Word("the contact"),
        "account": Word(account, ("/account/name",)) if account else Word("your company"),
    }
    if brief.ae:
        ae = speech.person(brief.ae.name)
        given = speech.address(
            brief.ae.name, titles=rules.titles, honorifics=rules.honorifics, family_first=False, email=None
        )
        words["ae"] = Word(ae or "a colleague of mine", ("/ae",))
        words["ae_first"] = Word(given or "my colleague", ("/ae",))
    if tool := _tool(seen):
        words["tool"] = tool
    open_tellers = [
        t for t in seen.told if t.teller == "colleague" and not t.private and speech.person(t.name)
    ]
    discreet = {t.name for t in seen.told if t.private}
    nameable = [t for t in open_tellers if t.name not in discreet and t.at and t.fresh]
    if seen.coordinated and nameable:
        teller = nameable[0]
        words["colleague"] = Word(teller.name or "", (teller.pointers[0],))
    return words


def _tool(seen: Situation) -> Word | None:
    """A competing product that they use: by the enrichment, or because somebody told us openly."""
    products = [p for group in seen.playbook.competing for p in seen.playbook.technologies[group]]
    told = [
        (t.value, t.pointers[0])
        for t in seen.told
        if not t.private and (seen.coordinated or t.teller == "contact")
    ]
    for text, pointer in (*((v.text, v.pointer) for v in seen.vendor), *told):
        for product in products:
            if speech.holds_any(text, (product,)):
                return Word(product, (pointer,))
    return None


def _times(seen: Situation, zone: ZoneInfo, *, lasting: bool, zone_known: bool) -> dict[str, Word]:
    brief, now = seen.brief, seen.now
    words: dict[str, Word] = {}
    trigger = brief.trigger
    if trigger:
        at = parse_time(trigger.at)
        if trigger.kind == "calendar_event":
            agreed = zone_known and hooks.times_agree(trigger.detail, at.astimezone(zone))
            when = (
                clock.say_meeting(at, now, zone, lasting=lasting, time_known=agreed) if zone_known else None
            )
            if when:
                words["meeting_when"] = Word(when, ("/trigger/at",))
        elif not lasting and (ago := clock.say_ago(at, now, zone)):
            words["ago"] = Word(ago, ("/trigger/at",))
            if seen.event:
                words["event_ago"] = Word(ago, ("/trigger/at",))
    if seen.last_talk:
        pointer, call = seen.last_talk
        words["back"] = Word(
            clock.say_back(parse_time(call.at), now, zone, lasting=lasting), (f"{pointer}/at",)
        )
    if seen.dealt:
        pointer, day = seen.dealt
        then = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        words["account_back"] = Word(clock.say_back(then, now, zone, lasting=True), (pointer,))
    if seen.coordinated:
        talks = [t for t in seen.told if t.teller == "colleague" and t.fresh and t.at and not t.private]
        if talks and talks[0].at:
            said = clock.say_back(talks[0].at, now, zone, lasting=lasting)
            words["colleague_ago"] = Word(said, (talks[0].pointers[0],))
    if not lasting and zone_known:
        words["days"] = Word(clock.say_two_days(now, zone))
    return words
