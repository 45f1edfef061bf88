"""Plans as the command line makes and finds them: planned and saved, by id from the store, or from a file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.cli.batched import staleness_lines
from precall_cli.records.plan import CallPlan
from precall_cli.records.refusal import Refusal

if TYPE_CHECKING:
    from precall_cli.batch.engines import Engine
    from precall_cli.cli.engine import Engines
    from precall_cli.planner import Playbook
    from precall_cli.policies import Policies, Rollout
    from precall_cli.records.brief import Brief
    from precall_cli.records.policy import Policy
    from precall_cli.store import Store


AT_CALL_FOR_S = 900.0
"""Seconds for which a plan made at call is taken again, where the policy sets no `sla_s`."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of one brief: a plan or a refusal, stored and sealed."""

    plan: CallPlan | None
    refusal: Refusal | None
    policy: Policy
    """By which it was planned."""
    new: bool
    """False where it was stored before."""
    took_ms: float
    """Milliseconds from the brief to the seal."""
    status: str
    """Where it is stored, in words."""
    cautions: tuple[str, ...] = ()
    """What the gate could not verify."""
    replaced: tuple[str, ...] = ()
    """Why the plan before this one no longer stood."""


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """A plan, and whether a store has sealed it."""

    plan: CallPlan
    sealed_at: str | None
    seq: int | None


def plan_and_save(
    store: Store,
    brief: Brief,
    policies: Policies,
    playbook: Playbook,
    *,
    now: datetime,
    agent: str | None = None,
    rollout: Rollout | None = None,
    engine: Engine | None = None,
) -> Saved:
    """Plans one brief and stores what comes of it; a plan that still stands is taken again.

    Without a `rollout` any version of a policy goes live, as in a demo.
    """
    from precall_cli.batch.desk import Desk
    from precall_cli.batch.engines import OfflineEngine
    from precall_cli.batch.run import settle_one

    desk = Desk(
        policies=policies,
        playbook=playbook,
        engine=engine or OfflineEngine(playbook),
        now=now,
        agent=agent,
        rollout=rollout,
        at_call_for_s=AT_CALL_FOR_S,
    )
    started = time.monotonic()
    settled = settle_one(store, brief, desk)
    took_ms = (time.monotonic() - started) * 1000
    status = _status(settled.seq, settled.new)
    if settled.refusal is not None:
        return Saved(None, settled.refusal, settled.policy, settled.new, took_ms, status)
    found = settled.admission.cautions if settled.admission else ()
    cautions = tuple(f"{c.place + ': ' if c.place else ''}{c.message}" for c in found)
    replaced = tuple(staleness_lines(settled))
    return Saved(settled.plan, None, settled.policy, settled.new, took_ms, status, cautions, replaced)


def note_if_late(saved: Saved, engines: Engines) -> bool:
    """Says so, and is true, where a new plan was sealed after its budget had passed."""
    from precall_cli.report.console import note

    budget = engines.overran_ms(saved.took_ms, saved.policy) if saved.plan and saved.new else None
    if budget is None or saved.plan is None:
        return False
    note(
        ("over budget: ", "yellow"),
        f"{saved.plan.plan_id} was sealed after {saved.took_ms:,.0f} ms; the budget is {budget:,} ms",
    )
    return True


def _status(seq: int, new: bool) -> str:
    return f"sealed as row {seq}" if new else f"already sealed as row {seq}; nothing was stored"


def find_plan(name: str, db: Path) -> FoundPlan:
    """The plan that `name` means: a file, else an id (or the beginning of one) in the store."""
    from precall_cli.cli.files import read_bytes

    path = Path(name)
    if name == "-" or path.suffix == ".json" or path.is_file():
        return FoundPlan(CallPlan.from_json(read_bytes(path), name), None, None)
    from precall_cli.store import Store

    with Store.open(db, create=False, read_only=True) as store:
        stored = store.load_plan(name)
    return FoundPlan(stored.plan, stored.sealed_at, stored.seq)
