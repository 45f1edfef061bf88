"""The Messages API and the Message Batches API on loopback, speaking the documented protocol, with any fault.

A `Server` answers each `POST /v1/messages` by what `answer` gives for its body and number: an `Act`, which
writes on the socket whatever and however slowly it likes. Batches are kept in memory; `batches` scripts them.
Use as a context manager; `url` goes into ANTHROPIC_BASE_URL.
"""

from __future__ import annotations

import json
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

Json = Any


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json


class Wire:
    """The socket of one request, as an act uses it."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock, self._stopping = sock, stopping

    def send(self, data: bytes | str) -> None:
        self.sock.sendall(data.encode() if isinstance(data, str) else data)

    def pause(self, seconds: float) -> None:
        """Waits, but not beyond the end of the test. Raises OSError when the test is over."""
        if self._stopping.wait(seconds):
            raise OSError("the server stops")

    def hang(self) -> None:
        """Waits until the other side closes, or the test is over."""
        self.sock.settimeout(0.1)
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                if not self.sock.recv(1024):
                    return

    def reset(self) -> None:
        """Closes with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Act = Callable[[Wire], None]
Answer = Callable[[Json, int], Act]


def http(
    body: bytes | str | Json,
    status: int = 200,
    *,
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """One HTTP/1.1 response as bytes; `length` lies about its length."""
    data = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    head = {"content-type": content_type, "content-length": str(len(data) if length is None else length)}
    head |= {"request-id": "req_011CTest", "connection": "close", **(headers or {})}
    rows = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} Whatever\r\n{rows}\r\n".encode() + data


def reply(body: bytes | str | Json, status: int = 200, **more: Any) -> Act:
    """An act that sends one response and is done."""
    data = http(body, status, **more)
    return lambda wire: wire.send(data)


