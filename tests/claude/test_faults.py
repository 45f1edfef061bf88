"""Whatever a server does, there is a plan within the budget: Claude's, or the offline one saying why.

Nothing here asserts how long something took. A watchdog ends a test whose planner does not come back; a budget
is small where the server holds on to it, and ample where it answers at once.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from precall_cli.claude import ClaudePlanner
from precall_cli.records.plan import CallPlan
from tests.claude.model import good_draft, plans, says
from tests.claude.server import (
    Act,
    Answer,
    Server,
    Wire,
    error,
    forever,
    http,
    message,
    reply,
    slowly,
    then_hang,
    then_reset,
)
from tests.claude.tasks import make_task, planner_at

SHORT, AMPLE = 350, 8_000
WATCHDOG_S = 30
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90000\r\n\r\n"
SSE = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
BUDGET = "no complete answer within the budget"


@dataclass(frozen=True)
class Scenario:
    """What the server does, and what must come of it."""

    name: str
    answer: Answer
    reason: str | None
    """Part of `fallback_reason`; None: the plan is Claude's."""
    budget: int = AMPLE
    asked: int | None = 1
    """How often the server must have been asked; None: as often as there was time."""


def always(act: Act) -> Answer:
    return lambda body, number: act


def first(act: Act) -> Answer:
    """A fault the first time, a good plan after it."""
    return lambda body, number: act if number == 1 else plans()(body, number)


def text(value: str | None, **changes: Any) -> Answer:
    return always(reply(message(value, **changes)))


def whole(body: Any) -> bytes:
    return http(message(json.dumps(good_draft(body))))


def part(share: float, ending: Callable[[bytes], Act]) -> Answer:
    """The beginning of a good answer, and then what `ending` does."""
    return lambda body, number: ending(whole(body)[: int(len(whole(body)) * share)])


def drafted(change: Callable[[str], str]) -> Answer:
    """A good draft whose text is changed on its way."""
    return lambda body, number: reply(message(change(json.dumps(good_draft(body)))))


def content(*blocks: Any, **changes: Any) -> Answer:
    return text(None, content=list(blocks), **changes)


def close(wire: Wire) -> None:
    """Ends the connection without a word."""


GOOD_TEXT = {"type": "text", "text": "{}"}
TOOL = {"type": "tool_use", "id": "toolu_1", "name": "dial", "input": {"number": "+12105550147"}}
NO_JSON, NO_MESSAGE = "not JSON", "no message"
NO_PLAN = "the answer is no plan"

