"""Apollo: a person may be null, phones come with their own do-not-call state and may come later."""

from __future__ import annotations

from typing import Any

import pytest
from crm_exports import apollo, export, one, problems, run


def phone(number: str, **more: Any) -> Any:
    return {"raw_number": number, "sanitized_number": number} | more


def test_a_match_becomes_a_brief_with_enrichment() -> None:
    organization = {
        "id": "5f00aa",
        "name": "Ferry Lane Dental",
        "primary_domain": "ferrylane.example",
        "estimated_num_employees": 140,
        "technology_names": ["Dialbright"],
        "founded_year": 2009,
    }
    person = apollo(
        title="Ops Lead", time_zone="America/Denver", seniority="manager", organization=organization
    )
    brief, built = one("apollo", {"person": person})
    assert brief["account"] == {
        "account_id": "5f00aa",
        "name": "Ferry Lane Dental",
        "domain": "ferrylane.example",
        "employees": 140,
    }
    assert brief["enrichment"] == {
        "source": "apollo",
        "technologies": ["Dialbright"],
        "founded_year": 2009,
        "seniority": "manager",
    }
    assert built.faults == ()


def test_a_person_that_is_null_is_left_out_and_the_rest_comes_through() -> None:
    built = run(
        export("a.json", {"person": None}), export("b.json", {"person": apollo()}), sources=("apollo",)
    )
    assert [left.reason for left in built.left_out] == ["no_match"]
    assert len(built.briefs) == 1


@pytest.mark.parametrize(
    ("numbers", "listed"),
    [
        ([phone("+13035550147", dnc_status="not_on_dnc")], False),
        ([phone("+13035550147", dnc_status="on_dnc")], True),
        ([phone("+13035550147", dnc_status=None)], None),
        ([phone("+13035550147", dnc_status="hm")], None),
        ([phone("+13035550147"), phone("+13035550148", dnc_status="not_on_dnc")], None),
        ([phone("+13035550147", dnc_status="clear"), phone("+13035550148", dnc_status="dnc")], True),
        ([phone("+13035550147", dnc_status="clear"), phone("+13035550148", dnc_status="hm")], False),
        ([phone("+13035550147", dnc_status="clear"), phone("broken", dnc_status="dnc")], True),
    ],
)
def test_a_clear_number_clears_only_itself_and_a_listed_one_lists_the_person(
    numbers: list[Any], listed: bool | None
) -> None:
    brief, _ = one("apollo", apollo(phone_numbers=numbers))
    assert brief["dnc"]["listed"] is listed


def test_phones_that_arrive_later_join_by_id() -> None:
    later = {"people": [{"id": "66f0a1", "status": "success", "phone_numbers": [phone("+13035550147")]}]}
    brief, _ = one("apollo", {"person": apollo()}, later)
    assert brief["contact"]["phone"] == "+13035550147"


def test_without_an_address_the_prefix_is_the_basis_and_gives_no_time_zone() -> None:
    person = apollo(state=None, country=None, phone_numbers=[phone("+442079460018")])
    brief, _ = one("apollo", person)
    assert brief["jurisdiction"] == {"contact": "GB", "basis": "phone_prefix"}
    assert "timezone" not in brief["contact"]


def test_a_toll_free_number_tells_no_place() -> None:
    person = apollo(state=None, country=None, phone_numbers=[phone("+18005550147")])
    built = run(export("a.json", person), sources=("apollo",))
    assert [left.reason for left in built.left_out] == ["no_place"]


def test_a_locked_address_is_no_address() -> None:
    brief, built = one("apollo", apollo(email="email_not_unlocked@domain.com"))
    assert "email" not in brief["contact"]
    assert "locked" in problems(built)["email"]
