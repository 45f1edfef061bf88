"""One request over the wire, within a deadline, whatever the server does.

The SDK's `timeout` bounds single reads, not the whole: a server that sends a byte now and then holds it for
minutes. So a request runs in a daemon thread, is waited for with a clock of ours, and at the deadline its
connection is cut, which ends the thread; a thread that cannot be cut (it resolves a name, or imports) is
abandoned and does not hold up the exit. Each request has a connection of its own: what one server did to one
request harms no other.
"""

from __future__ import annotations

import contextlib
import gc
import queue
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, parse_json

if TYPE_CHECKING:
    import anthropic

_SDK_LATER_S = 2.0
"""How much later than ours the SDK's own timeout ends a read: it ends what ours cannot cut."""
MAX_REPLY_BYTES = 4 * 1024 * 1024
"""A plan has some kilobytes; what is longer is not read to its end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of a message that came with status 200."""

    message: Json


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is none, in words that repeat nothing the server said."""

    reason: str
    may_retry: bool = False
    wait_s: float | None = None
    """How long the server asks to wait."""
    sent: bool = True
    """Whether the request may have reached a model, and so may have cost something."""


@dataclass(slots=True)
class Timing:
    """Milliseconds that a request took, by what they were spent on."""

    sdk_ms: float = 0.0
    """Loading the SDK and making a client, the first time."""
    request_ms: float = 0.0
    sent: bool = False
    """Whether the request was begun: the SDK is there, and a connection is made."""


@dataclass(slots=True)
class _Attempt:
    """One request on its way: its connections, and whether it was given up."""

    streams: list[Any] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    given_up: bool = False

    def watch(self, stream: Any) -> None:
        with self.lock:
            self.streams.append(stream)
            given_up = self.given_up
        if given_up:
            self.cut()

    def cut(self) -> None:
        """Closes its connections under it: a read that waits there ends at once."""
        with self.lock:
            self.given_up = True
            streams = list(self.streams)
        for stream in streams:
            found = stream.get_extra_info("socket")
            if found is not None:
                with contextlib.suppress(OSError):
                    found.shutdown(socket.SHUT_RDWR)


_LOADING = threading.Lock()


def _load_sdk() -> None:
    """Loads the SDK, or waits until another thread has.

    What it makes (a thousand modules of classes) stays for good: to look for garbage in it meanwhile takes a
    sixth of the time, and finds none.
    """
    with _LOADING:
        collects = gc.isenabled() and "anthropic" not in sys.modules
        if collects:
            gc.disable()
        try:
            import anthropic  # noqa: F401 - to have it loaded
        finally:
            if collects:
                gc.enable()


def _given_up(timing: Timing) -> Failure:
    if timing.sent:
        return Failure("no complete answer within the budget")
    return Failure("the SDK was still loading when the budget ended", sent=False)


class _TooLarge(Exception):
    """A reply that is not read to its end."""


class Wire:
    """The way to the Messages API. The SDK finds key and address in the environment by its own rules."""

    def __init__(self) -> None:
        self._client: anthropic.Anthropic | None = None
        self._lock = threading.Lock()
        self._here = threading.local()

    def load(self) -> None:
        """Begins to load the SDK in a thread of its own, so that it is there sooner when it is asked."""
        threading.Thread(target=_load_sdk, name="precall-sdk", daemon=True).start()

    def ask(
        self, params: dict[str, Any], *, timeout_s: float, timing: Timing | None = None
    ) -> Answer | Failure:
        """Sends one request and waits at most `timeout_s` seconds, retrying nothing. Never raises for what
        happens on the way.
        """
        attempt, box = _Attempt(), queue.SimpleQueue[Answer | Failure | BaseException]()
        timing = timing if timing is not None else Timing()
        started = time.monotonic()

        def run() -> None:
            try:
                box.put(self._send(params, attempt, timeout_s, timing))
            except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
                box.put(error)

        threading.Thread(target=run, name="precall-request", daemon=True).start()
        try:
            found = box.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            attempt.cut()
            found = _given_up(timing)
        spent = (time.monotonic() - started) * 1000
        timing.sdk_ms = timing.sdk_ms if timing.sent else spent
        timing.request_ms = max(0.0, spent - timing.sdk_ms)
        if isinstance(found, Exception):
            # Nobody foresaw it, and a plan is due all the same; the type says where to look.
            return Failure(f"the SDK failed ({type(found).__name__})")
        if isinstance(found, BaseException):
            raise found
        return found

    def _send(
        self, params: dict[str, Any], attempt: _Attempt, timeout_s: float, timing: Timing
    ) -> Answer | Failure:
        started = time.monotonic()
        _load_sdk()  # here, where it is timed
        timing.sdk_ms = (time.monotonic() - started) * 1000
        self._here.attempt = attempt
        try:
            return _explain(
                lambda: self._exchange(self._timed_client(timing), params, timeout_s + _SDK_LATER_S)
            )
        finally:
            self._here.attempt = None

    def _timed_client(self, timing: Timing) -> anthropic.Anthropic:
        started = time.monotonic()
        try:
            return self._connected()
        finally:
            timing.sdk_ms += (time.monotonic() - started) * 1000
            timing.sent = True

    def _exchange(
        self, client: anthropic.Anthropic, params: dict[str, Any], timeout_s: float
    ) -> Answer | Failure:
        with client.messages.with_streaming_response.create(
            **params, stream=False, timeout=timeout_s
        ) as response:
            if response.status_code != 200:
                return Failure(f"the server answered with status {response.status_code}")
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_REPLY_BYTES:
                    raise _TooLarge
        try:
            return Answer(parse_json(bytes(body), "reply"))
        except BadInput:
            # Not even JSON: a cut-off answer or somebody's login page. Another try may fare better.
            return Failure("the server sent something that is not JSON", may_retry=True)

    def _connected(self) -> anthropic.Anthropic:
        with self._lock:
            if self._client is None:
                import anthropic
                import httpx2

                self._client = anthropic.Anthropic(
                    max_retries=0,
                    open_telemetry=False,
                    default_headers={"Accept-Encoding": "identity"},
                    http_client=anthropic.DefaultHttpxClient(
                        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
                        follow_redirects=False,  # a brief goes where it was sent to, and nowhere else
                        event_hooks={"request": [self._watch], "response": [_check_size]},
                    ),
                )
            return self._client

    def _watch(self, request: Any) -> None:
        """Notes every connection that a request opens, so that it can be cut."""
        attempt = getattr(self._here, "attempt", None)
        if attempt is None:
            return

        def trace(event: str, info: dict[str, Any]) -> None:
            if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
                attempt.watch(info["return_value"])

        request.extensions = {**request.extensions, "trace": trace}

    def close(self) -> None:
        """Closes the client, if one was made."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()


