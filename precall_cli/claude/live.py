"""Claude as the planner of one call, inside a wall-clock budget: always a plan, whatever the server does."""

from __future__ import annotations

import time

from precall_cli.claude.assemble import repaired_findings
from precall_cli.claude.cassettes import Cassettes
from precall_cli.claude.guard import Complaint, check_draft
from precall_cli.claude.ledger import Ledger
from precall_cli.claude.prices import Prices, Usage, load_prices, usage_of
from precall_cli.claude.reply import Drafted, Unusable, read_reply
from precall_cli.claude.request import Request, build_request, repair_request
from precall_cli.claude.settle import Bill, fall_back, finish
from precall_cli.claude.task import Task
from precall_cli.claude.wire import Answer, Failure, Timing, Wire
from precall_cli.records.json_text import Json
from precall_cli.records.plan import CallPlan, Finding

UNHURRIED_MS = 60_000
"""Budget of a plan that nobody waits for: of an agent whose policy plans nothing live."""
MOST_TRIES = 3
"""How often one request is sent when it fails in a way that may pass."""
_SHARE_KEPT = 0.1
_MOST_KEPT_MS = 300.0
"""Part of a budget that is kept for the guard and the seal, and its upper bound."""
_WORTH_TRYING = 0.2
"""Part of a budget that must be left for another try."""


class ClaudePlanner:
    """Plans with Claude. One planner serves many tasks, from several threads at once.

    With `cassettes` that replay, no server is asked and no key is needed. `close` ends its connections; an
    abandoned request never holds up the exit.
    """

    def __init__(
        self,
        *,
        prices: Prices | None = None,
        cassettes: Cassettes | None = None,
        first_wait_s: float = 0.25,
    ) -> None:
        self.prices = prices or load_prices()
        self.cassettes = cassettes
        self.first_wait_s = first_wait_s
        """Seconds before a second try, unless the server says otherwise; doubled for the third."""
        self._wire = Wire()

    def load(self) -> None:
        """Begins to load the SDK (a second or two) while the caller does something else; else the first plan
        of the process waits for it, within its budget. Nothing is loaded where replies are played back.
        """
        if not self.replays:
            self._wire.load()

    @property
    def replays(self) -> bool:
        """Whether every reply is played back, and no server is asked."""
        return self.cassettes is not None and self.cassettes.replays

    def close(self) -> None:
        """Closes the connections that are idle."""
        self._wire.close()

    def plan(self, task: Task, *, budget_ms: float | None = None, ledger: Ledger | None = None) -> CallPlan:
        """The plan for one task within `budget_ms` (else the policy's), counted from the ledger's beginning.

        It is Claude's, or the offline one with `fallback_reason`. Raises BadInput only where a reply that was
        to be played back is missing, and Unavailable where one cannot be recorded.
        """
        ledger = Ledger(silent=True) if self.replays else (ledger or Ledger())
        budget = budget_ms or task.policy.planning.budget_ms or UNHURRIED_MS
        run = _Run(self, task, ledger, budget - min(_MOST_KEPT_MS, budget * _SHARE_KEPT), budget)
        return run.plan()

    def exchange(self, request: Request, *, timeout_s: float, timing: Timing) -> Answer | Failure:
        """One request to the server, sent once."""
        return self._wire.ask(request.params, timeout_s=timeout_s, timing=timing)


