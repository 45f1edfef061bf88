"""Repair, cassettes, usage and prices: what a plan by Claude is made of, beside its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from precall_cli.claude import Cassettes, ClaudePlanner, Ledger, build_request, load_prices, settle
from precall_cli.claude.prices import Usage
from precall_cli.errors import BadInput
from precall_cli.records.plan import CallPlan
from tests.claude.model import good_draft, plans, says
from tests.claude.server import Act, Server, error, message, reply, then_hang
from tests.claude.tasks import brief_of, make_task, planner_at

Json = Any
AMPLE = 60_000


def invents(draft: Json) -> Json:
    """A draft with a number nobody named."""
    draft["qualification"][0] |= {"question": "How do your 75 agents cope?"}
    return draft


def invents_once(body: Json, number: int) -> Act:
    return says(invents(good_draft(body)) if len(body["messages"]) == 1 else good_draft(body))


def planned(plan: CallPlan) -> Any:
    assert plan.planner is not None
    return plan.planner


def test_what_is_wrong_is_sent_back_once_and_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(invents_once) as server, planner_at(server, monkeypatch) as planner:
        plan = planner.plan(make_task(), budget_ms=AMPLE)
    first, second = (request.body["messages"] for request in server.messages)
    assert second[0] == first[0]
    assert second[1]["role"] == "assistant"
    assert "invented_number" in second[2]["content"]
    made = planned(plan)
    assert [(f.item, f.done) for f in made.findings] == [("qualification/0", "repaired")]
    assert len(plan.qualification) == len(make_task().frame.qualification)
    assert made.usage["requests"] == 2
    assert made.usage["input_tokens"] == 1_800
    assert [phase.phase for phase in made.ledger if phase.phase != "sdk"] == [
        "request",
        "guard",
        "repair",
        "guard",
    ]


@pytest.mark.parametrize(
    "second", [error(529, "overloaded_error"), reply("[]"), says({})], ids=["529", "list", "{}"]
)
def test_a_repair_that_fails_leaves_the_first_draft_without_the_item(
    second: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(body: Json, number: int) -> Act:
        return says(invents(good_draft(body))) if number == 1 else second

    with Server(answer) as server, planner_at(server, monkeypatch) as planner:
        made = planned(plan := planner.plan(make_task(), budget_ms=AMPLE))
    assert made.engine == "claude"
    assert [f.done for f in made.findings] == ["dropped"]
    assert all("75" not in q.question for q in plan.qualification)


def test_a_repair_that_hangs_costs_no_more_than_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(body: Json, number: int) -> Act:
        return says(invents(good_draft(body))) if number == 1 else then_hang()

    with Server(answer) as server, planner_at(server, monkeypatch) as planner:
        planner.exchange(build_request(make_task()), timeout_s=60, timing=_timing())  # loads the SDK
        server.requests.clear()
        made = planned(planner.plan(make_task(), budget_ms=1_500))
    assert [f.done for f in made.findings] == ["dropped"]
    assert made.usage["unanswered"] == 1


def _timing() -> Any:
    from precall_cli.claude.wire import Timing

    return Timing()


def test_where_no_time_is_left_nothing_is_sent_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, *[9.9] * 100])  # nearly all of the budget is gone before the first request
    with Server(invents_once) as server, planner_at(server, monkeypatch) as planner:
        planner.exchange(build_request(make_task()), timeout_s=60, timing=_timing())
        server.requests.clear()
        ledger = Ledger(lambda: next(clock))
        made = planned(planner.plan(make_task(), budget_ms=60_000 / 5, ledger=ledger))
    assert len(server.messages) == 1
    assert [f.done for f in made.findings] == ["dropped"]


def test_a_budget_that_is_gone_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, *[5.0] * 100])
    with Server(plans()) as server, planner_at(server, monkeypatch) as planner:
        made = planned(planner.plan(make_task(), budget_ms=4_000, ledger=Ledger(lambda: next(clock))))
    assert server.messages == []
    assert made.fallback_reason == "claude: no time was left in the budget to ask"
    assert made.usage is None


# Cassettes.


def recording(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    return planner_at(server, monkeypatch, cassettes=Cassettes(folder, "record"))


def test_a_reply_is_played_back_byte_for_byte_without_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_task()
    with Server(invents_once) as server, recording(server, tmp_path, monkeypatch) as planner:
        recorded = planner.plan(task, budget_ms=AMPLE)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    first, second = (
        ClaudePlanner(cassettes=Cassettes(tmp_path, "replay")).plan(task, budget_ms=1) for _ in range(2)
    )
    assert json.dumps(first.full_document()) == json.dumps(second.full_document())
    assert first.plan_id == recorded.plan_id, "time is no part of a plan's id"
    assert planned(first).latency_ms is None
    assert planned(first).ledger == ()
    assert [f.done for f in planned(first).findings] == ["repaired"]


def test_a_cassette_holds_no_copy_of_the_brief_and_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(plans()) as server, recording(server, tmp_path, monkeypatch) as planner:
        planner.plan(make_task(), budget_ms=AMPLE)
    (path,) = tmp_path.glob("*.json")
    assert "canary" not in path.read_text()
    assert set(json.loads(path.read_text())) == {
        "schema", "request", "brief_id", "brief_digest", "model", "prompt", "repaired", "reply",
    }  # fmt: skip


def test_a_missing_reply_is_an_error_that_names_the_brief_and_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay = ClaudePlanner(cassettes=Cassettes(tmp_path, "replay"))
    with pytest.raises(BadInput, match="no recorded reply for the brief brf_2008") as caught:
        replay.plan(make_task())
    assert "--record" in caught.value.hint
    with Server(plans()) as server, recording(server, tmp_path, monkeypatch) as planner:
        planner.plan(make_task(), budget_ms=AMPLE)
    document = brief_of()
    document["contact"]["title"] = "Head of Member Services"
    with pytest.raises(BadInput, match="brf_2008") as caught:
        replay.plan(make_task(document))
    assert "the brief changed since" in caught.value.hint
    with pytest.raises(BadInput) as caught:
        replay.plan(make_task(model="claude-sonnet-5"))
    assert "the model changed since" in caught.value.hint


def test_a_cassette_that_was_edited_into_another_is_refused(tmp_path: Path) -> None:
    task = make_task()
    name = build_request(task).digest.removeprefix("sha256:")[:32]
    (tmp_path / f"{name}.json").write_text(
        '{"schema": "precall.cassette/1", "request": "sha256:00", "reply": {}}'
    )
    with pytest.raises(BadInput, match="is no reply to this request"):
        ClaudePlanner(cassettes=Cassettes(tmp_path, "replay")).plan(task)


def test_what_never_came_is_not_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        Server(lambda body, number: error(400, "invalid_request_error")) as server,
        recording(server, tmp_path, monkeypatch) as planner,
    ):
        planner.plan(make_task(), budget_ms=AMPLE)
    assert list(tmp_path.iterdir()) == []


# Requests, usage and prices.


def test_the_request_says_what_the_policy_says_and_caches_what_stays() -> None:
    task = make_task(model="claude-fable-5-1", effort="high", max_tokens=3_000)
    request = build_request(task, ttl="1h")
    params = request.params
    assert (params["model"], params["max_tokens"]) == ("claude-fable-5-1", 3_000)
    assert params["output_config"]["effort"] == "high"
    assert params["output_config"]["format"]["type"] == "json_schema"
    assert params["system"][-1]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    assert request.digest == build_request(task).digest, "how it is cached is no part of what was asked"
    other = build_request(make_task(brief_of("intent_event-withheld-kept"))).params
    assert other["system"] == build_request(make_task()).params["system"], (
        "the same for every call of an agent"
    )
    assert request.custom_id.isascii()
    assert len(request.custom_id) <= 64


def test_the_prompt_stands_in_the_version_of_the_plan() -> None:
    from precall_cli.claude.prompt import load_prompt

    task = make_task()
    request = build_request(task)
    plan = settle(task, request, message(json.dumps(good_draft(request.params))))
    assert load_prompt().label in planned(plan).version
    assert "playbook" in planned(plan).version
    assert planned(plan).model == "claude-opus-5-5"


def test_tokens_are_priced_by_the_dated_table_and_a_batch_by_half() -> None:
    prices = load_prices()
    usage = Usage("claude-opus-5-5", 1, 900, 700, 1_200, 1_000, 500)
    live, batch = (usage.document(prices, batch=flag) for flag in (False, True))
    by_hand = (900 * 4 + 700 * 20 + 1_200 * 0.20 + 1_000 * 5 + 500 * 8) / 1_000_000
    assert live["cost"] == {"amount": pytest.approx(by_hand), "currency": "USD"}
    assert batch["cost"]["amount"] == pytest.approx(by_hand / 2)
    assert live["prices_dated"] == prices.dated
    dated = Usage("claude-opus-5-5-20260930", 1, 1_000_000)
    assert dated.document(prices, batch=False)["cost"]["amount"] == 4.0
    unknown = Usage("somebody-elses-model", 1, 1_000_000)
    assert unknown.document(prices, batch=False)["cost"] is None


def test_a_table_of_ones_own_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(
        'dated = "2027-01-01"\ncurrency = "EUR"\nbatch = 0.5\n[models.mine]\ninput = 1.0\noutput = 2.0\n'
        "cache_write_5m = 0.0\ncache_write_1h = 0.0\ncache_read = 0.0\n"
    )
    found = Usage("mine", 1, 1_000_000, 1_000_000).document(load_prices(path), batch=False)
    assert found["cost"] == {"amount": 3.0, "currency": "EUR"}
    path.write_text('dated = "soon"\ncurrency = "EUR"\nbatch = 0.5\n[models]\n')
    with pytest.raises(BadInput) as caught:
        load_prices(path)
    assert caught.value.place == f"{path}:1"
    with pytest.raises(BadInput, match=r"absent\.toml"):
        load_prices(tmp_path / "absent.toml")
