"""The guard: each rule catches what it is for, and lets through what is true."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from precall_cli.claude.draft import PlanDraft, draft_schema, read_draft
from precall_cli.claude.guard import check_draft
from precall_cli.claude.request import build_request
from precall_cli.claude.settle import settle
from precall_cli.claude.task import Task
from precall_cli.records.plan import CallPlan
from tests.claude.bad_drafts import AVA, BAD, GRAVE, Change, answers, asks, offers, opens, sets
from tests.claude.good_drafts import GOOD
from tests.claude.model import good_draft
from tests.claude.server import message
from tests.claude.tasks import brief_of, make_task

Json = Any
KEEPS = "intent_event-withheld-kept"
ALL_CASES = (
    "intent_event-known-budget", KEEPS, "intent_event-withheld-mentioned", "inbound-clinic-form",
    "inbound-missed-disclosure", "inbound-skipped-question", "cold_list-gatekeeper", "cold_list-opt-out",
    "dormant-after-harvest", "dormant-discount", "dormant-forgotten-number",
)  # fmt: skip


def draft_for(task: Task, change: Change | None = None) -> PlanDraft:
    document = good_draft(build_request(task).params)
    if change:
        change(document)
    return read_draft(json.dumps(document))


def complaints(change: Change, case: str = "intent_event-known-budget") -> list[tuple[str, str]]:
    task = make_task(brief_of(case))
    return [(c.place, c.rule) for c in check_draft(draft_for(task, change), task)]


def settled(change: Change, case: str = "intent_event-known-budget") -> CallPlan:
    task = make_task(brief_of(case))
    document = good_draft(build_request(task).params)
    change(document)
    return settle(task, build_request(task), message(json.dumps(document)))


@pytest.mark.parametrize("case", ALL_CASES)
def test_a_draft_that_says_what_the_frame_says_breaks_no_rule(case: str) -> None:
    task = make_task(brief_of(case))
    assert check_draft(draft_for(task), task) == ()


@pytest.mark.parametrize("case", list(GOOD))
def test_a_draft_in_words_of_its_own_breaks_no_rule_either(case: str) -> None:
    task = make_task(brief_of(case))
    assert check_draft(draft_for(task, lambda draft: draft.update(GOOD[case])), task) == ()


@pytest.mark.parametrize(("name", "change", "rule"), BAD, ids=[name for name, _, _ in BAD])
def test_the_rule_catches(name: str, change: Change, rule: str) -> None:
    made = settled(change).planner
    assert made is not None
    found = [finding.rule for finding in made.findings]
    assert rule in found if rule else found == []


@pytest.mark.parametrize(("name", "change", "rule"), GRAVE, ids=[name for name, _, _ in GRAVE])
def test_a_draft_that_is_gravely_wrong_is_not_trusted_at_all(name: str, change: Change, rule: str) -> None:
    task = make_task()
    plan = settled(change)
    assert plan.planner is not None
    if rule:
        assert any(c.rule == rule and c.grave for c in check_draft(draft_for(task, change), task))
        assert plan.planner.engine == "offline"
        assert (plan.planner.fallback_reason or "").startswith("claude: the draft was refused")
        assert plan.objections == task.frame.objections
        assert {finding.done for finding in plan.planner.findings} == {"refused"}
    else:
        assert plan.planner.engine == "claude"
        assert not any(item.cues and "evil" in " ".join(item.cues) for _, item in plan.items())


@pytest.mark.parametrize(
    "line",
    [
        "Hi Dr. Vogelsang, it's Ava from Northwind. How will you cope when Leipzig closes?",
        "Hi Dr. Vogelsang, it's Ava from Northwind. We hear the hotline will be closed in spring.",
        "Hi Dr. Vogelsang, it's Ava from Northwind. A little bird says spring brings closures.",
    ],
)
def test_what_is_kept_back_is_caught_in_any_words_that_tell_it(line: str) -> None:
    found = complaints(opens(line), KEEPS)
    assert ("opening", "withheld_mentioned") in found
    plan = settled(opens(line), KEEPS)
    assert plan.planner is not None
    assert plan.planner.engine == "offline"
    shown = json.dumps([finding.what for finding in plan.planner.findings])
    assert "Leipzig" not in shown
    assert "spring" not in shown


def test_a_pointer_to_what_is_kept_back_is_refused() -> None:
    change = sets("opening", "because", to=["/prior_calls/0/summary"])
    assert ("opening", "withheld_mentioned") in complaints(change, KEEPS)


@pytest.mark.parametrize(
    "question",
    [
        "I understand about 38,000 dollars is approved for next year. Is that still right?",
        "Renata Solis told us $38k is approved for next year; does that still hold?",
    ],
)
def test_what_is_known_may_be_named_and_confirmed(question: str) -> None:
    change = asks(question, "/engaged_contacts/0/facts/1", "/engaged_contacts/0/name", topic="budget")
    assert complaints(change) == []


@pytest.mark.parametrize(
    "question",
    [
        "With 34 agents on the member line, who covers when two are ill?",
        "You use Genesys today. What would you change about it first?",
        "How do calls travel between your 11 locations?",
    ],
)
def test_what_stands_in_the_brief_may_be_said_with_its_source(question: str) -> None:
    change = asks(question, "/engaged_contacts/0/facts/0", "/enrichment", topic="pain")
    rules = [rule for _, rule in complaints(change) if rule != "invented_number"]
    assert rules == []


@pytest.mark.parametrize(
    "change",
    [
        opens(
            f"{AVA} Somebody at Redwood Valley has been reading our security pages, so I thought I'd ring."
        ),
        asks("When a branch cannot take a call, what happens to it?", "/enrichment/locations"),
        asks("If you could change one thing about how members reach you, what would it be?"),
        asks("Who else would want a say before you look at anything new?", "/contact/title"),
        answers("Agree that the timing may be wrong, and ask when it would make sense to talk again"),
        answers(
            "Say that you do not know the details of their contract, and ask when it comes up for review"
        ),
        answers("Say honestly that you cannot quote a price on this call; Ruth can go through it with them"),
        answers("Acknowledge that a new phone system is a lot of work, then ask what would make it worth it"),
        offers("Would half an hour with Ruth help, so that she can show how it would look at your branches?"),
    ],
)
def test_what_a_good_planner_writes_passes(change: Change) -> None:
    assert complaints(change) == []


def test_one_bad_question_goes_and_the_others_stay() -> None:
    plan = settled(asks("How do your 75 agents cope?"))
    frame = make_task().frame
    assert plan.planner is not None
    assert plan.planner.engine == "claude"
    assert [q.question for q in plan.qualification] == [q.question for q in frame.qualification[1:]]
    assert [q.id for q in plan.qualification] == [f"q{n}" for n in range(1, len(frame.qualification))]
    assert [(f.item, f.rule, f.done) for f in plan.planner.findings] == [
        ("qualification/0", "invented_number", "dropped")
    ]


def test_what_cannot_be_left_out_is_taken_from_the_frame() -> None:
    plan = settled(opens("Hi Alan, it's Ava from Northwind. We spoke in February about this."))
    assert plan.opening == make_task().frame.opening
    assert plan.planner is not None
    assert {finding.done for finding in plan.planner.findings} == {"replaced"}


def test_disclosures_stops_and_what_is_known_stay_whatever_the_draft_leaves_out() -> None:
    def change(draft: Json) -> None:
        draft["disclosures"], draft["stop_conditions"], draft["known"] = [], [], []

    plan, frame = settled(change), make_task().frame
    assert (plan.disclosures, plan.stop_conditions, plan.coordination) == (
        frame.disclosures, frame.stop_conditions, frame.coordination,
    )  # fmt: skip
    assert plan.planner is not None
    assert {finding.done for finding in plan.planner.findings} == {"restored"}


def test_a_draft_of_which_more_than_half_fails_gives_way_to_the_offline_plan() -> None:
    def change(draft: Json) -> None:
        for part in ("qualification", "objections", "next_steps"):
            for item in draft[part]:
                item["because"] = ["/nowhere"]

    plan = settled(change)
    assert plan.planner is not None
    assert plan.planner.engine == "offline"
    assert "items fail the guard" in (plan.planner.fallback_reason or "")


def test_an_empty_list_is_filled_from_the_frame() -> None:
    def change(draft: Json) -> None:
        draft["qualification"], draft["objections"], draft["next_steps"] = [], [], []

    plan, frame = settled(change), make_task().frame
    assert plan.qualification == frame.qualification
    assert plan.next_steps == frame.next_steps
    assert plan.objections == frame.objections


def test_cues_help_a_match_and_prove_nothing() -> None:
    def change(draft: Json) -> None:
        draft["qualification"][0]["cues"] = [
            "where does routing stand",
            "yes",
            "ok sure",
            "how high on the list",
        ]
        draft["disclosures"][0]["cues"] = ["hello there", "I'm an artificial assistant"]
        draft["stop_conditions"][0]["cues"] = ["good morning", "never call me again please"]

    plan, frame = settled(change), make_task().frame
    assert plan.qualification[0].cues == ("where does routing stand", "how high on the list")
    assert plan.disclosures[0].cues == (*frame.disclosures[0].cues, "I'm an artificial assistant")
    assert "good morning" not in plan.stop_conditions[0].cues
    assert set(frame.stop_conditions[0].cues) < set(plan.stop_conditions[0].cues)


def test_the_schema_that_is_sent_is_the_draft_and_one_that_the_sdk_would_send() -> None:
    from anthropic import transform_schema

    schema = draft_schema()
    assert transform_schema(schema) == schema
    plan_fields = set(CallPlan.model_fields)
    assert set(schema["properties"]) - plan_fields == {"known"}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_draft_makes_the_guard_fall_over_or_touch_what_is_fixed(data: st.DataObject) -> None:
    task = make_task(brief_of(KEEPS))
    document = good_draft(build_request(task).params)
    text = st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["", "https://x.example", "Leipzig", "$1e9", "ten thousand", "I'm human", "n1", "d1"]
        ),
    )
    places = [
        ("objective", "statement"), ("opening", "line"), ("opening", "strategy"),
        ("qualification", 0, "question"),
        ("qualification", 1, "topic"), ("objections", 0, "response"), ("objections", 0, "handling"),
        ("next_steps", 0, "ask"), ("next_steps", 0, "rung"), ("stop_conditions", 0, "action"),
        ("disclosures", 0, "id"),
    ]  # fmt: skip
    for place in data.draw(st.lists(st.sampled_from(places), max_size=5)):
        sets(*place, to=data.draw(text))(document)
    sets("opening", "because", to=data.draw(st.lists(text, max_size=3)))(document)
    sets("opening", "cues", to=data.draw(st.lists(text, max_size=4)))(document)
    plan = settle(task, build_request(task), message(json.dumps(document)))
    assert [d.text for d in plan.disclosures] == [d.text for d in task.frame.disclosures]
    assert [s.action for s in plan.stop_conditions][: len(task.frame.stop_conditions)] == [
        s.action for s in task.frame.stop_conditions
    ]
    assert plan.coordination is not None
    assert plan.coordination.do_not_mention == task.frame.coordination.do_not_mention  # type: ignore[union-attr]
    spoken = [plan.opening.line if plan.opening else "", *(q.question for q in plan.qualification)]
    assert not any("Leipzig" in line or "https:" in line for line in spoken)
    assert CallPlan.from_document(plan.full_document(), "plan").plan_id == plan.content_id()
