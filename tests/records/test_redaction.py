"""What is masked in free text, what is not, and how long that takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.records.redaction import Redaction, names_in
from tests.growth import grows_linearly

BRIEF = {
    "contact": {"name": "Dana Reyes", "contact_id": "con_1"},
    "ae": {"name": "Sam Ortiz"},
    "account": {"name": "Ferry Lane Dental"},
    "opportunities": [{"name": "Spring roll-out", "owner": "Ruth Adeyemi"}],
    "engaged_contacts": [{"name": "Jean-Luc Oh"}],
    "prior_calls": [{"contact_name": "Lin Wu", "agent": "inbound"}],
}


@pytest.mark.parametrize(
    "phone",
    [
        "+12105550147",
        "+1 210 555 0147",
        "(210) 555-0147",
        "210.555.0147",
        "020 7946 0958",
        "+44 (0)20 7946 0958",
    ],
)
def test_phones_are_masked_however_they_are_written(phone: str) -> None:
    assert Redaction(()).text(f"ring {phone}, please") == "ring [phone], please"


@pytest.mark.parametrize(
    "mail", ["a.b+c@ferry.example", "Dana@Ferry-Lane.co.example", "dana at ferry dot example"]
)
def test_addresses_are_masked_spoken_ones_too(mail: str) -> None:
    assert Redaction(()).text(f"write to {mail} today") == "write to [e-mail] today"


@pytest.mark.parametrize(
    "text",
    ["2026-11-03", "2026-11-03T10:00:00Z", "since 2026-11", "about 40,000 a year", "$1200000", "room 1204",
     "at noon dot", "we meet at ten", "@ home", "con_20081234"],
)  # fmt: skip
def test_what_is_none_stays(text: str) -> None:
    assert Redaction(()).text(text) == text


def test_the_people_of_a_brief_are_masked_and_its_companies_are_not() -> None:
    mask = Redaction(names_in(BRIEF))
    said = (
        "Dana, DANA REYES, dana reyes, Ruth, Ortiz, Jean-Luc, Wu. Ferry Lane Dental, Spring roll-out, Danas"
    )
    masked = (
        "[name], [name], [name], [name], [name], [name]-[name], Wu. Ferry Lane Dental, Spring roll-out, Danas"
    )
    assert mask.text(said) == masked
    document = mask.document({**BRIEF, "note": ["call Dana"], "call_id": "Dana", "phone": "n/a"})
    assert document["contact"] == {"name": "[name]", "contact_id": "con_1"}
    assert (document["note"], document["call_id"], document["phone"]) == (["call [name]"], "Dana", "[phone]")


@given(st.text(max_size=60))
def test_masking_masked_text_changes_nothing(text: str) -> None:
    mask = Redaction(names_in(BRIEF))
    assert mask.text(mask.text(text)) == mask.text(text)


@pytest.mark.parametrize("piece", ["a", "1", "1 ", "a@", "a at b dot ", ". ", "((", "Dana ", "-1"])
def test_time_grows_with_the_text_alone(piece: str) -> None:
    mask = Redaction(names_in(BRIEF))
    assert grows_linearly(lambda size: mask.text(piece * size), 10_000)
