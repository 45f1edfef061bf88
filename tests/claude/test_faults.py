"""Whatever a server does, there is a plan within the budget: Claude's, or the offline one saying why.

Nothing here asserts how long something took. A watchdog ends a test whose planner does not come back; a
budget is small where the server holds on to it, and ample where it answers at once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from precall_cli.claude import ClaudePlanner
from precall_cli.records.plan import CallPlan
from tests.claude.model import good_draft, plans, says
from tests.claude.scenarios import AMPLE, HEAD, SCENARIOS, SHORT, Scenario, always
from tests.claude.server import Act, Server, Wire, error, forever
from tests.claude.tasks import make_task, planner_at

WATCHDOG_S = 30


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(plans()) as running:
        yield running


@pytest.fixture(scope="module")
def planner(server: Server) -> Iterator[ClaudePlanner]:
    with pytest.MonkeyPatch.context() as patch, planner_at(server, patch, first_wait_s=0.01) as made:
        made.plan(make_task(), budget_ms=60_000)  # loads the SDK, which is no part of any scenario
        yield made


@dataclass
class _Box:
    plan: CallPlan | None = None
    error: list[BaseException] = field(default_factory=list)


def watched(call: Callable[[], CallPlan]) -> CallPlan:
    """What a call gives; fails where it does not come back."""
    box = _Box()

    def run() -> None:
        try:
            box.plan = call()
        except BaseException as problem:  # noqa: BLE001 - raised again where the test waits
            box.error.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(WATCHDOG_S)
    if box.error:
        raise box.error[0]
    assert box.plan is not None, "the planner hangs"
    return box.plan


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_there_is_a_plan_whatever_the_server_does(
    scenario: Scenario, server: Server, planner: ClaudePlanner
) -> None:
    server.answer = scenario.answer
    server.requests.clear()
    task = make_task()
    plan = watched(lambda: planner.plan(task, budget_ms=scenario.budget))
    made = plan.planner
    assert made is not None
    assert plan.plan_id == plan.content_id()
    assert plan.brief_digest == task.brief.digest()
    assert CallPlan.from_document(plan.full_document(), "plan") == plan
    assert {d.text for d in plan.disclosures} == {d.text for d in task.frame.disclosures}
    assert [s.condition for s in plan.stop_conditions] == [s.condition for s in task.frame.stop_conditions]
    if scenario.reason is None:
        assert (made.engine, made.fallback_reason) == ("claude", None)
        assert made.ledger
    elif scenario.reason or made.engine != "claude":
        assert made.engine == "offline"
        assert (made.fallback_reason or "").startswith("claude: ")
        assert scenario.reason in (made.fallback_reason or "")
        assert plan.objective == task.frame.objective
        assert plan.qualification == task.frame.qualification
    if scenario.asked is not None:
        assert len(server.messages) == scenario.asked


def test_there_are_enough_of_them() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS) >= 60


@pytest.mark.parametrize(
    "head", [HEAD, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx: "], ids=["body", "headers"]
)
def test_at_the_deadline_the_connection_is_cut_and_the_thread_ends(
    head: bytes, server: Server, planner: ClaudePlanner
) -> None:
    gone = threading.Event()
    daemons: list[bool] = []

    def act(wire: Wire) -> None:
        daemons.extend(thread.daemon for thread in threading.enumerate() if thread.name == "precall-request")
        try:
            forever(b" ", 0.02, head)(wire)  # each byte starts the SDK's own timeout anew
        except OSError:
            gone.set()

    server.answer = always(act)
    watched(lambda: planner.plan(make_task(), budget_ms=SHORT))
    assert gone.wait(WATCHDOG_S)
    assert daemons
    assert all(daemons), "what cannot be cut must not hold up the exit"
    for thread in threading.enumerate():
        if thread.name == "precall-request":
            thread.join(WATCHDOG_S)
            assert not thread.is_alive()


def test_many_plans_at_once_share_one_planner_and_mix_nothing_up(
    server: Server, planner: ClaudePlanner
) -> None:
    def answer(body: Any, number: int) -> Act:
        return error(400, "invalid_request_error") if number % 3 == 0 else says(good_draft(body))

    server.answer = answer
    server.requests.clear()
    plans_made: list[CallPlan] = []
    threads = [
        threading.Thread(target=lambda: plans_made.append(planner.plan(make_task(), budget_ms=AMPLE)))
        for _ in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WATCHDOG_S)
    assert sorted(p.planner.engine for p in plans_made if p.planner) == ["claude"] * 6 + ["offline"] * 3


def test_a_server_that_nobody_hears_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(plans()) as gone:
        pass
    with planner_at(gone, monkeypatch) as alone:
        plan = watched(lambda: alone.plan(make_task(), budget_ms=AMPLE))
    assert plan.planner is not None
    assert plan.planner.fallback_reason == "claude: the connection failed"
    assert plan.planner.usage is None, "what never arrived cost nothing"


def test_without_a_key_it_is_the_offline_plan_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(plans()) as server, planner_at(server, monkeypatch) as keyless:
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", "/nonexistent")
        monkeypatch.setenv("HOME", "/nonexistent")
        plan = watched(lambda: keyless.plan(make_task(), budget_ms=AMPLE))
    assert plan.planner is not None
    assert plan.planner.fallback_reason == "claude: there is no API key: set ANTHROPIC_API_KEY"
    assert server.requests == []


def test_the_same_fallback_is_the_same_plan_however_long_it_took(
    server: Server, planner: ClaudePlanner
) -> None:
    server.answer = always(error(400, "invalid_request_error"))
    task = make_task()
    one, two = planner.plan(task, budget_ms=AMPLE), planner.plan(task, budget_ms=AMPLE)
    assert one.plan_id == two.plan_id


def test_the_key_and_what_the_server_says_stay_out_of_the_plan(
    server: Server, planner: ClaudePlanner
) -> None:
    secret = "sk-ant-canary-7f3a"
    for status in (400, 401, 500):
        server.answer = always(error(status, "api_error", f"your key {secret} and your brief {'x' * 50}"))
        shown = json.dumps(planner.plan(make_task(), budget_ms=AMPLE).full_document())
        assert secret not in shown
        assert "xxxx" not in shown
    assert all(request.headers["authorization"] == f"Bearer {secret}" for request in server.messages)
