"""Several sources, one person: who is the same, whose value stands, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import pytest
from crm_exports import apollo, export, hubspot, run, salesforce
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.crm import Built, Export

ALL = ("hubspot", "salesforce", "apollo")


def merged(*rows: tuple[str, Any]) -> Built:
    files = [export(f"{source}{n}.json", row, source) for n, (source, row) in enumerate(rows)]
    return run(*files, sources=ALL, merge=True)


def ids(built: Built) -> set[str]:
    return {brief.contact.contact_id for brief in built.briefs}


def test_one_e_mail_address_in_any_case_is_one_person() -> None:
    built = merged(
        ("hubspot", hubspot()),
        ("salesforce", salesforce(Email="DANA@FerryLane.example")),
        ("apollo", apollo()),
    )
    assert ids(built) == {"501"}


def test_without_merge_each_record_is_a_brief() -> None:
    files = [export("h.json", hubspot(), "hubspot"), export("s.json", salesforce(), "salesforce")]
    built = run(*files, sources=ALL)
    assert ids(built) == {"501", "003Hs00001AbCdE"}
    assert len({brief.brief_id for brief in built.briefs}) == 2


def test_the_same_phone_joins_a_record_without_an_address() -> None:
    built = merged(
        ("hubspot", hubspot(phone="+13035550147")), ("salesforce", salesforce(Email=None, Phone="3035550147"))
    )
    assert ids(built) == {"501"}


def test_a_shared_phone_does_not_join_two_names() -> None:
    other = salesforce(Email=None, FirstName="Sarah", LastName="Lin", Phone="3035550147")
    built = merged(("hubspot", hubspot(phone="+13035550147")), ("salesforce", other))
    assert len(built.briefs) == 2


def test_two_addresses_are_two_people_even_with_one_phone_and_name() -> None:
    other = salesforce(Email="d.reyes@other.example", Phone="3035550147")
    built = merged(("hubspot", hubspot(phone="+13035550147")), ("salesforce", other))
    assert len(built.briefs) == 2


def test_a_phone_of_two_people_joins_neither_and_says_so() -> None:
    built = merged(
        ("hubspot", hubspot("1", email="a@x.example", phone="+13035550147")),
        ("hubspot", hubspot("2", email="b@x.example", phone="+13035550147")),
        ("salesforce", salesforce(Email=None, Phone="3035550147")),
    )
    assert len(built.briefs) == 3
    assert any("phone is that of 2 people" in fault.problem for fault in built.faults)


def test_the_name_alone_joins_nobody() -> None:
    built = merged(("hubspot", hubspot(email=None)), ("salesforce", salesforce(Email=None)))
    assert len(built.briefs) == 2


def test_an_id_of_the_other_system_joins() -> None:
    built = merged(
        ("hubspot", hubspot(email=None, salesforcecontactid="003Hs00001AbCdEIAV")),
        ("salesforce", salesforce()),
    )
    assert ids(built) == {"501"}


def test_the_newer_of_two_crms_stands_and_both_values_are_reported() -> None:
    built = merged(("hubspot", hubspot(jobtitle="Ops Lead")), ("salesforce", salesforce(Title="Head of Ops")))
    brief = built.briefs[0].document()
    assert brief["contact"]["title"] == "Head of Ops"
    conflict = next(each for each in built.conflicts if each.pointer == "/contact/title")
    assert conflict.chosen.value == "Head of Ops"
    assert [other.value for other in conflict.others] == ["Ops Lead"]
    assert "changed later" in conflict.rule
    row = next(row for row in brief["provenance"] if row["pointer"] == "/contact/title")
    assert row["source"] == "salesforce"
    assert row["as_of"] == "2026-11-02T00:00:00Z"
    assert row["alternatives"] == [
        {
            "value": "Ops Lead",
            "source": "hubspot",
            "file": "hubspot0.json",
            "field": "properties.jobtitle",
            "as_of": "2026-11-01T00:00:00Z",
        }
    ]


def test_a_crm_stands_before_a_vendor_of_data_however_new() -> None:
    built = merged(
        ("hubspot", hubspot(jobtitle="Ops Lead")),
        ("apollo", apollo(title="Chief of Staff", updated_at="2026-11-21T00:00:00Z")),
    )
    assert built.briefs[0].contact.title == "Ops Lead"
    assert "data vendor" in next(c.rule for c in built.conflicts if c.pointer == "/contact/title")


def test_the_same_words_are_no_conflict() -> None:
    account = {"Name": "Ferry Lane Dental, Inc.", "Website": "https://www.ferrylane.example/"}
    built = merged(("salesforce", salesforce(Account=account)), ("apollo", apollo(name="dana  REYES")))
    assert built.conflicts == ()
    assert built.briefs[0].account.domain == "ferrylane.example"


def test_facts_of_another_company_are_not_mixed_in() -> None:
    elsewhere = {"id": "99", "name": "Tidemark", "estimated_num_employees": 9}
    elsewhere["primary_domain"] = "tidemark.example"
    company = {"id": "77", "properties": {"name": "Ferry Lane Dental", "domain": "ferrylane.example"}}
    built = merged(
        ("hubspot", hubspot(associatedcompanyid="77")),
        ("hubspot", company),
        ("apollo", apollo(organization_id="99", organization=elsewhere)),
    )
    account = built.briefs[0].account
    assert (account.name, account.employees) == ("Ferry Lane Dental", None)
    conflict = next(each for each in built.conflicts if each.pointer == "/account/name")
    assert [other.value for other in conflict.others] == ["Tidemark"]


def test_the_more_exact_place_is_no_conflict() -> None:
    built = merged(("hubspot", hubspot(state=None)), ("apollo", apollo()))
    assert built.briefs[0].jurisdiction_code == "US-CO"


def test_an_opt_out_stands_before_a_newer_stage() -> None:
    lead = salesforce("Lead", **salesforce(), Company="Ferry Lane Dental", Status="Working", Country="US") | {
        "attributes": {"type": "Lead"}
    }
    built = merged(("hubspot", hubspot(lifecyclestage="do_not_call")), ("salesforce", lead))
    assert built.briefs[0].lifecycle_stage == "do_not_call"
    assert any(c.pointer == "/lifecycle_stage" and "opt-out" in c.rule for c in built.conflicts)


def test_a_refused_consent_stands_before_a_given_one() -> None:
    mapping = '[hubspot.consent]\nai_voice = "ok"\n[salesforce.consent]\nai_voice = "Ok__c"'
    files = [
        export("h.json", hubspot(ok="no"), "hubspot"),
        export("s.json", salesforce(Ok__c=True), "salesforce"),
    ]
    built = run(*files, sources=ALL, mapping=mapping, merge=True)
    assert built.briefs[0].consent is not None
    assert built.briefs[0].consent.ai_voice is False


def test_the_strictest_do_not_call_stands_and_each_source_is_named() -> None:
    phones = [{"sanitized_number": "+13035550147", "dnc_status": "clear"}]
    built = merged(
        ("hubspot", hubspot(phone="+13035550147")),
        ("salesforce", salesforce(DoNotCall=True)),
        ("apollo", apollo(phone_numbers=phones)),
    )
    brief = built.briefs[0].document()
    assert brief["dnc"] == {"listed": True, "registry": "salesforce DoNotCall"}
    row = next(row for row in brief["provenance"] if row["pointer"] == "/dnc/listed")
    assert [other["source"] for other in row["alternatives"]] == ["apollo"]
    assert any(c.pointer == "/dnc/listed" and "strictest" in c.rule for c in built.conflicts)


@pytest.mark.parametrize(
    "row",
    [{"anything": 1}, {"Email": "x"}],
)
def test_a_file_that_is_of_no_named_system_is_an_error(row: Any) -> None:
    from precall_cli.errors import BadInput

    with pytest.raises(BadInput) as caught:
        run(export("x.json", row), sources=ALL)
    assert "hubspot:x.json" in caught.value.hint


NAMES = st.sampled_from(["Dana Reyes", "Sarah Lin", "Dana reyes", ""])
MAILS = st.sampled_from([None, "a@x.example", "A@x.example", "b@x.example"])
PHONES = st.sampled_from([None, "+13035550147", "(303) 555-0148", "nonsense"])
TITLES = st.sampled_from([None, "Ops Lead", "Head of Ops"])
DAYS = st.integers(1, 3)


@st.composite
def hubspot_rows(draw: st.DrawFn) -> tuple[str, Any]:
    row = hubspot(
        str(draw(st.integers(1, 3))),
        firstname=draw(NAMES),
        lastname=None,
        email=draw(MAILS),
        phone=draw(PHONES),
        jobtitle=draw(TITLES),
        hs_lead_status=draw(st.sampled_from([None, "open", "do_not_call"])),
    )
    return "hubspot", row | {"updatedAt": f"2026-11-0{draw(DAYS)}T00:00:00Z"}


@st.composite
def salesforce_rows(draw: st.DrawFn) -> tuple[str, Any]:
    row = salesforce(
        Id=f"00300000000000{draw(st.integers(1, 3))}",
        FirstName=draw(NAMES),
        LastName=None,
        Email=draw(MAILS),
        Phone=draw(PHONES),
        Title=draw(TITLES),
        DoNotCall=draw(st.sampled_from([None, True, False, "no"])),
        LastModifiedDate=f"2026-11-0{draw(DAYS)}T00:00:00.000+0000",
    )
    return "salesforce", row


@st.composite
def apollo_rows(draw: st.DrawFn) -> tuple[str, Any]:
    number = {"raw_number": draw(PHONES), "dnc_status": draw(st.sampled_from([None, "dnc", "clear", "?"]))}
    name, mail = draw(NAMES), draw(MAILS)
    ident = str(draw(st.integers(1, 3)))
    return "apollo", apollo(id=ident, first_name=name, last_name=None, email=mail, phone_numbers=[number])


ROWS = st.lists(st.one_of(hubspot_rows(), salesforce_rows(), apollo_rows()), min_size=1, max_size=6)


def content(built: Built) -> tuple[list[str], list[str], set[object]]:
    briefs = sorted(brief.model_dump_json(exclude_unset=True) for brief in built.briefs)
    left = sorted(repr(each) for each in built.left_out)
    return briefs, left, set(built.conflicts)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.randoms())
def test_merging_does_not_depend_on_the_order(rows: list[tuple[str, Any]], random: Any) -> None:
    files = [export(f"file{n}.json", row, source) for n, (source, row) in enumerate(rows)]
    shuffled: list[Export] = random.sample(files, len(files))
    assert content(run(*files, sources=ALL, merge=True)) == content(run(*shuffled, sources=ALL, merge=True))


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_no_record_is_lost_and_no_person_stands_twice(rows: list[tuple[str, Any]]) -> None:
    built = merged(*rows)
    found = [brief.brief_id for brief in built.briefs]
    assert len(found) == len(set(found))
    assert found or built.left_out
    listed = {source for source, row in rows if source == "salesforce" and row.get("DoNotCall") is True}
    if listed and not built.left_out:
        assert any(brief.dnc.listed for brief in built.briefs)
