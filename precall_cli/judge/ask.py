"""The judge: a question put to a model as often as wanted, within a budget, or to recordings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from precall_cli.claude.prices import Prices, Usage, load_prices, usage_of
from precall_cli.claude.wire import Answer, Failure, Wire
from precall_cli.judge.answers import SCHEMA, Fault, Verdict, read_answer
from precall_cli.judge.prompt import prompt_label, prompt_text
from precall_cli.judge.question import Question
from precall_cli.judge.recordings import Recordings
from precall_cli.records.fenced import as_data
from precall_cli.records.json_text import Json, digest

DEFAULT_MODEL = "claude-sonnet-5-5"
BUDGET_MS = 60_000
"""Milliseconds for all runs over one call."""
MOST_TRIES = 3
MAX_TOKENS = 4_000
OPEN, CLOSE = "<audit_data>", "</audit_data>"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the runs over one call brought: verdicts or a fault for each run, in order, and what was spent."""

    runs: tuple[tuple[Verdict, ...] | Fault, ...]
    request: str
    """Digest of the request, the same for every run."""
    usage: Usage


class Judge:
    """A model that settles what the audit leaves open. One judge serves many calls.

    `runs` is how often each call is put to it. With `recordings` that do not ask, no server is asked and no
    key is needed; a reply that is missing there raises BadInput. All runs over a call share `budget_ms`.
    """

    def __init__(
        self,
        *,
        model: str = DEFAULT_MODEL,
        runs: int = 1,
        recordings: Recordings | None = None,
        prices: Prices | None = None,
        budget_ms: int = BUDGET_MS,
        first_wait_s: float = 0.25,
    ) -> None:
        self.model, self.runs, self.recordings = model, runs, recordings
        self.prices = prices or load_prices()
        self.budget_ms, self.first_wait_s = budget_ms, first_wait_s
        self._wire = Wire()

    @property
    def label(self) -> str:
        """Model, prompt and runs, as the signature of an audit has them."""
        return f"{self.model}/prompt-{prompt_label()}/x{self.runs}"

    @property
    def asks(self) -> bool:
        """Whether a server may be asked at all."""
        return self.recordings is None or self.recordings.asks

    def close(self) -> None:
        """Ends its connections."""
        self._wire.close()

    def put(self, question: Question, call_id: str, plan_id: str | None) -> Heard:
        """Puts a question as often as there are runs."""
        params = self._params(question)
        asked = _digest(params)
        ends = time.monotonic() + self.budget_ms / 1000
        found: list[tuple[Verdict, ...] | Fault] = []
        usage = Usage(self.model)
        lost: Failure | None = None
        for run in range(1, self.runs + 1):
            key = digest({"request": asked, "run": run})
            message = self.recordings.play(key) if self.recordings else None
            if message is None and self.recordings and not self.recordings.asks:
                raise self.recordings.missing(key, call_id, run)
            if message is None:
                # Where nothing could be reached once, the next run would only wait for the same.
                got, spent = (lost, Usage(self.model)) if lost else self._ask(params, ends)
                usage += spent
                if isinstance(got, Failure):
                    lost = None if got.may_retry else got
                    found.append(Fault(got.reason.partition(";")[0]))
                    continue
                message = got.message
                if self.recordings and isinstance(message, dict):
                    about = {
                        "call_id": call_id, "plan_id": plan_id, "model": self.model,
                        "prompt": f"judge {prompt_label()}", "run": run,
                    }  # fmt: skip
                    self.recordings.keep(key, message, about)
            usage += usage_of(message, self.model)
            found.append(read_answer(message))
        return Heard(tuple(found), asked, usage)

    def _params(self, question: Question) -> dict[str, Any]:
        text = f"{OPEN}\n{as_data(question.data)}\n{CLOSE}\nJudge these items."
        system = {"type": "text", "text": prompt_text(), "cache_control": {"type": "ephemeral", "ttl": "5m"}}
        return {
            "model": self.model,
            "max_tokens": MAX_TOKENS,
            "system": [system],
            "messages": [{"role": "user", "content": text}],
            "output_config": {"effort": "medium", "format": {"type": "json_schema", "schema": SCHEMA}},
        }

    def _ask(self, params: dict[str, Any], ends: float) -> tuple[Answer | Failure, Usage]:
        """The server's message, after a few tries where they help and there is time; what went unanswered."""
        lost = Usage(self.model)
        found: Answer | Failure = Failure("no time was left in the judge's budget", sent=False)
        for number in range(1, MOST_TRIES + 1):
            left = ends - time.monotonic()
            if left <= 0:
                break
            found = self._wire.ask(params, timeout_s=left)
            if isinstance(found, Answer):
                break
            lost += Usage(self.model, unanswered=int(found.sent))
            wait = self.first_wait_s * 2 ** (number - 1) if found.wait_s is None else found.wait_s
            if not found.may_retry or number == MOST_TRIES or wait >= ends - time.monotonic():
                break
            time.sleep(wait)
        return found, lost


def _digest(params: Json) -> str:
    """`sha256:…` over the request; how it is cached is left aside."""
    system = [
        {key: value for key, value in part.items() if key != "cache_control"} for part in params["system"]
    ]
    return digest({**params, "system": system})
