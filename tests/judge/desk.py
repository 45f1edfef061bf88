"""A call that leaves much open, and a judge at the other end of a real connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from precall_cli.audit.examination import Examination
from precall_cli.audit.fusion import Fusion, load_fusion
from precall_cli.judge import Judge, judge_call
from precall_cli.records.audit import Audit, AuditItem
from precall_cli.records.transcript import Transcript
from tests.audit.calls import SPOKEN, call, plan
from tests.claude.server import Act, Answer, Server, message, reply

Json = Any
KEY = "sk-ant-canary-11d2"


def unsure() -> Fusion:
    """The shipped layers with so wide a band that everything is undecided."""
    found = load_fusion()
    return replace(found, thresholds={**found.thresholds, "uncertain": 99.0, "uncertain_critical": 99.0})


def data_of(body: Json) -> Json:
    """What stands behind the fence of a request, read as the model reads it."""
    text = body["messages"][0]["content"]
    assert text.count("<audit_data>") == text.count("</audit_data>") == 1, "the fence stands once"
    return json.loads(text.partition("<audit_data>")[2].partition("</audit_data>")[0])


def verdict(item: str, status: str, turn: int = -1, quote: str = "", result: str = "") -> Json:
    return {
        "item": item, "status": status, "result": result, "turn": turn, "quote": quote, "reason": "because",
    }  # fmt: skip


def says(*verdicts: Json) -> Act:
    return reply(message(json.dumps({"verdicts": list(verdicts)}), model="claude-sonnet-5-5"))


def always(*verdicts: Json) -> Answer:
    return lambda body, number: says(*verdicts)


@contextmanager
def judge_at(answer: Answer, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Iterator[tuple[Judge, Server]]:
    with Server(answer) as server:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        judge = Judge(first_wait_s=0.01, **more)
        yield judge, server
        judge.close()


def settle(
    judge: Judge, heard: Transcript | None = None, fusion: Fusion | None = None
) -> tuple[Audit, Examination]:
    """The call of `tests.audit.calls`, or another, audited with everything open."""
    return judge_call(plan(), heard or call(SPOKEN), judge=judge, fusion=fusion or unsure())


def item_of(audit: Audit, name: str) -> AuditItem:
    return next(item for item in audit.items if item.item == name)


def why_of(audit: Audit, name: str) -> list[str]:
    assert audit.judge is not None
    return [each.why for each in audit.judge.discarded if each.item == name]
