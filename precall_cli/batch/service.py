"""The Message Batches API as a service that may fail: calls that are tried again, and what they end with.

Nothing that the service says in words is passed on: it may repeat the request, and so the brief.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from precall_cli.errors import Unavailable
from precall_cli.records.json_text import Json

if TYPE_CHECKING:
    import anthropic

T = TypeVar("T")
TRIES = 5
"""So often one call to the service is tried."""
LONGEST_WAIT_S = 60.0


@dataclass(slots=True)
class Service:
    """The service behind one client."""

    client: anthropic.Anthropic
    poll_s: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def results(self, batch_id: str) -> Iterator[tuple[str, str, Json]]:
        """Custom id, kind, and message or kind of error of each result. Raises Broken where it breaks off."""
        import anthropic
        import httpx2

        try:
            with closing(self.call(lambda: self.client.messages.batches.results(batch_id))) as stream:
                for entry in stream:
                    result: Any = getattr(entry, "result", None)
                    kind = str(getattr(result, "type", ""))
                    value: Json = None
                    if kind == "succeeded":
                        message = getattr(result, "message", None)
                        value = message.to_dict(mode="json") if message is not None else None
                    elif kind == "errored":
                        error = getattr(getattr(result, "error", None), "error", None)
                        value = str(getattr(error, "type", ""))
                    yield str(getattr(entry, "custom_id", "")), kind, value
        except Refused as error:
            raise error.as_unavailable() from None
        except (json.JSONDecodeError, UnicodeDecodeError, NotThere):
            raise Broken from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError, anthropic.APIConnectionError):
            raise Broken from None

    def pause(self, number: int, asked_s: float = 0.0) -> float:
        """Seconds before the next try: doubled each time, as the service asks, never beyond a minute."""
        wait_s = min(LONGEST_WAIT_S, max(2.0**number, asked_s))
        return min(wait_s, max(self.poll_s, 0.01) * 2)

    def call(self, ask: Callable[[], T], *, unsure: bool = False) -> T:
        """One call to the service, tried again where that may help.

        Raises Unavailable, with nothing that the service said; Refused where it will not take the call;
        TooLarge; NotThere. With `unsure`, Unsure as soon as nobody knows whether it was done.
        """
        import anthropic
        import httpx2

        reason = ""
        for number in range(TRIES):
            asked_s = 0.0
            try:
                return ask()
            except anthropic.APIStatusError as error:
                status = error.status_code
                if status == 404:
                    raise NotThere from None
                if status == 413:
                    raise TooLarge from None
                reason = f"the service answered with status {status}"
                if status not in (408, 409, 429) and status < 500:
                    raise Refused(reason, status) from None
                if unsure and status not in (429, 529):
                    raise Unsure from None
                asked = error.response.headers.get("retry-after", "")
                asked_s = float(asked[:6]) if asked.isascii() and asked.isdigit() else 0.0
            except (anthropic.AnthropicError, httpx2.HTTPError, OSError, json.JSONDecodeError):
                if unsure:
                    raise Unsure from None
                reason = "the connection failed"
            except TypeError as error:
                if "authentication" not in str(error):
                    raise
                raise Unavailable("there is no API key", hint="Set ANTHROPIC_API_KEY.") from None
            if number < TRIES - 1:
                self.sleep(self.pause(number, asked_s))
        raise gone(reason)


def gone(reason: str) -> Unavailable:
    return Unavailable(
        f"{reason}, {TRIES} times",
        place="Message Batches API",
        hint="Run the same again later: what was sent is noted, and nothing is sent twice.",
    )


class Refused(Exception):
    """A call that the service will not take, however often it is tried."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status

    def as_unavailable(self) -> Unavailable:
        """As the user is told."""
        hint = "Check ANTHROPIC_API_KEY and what it may do." if self.status in (401, 402, 403) else ""
        return Unavailable(self.reason, place="Message Batches API", hint=hint)


class Unsure(Exception):
    """A call of which nobody knows whether it was done."""


class Broken(Exception):
    """Results that broke off."""


class TooLarge(Exception):
    """A shard that the service does not take as it is."""


class NotThere(Exception):
    """A batch that the service does not know."""


def make_client() -> anthropic.Anthropic:
    """A client for batches: no retries of its own, no tracing, no redirects with a brief in hand."""
    import anthropic

    return anthropic.Anthropic(
        max_retries=0,
        timeout=600,
        open_telemetry=False,
        http_client=anthropic.DefaultHttpxClient(follow_redirects=False),
    )