class _Run:
    """One plan in the making."""

    def __init__(
        self, owner: ClaudePlanner, task: Task, ledger: Ledger, usable_ms: float, budget_ms: float
    ) -> None:
        self.owner, self.task, self.ledger = owner, task, ledger
        self.usable_ms, self.budget_ms = usable_ms, budget_ms
        self.usage: Usage | None = None

    def plan(self) -> CallPlan:
        request = build_request(self.task)
        message = self._first(request)
        if isinstance(message, Failure):
            return fall_back(self.task, message.reason, bill=self._bill(), ledger=self.ledger)
        read = read_reply(message)
        if isinstance(read, Unusable):
            return fall_back(self.task, read.reason, bill=self._bill(), ledger=self.ledger)
        with self.ledger.phase("guard"):
            complaints = check_draft(read.draft, self.task)
        drafted, complaints, repaired = self._repaired(request, message, read, complaints)
        return finish(
            self.task, drafted.draft, complaints, bill=self._bill(), repaired=repaired, ledger=self.ledger
        )

    def _bill(self) -> Bill:
        return Bill(self.usage, self.owner.prices)

    def _first(self, request: Request) -> Json | Failure:
        cassettes = self.owner.cassettes
        if cassettes and cassettes.replays:
            message = cassettes.play(request, self.task)
            self._count(usage_of(message, request.model))
            return message
        message = self._ask(request, "request")
        if not isinstance(message, Failure):
            self._keep(request, message)  # at once: it is paid for, whatever becomes of this process
        return message

    def _repaired(
        self, request: Request, message: Json, first: Drafted, complaints: tuple[Complaint, ...]
    ) -> tuple[Drafted, tuple[Complaint, ...], tuple[Finding, ...]]:
        """The draft after one repair, where something is wrong and there is time; else as it is."""
        asked = [(c.place, c.rule, c.what) for c in complaints]
        if not asked:
            return first, complaints, ()
        again = repair_request(request, self.task, first.text, asked)
        second = self._second(request, again)
        if second is None or isinstance(second, Failure):
            return first, complaints, ()
        self._keep(again, second)
        self._keep(request, message, repaired=True)
        read = read_reply(second)
        if isinstance(read, Unusable):
            return first, complaints, ()
        with self.ledger.phase("guard"):
            left = check_draft(read.draft, self.task)
        if sum(c.grave for c in left) > sum(c.grave for c in complaints):
            return first, complaints, ()
        return read, left, repaired_findings(complaints, left)

    def _second(self, request: Request, again: Request) -> Json | Failure | None:
        """The answer to a repair: played back, asked for, or None where there is no time."""
        cassettes = self.owner.cassettes
        if cassettes and cassettes.replays:
            if not cassettes.was_repaired(request, self.task):
                return None
            message = cassettes.play(again, self.task)
            self._count(usage_of(message, again.model))
            return message
        spent = max((phase.ms for phase in self.ledger.phases if phase.phase == "request"), default=0.0)
        if self.ledger.remaining_ms(self.usable_ms) < max(spent, _WORTH_TRYING * self.budget_ms):
            self.ledger.add("repair", 0, "no time left for it")
            return None
        return self._ask(again, "repair", tries=1)

    def _ask(self, request: Request, phase: str, *, tries: int = MOST_TRIES) -> Json | Failure:
        """The server's message, after a few tries where they help and there is time for them."""
        failure = Failure("no time was left in the budget to ask", sent=False)
        for number in range(1, tries + 1):
            left_ms = self.ledger.remaining_ms(self.usable_ms)
            if left_ms <= 0:
                break
            timing = Timing()
            found = self.owner.exchange(request, timeout_s=left_ms / 1000, timing=timing)
            if timing.sdk_ms >= 1:
                self.ledger.add("sdk", timing.sdk_ms)
            note = "" if isinstance(found, Answer) else found.reason
            if timing.sent:
                self.ledger.add(phase, timing.request_ms, note)
            if isinstance(found, Answer):
                self._count(usage_of(found.message, request.model))
                return found.message
            if found.sent:
                self._count(Usage(request.model, unanswered=1))
            failure = found
            if not found.may_retry or number == tries or not self._wait(found, number):
                break
        return failure

    def _wait(self, failure: Failure, number: int) -> bool:
        """Waits before the next try; False, at once, where too little of the budget would be left."""
        wait_s = self.owner.first_wait_s * 2 ** (number - 1) if failure.wait_s is None else failure.wait_s
        left_ms = self.ledger.remaining_ms(self.usable_ms) - wait_s * 1000
        if left_ms < _WORTH_TRYING * self.budget_ms:
            return False
        with self.ledger.phase("wait"):
            time.sleep(wait_s)
        return True

    def _count(self, usage: Usage) -> None:
        self.usage = usage if self.usage is None else self.usage + usage

    def _keep(self, request: Request, message: Json, *, repaired: bool = False) -> None:
        cassettes = self.owner.cassettes
        if cassettes and not cassettes.replays and isinstance(message, dict):
            cassettes.keep(request, self.task, message, repaired=repaired)
