"""Records: strict, closed, frozen; all problems named at once; schemas published."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from precall_cli.errors import BadInput
from precall_cli.records.audit import SEVERITY_OF, STATUSES
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.record import Record, json_schema, parse_time
from precall_cli.records.transcript import Transcript

RECORDS = ("brief", "policy", "plan", "refusal", "transcript", "outcome", "audit")


def minimal_brief() -> dict[str, Any]:
    return {
        "schema": "precall.brief/1",
        "brief_id": "brf_1",
        "contact": {"contact_id": "con_1", "name": "Dana Reyes"},
        "account": {"account_id": "acc_1", "name": "Ferry Lane Dental"},
        "dnc": {"listed": False},
        "jurisdiction": "US-TX",
    }


def minimal_plan() -> dict[str, Any]:
    return {
        "agent": "inbound",
        "objective": {"id": "objective", "type": "qualify", "statement": "Learn who decides"},
    }


def problems(record: type[Record], document: object) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        record.from_document(document, "f.json")
    assert str(caught.value).startswith("f.json: ")
    return {p.pointer: p.problem for p in caught.value.problems}


def test_the_required_fields_are_enough() -> None:
    brief = Brief.from_document(minimal_brief(), "f.json")
    assert brief.document() == minimal_brief()
    assert brief.jurisdiction_code == "US-TX"


@pytest.mark.parametrize("flag", ["no", "false", 0, 1, "", [], 0.0])
def test_a_flag_is_true_false_or_null_and_nothing_else(flag: object) -> None:
    document = minimal_brief() | {"dnc": {"listed": flag}}
    assert "/dnc/listed" in problems(Brief, document)


def test_dnc_null_stays_null() -> None:
    assert Brief.from_document(minimal_brief() | {"dnc": {"listed": None}}, "f").dnc.listed is None


def test_all_problems_come_in_one_pass() -> None:
    document = minimal_brief()
    document["dnc"] = {"listed": "no"}
    document["contact"]["timezone"] = "Texas"
    document["contact"]["phone"] = "210 555 0147"
    document["trigger"] = {"kind": "phone", "at": "yesterday"}
    document["accout"] = {}
    del document["account"]
    assert set(problems(Brief, document)) == {
        "/dnc/listed",
        "/contact/timezone",
        "/contact/phone",
        "/trigger/kind",
        "/trigger/at",
        "/accout",
        "/account",
    }


def test_a_problem_never_echoes_a_value() -> None:
    document = minimal_brief()
    document["contact"]["phone"] = "sk-ant-canary"
    document["account"]["employees"] = "sk-ant-canary"
    assert "canary" not in " ".join(problems(Brief, document).values())


def test_fields_of_a_vendor_are_kept_in_enrichment_only() -> None:
    document = minimal_brief() | {"enrichment": {"source": "firmo", "doors": 18}}
    assert Brief.from_document(document, "f").document()["enrichment"]["doors"] == 18


def test_ids_that_stand_twice_are_named() -> None:
    call = {"call_id": "c1", "at": "2026-01-01T00:00:00Z"}
    assert "/prior_calls/1" in problems(Brief, minimal_brief() | {"prior_calls": [call, call]})
    step = {"id": "n1", "step": "a", "ask": "b"}
    assert "" in problems(CallPlan, minimal_plan() | {"next_steps": [step, step]})


def test_records_are_frozen() -> None:
    brief = Brief.from_document(minimal_brief(), "f")
    with pytest.raises(ValidationError):
        brief.brief_id = "other"  # type: ignore[misc]


def test_a_wrong_schema_name_says_which_was_expected() -> None:
    assert "precall.brief/1" in problems(Brief, minimal_brief() | {"schema": "precall.plan/1"})["/schema"]


def test_a_plan_id_follows_from_the_content() -> None:
    plan = CallPlan.from_document(minimal_plan(), "f")
    other = CallPlan.from_document(minimal_plan() | {"agent": "dormant"}, "f")
    assert plan.content_id() != other.content_id()
    named = plan.model_copy(update={"plan_id": plan.content_id()})
    assert named.content_id() == plan.content_id()


def test_turns_count_from_zero() -> None:
    turn = {"i": 1, "speaker": "agent", "text": "Hi"}
    assert "/turns/0/i" in problems(Transcript, {"call_id": "c", "turns": [turn]})


@pytest.mark.parametrize("name", RECORDS)
def test_schemas_are_valid_closed_and_described(name: str) -> None:
    import_module(f"precall_cli.records.{name}")
    model = next(m for m in Record.__subclasses__() if m.record_name == name)
    schema = json_schema(model)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{name}-1.json")
    for part in [schema, *schema.get("$defs", {}).values()]:
        for field, described in part.get("properties", {}).items():
            target = schema.get("$defs", {}).get(described.get("$ref", "").rsplit("/", 1)[-1], {})
            assert described.get("description") or target.get("description"), f"{name}: {field}"


def test_the_published_schema_takes_what_the_record_takes() -> None:
    validator = jsonschema.Draft202012Validator(json_schema(Brief))
    assert not list(validator.iter_errors(minimal_brief()))
    assert list(validator.iter_errors(minimal_brief() | {"dnc": {"listed": "no"}}))


def test_every_kind_has_statuses_and_every_deviation_a_severity() -> None:
    assert all("uncertain" in allowed and "not_reached" in allowed for allowed in STATUSES.values())
    assert len(SEVERITY_OF) == 17


@pytest.mark.parametrize(
    "text", ["2026-11-20T15:04:05", "2026-13-20T15:04:05Z", "20.11.2026", "2026-11-20T25:00:00Z"]
)
def test_a_time_without_an_offset_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        parse_time(text)


def test_json_and_record_agree_on_a_round_trip() -> None:
    brief = Brief.from_document(minimal_brief(), "f")
    assert Brief.from_json(json.dumps(brief.full_document()), "f") == brief


def test_a_text_in_the_place_of_a_key_is_not_repeated_whole() -> None:
    with pytest.raises(BadInput) as caught:
        Brief.from_document(minimal_brief() | {"k" * 30_000: 1}, "b.json")
    assert len(str(caught.value)) < 600
    assert "30,001 characters" in str(caught.value)
