"""The rules of a place, read strictly from `data/jurisdictions.json`, and the strictest of several.

Read strictly: what is unknown (null) or not verified takes the stricter value, and says so in a caution.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any

from precall_cli.gate.hours import Hours, Stretch

DEFAULT = "default"
"""Stands in place of a code where the rules for places without an entry were used."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One strict value with the place that sets it and where that can be read."""

    value: bool
    """Whether it is demanded."""
    known: bool
    """Whether that rests on a rule that was read; false where it is only not known to be otherwise."""
    place: str
    """The jurisdiction that sets it."""
    source: str
    """Where the rule was read, and what kind of source that is."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A field of a place's rules that was not verified, and how it was read."""

    place: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Law:
    """What applies at one place, or at several at once."""

    places: tuple[str, ...]
    """Codes whose entries were read."""
    hours: Hours | None
    """When calls may be made; None where no statutory window is known."""
    hours_source: str
    """Where the hours come from."""
    all_agree: Rule
    """A recording needs the consent of all parties."""
    ai_disclosed: Rule
    """It has to be said that an AI speaks."""
    ai_consent: Rule
    """An artificial voice needs prior consent."""
    dnc_max_age_days: int
    """Oldest do-not-call check that counts."""
    registries: frozenset[str]
    """Do-not-call registries kept there."""
    doubts: tuple[Doubt, ...]
    """What was not verified."""


def strictest(first: Law, second: Law) -> Law:
    """Both laws at once: of each field the stricter value. Of equal values the first one's place is named."""
    hours, source = _narrower(first, second)
    return Law(
        places=_merged(first.places, second.places),
        hours=hours,
        hours_source=source,
        all_agree=_stricter(first.all_agree, second.all_agree),
        ai_disclosed=_stricter(first.ai_disclosed, second.ai_disclosed),
        ai_consent=_stricter(first.ai_consent, second.ai_consent),
        dnc_max_age_days=min(first.dnc_max_age_days, second.dnc_max_age_days),
        registries=first.registries | second.registries,
        doubts=_merged(first.doubts, second.doubts),
    )


def strictest_of(laws: Iterable[Law]) -> Law:
    """The strictest of one or more laws."""
    first, *others = laws
    for other in others:
        first = strictest(first, other)
    return first


def without_hours(law: Law) -> Law:
    """The law but for its calling hours."""
    return replace(law, hours=None, hours_source="")


def _narrower(first: Law, second: Law) -> tuple[Hours | None, str]:
    """The hours that both allow, and the sources of those that narrow them."""
    if first.hours is None or second.hours is None:
        return (
            (second.hours, second.hours_source) if first.hours is None else (first.hours, first.hours_source)
        )
    both = first.hours.narrowed_by(second.hours)
    if both == first.hours:
        return both, first.hours_source
    return both, second.hours_source if both == second.hours else _joined(
        first.hours_source, second.hours_source
    )


def _stricter(first: Rule, second: Rule) -> Rule:
    def rank(rule: Rule) -> tuple[bool, bool]:
        return rule.value, rule.value and rule.known

    return second if rank(second) > rank(first) else first


def _merged(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(first + second))


def _joined(first: str, second: str) -> str:
    return "; ".join(dict.fromkeys(part for part in (*first.split("; "), *second.split("; ")) if part))


