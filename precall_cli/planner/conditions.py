"""Whether a condition of the playbook holds for a situation, and the pointers that made it hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from precall_cli.planner.evidence import is_own_call
from precall_cli.planner.playbook import When
from precall_cli.planner.situation import RECENT_DAYS, Situation
from precall_cli.planner.speech import holds_any
from precall_cli.records.record import parse_time

Found = tuple[str, ...] | None
"""The pointers that a condition rests on, perhaps none; or None where it does not hold."""


def find_support(when: When, seen: Situation) -> Found:
    """The pointers that a condition rests on, in a fixed order; None where it does not hold."""
    pointers: list[str] = []
    for part, test in _TESTS.items():
        wanted = getattr(when, part)
        if wanted is None or wanted == ():
            continue
        found = test(wanted, seen)
        if found is None:
            return None
        pointers.extend(found)
    return tuple(dict.fromkeys(pointers))


def describe_condition(when: When) -> str:
    """A condition in words, for the record of why something was not chosen."""
    parts = []
    for part in _TESTS:
        wanted = getattr(when, part)
        if wanted is None or wanted == ():
            continue
        shown = ", ".join(wanted) if isinstance(wanted, tuple) else str(wanted).lower()
        parts.append(f"{part} = {shown}")
    return "; ".join(parts) or "always"


def stage_group(seen: Situation) -> str | None:
    """The group of the brief's lifecycle stage: the one with the longest word that the stage holds."""
    stage = (seen.brief.lifecycle_stage or "").replace("_", " ")
    fits = [
        (len(word), group)
        for group, words in seen.playbook.stages.items()
        for word in words
        if stage and holds_any(stage, (word,))
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def persona_group(seen: Situation) -> tuple[str, str] | None:
    """The group of the contact's persona, else of the title, and the pointer that says so."""
    for pointer, text in (
        ("/contact/persona", seen.brief.contact.persona),
        ("/contact/title", seen.brief.contact.title),
    ):
        for group, words in seen.playbook.personas.items():
            if text and holds_any(text, words):
                return group, pointer
    return None


def find_technology(groups: Iterable[str], seen: Situation) -> tuple[str, str] | None:
    """The first product of these groups that the enrichment names: its name there and the pointer."""
    for group in groups:
        for product in seen.playbook.technologies[group]:
            for entry in seen.vendor:
                if holds_any(entry.text, (product,)):
                    return product, entry.pointer
    return None


def _agents(wanted: tuple[str, ...], seen: Situation) -> Found:
    return () if seen.policy.agent in wanted else None


def _triggers(wanted: tuple[str, ...], seen: Situation) -> Found:
    trigger = seen.brief.trigger
    return ("/trigger/kind",) if trigger and trigger.kind in wanted else None


def _stages(wanted: tuple[str, ...], seen: Situation) -> Found:
    return ("/lifecycle_stage",) if stage_group(seen) in wanted else None


def _personas(wanted: tuple[str, ...], seen: Situation) -> Found:
    found = persona_group(seen)
    return (found[1],) if found and found[0] in wanted else None


def _industries(wanted: tuple[str, ...], seen: Situation) -> Found:
    return ("/account/industry",) if holds_any(seen.brief.account.industry or "", wanted) else None


def _technologies(wanted: tuple[str, ...], seen: Situation) -> Found:
    found = find_technology(wanted, seen)
    return (found[1],) if found else None


def _prior_objections(wanted: tuple[str, ...], seen: Situation) -> Found:
    pointers = tuple(
        f"/prior_calls/{i}/objections/{k}"
        for i, call in enumerate(seen.brief.prior_calls)
        for k, text in enumerate(call.objections)
        if holds_any(text, wanted) and (seen.coordinated or is_own_call(call, seen.brief))
    )
    return pointers or None


def _outcomes(wanted: tuple[str, ...], seen: Situation) -> Found:
    if seen.last_talk and holds_any((seen.last_talk[1].outcome or "").replace("_", " "), _spaced(wanted)):
        return (f"{seen.last_talk[0]}/outcome",)
    return None


def _deal_stages(wanted: tuple[str, ...], seen: Situation) -> Found:
    pointers = tuple(
        f"/opportunities/{i}/stage"
        for i, deal in enumerate(seen.brief.opportunities)
        if holds_any((deal.stage or "").replace("_", " "), _spaced(wanted))
    )
    return pointers or None


def _activity(wanted: tuple[str, ...], seen: Situation) -> Found:
    pointers = tuple(
        f"/activity/{i}"
        for i, act in enumerate(seen.brief.activity)
        if holds_any(f"{act.kind} . {act.detail}".replace("_", " "), wanted)
        and seen.now - parse_time(act.at) <= timedelta(days=RECENT_DAYS)
    )
    return pointers or None


def _topics(wanted: tuple[str, ...], seen: Situation) -> Found:
    pointers = tuple(
        t.pointers[0]
        for t in seen.told
        if t.topic in wanted and not t.private and (seen.coordinated or t.teller == "contact")
    )
    return pointers or None


def _ae(wanted: bool, seen: Situation) -> Found:
    if wanted is (seen.brief.ae is not None):
        return ("/ae",) if wanted else ()
    return None


def _calendar(wanted: bool, seen: Situation) -> Found:
    has = seen.brief.ae is not None and bool(seen.brief.ae.calendar_url)
    if has is not wanted:
        return None
    return ("/ae/calendar_url",) if wanted else ()


def _event(wanted: bool, seen: Situation) -> Found:
    if wanted is (seen.event is not None):
        return (seen.event[0],) if seen.event else ()
    return None


def _stand(wanted: bool, seen: Situation) -> Found:
    words, pointers = seen.playbook.speech.stand_words, []
    if seen.event and holds_any(seen.event[1], words):
        pointers = [seen.event[0]]
    elif seen.event and seen.brief.trigger and holds_any(seen.brief.trigger.detail, words):
        pointers = ["/trigger/detail"]
    return tuple(pointers) if wanted is bool(pointers) else None


def _meeting_in_doubt(wanted: bool, seen: Situation) -> Found:
    words = seen.playbook.speech.doubt_words
    pointers = [
        f"/activity/{i}/detail"
        for i, act in enumerate(seen.brief.activity)
        if act.kind.casefold() in ("calendar", "invite", "meeting") and holds_any(act.detail, words)
    ]
    if seen.brief.trigger and holds_any(seen.brief.trigger.detail, words):
        pointers.append("/trigger/detail")
    if wanted is not bool(pointers):
        return None
    return tuple(pointers)


def _spoken_before(wanted: bool, seen: Situation) -> Found:
    if wanted is not (seen.last_talk is not None):
        return None
    return (seen.last_talk[0],) if seen.last_talk else ()


def _dealt_before(wanted: bool, seen: Situation) -> Found:
    if wanted is not (seen.dealt is not None):
        return None
    return (seen.dealt[0],) if seen.dealt else ()


def _colleague(wanted: bool, seen: Situation) -> Found:
    said = seen.words.get("colleague_ago")
    if wanted is not (said is not None):
        return None
    return said.because if said else ()


def _intent(wanted: str, seen: Situation) -> Found:
    if seen.intent is None:
        return None
    strong = (seen.intent[1].strength or 0.0) >= seen.policy.refresh.weak_below
    age = seen.now - parse_time(seen.intent[1].at)
    strong = strong and age <= timedelta(days=seen.policy.refresh.stale_after_days)
    return (seen.intent[0],) if strong is (wanted == "strong") else None


def _ai_consent(wanted: bool, seen: Situation) -> Found:
    given = seen.brief.consent is not None and seen.brief.consent.ai_voice is True
    if given is not wanted:
        return None
    return ("/consent/ai_voice",) if seen.has("/consent/ai_voice") else ()


def _at_least(wanted: int, seen: Situation) -> Found:
    size = seen.brief.account.employees
    return ("/account/employees",) if size is not None and size >= wanted else None


def _at_most(wanted: int, seen: Situation) -> Found:
    size = seen.brief.account.employees
    return ("/account/employees",) if size is not None and size <= wanted else None


def _spaced(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in words)


_TESTS: Final[dict[str, Callable[[Any, Situation], Found]]] = {
    "agents": _agents,
    "triggers": _triggers,
    "stages": _stages,
    "personas": _personas,
    "industries": _industries,
    "technologies": _technologies,
    "prior_objections": _prior_objections,
    "outcomes": _outcomes,
    "deal_stages": _deal_stages,
    "activity": _activity,
    "topics": _topics,
    "ae": _ae,
    "calendar": _calendar,
    "event": _event,
    "stand": _stand,
    "meeting_in_doubt": _meeting_in_doubt,
    "spoken_before": _spoken_before,
    "dealt_before": _dealt_before,
    "colleague": _colleague,
    "intent": _intent,
    "ai_consent": _ai_consent,
    "employees_at_least": _at_least,
    "employees_at_most": _at_most,
}