SCENARIOS = [
    # Time: nothing comes, or it comes too slowly.
    Scenario("hangs before headers", always(then_hang()), BUDGET, SHORT, None),
    Scenario("hangs in headers", always(then_hang(b"HTTP/1.1 200 OK\r\ncontent-ty")), BUDGET, SHORT, None),
    Scenario("hangs in body", always(then_hang(HEAD + b'{"type":')), BUDGET, SHORT, None),
    Scenario("one byte at a time in headers", always(slowly(HEAD, 0.05)), BUDGET, SHORT, None),
    Scenario("one byte at a time in body", part(1, lambda data: slowly(data, 0.05, chunk=150)), BUDGET, SHORT, None),
    Scenario("endless pings", always(forever(b"event: ping\ndata: {}\n\n", 0.02, SSE)), BUDGET, SHORT, None),
    Scenario("endless 100 Continue", always(forever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)), BUDGET, SHORT, None),
    Scenario("endless 103 Early Hints", always(forever(b"HTTP/1.1 103 X\r\n\r\n", 0.02)), BUDGET, SHORT, None),
    Scenario("endless headers", always(forever(b"x: y\r\n", 0.02, b"HTTP/1.1 200 OK\r\n")), "", SHORT, None),
    Scenario("endless blanks in body", always(forever(b" " * 100, 0.02, HEAD)), BUDGET, SHORT, None),
    Scenario("good but late", part(1, lambda data: lambda wire: (wire.pause(9), wire.send(data))[0]), BUDGET, SHORT, None),
    Scenario("hangs after half the body", part(0.5, then_hang), BUDGET, SHORT, None),
    Scenario("hangs with all but the last byte", part(0.9999, then_hang), BUDGET, SHORT, None),
    # The connection breaks, at each phase.
    Scenario("reset at once", always(then_reset()), "connection", AMPLE, 3),
    Scenario("reset in headers", always(then_reset(b"HTTP/1.1 200 OK\r\ncont")), "connection", AMPLE, 3),
    Scenario("reset after headers", always(then_reset(HEAD)), "connection", AMPLE, 3),
    Scenario("reset in body", part(0.6, then_reset), "connection", AMPLE, 3),
    Scenario("closed without a word", always(close), "connection", AMPLE, 3),
    Scenario("closed in body", part(0.6, lambda data: lambda wire: wire.send(data)), "connection", AMPLE, 3),
    Scenario("reset once, then well", first(then_reset()), None, AMPLE, 2),
    Scenario("closed once, then well", first(close), None, AMPLE, 2),
    # Statuses.
    *(
        Scenario(f"status {status}", always(error(status, kind)), str(status))
        for status, kind in (
            (400, "invalid_request_error"), (401, "authentication_error"), (402, "billing_error"),
            (403, "permission_error"), (404, "not_found_error"), (405, "invalid_request_error"),
            (413, "request_too_large"), (422, "invalid_request_error"), (451, "permission_error"),
        )
    ),
    *(
        Scenario(f"status {status} for good", always(error(status, kind)), str(status), AMPLE, 3)
        for status, kind in (
            (408, "timeout_error"), (409, "conflict_error"), (429, "rate_limit_error"), (500, "api_error"),
            (502, "api_error"), (503, "api_error"), (504, "timeout_error"), (529, "overloaded_error"),
        )
    ),
    Scenario("429 once, then well", first(error(429, "rate_limit_error", retry_after="0")), None, AMPLE, 2),
    Scenario("529 once, then well", first(error(529, "overloaded_error")), None, AMPLE, 2),
    Scenario("500 as HTML, then well", first(reply("<h1>Oops</h1>", 500, content_type="text/html")), None, AMPLE, 2),
    Scenario("retry-after of an hour", always(error(429, "rate_limit_error", retry_after="3600")), "429"),
    Scenario("retry-after in ms, of years", always(error(529, "overloaded_error", retry_after_ms="9" * 12)), "529"),
    Scenario("retry-after as a date", always(error(503, "api_error", retry_after="Fri, 01 Jan 2100 00:00:00 GMT")), "503"),
    Scenario("retry-after as nonsense", always(error(429, "rate_limit_error", retry_after="-1e9")), "429"),
    Scenario("x-should-retry on 400", always(error(400, "invalid_request_error", x_should_retry="true")), "400"),
    Scenario("redirect elsewhere", always(reply("", 307, headers={"location": "http://127.0.0.1:9/v1"})), "elsewhere"),
    Scenario("redirect to itself", always(reply("", 308, headers={"location": "/v1/messages"})), "elsewhere"),
    Scenario("204 without content", always(reply("", 204)), ""),
    # Answers that are no messages.
    Scenario("an empty body", always(reply("")), NO_JSON, AMPLE, 3),
    Scenario("truncated JSON", always(reply('{"type": "message", "content": [')), NO_JSON, AMPLE, 3),
    Scenario("truncated JSON once", first(reply('{"type": "mess')), None, AMPLE, 2),
    Scenario("HTML with 200", always(reply("<html>Log in</html>", content_type="text/html")), NO_JSON, AMPLE, 3),
    Scenario("JSON under another type", lambda b, n: reply(message(json.dumps(good_draft(b))), content_type="text/plain"), None),
    Scenario("not UTF-8", always(reply(b'{"type": "\xff\xfe"}')), NO_JSON, AMPLE, 3),
    Scenario("NaN in the message", always(reply('{"type": "message", "usage": NaN}')), NO_JSON, AMPLE, 3),
    Scenario("a key twice in the message", always(reply('{"type": "message", "type": "error"}')), NO_JSON, AMPLE, 3),
    Scenario("nested 10,000 deep", always(reply("[" * 10_000 + "]" * 10_000)), NO_JSON, AMPLE, 3),
    Scenario("a list", always(reply([])), NO_MESSAGE),
    Scenario("a string", always(reply('"hello"')), NO_MESSAGE),
    Scenario("null", always(reply("null")), NO_MESSAGE),
    Scenario("an empty object", always(reply({})), NO_MESSAGE),
    Scenario("an error with 200", always(reply({"type": "error", "error": {"type": "api_error"}})), NO_MESSAGE),
    Scenario("a giant answer", always(reply(b'{"type": "message", "x": "' + b"a" * 6_000_000 + b'"}')), "too large"),
    Scenario("a giant without end", always(forever(b"a" * 1_000_000, 0, SSE)), "too large"),
    Scenario("a bomb", always(reply(gzip.compress(b" " * 9_000_000), headers={"content-encoding": "gzip"})), "too large"),
    Scenario("packed though not asked", lambda b, n: reply(gzip.compress(json.dumps(message("{}")).encode()), headers={"content-encoding": "gzip"}), "too large"),
    # Messages that hold no draft.
    Scenario("refusal", text("I can't help with that", stop_reason="refusal"), "declined"),
    Scenario("refusal without text", text(None, stop_reason="refusal", stop_details={"category": "cyber"}), "declined"),
    Scenario("max_tokens", text('{"objective": {"ty', stop_reason="max_tokens"), "max_tokens"),
    Scenario("max_tokens after a whole draft", lambda b, n: reply(message(json.dumps(good_draft(b)), stop_reason="max_tokens")), "max_tokens"),
    Scenario("pause_turn", text("{}", stop_reason="pause_turn"), "paused"),
    Scenario("context window", text(None, stop_reason="model_context_window_exceeded"), "too long"),
    Scenario("no stop_reason", text("{}", stop_reason=None), "complete"),
    Scenario("stop_reason of another kind", text("{}", stop_reason=["end_turn"]), "complete"),
    Scenario("a tool", content(TOOL, stop_reason="tool_use"), "tool"),
    Scenario("a tool that says end_turn", content(TOOL), "tool"),
    Scenario("a tool beside the text", content(GOOD_TEXT, TOOL), "tool"),
    Scenario("two texts", content(GOOD_TEXT, GOOD_TEXT), "2 texts"),
    Scenario("no content", text(None), "0 texts"),
    Scenario("content null", text(None, content=None), "no content"),
    Scenario("content of strings", text(None, content=["hi"]), "no content"),
    Scenario("text null", content({"type": "text", "text": None}), "1 texts"),
    Scenario("only thinking", content({"type": "thinking", "thinking": "hm"}), "0 texts"),
    Scenario("thinking, then a draft", lambda b, n: reply(message(None, content=[{"type": "thinking", "thinking": "hm", "signature": "x"}, {"type": "text", "text": json.dumps(good_draft(b))}])), None),
    Scenario("an empty text", text(""), NO_PLAN),
    Scenario("prose", text("Sure! Here is the plan you asked for."), NO_PLAN),
    Scenario("a fenced draft", drafted(lambda draft: f"```json\n{draft}\n```"), NO_PLAN),
    Scenario("text behind the draft", drafted(lambda draft: draft + "\nGood luck!"), NO_PLAN),
    Scenario("half a draft", drafted(lambda draft: draft[: len(draft) // 2]), NO_PLAN),
    Scenario("a draft and a field too many", drafted(lambda draft: '{"dnc": false, ' + draft[1:]), NO_PLAN),
    Scenario("a draft with a key twice", drafted(lambda draft: draft[:-1] + ', "known": []}'), NO_PLAN),
    Scenario("a draft without objective", drafted(lambda draft: draft.replace('"objective"', '"goal"', 1)), NO_PLAN),
    Scenario("a draft of lists", text("[]"), NO_PLAN),
    Scenario("numbers for texts", drafted(lambda draft: draft.replace('"cues": []', '"cues": [1]', 1)), NO_PLAN),
    Scenario("another type of objective", drafted(lambda draft: draft.replace('"book_meeting"', '"sell_now"')), NO_PLAN),
    Scenario("a lone surrogate", drafted(lambda draft: draft.replace("Alan", "\\ud800", 1)), NO_PLAN),
    Scenario("unicode garbage", drafted(lambda draft: draft.replace("Hi ", "Hi \u202e\u0000\ufffe", 1).replace("\x00", "\\u0000")), "", asked=None),
    Scenario("a draft of 300,000 characters", text("a" * 300_000), "characters"),
    Scenario("ten thousand questions", drafted(lambda draft: draft.replace('"qualification": [', '"qualification": [' + '{"topic":"a","question":"b?","because":[],"cues":[]},' * 2_000, 1)), "", asked=None),
    Scenario("usage of nonsense", lambda b, n: reply(message(json.dumps(good_draft(b)), usage={"input_tokens": "many", "output_tokens": -5})), None),
    Scenario("no usage at all", lambda b, n: reply(message(json.dumps(good_draft(b)), usage=None)), None),
    Scenario("a model name of nonsense", lambda b, n: reply(message(json.dumps(good_draft(b)), model="\x1b[2J")), None),
    Scenario("a good plan", plans(), None),
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(plans()) as running:
        yield running


@pytest.fixture(scope="module")
def planner(server: Server) -> Iterator[ClaudePlanner]:
    with pytest.MonkeyPatch.context() as patch, planner_at(server, patch) as made:
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
        except BaseException as problem:
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


def test_at_the_deadline_the_connection_is_cut_and_the_thread_ends(
    server: Server, planner: ClaudePlanner
) -> None:
    gone = threading.Event()

    def act(wire: Wire) -> None:
        wire.send(HEAD + b'{"type":')
        wire.hang()
        gone.set()

    server.answer = always(act)
    watched(lambda: planner.plan(make_task(), budget_ms=SHORT))
    assert gone.wait(WATCHDOG_S)
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
