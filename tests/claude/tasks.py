"""Tasks to plan, and a planner that talks to a server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

from precall_cli.claude import ClaudePlanner, Task
from precall_cli.planner import Playbook, load_playbook
from precall_cli.planning import Planned, plan_brief, task_for
from precall_cli.policies import Policies, load_policies
from precall_cli.records.brief import Brief
from precall_cli.records.record import parse_time
from tests.claude.server import Server

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


@cache
def policies() -> Policies:
    return load_policies(None)


@cache
def playbook() -> Playbook:
    return load_playbook(None)


@cache
def _brief_text(case: str) -> str:
    return (FIXTURES / case / "brief.json").read_text(encoding="utf-8")


def brief_of(case: str = "intent_event-known-budget") -> dict[str, Any]:
    """The document of a fixture's brief, to be changed at will."""
    found: dict[str, Any] = json.loads(_brief_text(case))
    return found


def make_task(document: dict[str, Any] | None = None, **planning: Any) -> Task:
    """The task for a brief, a few seconds after it was put together; `planning` changes the policy."""
    return _make_task(json.dumps(document or brief_of()), tuple(planning.items()))


@lru_cache(maxsize=64)
def _make_task(text: str, planning: tuple[tuple[str, Any], ...]) -> Task:
    brief = Brief.from_document(json.loads(text), "brief")
    now = parse_time(str(brief.assembled_at)) + timedelta(seconds=5)
    planned = plan_brief(brief, policies(), playbook(), now=now)
    assert isinstance(planned, Planned)
    task = task_for(planned, brief, playbook(), now=now, engine="claude")
    assert task is not None
    if planning:
        changed = task.policy.planning.model_copy(update=dict(planning))
        return Task(
            brief, task.policy.model_copy(update={"planning": changed}), task.admission, task.frame,
            task.seller, task.limits, now,
        )  # fmt: skip
    return task


@contextmanager
def planner_at(server: Server, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Iterator[ClaudePlanner]:
    """A planner that finds its server and key as users give them: in the environment."""
    for name in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-canary-7f3a")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    planner = ClaudePlanner(**more)
    try:
        yield planner
    finally:
        planner.close()
