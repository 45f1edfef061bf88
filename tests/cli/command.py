"""Runs the real command in a process of its own, and makes the small files that it is run on."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOW = "2026-10-06T18:22:40Z"
NOT_OURS = ("PRECALL_", "ANTHROPIC_", "COLUMNS", "GITHUB_", "NO_COLOR", "FORCE_COLOR")
"""What of the environment a test must not depend on: a test runner sets a width for its workers."""
BRIEF: dict[str, Any] = {
    "schema": "precall.brief/1",
    "brief_id": "brf_100",
    "assembled_at": "2026-10-06T18:22:31Z",
    "agent": "inbound",
    "trigger": {"kind": "form_submit", "at": "2026-10-06T18:22:08Z", "detail": "Contact form: call routing"},
    "contact": {
        "contact_id": "con_100",
        "name": "Dana Reyes",
        "title": "Office Manager",
        "phone": "+12105550147",
        "timezone": "America/Chicago",
    },
    "account": {"account_id": "acc_100", "name": "Ferry Lane Dental", "employees": 38},
    "dnc": {"listed": False, "checked_at": "2026-10-06T18:22:14Z", "registry": "us_ndnc"},
    "consent": {"recording": True, "ai_voice": True, "obtained_at": "2026-10-06T18:22:08Z"},
    "jurisdiction": "US-TX",
    "ae": {"name": "Sam Ortiz", "calendar_url": "https://cal.example/sam"},
}
PLAN: dict[str, Any] = {
    "schema": "precall.plan/1",
    "agent": "inbound",
    "objective": {"id": "objective", "type": "book_meeting", "statement": "Book a call with Sam Ortiz"},
    "opening": {
        "id": "opening",
        "strategy": "reference_trigger",
        "line": "You asked about call routing on our site.",
    },
    "disclosures": [{"id": "d1", "text": "I'm an AI assistant and this call is recorded", "due": "opening"}],
    "qualification": [
        {"id": "q1", "topic": "team_size", "question": "How many people are on the phones?"},
        {"id": "q2", "topic": "timeline", "question": "When would you like to have this in place?"},
    ],
    "next_steps": [
        {
            "id": "n1",
            "step": "30-minute call with Sam Ortiz",
            "ask": "Would Thursday suit you for half an hour with Sam?",
        }
    ],
    "stop_conditions": [
        {
            "id": "s1",
            "condition": "The contact asks not to be called again",
            "action": "Apologise and end the call",
        }
    ],
}
CALL = """\
Agent: Hi Dana, I'm an AI assistant and this call is recorded. You asked about call routing on our site.
Customer: Yes, that was me.
Agent: How many people are on the phones?
Customer: About twelve.
Agent: And when would you like to have this in place?
Customer: By January.
Agent: Would Thursday suit you for half an hour with Sam?
Customer: Yes, Thursday works for me.
Agent: Great, Thursday it is. Goodbye.
Customer: Bye.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


def precall(*args: str | Path, cwd: Path, stdin: str = "", **environ: str) -> Run:
    """Runs `precall` with these arguments in `cwd`, without a terminal."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(NOT_OURS)}
    done = subprocess.run(
        [sys.executable, "-m", "precall_cli", *map(str, args)],
        cwd=cwd,
        input=stdin,
        env=clean | environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Run(done.returncode, done.stdout, done.stderr)


def brief(**changes: Any) -> dict[str, Any]:
    """The brief with some top-level fields replaced; None removes one."""
    document = copy.deepcopy(BRIEF) | changes
    return {key: value for key, value in document.items() if value is not None}


def write(path: Path, content: Any) -> Path:
    """Writes text as it is and anything else as JSON."""
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path
