"""Lists of briefs, a desk, and what a store holds after a run."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from precall_cli.batch.desk import Desk
from precall_cli.batch.engines import OfflineEngine
from precall_cli.batch.run import Run
from precall_cli.batch.source import Entry, read_entries
from precall_cli.batch.tally import Tally
from precall_cli.planner import Playbook, load_playbook
from precall_cli.policies import Policies, Rollout, load_policies
from precall_cli.records.brief import Brief
from precall_cli.records.policy import Policy
from precall_cli.records.record import parse_time
from precall_cli.store import Store
from tests.planner.planner_briefs import DOCUMENTS

NOW = "2026-11-18T16:00:00Z"
CHECKED = "2026-11-17T06:00:00Z"
ROLLOUT = Rollout(("Product",), allow_unadopted=True)
"""Nobody switched an agent off, and any version may go live."""


@cache
def playbook() -> Playbook:
    return load_playbook(None)


@cache
def policies() -> Policies:
    return load_policies(None)


def with_policy(agent: str, change: Callable[[dict[str, Any]], object]) -> Policies:
    """The policies, one of them changed."""
    document = policies().get(agent).full_document()
    change(document)
    changed = Policy.from_document(document, "policy")
    return replace(policies(), by_agent={**policies().by_agent, agent: changed})


def document(number: int, agent: str = "cold_list", **changes: Any) -> dict[str, Any]:
    """The number-th brief for an agent: a contact and an account of its own, fit to be called at NOW."""
    found = copy.deepcopy(DOCUMENTS[agent][1])
    found["brief_id"] = f"brf_{number}"
    found["contact"] |= {"contact_id": f"con_{number}", "phone": f"+1614555{number % 10000:04d}"}
    found["account"] |= {"account_id": f"acc_{number}", "employees": 10 + number % 90}
    found["dnc"] = {"listed": False, "checked_at": CHECKED, "registry": "us_ndnc"}
    found["consent"] = {"recording": True, "ai_voice": True, "obtained_at": CHECKED}
    return found | changes


def colleague(
    number: int, name: str, *facts: dict[str, Any], account: str = "acc_shared", **changes: Any
) -> dict[str, Any]:
    """A contact of one shared account, for the agent that coordinates; `facts` were told in their call."""
    found = document(number, "intent_event")
    found["account"]["account_id"] = account
    found["contact"]["name"] = name
    found["engaged_contacts"] = []
    found["prior_calls"] = [
        {
            "call_id": f"call_{number}",
            "at": "2026-11-10T10:00:00Z",
            "contact_id": found["contact"]["contact_id"],
            "contact_name": name,
            "outcome": "stalled",
            "facts": list(facts),
        }
    ]
    return found | changes


def write_list(path: Path, rows: Iterable[Any]) -> Path:
    """A `.jsonl` file; a row that is a string stands there as it is."""
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def desk(now: str = NOW, **more: Any) -> Desk:
    """A desk with the offline engine."""
    given = {"policies": policies(), "playbook": playbook(), "engine": OfflineEngine(playbook())} | more
    return Desk(now=parse_time(now), **given)


def entries(rows: Iterable[dict[str, Any]]) -> list[Entry]:
    return [Entry(f"list:{n}", Brief.from_document(row, "row")) for n, row in enumerate(rows, start=1)]


def run_list(db: Path, source: Path | Iterable[dict[str, Any]], desk: Desk) -> Tally:
    """One run over a list, in this process."""
    rows = read_entries(source) if isinstance(source, Path) else entries(source)
    with Store.open(db) as store:
        run = Run(store, desk)
        with closing(run.waiting):
            return run.over(rows)


def plans_in(db: Path) -> dict[str, list[str]]:
    """The plans of each contact, in the order of sealing."""
    found: dict[str, list[str]] = {}
    with Store.open(db, create=False, read_only=True) as store:
        assert not store.verify().faults
        for each in reversed(store.list_plans(limit=None)):
            found.setdefault(each.contact_id, []).append(each.plan_id)
    return found