@dataclass(frozen=True, slots=True)
class LawBook:
    """All places with rules of their own."""

    entries: dict[str, dict[str, Any]]
    """Code → entry of the data file."""
    default: dict[str, Any]
    """What applies where no rule is known."""
    eu_members: frozenset[str]
    """Countries under the EU floor."""
    territories: dict[str, str]
    """Territory → country whose rules apply there."""

    def chain(self, code: str) -> tuple[str, ...]:
        """The codes with an entry that apply at a place, most specific first; none if nothing is known."""
        country = code.partition("-")[0]
        country = self.territories.get(country, country)
        wanted = [code, country]
        if country in self.eu_members:
            wanted.append("EU")
        return tuple(dict.fromkeys(each for each in wanted if each in self.entries))

    def parts(self, country: str) -> tuple[str, ...]:
        """States and provinces with an entry of their own."""
        return tuple(sorted(code for code in self.entries if code.startswith(country + "-")))

    def law_at(self, code: str) -> Law:
        """What applies at a place: its own entry with its parents' as a floor, else the default."""
        chain = self.chain(code)
        if not chain:
            return self._default_law(code)
        law = strictest_of(self._read(place, code) for place in chain)
        if code not in self.entries:
            message = f"no entry of its own; the rules of {', '.join(chain)} apply as a floor"
            law = replace(law, doubts=(Doubt(code, "jurisdiction", message), *law.doubts))
        return law

    def default_hours(self) -> Hours:
        """The window where no statutory one is known."""
        return _read_hours(self.default["calling_hours_local"], DEFAULT)

    def default_hours_source(self, place: str) -> str:
        """Where the default window comes from, in words."""
        return f"{place}: no statutory window found; {self.default['source'][0]}"

    def _default_law(self, code: str) -> Law:
        strict = Rule(True, False, code, "no source was read")
        doubt = Doubt(
            code, "jurisdiction", f"no rules known for it; the strict default applies. {self.default['why']}"
        )
        age = int(self.default["dnc_max_age_days"])
        return Law((code,), None, "", strict, strict, strict, age, frozenset(), (doubt,))

    def _read(self, place: str, code: str) -> Law:
        """One entry, read strictly, for somebody at `code`."""
        entry = self.entries[place]
        doubts: list[Doubt] = []

        def rule(field: str, strict: bool, unknown: str) -> Rule:
            """A value that is not known to be lax counts as strict."""
            unverified = [name for name in entry["unverified"] if name in (field, field + ".absence")]
            if unverified and not strict:
                doubts.append(Doubt(place, field, unknown))
            elif unverified:
                doubts.append(Doubt(place, field, "not verified; the stricter value is taken"))
            return Rule(strict or bool(unverified), not unverified, place, _source(entry, field))

        recording = rule(
            "recording_consent",
            entry["recording_consent"] != "one",
            "one-party not verified; read as all parties",
        )
        disclosure = rule(
            "ai_disclosure_required",
            entry["ai_disclosure_required"] is not False,
            "no rule found, which is no proof; the AI is disclosed",
        )
        consent = Rule(False, False, place, "")
        if "ai_voice_consent_required" in entry:
            consent = rule(
                "ai_voice_consent_required",
                entry["ai_voice_consent_required"] is not False,
                "read as required",
            )
        if "call_limit" in entry:
            doubts.append(Doubt(place, "call_limit", f"{entry['call_limit']}; calls are not counted here"))
        hours = entry["calling_hours_local"]
        for name in entry["unverified"]:
            if name.startswith("calling_hours_local"):
                doubts.append(Doubt(place, name, _hours_doubt(name, hours is None)))
        return Law(
            places=(place,),
            hours=None if hours is None else _read_hours(hours, self._calendar_of(code, place)),
            hours_source="" if hours is None else f"{place}: {_source(entry, 'calling_hours_local')}",
            all_agree=recording,
            ai_disclosed=disclosure,
            ai_consent=consent,
            dnc_max_age_days=int(entry.get("dnc_max_age_days", self.default["dnc_max_age_days"])),
            registries=frozenset(entry["dnc_registries"]),
            doubts=tuple(doubts),
        )

    def _calendar_of(self, code: str, place: str) -> str:
        """Whose public holidays count for somebody at `code` under the rules of `place`."""
        country = code.partition("-")[0]
        return code if place in (code, country, self.territories.get(country)) else place


def _source(entry: dict[str, Any], field: str) -> str:
    """Where a field of an entry was read, with the kind of evidence."""
    found = [entry["source"][index] for index in entry["source_of"].get(field, ())]
    return f"{', '.join(found)} ({entry['evidence'][field]} source)" if found else "no source was read"


def _hours_doubt(name: str, none_found: bool) -> str:
    if none_found:
        return "no statutory window found; the default window applies"
    if name.endswith(".state_rule"):
        return "a stricter state rule was not searched for; the federal window applies"
    return "the window was not verified; it is the strictest that was found"


def _read_hours(entry: dict[str, Any], place: str) -> Hours:
    """The week of an entry: a day is null (closed), one stretch or a list of them."""
    weekday, saturday, sunday = (_read_day(entry[day]) for day in ("mon-fri", "sat", "sun"))
    # Any rule on holidays, "none" or "see note", closes them; null means that none was found.
    closed = frozenset() if entry["holidays"] is None else frozenset({place})
    return Hours((weekday,) * 5 + (saturday, sunday), closed)


def _read_day(entry: list[Any] | None) -> tuple[Stretch, ...]:
    if entry is None:
        return ()
    stretches = entry if isinstance(entry[0], list) else [entry]
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in stretches)


@cache
def read_law() -> LawBook:
    """The law book that ships with precall."""
    data = json.loads((files("precall_cli") / "data" / "jurisdictions.json").read_text("utf-8"))
    return LawBook(
        entries=data["jurisdictions"],
        default=data["default"],
        eu_members=frozenset(data["eu_members"]),
        territories=data["territories"],
    )
