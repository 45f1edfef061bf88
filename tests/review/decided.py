"""Calls of the shipped cases in a store, as the audit reads them."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from precall_cli.audit import audit_call
from precall_cli.planner import load_playbook
from precall_cli.planning import Planned, plan_brief
from precall_cli.policies import load_policies
from precall_cli.records.brief import Brief
from precall_cli.records.outcome import CallOutcome, parse_reasons
from precall_cli.records.record import parse_time
from precall_cli.store import Store
from precall_cli.transcripts import read_transcript

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = ("inbound-missed-disclosure", "dormant-discount", "cold_list-speech-recognition")


@cache
def _filled() -> tuple[bytes, dict[str, str]]:
    calls: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "p.db"
        with Store.open(path) as store:
            for name in CASES:
                case = FIXTURES / name
                now = parse_time(tomllib.loads((case / "expect.toml").read_text("utf-8"))["now"])
                brief = Brief.from_json((case / "brief.json").read_bytes(), name)
                made = plan_brief(brief, load_policies(None), load_playbook(), now=now)
                assert isinstance(made, Planned)
                (file,) = case.glob("transcript.*")
                call = read_transcript(file.read_bytes(), file.name)
                log = case / "log.json"
                reasons = parse_reasons(log.read_bytes(), "log") if log.exists() else ()
                store.save_plan(made.plan, brief, made.policy, now=now)
                later = now + timedelta(minutes=9)
                store.save_transcript(call, now=later)
                store.save_outcome(
                    CallOutcome(
                        call_id=call.call_id, plan_id=made.plan.plan_id, plan_deviation_reasons=reasons
                    ),
                    now=later,
                )
                store.save_audit(audit_call(made.plan, call, reasons, made.policy), now=later)
                calls[name] = call.call_id
        return path.read_bytes(), calls


def copy_decided(path: Path) -> dict[str, str]:
    """Writes the store, and gives the call of each case."""
    data, calls = _filled()
    path.write_bytes(data)
    return calls
