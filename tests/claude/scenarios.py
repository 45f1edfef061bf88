"""What a server may do, each with what must come of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.claude.model import good_draft, plans
from tests.claude.server import (
    Act,
    Answer,
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

SHORT, AMPLE = 350, 8_000
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


def good(**changes: Any) -> Answer:
    """A good draft in a message with some fields changed."""
    return lambda body, number: reply(message(json.dumps(good_draft(body)), **changes))


def sent(**more: Any) -> Answer:
    """A good message, sent in another way."""
    return lambda body, number: reply(message(json.dumps(good_draft(body))), **more)


def instead(old: str, new: str, count: int = -1) -> Answer:
    """A good draft in which one text stands instead of another."""
    return drafted(lambda draft: draft.replace(old, new, count))


def thinking_first(body: Any, number: int) -> Act:
    """A draft behind a block of thinking, as models with effort give it."""
    blocks = [
        {"type": "thinking", "thinking": "hm", "signature": "x"},
        {"type": "text", "text": json.dumps(good_draft(body))},
    ]
    return reply(message(None, content=blocks))


def late(data: bytes) -> Act:
    """Everything, but long after the budget."""

    def act(wire: Wire) -> None:
        wire.pause(9)
        wire.send(data)

    return act


PACKED = {"content-encoding": "gzip"}
MANY, QUESTION = '"qualification": [', '{"topic": "a", "question": "b?", "because": [], "cues": []},'
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
    Scenario(
        "one byte at a time in body", part(1, lambda data: slowly(data, 0.05, chunk=150)), BUDGET, SHORT, None
    ),
    Scenario("endless pings", always(forever(b"event: ping\ndata: {}\n\n", 0.02, SSE)), BUDGET, SHORT, None),
    Scenario(
        "endless 100 Continue", always(forever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)), BUDGET, SHORT, None
    ),
    Scenario(
        "endless 103 Early Hints", always(forever(b"HTTP/1.1 103 X\r\n\r\n", 0.02)), BUDGET, SHORT, None
    ),
    Scenario("endless headers", always(forever(b"x: y\r\n", 0.02, b"HTTP/1.1 200 OK\r\n")), "", SHORT, None),
    Scenario("endless blanks in body", always(forever(b" " * 100, 0.02, HEAD)), BUDGET, SHORT, None),
    Scenario("good but late", part(1, late), BUDGET, SHORT, None),
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
            (400, "invalid_request_error"),
            (401, "authentication_error"),
            (402, "billing_error"),
            (403, "permission_error"),
            (404, "not_found_error"),
            (405, "invalid_request_error"),
            (413, "request_too_large"),
            (422, "invalid_request_error"),
            (451, "permission_error"),
        )
    ),
    *(
        Scenario(f"status {status} for good", always(error(status, kind)), str(status), AMPLE, 3)
        for status, kind in (
            (408, "timeout_error"),
            (409, "conflict_error"),
            (429, "rate_limit_error"),
            (500, "api_error"),
            (502, "api_error"),
            (503, "api_error"),
            (504, "timeout_error"),
            (529, "overloaded_error"),
        )
    ),
    Scenario("429 once, then well", first(error(429, "rate_limit_error", retry_after="0")), None, AMPLE, 2),
    Scenario("529 once, then well", first(error(529, "overloaded_error")), None, AMPLE, 2),
    Scenario(
        "500 as HTML, then well", first(reply("<h1>Oops</h1>", 500, content_type="text/html")), None, AMPLE, 2
    ),
    Scenario("retry-after of an hour", always(error(429, "rate_limit_error", retry_after="3600")), "429"),
    Scenario(
        "retry-after in ms, of years", always(error(529, "overloaded_error", retry_after_ms="9" * 12)), "529"
    ),
    Scenario(
        "retry-after as a date",
        always(error(503, "api_error", retry_after="Fri, 01 Jan 2100 00:00:00 GMT")),
        "503",
    ),
    Scenario("retry-after as nonsense", always(error(429, "rate_limit_error", retry_after="-1e9")), "429"),
    Scenario(
        "x-should-retry on 400", always(error(400, "invalid_request_error", x_should_retry="true")), "400"
    ),
    Scenario(
        "redirect elsewhere",
        always(reply("", 307, headers={"location": "http://127.0.0.1:9/v1"})),
        "elsewhere",
    ),
    Scenario("redirect to itself", always(reply("", 308, headers={"location": "/v1/messages"})), "elsewhere"),
    Scenario("204 without content", always(reply("", 204)), ""),
    # Answers that are no messages.
    Scenario("an empty body", always(reply("")), NO_JSON, AMPLE, 3),
    Scenario("truncated JSON", always(reply('{"type": "message", "content": [')), NO_JSON, AMPLE, 3),
    Scenario("truncated JSON once", first(reply('{"type": "mess')), None, AMPLE, 2),
    Scenario(
        "HTML with 200", always(reply("<html>Log in</html>", content_type="text/html")), NO_JSON, AMPLE, 3
    ),
    Scenario("JSON under another type", sent(content_type="text/plain"), None),
    Scenario("not UTF-8", always(reply(b'{"type": "\xff\xfe"}')), NO_JSON, AMPLE, 3),
    Scenario("NaN in the message", always(reply('{"type": "message", "usage": NaN}')), NO_JSON, AMPLE, 3),
    Scenario(
        "a key twice in the message", always(reply('{"type": "message", "type": "error"}')), NO_JSON, AMPLE, 3
    ),
    Scenario("nested 10,000 deep", always(reply("[" * 10_000 + "]" * 10_000)), NO_JSON, AMPLE, 3),
    Scenario("a list", always(reply([])), NO_MESSAGE),
    Scenario("a string", always(reply('"hello"')), NO_MESSAGE),
    Scenario("null", always(reply("null")), NO_MESSAGE),
    Scenario("an empty object", always(reply({})), NO_MESSAGE),
    Scenario(
        "an error with 200", always(reply({"type": "error", "error": {"type": "api_error"}})), NO_MESSAGE
    ),
    Scenario(
        "a giant answer", always(reply(b'{"type": "message", "x": "' + b"a" * 6_000_000 + b'"}')), "too large"
    ),
    Scenario("a giant without end", always(forever(b"a" * 1_000_000, 0, SSE)), "too large"),
    Scenario("a bomb", always(reply(gzip.compress(b" " * 9_000_000), headers=PACKED)), "too large"),
    Scenario("packed though not asked", always(reply(gzip.compress(b"{}"), headers=PACKED)), "too large"),
    # Messages that hold no draft.
    Scenario("refusal", text("I can't help with that", stop_reason="refusal"), "declined"),
    Scenario(
        "refusal without text",
        text(None, stop_reason="refusal", stop_details={"category": "cyber"}),
        "declined",
    ),
    Scenario("max_tokens", text('{"objective": {"ty', stop_reason="max_tokens"), "max_tokens"),
    Scenario("max_tokens after a whole draft", good(stop_reason="max_tokens"), "max_tokens"),
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
    Scenario("thinking, then a draft", thinking_first, None),
    Scenario("an empty text", text(""), NO_PLAN),
    Scenario("prose", text("Sure! Here is the plan you asked for."), NO_PLAN),
    Scenario("a fenced draft", drafted(lambda draft: f"```json\n{draft}\n```"), NO_PLAN),
    Scenario("text behind the draft", drafted(lambda draft: draft + "\nGood luck!"), NO_PLAN),
    Scenario("half a draft", drafted(lambda draft: draft[: len(draft) // 2]), NO_PLAN),
    Scenario("a draft and a field too many", drafted(lambda draft: '{"dnc": false, ' + draft[1:]), NO_PLAN),
    Scenario("a draft with a key twice", drafted(lambda draft: draft[:-1] + ', "known": []}'), NO_PLAN),
    Scenario("a draft without objective", instead('"objective"', '"goal"', 1), NO_PLAN),
    Scenario("a draft of lists", text("[]"), NO_PLAN),
    Scenario("numbers for texts", instead('"cues": []', '"cues": [1]', 1), NO_PLAN),
    Scenario("another type of objective", instead('"book_meeting"', '"sell_now"'), NO_PLAN),
    Scenario("a lone surrogate", instead("Alan", "\\ud800", 1), NO_PLAN),
    Scenario("unicode garbage", instead("Hi ", r"Hi \u202e\u0000\ufffe", 1), "", asked=None),
    Scenario("a draft of 300,000 characters", text("a" * 300_000), "characters"),
    Scenario("two thousand questions", instead(MANY, MANY + QUESTION * 2_000, 1), "", asked=None),
    Scenario("usage of nonsense", good(usage={"input_tokens": "many", "output_tokens": -5}), None),
    Scenario("no usage at all", good(usage=None), None),
    Scenario("a model name of nonsense", good(model="\x1b[2J"), None),
    Scenario("a good plan", plans(), None),
]