def _check_size(response: Any) -> None:
    """Refuses what was packed though we asked for none, and what says that it is too long."""
    packed = response.headers.get("content-encoding", "identity").strip().casefold()
    length = response.headers.get("content-length", "0")
    if packed not in ("", "identity") or (
        length.isascii() and length.isdigit() and int(length[:20]) > MAX_REPLY_BYTES
    ):
        raise _TooLarge


_BY_STATUS = {
    400: "the request was refused as malformed (400); check planning.model and planning.effort",
    401: "the API key was refused (401); check the key",
    402: "the account has no credit (402)",
    403: "the API key may not use this model (403)",
    404: "there is no such model or address (404); check planning.model and ANTHROPIC_BASE_URL",
    408: "the server gave up waiting (408)",
    409: "the server reports a conflict (409)",
    413: "the request is too large (413)",
    422: "the request was refused (422)",
    429: "too many requests (429)",
    529: "the service is overloaded (529)",
}
_NO_KEY = "there is no API key: set ANTHROPIC_API_KEY"
_MAY_RETRY = frozenset({408, 409, 429})


def _explain(exchange: Callable[[], Answer | Failure]) -> Answer | Failure:
    """What an exchange gives, every fault of the way turned into a Failure."""
    import anthropic
    import httpx2

    try:
        return exchange()
    except anthropic.APIStatusError as error:
        status = error.status_code
        if 300 <= status < 400:
            return Failure(f"the server points elsewhere ({status}); a brief is not sent on")
        if status not in _BY_STATUS and status < 500:
            return Failure(f"the server refused ({status})")
        reason = _BY_STATUS.get(status, f"the server failed ({status})")
        return Failure(reason, status in _MAY_RETRY or status >= 500, _wait(error.response.headers))
    except anthropic.APITimeoutError:
        return Failure("the server did not answer in time", may_retry=True)
    except (_TooLarge, MemoryError):
        return Failure("the answer is too large, or packed though none was asked for")
    except anthropic.APIConnectionError as error:
        if isinstance(error.__cause__, _TooLarge):
            return Failure("the answer is too large, or packed though none was asked for")
        return Failure("the connection failed", may_retry=True, sent=False)
    except (httpx2.HTTPError, httpx2.StreamError, OSError):
        return Failure("the connection broke", may_retry=True)
    except anthropic.CredentialsError:
        return Failure(_NO_KEY, sent=False)
    except (anthropic.AnthropicError, ValueError, httpx2.InvalidURL):
        return Failure("the SDK could not read what the server sent")
    except TypeError as error:
        # The SDK says so when it looks for a key; its words hold none.
        if "authentication" in str(error):
            return Failure(_NO_KEY, sent=False)
        raise


def _wait(headers: Any) -> float | None:
    """Seconds that `retry-after` asks for, whichever way it is written; None where it asks for none."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = str(headers.get(name, "")).strip()
        if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text, re.ASCII):
            return float(text) / unit
        if text:
            return float("inf")  # a date, or nonsense: later than any budget
    return None
