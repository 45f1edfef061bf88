"""Many briefs through the desk: a chunk at a time, so that what was done stays done whatever ends the run.

Briefs are looked at and planned outside the store's lock and sealed a chunk at a time in one transaction.
A run that was killed is simply started again: what is sealed is found, the rest is done. Nothing of the run
itself is kept, and the order of the list decides, never the clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

from precall_cli.accounts import EXCLUSIVE, Story, find_holder, heard_in_outcome, make_story
from precall_cli.batch.desk import Desk, Prepared, Settled, prepare, settle
from precall_cli.batch.source import Entry
from precall_cli.batch.spool import Spool
from precall_cli.batch.tally import Failure, Tally
from precall_cli.batch.threads import each_in_threads
from precall_cli.errors import BadInput
from precall_cli.planning import Planned, policy_for
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.store import Store
from precall_cli.store.account_rows import load_account_briefs, load_account_calls
from precall_cli.store.standing import open_plans

CHUNK = 100
"""Briefs sealed together: the most that a kill can undo, and what a transaction's cost is shared by."""
WINDOW = 32
"""Accounts worked on side by side, a contact of each at a time."""


class Pace:
    """Spaces starts so that there are at most so many a second; None for as fast as it goes."""

    def __init__(
        self,
        per_second: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Returns when the next one may start; several threads take their turns."""
        if not self._gap:
            return
        with self._lock:
            now = self._clock()
            mine = max(now, self._next)
            self._next = mine + self._gap
        self._sleep(max(0.0, mine - now))


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what happens; each is called in the one thread that writes."""

    failed: Callable[[Failure], None] = lambda failure: None
    settled: Callable[[str, Settled], None] = lambda place, settled: None
    stepped: Callable[[Tally], None] = lambda tally: None


@dataclass(slots=True)
class Job:
    """A brief on its way, with what its account's people told us."""

    place: str
    brief: Brief
    story: Story | None = None
    prepared: Prepared | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A brief that the engine has to plan."""

    brief: Brief
    planned: Planned
    """The frame: what gate and offline planner say."""
    held: bool
    """Whether another plan of the account holds its objective."""


@dataclass(slots=True)
class Run:
    """One run over a list."""

    store: Store
    desk: Desk
    concurrency: int = 1
    pace: Pace = field(default_factory=lambda: Pace(None))
    watch: Watch = field(default_factory=Watch)
    tally: Tally = field(default_factory=Tally)
    waiting: Spool = field(default_factory=Spool)
    """Briefs whose plan will be there later."""
    first: bool = True
    """Whether this is the first time that it goes over the list."""
    _asked: set[tuple[str, str]] = field(default_factory=set)
    """Account and objective for which a plan is on its way, within a window."""

    def over(self, entries: Iterable[Entry]) -> Tally:
        """Settles every brief; accounts whose contacts must know of one another come after the others."""
        with closing(Spool()) as spool:
            for chunk in _chunks(self._separate(entries, spool), self._chunk_size()):
                self.settle_chunk(chunk)
            self._accounts(spool)
        self.watch.stepped(self.tally)
        return self.tally

    def _chunk_size(self) -> int:
        return max(1, min(CHUNK, 4 * self.concurrency)) if self.desk.engine.concurrent else CHUNK

    def _separate(self, entries: Iterable[Entry], spool: Spool) -> Iterator[Job]:
        """The briefs that can be planned by themselves; the others go to the spool, bad ones to the tally."""
        for entry in entries:
            if entry.brief is None:
                self.fail(entry.place, "not a brief", entry.problem)
                continue
            try:
                policy = policy_for(entry.brief, self.desk.policies, self.desk.agent)
            except BadInput as error:
                self.fail(entry.place, "no policy applies", str(error))
                continue
            if policy.coordination.account:
                spool.add(entry.place, entry.brief)
            else:
                yield Job(entry.place, entry.brief)

    def fail(self, place: str, reason: str, problem: str) -> None:
        """Counts a brief that does not come through."""
        self.watch.failed(self.tally.fail(place, reason, problem))

    def _accounts(self, spool: Spool) -> None:
        """Account by account: one story for all its contacts, who then take turns for its objectives."""
        accounts = spool.accounts()
        while window := list(islice(accounts, WINDOW)):
            self._asked.clear()
            rows = [self._account_jobs(account, spool) for account in window]
            for turn in range(max(map(len, rows))):
                self.settle_chunk([row[turn] for row in rows if turn < len(row)])

    def _account_jobs(self, account_id: str, spool: Spool) -> list[Job]:
        briefs = spool.briefs(account_id)
        story = read_story(self.store, account_id, [brief for _, brief in briefs])
        if self.first:
            self.tally.accounts += 1
            self.tally.account_contacts += len(briefs)
        return [Job(place, brief, story) for place, brief in briefs]

    def settle_chunk(self, jobs: list[Job]) -> None:
        """Looks, plans and seals some briefs; of an account at most one."""
        opted_out = self.store.opted_out()
        looked = [job for job in jobs if self._prepare(job, opted_out)]
        ready: list[tuple[Job, CallPlan | None]] = []
        for job, plan in zip(looked, self._plan(looked), strict=True):
            if plan is None and job.prepared is not None and isinstance(job.prepared.outcome, Planned):
                self.waiting.add(job.place, job.brief)
            else:
                ready.append((job, plan))
        with self.store.writing():
            latched = self.store.opted_out()
            settled = [(job, self._settle(job, plan, opted_out, latched)) for job, plan in ready]
        for job, each in settled:
            self.tally.add(each)
            self.watch.settled(job.place, each)
        self.watch.stepped(self.tally)

    def _prepare(self, job: Job, opted_out: Collection[str]) -> bool:
        try:
            job.prepared = prepare(self.store, job.brief, self.desk, opted_out=opted_out, story=job.story)
        except BadInput as error:
            self.fail(job.place, "no policy applies", str(error))
            return False
        return True

    def _plan(self, jobs: list[Job]) -> list[CallPlan | None]:
        """The engine's plans, in order; none for a brief that needs none, or whose plan comes later."""
        due = [find_due(self.store, job.prepared, self.desk) if job.prepared else None for job in jobs]
        if not self.desk.engine.concurrent:
            return [self._plan_one(each) if each else None for each in due]
        plans = iter(each_in_threads(self._plan_one, [each for each in due if each], self.concurrency))
        return [next(plans) if each else None for each in due]

    def _plan_one(self, due: Due) -> CallPlan | None:
        if due.held:  # it will be refused: no call is paid for it
            return due.planned.plan
        engine, objective = self.desk.engine, due.planned.plan.objective.type
        sought = (due.brief.account.account_id, objective)
        coordinated = engine.paid and due.planned.policy.coordination.account and objective in EXCLUSIVE
        if coordinated and sought in self._asked:
            return None
        if engine.concurrent:
            self.pace.wait()
        plan = engine.plan(due.brief, due.planned)
        if plan is None and coordinated:
            self._asked.add(sought)
        return plan

    def _settle(
        self, job: Job, plan: CallPlan | None, opted_out: Collection[str], latched: Collection[str]
    ) -> Settled:
        """Seals one brief; somebody who asked meanwhile never to be called again is heard."""
        prepared = job.prepared
        assert prepared is not None
        contact = prepared.brief.contact
        if {contact.contact_id, contact.phone} & (set(latched) - set(opted_out)):
            prepared = prepare(self.store, job.brief, self.desk, opted_out=latched, story=job.story)
        return settle(self.store, prepared, plan, self.desk)


def settle_one(store: Store, brief: Brief, desk: Desk) -> Settled:
    """One brief by itself: looked at, planned and sealed. Raises BadInput where no policy applies."""
    policy = policy_for(brief, desk.policies, desk.agent)
    account_id = brief.account.account_id
    story = read_story(store, account_id, [brief]) if policy.coordination.account else None
    opted_out = store.opted_out()
    prepared = prepare(store, brief, desk, opted_out=opted_out, story=story)
    due = find_due(store, prepared, desk)
    plan = (due.planned.plan if due.held else desk.engine.plan(due.brief, due.planned)) if due else None
    with store.writing():
        return settle(store, prepared, plan, desk)


def find_due(store: Store, prepared: Prepared, desk: Desk) -> Due | None:
    """What the engine has to plan, if it has to."""
    if not isinstance(prepared.outcome, Planned):
        return None
    held = None
    if desk.engine.paid and prepared.policy.coordination.account:
        others = open_plans(store, now=desk.now, account_id=prepared.brief.account.account_id)
        held = find_holder(prepared.outcome.plan, prepared.brief.contact.contact_id, others)
    return Due(prepared.brief, prepared.outcome, held is not None)


def read_story(store: Store, account_id: str, briefs: Iterable[Brief]) -> Story:
    """What an account's people told us: by these briefs, by the stored ones of others, by recorded calls."""
    given = list(briefs)
    stored = load_account_briefs(store, account_id, but=[brief.contact.contact_id for brief in given])
    calls = [
        heard
        for call in load_account_calls(store, account_id)
        for heard in heard_in_outcome(call.outcome, call.contact_id, call.contact_name, call.sealed_at)
    ]
    return make_story(account_id, (*given, *stored), calls)


def _chunks(jobs: Iterator[Job], size: int) -> Iterator[list[Job]]:
    while chunk := list(islice(jobs, size)):
        yield chunk