def error(status: int, kind: str, text: str = "no", **headers: str) -> Act:
    """An error as the API words it."""
    body = {"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_011CTest"}
    return reply(body, status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def message(text: str | None, **changes: Any) -> Json:
    """A message with one text, as the API gives it; `changes` replace top-level fields."""
    return {
        "id": "msg_01Test",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-5-5",
        "content": [] if text is None else [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": 900,
            "output_tokens": 700,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 1200,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        },
    } | changes  # fmt: skip


@dataclass
class Batches:
    """How batches behave, and all that there are."""

    polls: int = 0
    """How often a batch says `in_progress` before it has ended."""
    result: Callable[[str, Json], Json] = lambda custom_id, params: {"type": "expired"}
    """The `result` of one entry: `{"type": "succeeded", "message": …}`, `errored`, `canceled`, `expired`."""
    arrange: Callable[[list[Json]], list[Json]] = lambda rows: rows
    """Last change of the rows of results: reverse, drop or double some."""
    cut_bytes: int | None = None
    """How many bytes of the results are sent before the connection breaks; None: all."""
    refuse: Act | None = None
    """What creating a batch is answered with instead."""
    created: list[Json] = field(default_factory=list)
    """Requests of every batch, in order of creation."""
    canceled: set[str] = field(default_factory=set)
    _polled: dict[str, int] = field(default_factory=dict)

    def document(self, number: int, url: str, *, poll: bool = False) -> Json:
        name = f"msgbatch_{number:04d}"
        self._polled[name] = self._polled.get(name, 0) + poll
        ended = self._polled[name] > self.polls or name in self.canceled
        size = len(self.created[number])
        rows = self.rows(number) if ended else []
        kinds = [row["result"]["type"] for row in rows]
        counts = {kind: kinds.count(kind) for kind in ("canceled", "errored", "expired", "succeeded")}
        return {
            "id": name,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": {"processing": 0 if ended else size, **counts},
            "created_at": "2026-11-20T15:00:00Z",
            "expires_at": "2026-11-21T15:00:00Z",
            "ended_at": "2026-11-20T16:00:00Z" if ended else None,
            "cancel_initiated_at": None,
            "archived_at": None,
            "results_url": f"{url}/v1/messages/batches/{name}/results" if ended else None,
        }

    def rows(self, number: int) -> list[Json]:
        gone = f"msgbatch_{number:04d}" in self.canceled
        return [
            {
                "custom_id": entry["custom_id"],
                "result": {"type": "canceled"} if gone else self.result(entry["custom_id"], entry["params"]),
            }
            for entry in self.created[number]
        ]


class Server:
    """The API on a port of its own, in threads of its own."""

    def __init__(self, answer: Answer, batches: Batches | None = None) -> None:
        self.answer, self.batches = answer, batches or Batches()
        self.requests: list[Received] = []
        self.closed_early = threading.Event()
        """Set when a client went away while it was being answered."""
        self._lock, self._stopping = threading.Lock(), threading.Event()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    outer._serve(self.request, self.rfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def messages(self) -> list[Received]:
        """The requests that asked for one message."""
        return [request for request in self.requests if request.path == "/v1/messages"]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _serve(self, sock: socket.socket, stream: Any) -> None:
        sock.settimeout(20)
        request = _read(stream)
        if request is None:
            return
        with self._lock:
            self.requests.append(request)
            number = len(self.messages)
        wire = Wire(sock, self._stopping)
        try:
            if request.path == "/v1/messages" and request.method == "POST":
                self.answer(request.body, number)(wire)
            else:
                with self._lock:
                    act = self._batch(request)
                act(wire)
        except OSError:
            self.closed_early.set()
            raise

    def _batch(self, request: Received) -> Act:
        path, _, _ = request.path.partition("?")
        parts = path.removeprefix("/v1/messages/batches").strip("/").split("/")
        if not path.startswith("/v1/messages/batches"):
            return error(404, "not_found_error", "no such path")
        if parts == [""]:
            if request.method == "GET":
                found = [
                    self.batches.document(n, self.url) for n in reversed(range(len(self.batches.created)))
                ]
                ends = {"first_id": found[0]["id"], "last_id": found[-1]["id"]} if found else {}
                return reply({"data": found, "has_more": False, "first_id": None, "last_id": None} | ends)
            return self._create(request.body)
        number = int(parts[0].removeprefix("msgbatch_")) if parts[0].startswith("msgbatch_") else -1
        if not 0 <= number < len(self.batches.created):
            return error(404, "not_found_error", "no such batch")
        if parts[1:] == ["results"]:
            rows = self.batches.arrange(self.batches.rows(number))
            data = "".join(json.dumps(row) + "\n" for row in rows).encode()
            cut = self.batches.cut_bytes
            whole = http(data, content_type="application/x-jsonl")
            return (
                (lambda wire: wire.send(whole))
                if cut is None
                else (
                    lambda wire: wire.send(
                        http(data[:cut], content_type="application/x-jsonl", length=len(data))
                    )
                )
            )
        if parts[1:] == ["cancel"]:
            self.batches.canceled.add(parts[0])
        if request.method == "DELETE":
            return reply({"id": parts[0], "type": "message_batch_deleted"})
        return reply(self.batches.document(number, self.url, poll=request.method == "GET"))

    def _create(self, body: Json) -> Act:
        if self.batches.refuse is not None:
            return self.batches.refuse
        entries = body.get("requests")
        names = [entry["custom_id"] for entry in entries]
        if not entries or len(set(names)) != len(names) or not all(_is_custom_id(name) for name in names):
            return error(400, "invalid_request_error", "requests: custom_id")
        if len(entries) > 100_000:
            return error(400, "invalid_request_error", "requests: at most 100000")
        self.batches.created.append(entries)
        return reply(self.batches.document(len(self.batches.created) - 1, self.url))


def _is_custom_id(name: str) -> bool:
    return 1 <= len(name) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in name)


def _read(stream: Any) -> Received | None:
    first = stream.readline(65536).decode("latin-1").split()
    if len(first) < 2:
        return None
    headers: dict[str, str] = {}
    while (row := stream.readline(65536).decode("latin-1").strip()) != "":
        name, _, value = row.partition(":")
        headers[name.strip().lower()] = value.strip()
    data = stream.read(int(headers.get("content-length", "0")))
    return Received(first[0], first[1], headers, json.loads(data) if data else None)


# Acts that more than one test needs.


def slowly(data: bytes, seconds: float, *, chunk: int = 1) -> Act:
    """Sends bytes a few at a time."""

    def act(wire: Wire) -> None:
        for start in range(0, len(data), chunk):
            wire.send(data[start : start + chunk])
            wire.pause(seconds)

    return act


def then_hang(data: bytes = b"") -> Act:
    """Sends something, and then nothing more, without closing."""

    def act(wire: Wire) -> None:
        wire.send(data)
        wire.hang()

    return act


def then_reset(data: bytes = b"") -> Act:
    """Sends something, and then breaks the connection."""

    def act(wire: Wire) -> None:
        wire.send(data)
        time.sleep(0.02)  # so that what was sent arrives before the break
        wire.reset()

    return act


def forever(data: bytes, seconds: float, head: bytes = b"") -> Act:
    """Sends the same again and again."""

    def act(wire: Wire) -> None:
        wire.send(head)
        while True:
            wire.send(data)
            wire.pause(seconds)

    return act
