"""CSV lists with the labels of each system's own export button; flags in them go by a table."""

from __future__ import annotations

import pytest
from crm_exports import EXPORTS, export, problems, run

from precall_cli.errors import BadInput

HUBSPOT = (EXPORTS / "hubspot_list.csv").read_text(encoding="utf-8")
SALESFORCE = (EXPORTS / "salesforce_report.csv").read_text(encoding="utf-8")
LOADER = """Id,FirstName,LastName,AccountId,Account.Name,DoNotCall,MailingCountryCode
003Hs00001AbCdEIAV,Dana,Reyes,001Hs00002ZyXwVIAV,Ferry Lane Dental,false,GB
"""
APOLLO = (EXPORTS / "apollo_list.csv").read_text(encoding="utf-8")


def test_a_hubspot_list() -> None:
    mapping = '[hubspot.dnc]\nfield = "Do not call"'
    built = run(export("list.csv", HUBSPOT), sources=("hubspot",), mapping=mapping)
    mei, luis = (brief.document() for brief in built.briefs)
    assert mei["contact"]["phone"] == "+15035550112"
    assert mei["dnc"]["listed"] is False
    assert mei["ae"] == {"name": "Sam Ortiz"}
    assert luis["dnc"]["listed"] is None
    assert luis["lifecycle_stage"] == "DO_NOT_CONTACT"
    assert luis["account"]["name"] == "Harbor, Works"
    assert set(problems(built)) == {"phone", "Do not call"}
    assert {fault.place for fault in built.faults} == {"list.csv:3"}


def test_a_salesforce_report_and_its_flags() -> None:
    built = run(export("report.csv", SALESFORCE), sources=("salesforce",))
    assert [brief.dnc.listed for brief in built.briefs] == [True, False, None]
    assert [fault.place for fault in built.faults] == ["report.csv:4"]


def test_the_data_loader_writes_names_of_the_api() -> None:
    built = run(export("loader.csv", LOADER), sources=("salesforce",))
    assert built.briefs[0].jurisdiction_code == "GB"
    assert built.briefs[0].contact.timezone == "Europe/London"


def test_an_apollo_list() -> None:
    built = run(export("apollo.csv", APOLLO), sources=("apollo",))
    brief = built.briefs[0].document()
    assert brief["account"]["employees"] == 140
    assert brief["enrichment"]["technologies"] == ["Dialbright", "Slate"]
    assert brief["contact"]["phone"] == "+13035550147"


def test_a_byte_order_mark_semicolons_and_crlf_are_read() -> None:
    text = "\ufeff" + LOADER.replace(",", ";").replace("\n", "\r\n")
    assert len(run(export("x.csv", text), sources=("salesforce",)).briefs) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HUBSPOT + "1,2,3,4,5,6,7,8,9,10,11,12\n", "has 12 cells"),
        ("Email,Email,Id\na,b,c\n", "stands twice"),
        ("just words\n", "neither JSON nor a list"),
        ('Id,LastName\n1,"open\n', "is not CSV"),
        ("Id,LastName\n1,a\0b\n", "zero byte"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(export("bad.csv", text), sources=("hubspot",))
    assert said in caught.value.problem
    assert caught.value.place.startswith("bad.csv:")
