"""`plan create --engine claude`, as users run it: the real command, a real server, a real store.

What depends on the process (its exit, its environment) runs in one of its own; the rest shares this one, and
with it the SDK that takes a second to load.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.claude.model import good_draft, plans, says
from tests.claude.server import Answer, Server, error, slowly
from tests.claude.tasks import FIXTURES
from tests.cli.command import Run, precall
from tests.cli.inside import run as inside

BRIEF = FIXTURES / "intent_event-known-budget" / "brief.json"
NOW = "2026-11-18T17:05:05Z"
Runner = Callable[..., Run]
KEY = "sk-ant-canary-7f3a"


def create(
    folder: Path, server: Server | None, *more: str | Path, run: Runner = inside, **environ: str
) -> Run:
    found = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url} if server else {}
    return run("plan", "create", BRIEF, "--now", NOW, *more, cwd=folder, **(found | environ))


def asks_for_it(
    folder: Path, answer: Answer, budget_ms: int = 60_000, run: Runner = inside
) -> tuple[Run, Server]:
    with Server(answer) as server:
        done = create(folder, server, "--engine", "claude", "--budget-ms", str(budget_ms), run=run)
    return done, server


def test_a_plan_by_claude_is_sealed_shown_and_summed(tmp_path: Path) -> None:
    done, server = asks_for_it(tmp_path, plans())
    assert done.code == 0, done.err
    assert "claude, deep, at call" in done.out
    assert "planned once with claude-opus-5-5" in done.out
    assert server.messages[0].headers["authorization"] == f"Bearer {KEY}"
    plan_id = done.out.split()[0]
    again = create(tmp_path, server, "--engine", "claude")
    assert "already sealed" in again.out
    assert len(server.messages) == 1, "no second paid call"
    outcome = tmp_path / "calls.jsonl"
    outcome.write_text(json.dumps({"call_id": "c1", "plan_id": plan_id, "model": "quick-voice-2"}) + "\n")
    assert inside("outcome", "import", outcome, cwd=tmp_path).code == 0
    shown = inside("plan", "show", plan_id, cwd=tmp_path)
    assert "talked with quick-voice-2 (1 call)" in shown.out
    assert "0.0178 USD by prices of 2026-10-24" in shown.out
    assert " ms: " in shown.out
    costs = inside("plan", "costs", "--json", cwd=tmp_path).document
    assert [(row["agent"], row["planned_with"], row["talked_with"]) for row in costs] == [
        ("intent_event", "claude-opus-5-5", "quick-voice-2")
    ]
    assert inside("verify", cwd=tmp_path).code == 0
    assert KEY not in "".join(
        path.read_bytes().decode("latin-1") for path in tmp_path.iterdir() if path.is_file()
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda body, number: error(401, "authentication_error", f"bad key {KEY}"), "check the key"),
        (lambda body, number: says(good_draft(body) | {"known": "x"}), "no plan"),
    ],
    ids=["401", "schema"],
)
def test_the_offline_plan_is_sealed_where_claude_gives_none(
    answer: Answer, reason: str, tmp_path: Path
) -> None:
    done, _ = asks_for_it(tmp_path, answer)
    assert done.code == 0
    assert "offline, deep, at call" in done.out
    assert "fallback: claude: " in done.out
    assert reason in done.out
    assert KEY not in done.out + done.err
    assert inside("verify", cwd=tmp_path).code == 0


@pytest.mark.parametrize("budget", [300, 3_500], ids=["while the SDK loads", "while the body comes"])
def test_an_abandoned_request_does_not_hold_up_the_exit(budget: int, tmp_path: Path) -> None:
    answer = slowly(b"HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n" + b" " * 90_000, 0.02)
    done, _ = asks_for_it(tmp_path, lambda body, number: answer, budget, run=precall)
    assert done.code in (0, 1), "a seal that comes late on a busy machine is a finding"
    assert "fallback: claude: " in done.out
    assert "budget" in done.out
    assert inside("verify", cwd=tmp_path).code == 0


@pytest.mark.parametrize("engine", ["offline", "claude"])
def test_a_plan_that_is_sealed_after_its_budget_is_a_finding(engine: str, tmp_path: Path) -> None:
    with Server(plans()) as server:
        late = create(tmp_path, server, "--engine", engine, "--budget-ms", "1")
        assert late.code == 1
        assert "over budget: " in late.err
        assert f"{late.out.split()[0]} was sealed after" in late.err
        assert "the budget is 1 ms" in late.err
        again = create(tmp_path, server, "--engine", engine, "--budget-ms", "1")
    assert again.code == 0, "a plan that is taken again took no time"
    assert server.messages == []


def test_without_a_key_there_is_a_plan_unless_one_by_claude_is_demanded(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path / "nobody"), "ANTHROPIC_CONFIG_DIR": str(tmp_path / "nowhere")}
    done = create(tmp_path, None, "--engine", "claude", "--budget-ms", "60000", **environ)
    assert done.code == 0
    assert "there is no API key: set ANTHROPIC_API_KEY" in done.out
    other = tmp_path / "other"
    other.mkdir()
    demanded = create(other, None, "--engine", "claude", "--budget-ms", "60000", "--no-fallback", **environ)
    assert demanded.code == 5
    assert "brf_2008: no plan by Claude: there is no API key" in demanded.err
    assert inside("plan", "list", "--json", cwd=other).document == []


def test_ci_replays_what_was_recorded_byte_for_byte(tmp_path: Path) -> None:
    with Server(plans()) as server:
        done = create(tmp_path, server, "--engine", "claude", "--budget-ms", "60000", "--record", "replies")
    assert done.code == 0, done.err
    runs = []
    for name, run in (("one", inside), ("two", precall)):
        (tmp_path / name).mkdir()
        runs.append(
            run(
                "plan", "create", BRIEF, "--now", NOW, "--engine", "claude", "--json", cwd=tmp_path / name,
                PRECALL_REPLAY=str(tmp_path / "replies"), TZ="Asia/Tokyo", PYTHONHASHSEED="7",
            )
        )  # fmt: skip
    assert [run.code for run in runs] == [0, 0]
    assert runs[0].out == runs[1].out
    assert runs[0].document["planner"]["engine"] == "claude"
    assert runs[0].document["plan_id"] == done.out.split()[0]


def test_a_missing_reply_stores_nothing_and_names_the_brief(tmp_path: Path) -> None:
    done = create(tmp_path, None, "--engine", "claude", "--replay", "empty")
    assert done.code == 2
    assert "no recorded reply for the brief brf_2008" in done.err
    assert inside("plan", "list", "--json", cwd=tmp_path).document == []
    both = create(tmp_path, None, "--engine", "claude", "--replay", "a", "--record", "b")
    assert both.code == 2
    assert "--record, --replay: " in both.err


def test_a_refused_brief_asks_nobody(tmp_path: Path) -> None:
    document = json.loads(BRIEF.read_text())
    document["dnc"]["listed"] = True
    brief = tmp_path / "listed.json"
    brief.write_text(json.dumps(document))
    with Server(plans()) as server:
        environ = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url}
        done = inside("plan", "create", brief, "--now", NOW, "--engine", "claude", cwd=tmp_path, **environ)
    assert done.code == 1
    assert server.requests == []


def test_the_policy_says_whether_claude_is_asked_and_which_model(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "intent_event.toml").write_text(
        '[planning]\nengine = "claude"\nmodel = "claude-sonnet-5-5"\neffort = "low"\nmax_tokens = 2500\n'
        "budget_ms = 60000\n"
    )
    (tmp_path / "precall.toml").write_text('policies = "policies"\n[rollout]\nallow_unadopted = true\n')
    with Server(plans()) as server:
        assert create(tmp_path, server).code == 0
        other = tmp_path / "other.db"
        assert "offline, deep" in create(tmp_path, server, "--engine", "offline", "--db", other).out
    (request,) = server.messages
    assert request.body["model"] == "claude-sonnet-5-5"
    assert request.body["max_tokens"] == 2500
    assert request.body["output_config"]["effort"] == "low"


def test_an_agent_that_does_not_think_asks_nobody(tmp_path: Path) -> None:
    brief = FIXTURES / "concierge-confirmed" / "brief.json"
    at = json.loads(brief.read_text())["assembled_at"]
    with Server(plans()) as server:
        environ = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": server.url}
        done = inside(
            "plan", "create", brief, "--now", at, "--engine", "claude", cwd=tmp_path, **environ
        )  # fmt: skip
    assert done.code == 0, done.err
    assert server.requests == []


@pytest.mark.parametrize("columns", ["60", "80"])
def test_what_a_plan_cost_and_what_the_guard_did_fit_the_terminal(columns: str, tmp_path: Path) -> None:
    def change(draft: Any) -> None:
        draft["qualification"][0]["question"] = "How do your 75 agents cope with Zendesk?"
        draft["disclosures"] = []

    done, _ = asks_for_it(tmp_path, plans(change))
    assert done.code == 0
    for command in (("plan", "show", done.out.split()[0]), ("plan", "costs")):
        shown = inside(*command, cwd=tmp_path, COLUMNS=columns)
        assert shown.code == 0
        assert max(map(len, shown.out.splitlines())) <= int(columns)
    assert "guard dropped qualification/0: its question says 75" in done.out
    assert "guard restored disclosures/d1: is left out" in done.out
    assert "in all 1 plan" in shown.out


def test_the_sdk_is_loaded_by_nothing_that_does_not_ask_it(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom precall_cli.cli.app import app\n"
        f"done = CliRunner().invoke(app, ['plan', 'create', {str(BRIEF)!r}, '--now', {NOW!r}])\n"
        "assert done.exit_code == 0, done.output\nassert 'anthropic' not in sys.modules\n"
        "done = CliRunner().invoke(app, ['plan', 'costs'])\nassert 'httpx2' not in sys.modules\n"
    )
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PRECALL_", "ANTHROPIC_"))
    }
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=clean, check=True, timeout=120)
