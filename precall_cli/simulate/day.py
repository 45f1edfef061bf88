"""One day as a discrete-event simulation: triggers, the gate, the planner's queue, the dialler's lines.

Three kinds of events stand in one heap, in the order of their times:

- a trigger arrives: the gate refuses it, or a plan stands, or one is asked for, or there is none to plan;
- a live plan is asked for: it waits for a worker and for the provider's rate limit, first come, first
  served, and gives way to the offline plan at the end of the policy's budget;
- a contact is ready to be dialled: it waits for a line and holds it for the length of the call.

Workers and lines are heaps of the times at which each is free next. Memory does not grow with the number of
contacts: triggers are drawn piece by piece, durations are counted in buckets.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from precall_cli.simulate.arriving import batch_times, triggers_of
from precall_cli.simulate.desk import Desk, Means
from precall_cli.simulate.tally import DayResult, Queue, Tally

_TRIGGER, _ASK, _READY = 0, 1, 2
Event = tuple[float, int, int, int, float, float, float, str]
"""When, a number that settles ties, what, whose; time of the trigger, planning and talking time, the plan."""

NO_WINDOW = "the window closed before its batch was sent"
NOT_DONE = "its batch was not done yet"
UNUSABLE = "its answer could not be used"
NO_WORKER = "no worker or no request was free within the budget"
OVER_BUDGET = "the planner was over its budget"


def run_day(
    desks: Sequence[Desk], means: Means, seed: int, *, hour: int | None = None, seconds: float = 0.0
) -> DayResult:
    """Plays the triggers of the day, or of the first `seconds` of one hour, and all that follows."""
    return _Day(desks, means, seed, hour, seconds).play()


class _Day:
    def __init__(
        self, desks: Sequence[Desk], means: Means, seed: int, hour: int | None, seconds: float
    ) -> None:
        self.desks, self.means = desks, means
        self.start_s = 0.0 if hour is None else hour * 3_600.0
        self.end_s = 86_400.0 if hour is None else self.start_s + seconds
        self.tallies = [Tally() for _ in desks]
        self.queue = Queue()
        self.pools, self.pool_of = _line_pools(desks, means)
        self.busy_lines = dict.fromkeys(self.pools, 0.0)
        self.workers = [0.0] * means.workers
        self.busy_workers = 0.0
        self.batches = batch_times(desks, means, seed)
        self.needed = [0] * len(desks)
        self.interval = 1.0 / means.per_second if means.per_second else 0.0
        self.credit = self.interval * means.burst
        self.allowed = -self.credit
        self.heap: list[Event] = []
        self.number = 0
        self.sources = [triggers_of(desk, seed, hour, seconds) for desk in desks]
        self.upcoming: list[list[float]] = [[] for _ in desks]

    def play(self) -> DayResult:
        for who in range(len(self.desks)):
            self._next_trigger(who)
        now = self.start_s
        heap, pop = self.heap, heapq.heappop
        steps = (self._trigger, self._ask, self._ready)
        while heap:
            event = pop(heap)
            steps[event[2]](event)
            now = event[0]
        done = [time for times in self.batches for time in times]
        return DayResult(
            agents={desk.agent: tally for desk, tally in zip(self.desks, self.tallies, strict=True)},
            planner=self.queue,
            busy_workers_s=self.busy_workers,
            busy_lines_s=self.busy_lines,
            batches=len(done),
            batch_last_s=max(done, default=None),
            span_s=max(now, self.end_s) - self.start_s,
        )

    def _push(
        self, at: float, kind: int, who: int, trigger: float, serves: float, talks: float, plan: str
    ) -> None:
        self.number += 1
        heapq.heappush(self.heap, (at, self.number, kind, who, trigger, serves, talks, plan))

    def _next_trigger(self, who: int) -> None:
        row = next(self.sources[who], None)
        if row:
            self.upcoming[who] = row
            self._push(row[0], _TRIGGER, who, row[0], 0.0, 0.0, "")

    def _trigger(self, event: Event) -> None:
        now, who = event[0], event[3]
        _, refusing, standing, failing, _, before, serves, talks = self.upcoming[who]
        self._next_trigger(who)
        desk, tally = self.desks[who], self.tallies[who]
        tally.triggers += 1
        if code := _refusal(desk, refusing):
            tally.refused[code] += 1
            return
        through = now + before
        if standing < desk.standing or desk.mode == "skipped":
            plan = "standing" if standing < desk.standing else "trivial"
            self._push(through + desk.on_the_spot_s, _READY, who, now, 0.0, talks, plan)
        elif desk.mode == "precomputed":
            why = self._batch_fault(who, now, failing)
            if why:
                tally.fallbacks[why] += 1
            plan = "fallback" if why else "batch"
            self._push(through + desk.on_the_spot_s, _READY, who, now, 0.0, talks, plan)
        elif desk.live:
            answer = "unusable" if failing < desk.failed else "live"
            self._push(through, _ASK, who, now, serves, talks, answer)
        else:
            self._push(through + serves, _READY, who, now, 0.0, talks, "live")

    def _batch_fault(self, who: int, now: float, failing: float) -> str:
        """Why the plan that was to be made in the night is not there; empty where it is."""
        place = self.needed[who] // self.means.batch_size
        self.needed[who] += 1
        if place >= len(self.batches[who]):
            return NO_WINDOW
        if self.batches[who][place] > now:
            return NOT_DONE
        return UNUSABLE if failing < self.desks[who].failed else ""

    def _ask(self, event: Event) -> None:
        now, _, _, who, trigger, serves, talks, answer = event
        desk, tally, queue = self.desks[who], self.tallies[who], self.queue
        deadline = now + desk.budget_s
        start = max(now, self.workers[0])
        if self.interval:
            start = max(start, self.allowed)
        queue.turn(now, +1)
        queue.asked += 1
        why = ""
        if start >= deadline:
            start = done = deadline
            why = NO_WORKER
        else:
            tally.asked += 1
            if self.interval:
                self.allowed = max(self.allowed, start - self.credit) + self.interval
            done = min(start + serves, deadline)
            heapq.heapreplace(self.workers, done)
            self.busy_workers += done - start
            if start + serves > deadline:
                why = OVER_BUDGET
            elif answer != "live":
                why = UNUSABLE
        queue.waited_s += start - now
        queue.time_in_s += done - now
        tally.planner_wait.add(start - now)
        if why:
            tally.fallbacks[why] += 1
        self._push(done, _READY, who, trigger, -1.0, talks, "fallback" if why else "live")

    def _ready(self, event: Event) -> None:
        now, _, _, who, trigger, serves, talks, plan = event
        desk, tally = self.desks[who], self.tallies[who]
        if serves < 0:  # it comes from the planner's queue
            self.queue.turn(now, -1)
        ready = now + desk.line_up_s
        pool = self.pool_of[who]
        lines = self.pools[pool]
        start = max(ready, lines[0])
        heapq.heapreplace(lines, start + talks)
        self.busy_lines[pool] += talks
        tally.plans[plan] += 1
        tally.dialled += 1
        tally.line_wait.add(start - ready)
        tally.to_dial.add(start - trigger)
        if desk.sla_s is not None and start - trigger > desk.sla_s:
            tally.late += 1


def _refusal(desk: Desk, drawn: float) -> str:
    for code, share in desk.refused:
        if drawn < share:
            return code
        drawn -= share
    return ""


def _line_pools(desks: Sequence[Desk], means: Means) -> tuple[dict[str, list[float]], list[str]]:
    """The lines by the name of their pool, and which pool each agent dials from."""
    pools = {"dialler": [0.0] * means.lines}
    names = []
    for desk in desks:
        if desk.lines is not None:
            pools[desk.agent] = [0.0] * desk.lines
        names.append("dialler" if desk.lines is None else desk.agent)
    return pools, names
