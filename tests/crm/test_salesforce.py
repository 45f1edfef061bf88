"""Salesforce: nested records, ids of 15 and 18 characters, seconds, a flag that is strictly a flag."""

from __future__ import annotations

from typing import Any

import pytest
from crm_exports import export, one, problems, run, salesforce

TASK = {
    "Id": "00THs00000TaSk1IAV",
    "TaskSubtype": "Call",
    "Subject": "Call",
    "Description": "Left the guide",
    "Status": "Completed",
    "CompletedDateTime": "2026-11-12T15:36:00.000+0000",
    "CallDisposition": "Connected",
    "CallDurationInSeconds": 312,
    "WhoId": "003Hs00001AbCdE",
}


def test_a_contact_with_nested_records_becomes_a_brief() -> None:
    contact = salesforce(
        Title="Ops Lead",
        Phone="(303) 555-0147",
        DoNotCall=False,
        Owner={"Name": "Sam Ortiz", "Email": "sam@northwind.example"},
    )
    brief, built = one("salesforce", {"records": [contact], "done": True})
    assert brief["contact"]["contact_id"] == "003Hs00001AbCdE"
    assert brief["contact"]["phone"] == "+13035550147"
    assert brief["contact"]["timezone"] == "America/Denver"
    assert brief["account"] == {"account_id": "001Hs00002ZyXwV", "name": "Ferry Lane Dental"}
    assert brief["ae"] == {"name": "Sam Ortiz", "email": "sam@northwind.example"}
    assert brief["dnc"] == {"listed": False, "registry": "salesforce DoNotCall"}
    assert built.faults == ()


@pytest.mark.parametrize("flag", ["false", "no", "No", 0, 1, "0", [], {}, "true"])
def test_do_not_call_is_true_or_false_and_nothing_else_in_json(flag: Any) -> None:
    brief, built = one("salesforce", salesforce(DoNotCall=flag))
    assert brief["dnc"]["listed"] is None
    assert "must be true or false" in problems(built)["DoNotCall"]


@pytest.mark.parametrize("flag", [None, "", "missing"])
def test_no_flag_is_not_checked(flag: Any) -> None:
    contact = salesforce() if flag == "missing" else salesforce(DoNotCall=flag)
    brief, built = one("salesforce", contact)
    assert brief["dnc"] == {"listed": None}
    assert built.faults == ()


def test_an_unticked_box_is_no_check_of_a_register() -> None:
    brief, _ = one("salesforce", salesforce(DoNotCall=False))
    assert "checked_at" not in brief["dnc"]
    mapping = '[salesforce.dnc]\nfield = "Registry__c"\nchecked_at = "Checked__c"\nregistry = "National DNC"'
    contact = salesforce(DoNotCall=False, Registry__c=False, Checked__c="2026-11-10T08:00:00.000+0000")
    brief, _ = one("salesforce", contact, mapping=mapping)
    assert brief["dnc"] == {
        "listed": False,
        "checked_at": "2026-11-10T08:00:00Z",
        "registry": "National DNC; salesforce DoNotCall",
    }


def test_a_task_lasts_seconds_and_joins_by_the_short_id() -> None:
    brief, _ = one("salesforce", salesforce(), salesforce("Task", **TASK))
    assert brief["prior_calls"] == [
        {
            "call_id": "00THs00000TaSk1",
            "at": "2026-11-12T15:36:00Z",
            "contact_id": "003Hs00001AbCdE",
            "contact_name": "Dana Reyes",
            "outcome": "Connected",
            "duration_s": 312.0,
            "summary": "Call: Left the guide",
        }
    ]


def test_other_tasks_are_activity_and_open_ones_have_not_happened() -> None:
    mail = TASK | {"Id": "00T000000000002", "TaskSubtype": "Email", "CallDurationInSeconds": None}
    later = mail | {"Id": "00T000000000003", "Status": "Not Started"}
    brief, _ = one("salesforce", salesforce(), [salesforce("Task", **each) for each in (mail, later)])
    assert "prior_calls" not in brief
    assert [row["kind"] for row in brief["activity"]] == ["email"]


def test_an_opportunity_belongs_to_the_account() -> None:
    deal = salesforce(
        "Opportunity",
        Id="006Hs00000OpPo1IAV",
        AccountId="001Hs00002ZyXwVIAV",
        Name="Routing",
        StageName="Proposal",
        Amount=42000.0,
        CurrencyIsoCode="USD",
        CloseDate="2026-12-20",
    )
    brief, _ = one("salesforce", salesforce(), deal)
    assert brief["opportunities"] == [
        {
            "opportunity_id": "006Hs00000OpPo1",
            "name": "Routing",
            "stage": "Proposal",
            "amount": {"amount": 42000.0, "currency": "USD"},
            "close_date": "2026-12-20",
        }
    ]


def test_the_account_record_adds_to_what_the_contact_names() -> None:
    account = salesforce(
        "Account",
        Id="001Hs00002ZyXwVIAV",
        Name="Ferry Lane Dental",
        Website="http://ferrylane.example",
        NumberOfEmployees=85,
        BillingStateCode="TX",
        BillingCountryCode="US",
    )
    brief, _ = one("salesforce", salesforce(), account)
    assert brief["account"]["employees"] == 85
    assert brief["account"]["region"] == "US-TX"


def test_records_of_a_subquery_are_read_and_joined_to_their_parent() -> None:
    contact = salesforce(
        AccountId=None, Account=None, Tasks={"records": [salesforce("Task", **TASK | {"WhoId": None})]}
    )
    account = salesforce(
        "Account", Id="001Hs00002ZyXwVIAV", Name="Ferry Lane Dental", Contacts={"records": [contact]}
    )
    brief, _ = one("salesforce", account)
    assert brief["account"]["account_id"] == "001Hs00002ZyXwV"
    assert brief["prior_calls"][0]["contact_id"] == "003Hs00001AbCdE"


def test_a_lead_has_its_company_and_country_in_words() -> None:
    lead = salesforce(
        "Lead",
        Id="00QHs00000LeAd1IAV",
        Name="Jonas Weber",
        Company="Kieswerk Nord",
        Phone="030 901820",
        Country="Germany",
        Status="Working",
    )
    brief, _ = one("salesforce", lead)
    assert brief["contact"]["phone"] == "+4930901820"
    assert brief["contact"]["timezone"] == "Europe/Berlin"
    assert brief["jurisdiction"] == {"contact": "DE", "basis": "address"}
    assert brief["lifecycle_stage"] == "Working"


def test_deleted_records_give_no_brief() -> None:
    built = run(export("c.json", [salesforce(IsDeleted=True)]), sources=("salesforce",))
    assert [left.reason for left in built.left_out] == ["archived"]


def test_a_page_that_is_not_the_last_is_said() -> None:
    page = {"records": [salesforce()], "done": False, "nextRecordsUrl": "/services/data/v61.0/query/01g-2000"}
    _, built = one("salesforce", page)
    assert "goes on" in problems(built)["paging"]
