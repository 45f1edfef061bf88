"""Consents that refuse, and disclosures that a plan must carry."""

from __future__ import annotations

from typing import Any

import pytest
from gate_briefs import admitted, brief, policy, refused

from precall_cli.records.json_text import resolve_pointer

PLACES = [
    ("US-NY", "America/New_York"),
    ("GB", "Europe/London"),
    ("DE", "Europe/Berlin"),
    ("PT", "Europe/Lisbon"),
    ("CA-ON", "America/Toronto"),
    ("NG", "Africa/Lagos"),
]


@pytest.mark.parametrize(("place", "zone"), PLACES)
@pytest.mark.parametrize(
    ("consent", "pointer"),
    [
        ({"recording": True, "ai_voice": False}, "/consent/ai_voice"),
        ({"recording": True, "ai_voice": None}, "/consent/ai_voice"),
        ({"recording": True}, "/consent/ai_voice"),
        ({}, "/consent/ai_voice"),
        (None, "/consent"),
    ],
)
def test_an_artificial_voice_needs_consent_and_unknown_is_none(
    place: str, zone: str, consent: Any, pointer: str
) -> None:
    refusal = refused(brief(jurisdiction=place, contact__timezone=zone, consent=consent))
    assert (refusal.code, refusal.pointer) == ("GATE_CONSENT_MISSING", pointer)
    assert resolve_pointer(brief(jurisdiction=place, consent=consent).full_document(), refusal.pointer) in (
        None,
        False,
    )


def test_a_consent_from_the_future_is_none() -> None:
    refusal = refused(brief(consent__obtained_at="2026-11-17T16:06:00Z"))
    assert (refusal.code, refusal.pointer) == ("GATE_CONSENT_MISSING", "/consent/obtained_at")


def test_a_form_sent_seconds_ago_is_no_consent_by_itself() -> None:
    trigger = {"kind": "form_submit", "at": "2026-11-17T15:59:50Z", "detail": "I agree to a call by your AI."}
    assert refused(brief(trigger=trigger, consent__ai_voice=None)).code == "GATE_CONSENT_MISSING"
    admitted(brief(trigger=trigger))


@pytest.mark.parametrize(
    ("place", "zone", "recording", "wanted", "expected"),
    [
        # one party is enough: nothing to say, unless the contact said no or the policy wants it
        ("US-NY", "America/New_York", True, "jurisdiction", None),
        ("US-NY", "America/New_York", None, "jurisdiction", None),
        ("US-NY", "America/New_York", False, "jurisdiction", (True, "/consent/recording")),
        ("US-NY", "America/New_York", True, "always", (False, "/jurisdiction")),
        # all parties: said at the opening, and asked where there is no consent yet
        ("US-PA", "America/New_York", True, "jurisdiction", (False, "/jurisdiction")),
        ("US-PA", "America/New_York", None, "jurisdiction", (True, "/jurisdiction")),
        ("US-PA", "America/New_York", False, "jurisdiction", (True, "/consent/recording")),
        # not verified, so read as all parties
        ("GB", "Europe/London", None, "jurisdiction", (True, "/jurisdiction")),
        # no call is recorded at all
        ("US-PA", "America/New_York", False, "off", None),
        ("US-PA", "America/New_York", None, "off", None),
    ],
)
def test_when_the_recording_has_to_be_disclosed(
    place: str, zone: str, recording: bool | None, wanted: str, expected: tuple[bool, str] | None
) -> None:
    asked = brief(jurisdiction=place, contact__timezone=zone, consent__recording=recording)
    admission = admitted(asked, by=policy(recording=wanted))
    found = [(d.ask, d.pointer) for d in admission.disclosures if d.kind == "recording"]
    assert found == ([] if expected is None else [expected])
    for each in admission.disclosures:
        resolve_pointer(asked.document(), each.pointer)


def test_the_callers_place_can_demand_what_the_contacts_does_not() -> None:
    asked = brief(jurisdiction={"contact": "US-NY", "basis": "address", "seller": "US-CA"})
    [recording] = [d for d in admitted(asked).disclosures if d.kind == "recording"]
    assert recording.reason.startswith("US-CA")
    assert "recordphonecall" in recording.source


def test_the_voice_is_disclosed_wherever_no_law_is_known_to_waive_it() -> None:
    for place, zone in PLACES:
        admission = admitted(brief(jurisdiction=place, contact__timezone=zone))
        [voice] = [d for d in admission.disclosures if d.kind == "ai_voice"]
        assert not voice.ask
        assert ("no source" not in voice.source) == (place in ("DE", "PT")), "only the EU's rule was read"
        assert ("not verified" in voice.reason) == (place not in ("DE", "PT"))


def test_a_rule_that_was_read_is_named_before_one_that_is_only_not_known_to_be_lax() -> None:
    for contact, zone, seller in (("GB", "Europe/London", "DE"), ("DE", "Europe/Berlin", "GB")):
        asked = brief(
            jurisdiction={"contact": contact, "basis": "address", "seller": seller}, contact__timezone=zone
        )
        [voice] = [d for d in admitted(asked).disclosures if d.kind == "ai_voice"]
        assert voice.reason == "DE: the contact has to be told that an AI speaks"
