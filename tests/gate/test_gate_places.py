"""Places, time zones and the strictest of several laws."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from gate_briefs import admitted, brief, judge, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.gate.law import Law, read_law, strictest, strictest_of
from precall_cli.gate.zones import read_zones
from precall_cli.records.admission import Admission

BOOK, ZONES = read_law(), read_zones()
codes = st.sampled_from([*sorted(BOOK.entries), "NL", "IN", "CA-ON", "GB-SCT", "PR"])


def place(contact: str, zone: str, basis: str = "address", seller: str | None = "US-NY") -> dict[str, Any]:
    return {
        "jurisdiction": {"contact": contact, "basis": basis, "seller": seller},
        "contact__timezone": zone,
    }


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("US-NY", "US/Eastern"),
        ("US-TX", "America/Denver"),
        ("US-IN", "America/Indianapolis"),
        ("US-MI", "America/New_York"),
        ("US-PR", "America/Puerto_Rico"),
        ("US", "Pacific/Honolulu"),
        ("CA-QC", "America/Montreal"),
        ("CA-NT", "America/Yellowknife"),
        ("AU-TAS", "Australia/Hobart"),
        ("AU-ACT", "Australia/Canberra"),
        ("GB-SCT", "Europe/London"),
        ("GB", "GB"),
        ("NL", "Europe/Amsterdam"),
        ("IN", "Asia/Calcutta"),
        ("PT-20", "Atlantic/Azores"),
        ("RE", "Indian/Reunion"),
    ],
)
def test_a_zone_of_the_place_is_accepted_under_any_of_its_names(code: str, zone: str) -> None:
    assert ZONES.belongs(zone, code)
    assert ZONES.is_place(code)


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("US-CA", "America/New_York"),
        ("US-NY", "America/Los_Angeles"),
        ("US-CA", "UTC"),
        ("US-NY", "EST"),
        ("US-NY", "Etc/GMT+5"),
        ("US", "Europe/London"),
        ("GB", "America/New_York"),
        ("CA-ON", "America/Vancouver"),
        ("AU-WA", "Australia/Sydney"),
        ("IN", "Asia/Tokyo"),
    ],
)
def test_a_zone_of_another_place_is_a_contradiction(code: str, zone: str) -> None:
    refusal = refused(brief(**place(code, zone)))
    assert (refusal.code, refusal.pointer) == ("GATE_TZ_CONTRADICTION", "/contact/timezone")
    assert code in refusal.reason


@pytest.mark.parametrize(
    ("code", "pointer"), [("UK", "/jurisdiction"), ("US-ZZ", "/jurisdiction"), ("EU", "/jurisdiction")]
)
def test_a_code_that_names_no_place_refuses(code: str, pointer: str) -> None:
    refusal = refused(brief(jurisdiction=code))
    assert (refusal.code, refusal.pointer) == ("GATE_JURISDICTION_UNKNOWN", pointer)
    in_object = refused(brief(jurisdiction={"contact": "US-NY", "basis": "address", "seller": code}))
    assert in_object.pointer == "/jurisdiction/seller"


def test_without_a_time_zone_there_is_no_call() -> None:
    for absent in (..., None):
        refusal = refused(brief(contact__timezone=absent))
        assert (refusal.code, refusal.pointer) == ("GATE_TZ_UNKNOWN", "/contact/timezone")


def test_an_unknown_country_gets_the_strict_default_unless_only_a_prefix_points_there() -> None:
    at_eleven = "2026-11-17T05:30:00Z"
    known = brief(**place("IN", "Asia/Kolkata", seller=None))
    admission = admitted(known, at_eleven)
    assert admission.jurisdictions == ("IN",)
    assert {d.kind for d in admission.disclosures} == {"ai_voice", "recording"}
    assert any("no rules known" in c.message for c in admission.cautions)
    guessed = refused(brief(**place("IN", "Asia/Kolkata", basis="phone_prefix")), at_eleven)
    assert (guessed.code, guessed.pointer) == ("GATE_JURISDICTION_UNKNOWN", "/jurisdiction/basis")


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("US-CA", ("US-CA", "US")),
        ("PT", ("EU",)),
        ("DE-BY", ("DE", "EU")),
        ("FR", ("FR", "EU")),
        ("CA-ON", ("CA",)),
        ("AU-VIC", ("AU",)),
        ("GB-SCT", ("GB",)),
        ("US-PR", ("US",)),
        ("PR", ("US",)),
        ("NZ", ()),
    ],
)
def test_the_chain_goes_from_the_place_to_its_floor(code: str, chain: tuple[str, ...]) -> None:
    assert BOOK.chain(code) == chain


def test_a_country_without_its_part_takes_the_strictest_disclosures_of_the_zone() -> None:
    pacific = admitted(
        brief(jurisdiction="US", contact__timezone="America/Los_Angeles"), "2026-11-17T20:00:00Z"
    )
    assert {d.kind for d in pacific.disclosures} == {"ai_voice", "recording"}
    assert "US-CA" in next(d.reason for d in pacific.disclosures if d.kind == "recording")
    assert any("part of US is not given" in c.message for c in pacific.cautions)


def test_what_is_not_verified_counts_as_the_stricter_value() -> None:
    vermont = BOOK.law_at("US-VT")  # "one" in the data, and named as not verified there
    assert vermont.all_agree.value
    assert [d.message for d in vermont.doubts if d.field == "recording_consent"]
    assert BOOK.law_at("US-NC").ai_disclosed.value  # no rule was found, which is no proof
    assert not BOOK.law_at("US-NC").all_agree.value


def test_no_lax_value_is_read_from_a_place_without_evidence() -> None:
    for code in BOOK.entries:
        law, entry = BOOK.law_at(code), BOOK.entries[code]
        for field, rule in (
            ("recording_consent", law.all_agree),
            ("ai_disclosure_required", law.ai_disclosed),
            ("ai_voice_consent_required", law.ai_consent),
        ):
            if not rule.value and field in entry:
                assert entry["evidence"][field] != "none", f"{code} {field}"
                assert field not in entry["unverified"]
                assert f"{field}.absence" not in entry["unverified"]
        assert law.ai_consent.value, f"{code}: an artificial voice needs consent everywhere we know of"
        assert entry["source"]


def test_every_part_with_rules_has_zones_and_every_zone_exists() -> None:
    from zoneinfo import ZoneInfo

    assert {code for code in BOOK.entries if "-" in code} <= set(ZONES.by_part)
    for part, zones in ZONES.by_part.items():
        for zone in zones:
            ZoneInfo(zone)
            country = part[:2]
            assert zone in ZONES.zones_of(country) or zone in ZONES.zones_of(part[3:]), (part, zone)
    for member in BOOK.eu_members | set(BOOK.territories):
        assert ZONES.zones_of(member)


def same(one: Law, other: Law) -> bool:
    """Equal in what they demand, whoever demands it."""
    return (
        one.hours,
        one.all_agree.value,
        one.ai_disclosed.value,
        one.ai_consent.value,
        one.dnc_max_age_days,
        one.registries,
        set(one.places),
        set(one.doubts),
    ) == (
        other.hours,
        other.all_agree.value,
        other.ai_disclosed.value,
        other.ai_consent.value,
        other.dnc_max_age_days,
        other.registries,
        set(other.places),
        set(other.doubts),
    )


@settings(deadline=None)
@given(st.lists(codes, min_size=1, max_size=4), st.randoms())
def test_the_strictest_of_several_does_not_depend_on_their_order(found: list[str], random: Any) -> None:
    laws = [BOOK.law_at(code) for code in found]
    shuffled = list(laws)
    random.shuffle(shuffled)
    together = strictest_of(laws)
    assert same(together, strictest_of(shuffled))
    assert same(together, strictest(together, together))
    assert same(together, reduce(lambda whole, law: strictest(law, whole), shuffled))
    for law in laws:
        assert together.all_agree.value >= law.all_agree.value
        assert together.ai_disclosed.value >= law.ai_disclosed.value
        assert together.ai_consent.value >= law.ai_consent.value
        assert together.dnc_max_age_days <= law.dnc_max_age_days
        if law.hours is not None and together.hours is not None:
            assert together.hours.narrowed_by(law.hours) == together.hours


def test_cautions_say_what_is_not_known_about_the_brief() -> None:
    bare = admitted(
        brief(
            jurisdiction="US-TX",
            contact__timezone="America/Chicago",
            contact__phone=...,
            consent__obtained_at=...,
        )
    )
    subjects = {c.subject for c in bare.cautions}
    assert {"basis", "registry", "phone", "obtained_at"} <= subjects
    full = admitted(brief())
    assert "basis" not in {c.subject for c in full.cautions}


def test_a_disagreeing_prefix_is_still_a_contradiction() -> None:
    decision = judge(brief(**place("US-CA", "America/New_York", basis="phone_prefix")))
    assert not isinstance(decision, Admission)
    assert decision.code == "GATE_TZ_CONTRADICTION"
