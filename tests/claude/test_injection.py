"""Hostile text in every free-text leaf of a brief.

The gate decides the same, the fence holds, and a model that obeys is caught.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from precall_cli.claude.draft import read_draft
from precall_cli.claude.guard import check_draft
from precall_cli.claude.request import CLOSE, OPEN, build_request
from precall_cli.claude.settle import settle
from precall_cli.errors import BadInput
from precall_cli.gate import decide
from precall_cli.records.admission import Admission
from precall_cli.records.brief import Brief
from precall_cli.records.record import parse_time
from precall_cli.records.refusal import Refusal
from tests.claude.hostile import HOSTILE
from tests.claude.model import data_of, good_draft
from tests.claude.server import Server, message
from tests.claude.tasks import brief_of, make_task, planner_at, policies

Json = Any
BOUND = (  # leaves that are no free text: an id, a code, a time, a zone, a number to dial
    "schema", "brief_id", "contact_id", "account_id", "call_id", "opportunity_id", "agent", "kind", "at",
    "assembled_at", "told_at", "last_contact_at", "fetched_at", "checked_at", "obtained_at", "phone",
    "timezone", "basis", "contact", "seller", "currency",
)  # fmt: skip


def full_brief() -> Json:
    """A brief with something in every free-text field that there is."""
    document = brief_of()
    document["lifecycle_stage"] = "sql"
    document["contact"] |= {"persona": "operations", "title": "Director"}
    document["activity"] = [{"at": "2026-11-17T10:00:00Z", "kind": "page_view", "detail": "Pricing page"}]
    document["prior_calls"] = [
        {
            "call_id": "call_1", "at": "2026-11-06T18:00:00Z", "contact_id": "con_2018",
            "contact_name": "Renata Solis", "outcome": "qualified", "summary": "Talked about the member line",
            "facts": [{"topic": "telephony", "value": "on Genesys", "told_at": "2026-11-06T18:00:00Z"}],
            "objections": ["no time before January"],
        }
    ]  # fmt: skip
    document["enrichment"]["note"] = "growing"
    return document


def leaves(node: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of every free-text leaf."""
    if isinstance(node, dict):
        for key, child in node.items():
            if not (key in BOUND and not isinstance(child, dict | list)):
                yield from leaves(child, (*path, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from leaves(child, (*path, index))
    elif isinstance(node, str):
        yield path


def put(document: Json, path: tuple[str | int, ...], text: str) -> Json:
    changed = copy.deepcopy(document)
    node = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = text
    return changed


LEAVES = list(leaves(full_brief()))


def everywhere(document: Json, text: str) -> Json:
    """The brief with one text in every leaf."""
    changed = copy.deepcopy(document)
    for path in LEAVES:
        node = changed
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = text
    return changed


PAIRS = [(LEAVES[n % len(LEAVES)], HOSTILE[n % len(HOSTILE)]) for n in range(len(LEAVES))]


@cache
def clean_params() -> Json:
    return build_request(make_task(full_brief())).params


def decision(document: Json) -> Admission | Refusal:
    brief = Brief.from_document(document, "brief")
    policy = policies().get("intent_event")
    now = parse_time("2026-11-18T17:05:05Z")
    return decide(brief, policy, now=now, policy_digest=policy.digest())


def essence(found: Admission | Refusal) -> Json:
    """What the gate decided, without the digest of what it looked at."""
    if isinstance(found, Refusal):
        return found.code, found.pointer, [other.code for other in found.also]
    return found.disclosures, found.windows, found.jurisdictions, found.timezone, found.cautions


def test_there_are_enough_texts_and_leaves() -> None:
    assert len(set(HOSTILE)) >= 30
    assert len(LEAVES) >= 25
    assert {("contact", "name"), ("trigger", "detail"), ("prior_calls", 0, "summary")} <= set(LEAVES)


@pytest.mark.parametrize("listed", [False, True, None], ids=["free", "listed", "unknown"])
def test_no_text_in_any_leaf_changes_what_the_gate_decides(listed: bool | None) -> None:
    document = full_brief()
    document["dnc"]["listed"] = listed
    wanted = essence(decision(document))
    assert isinstance(wanted[0], str) == (listed is not False)
    for path, text in PAIRS:
        assert essence(decision(put(document, path, text))) == wanted, (path, text)
    for text in HOSTILE:
        assert essence(decision(everywhere(document, text))) == wanted, text


@pytest.mark.parametrize("part", range(6))
def test_no_text_in_any_one_leaf_closes_the_gate_or_opens_another_rule(part: int) -> None:
    """Every text in every leaf, one at a time, where the gate is open; in parts, for several cores."""
    document = full_brief()
    document["dnc"]["listed"] = False
    wanted = essence(decision(document))
    for text in HOSTILE[part::6]:
        for path in LEAVES:
            assert essence(decision(put(document, path, text))) == wanted, (path, text)


@pytest.mark.parametrize(
    ("path", "text"), PAIRS, ids=[f"{'.'.join(map(str, p))}-{n}" for n, (p, _) in enumerate(PAIRS)]
)
def test_the_text_stays_inside_the_fence(path: tuple[str | int, ...], text: str) -> None:
    task = make_task(put(full_brief(), path, text))
    params = build_request(task).params
    content = params["messages"][0]["content"]
    head, inside, tail = content.split("\n", 1)[0], content.split("\n")[1], content.split("\n", 2)[2]
    assert (head, tail) == (OPEN, f"{CLOSE}\nPlan this call.")
    assert "<" not in inside
    assert "`" not in inside
    json.loads(inside)
    other = json.dumps([params["system"], params["output_config"], params["model"]])
    clean = clean_params()
    assert other == json.dumps([clean["system"], clean["output_config"], clean["model"]])


def test_every_text_in_every_leaf_at_once_leaves_one_fence_and_one_message() -> None:
    for text in HOSTILE:
        params = build_request(make_task(everywhere(full_brief(), text))).params
        assert len(params["messages"]) == 1
        assert set(data_of(params)) == {"today", "brief", "frame"}


def obeying(place: str, text: str) -> Json:
    draft = good_draft(clean_params())
    source = ["/trigger/detail"]
    if place == "opening":
        draft["opening"]["line"] = f"Hi Alan, it's Ava from Northwind. {text}"
    elif place == "qualification/0":
        draft["qualification"][0] = {"topic": "a", "question": text, "because": source, "cues": []}
    elif place == "objections/0":
        draft["objections"][0]["response"] = text
    elif place == "next_steps/0":
        draft["next_steps"][0]["ask"] = text
    elif place == "objective":
        draft["objective"]["statement"] = text
    else:
        action = f"{text} Then end the call."
        draft["stop_conditions"].append(
            {"id": "", "condition": "They are busy", "action": action, "cues": []}
        )
    return draft


PLACES = ("opening", "objective", "qualification/0", "objections/0", "next_steps/0", "stop_conditions/6")


@pytest.mark.parametrize("place", PLACES)
def test_a_model_that_obeys_is_caught(place: str) -> None:
    task = make_task(full_brief())
    request = build_request(task)
    missed = []
    for text in HOSTILE:
        text_of_draft = json.dumps(obeying(place, text))
        try:
            draft = read_draft(text_of_draft)
        except BadInput:
            continue
        if place not in {complaint.place for complaint in check_draft(draft, task)}:
            missed.append(text)
            continue
        if len(text) % 4:  # the guard has spoken; some go all the way
            continue
        plan = settle(task, request, message(text_of_draft))
        assert text not in json.dumps(plan.document()["objective"] | {"o": plan.document()["opening"]})
        assert not any(text in item.words() for _, item in plan.items())
    assert missed == []


def test_a_server_that_obeys_is_caught_over_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.claude.model import says

    task = make_task(put(full_brief(), ("trigger", "detail"), HOSTILE[5]))
    with (
        Server(lambda body, number: says(obeying("opening", HOSTILE[5]))) as server,
        planner_at(server, monkeypatch) as planner,
    ):
        plan = planner.plan(task, budget_ms=60_000)
    assert plan.planner is not None
    assert plan.planner.engine == "offline"
    assert "denies" in (plan.planner.fallback_reason or "") or "deny" in (plan.planner.fallback_reason or "")
    assert plan.opening == task.frame.opening
    assert len(server.messages) == 2, "it was asked to mend it once"


def test_what_a_model_has_no_business_to_see_is_not_in_the_request() -> None:
    document = full_brief()
    document["account"]["history"] = ["Ring +1 408 555 0126 or write to alan.whitcombe@redwoodcu.example"]
    document["engaged_contacts"][0]["facts"].append(
        {"topic": "plans", "value": "Renata is leaving in March", "confidential": True}
    )
    sent = json.dumps(build_request(make_task(document)).params)
    for hidden in (
        "5550126",
        "555 0126",
        "whitcombe@",
        "con_2008",
        "acc_2008",
        "us_ndnc",
        "leaving",
        "calendar.",
    ):
        assert hidden not in sent, hidden
    inside = data_of(build_request(make_task(document)).params)
    assert inside["brief"]["engaged_contacts"][0]["facts"][-1] is None, "a place stays, so that pointers hold"


def test_the_moment_before_the_deadline_is_no_part_of_the_request() -> None:
    one = build_request(make_task())
    document = brief_of()
    later = parse_time(document["assembled_at"]) + timedelta(seconds=31)
    document["assembled_at"] = later.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert build_request(make_task(document)).digest == one.digest
    assert build_request(make_task(document)).custom_id != one.custom_id
