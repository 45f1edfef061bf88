"""Dry-runs: the seed table of the five agents, T0 to T5, fallbacks, caches, rules, and nothing stored."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from precall_cli.planner import load_playbook
from tests.cli.command import precall
from tests.cli.inside import run

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
FIVE = FIXTURES / "triggers" / "five-agents.jsonl"
REFUSED = FIXTURES / "triggers" / "refused.jsonl"


def played(cwd: Path, *args: str | Path, code: int = 0) -> list[dict[str, Any]]:
    done = run("policy", "dry-run", *args, "--json", cwd=cwd)
    assert done.code == code, done.err
    found: list[dict[str, Any]] = done.document["triggers"]
    return found


def stage(played: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [each for each in played["timeline"] if each["stage"] == name]
    return dict(found)


def line_of(case: str, **changes: Any) -> dict[str, Any]:
    brief = json.loads((FIXTURES / case / "brief.json").read_text("utf-8"))
    return {"brief": brief} | changes


def listed(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")
    return path


def bytes_of(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("precall.db*"))}


def test_the_seed_table_is_reproduced(tmp_path: Path) -> None:
    by_agent = {each["agent"]: each for each in played(tmp_path, FIVE)}
    kinds = {agent: each["trigger"]["kind"] for agent, each in by_agent.items()}
    assert kinds == {
        "inbound": "form_submit",
        "cold_list": "list_cursor",
        "intent_event": "intent_signal",
        "concierge": "calendar_event",
        "dormant": "scheduled_sweep",
    }
    inbound = by_agent["inbound"]
    assert (inbound["mode"], inbound["depth"], inbound["budget_ms"], inbound["sla_s"]) == (
        "at_call", "lightweight", 4000, 60,
    )  # fmt: skip
    assert 0 < inbound["live_ms"] <= 4000
    assert inbound["trigger_to_dial_s"] <= 60
    for agent in ("cold_list", "dormant"):
        assert (by_agent[agent]["mode"], by_agent[agent]["live_ms"]) == ("precomputed", 0)
        assert "nothing planned live" in stage(by_agent[agent], "T2")["note"]
    intent = by_agent["intent_event"]
    assert (intent["mode"], intent["depth"]) == ("at_call", "deep")
    assert 0 < intent["live_ms"] <= 12_000 == intent["budget_ms"]
    assert len(intent["plan"]["coordination"]["known"]) == 2, "coordinated across the account"
    concierge = by_agent["concierge"]
    assert (concierge["mode"], concierge["depth"], concierge["live_ms"]) == ("skipped", "trivial", 0)
    assert concierge["plan"]["qualification"] == []
    assert concierge["plan"]["planner"]["engine"] == "none"
    assert all(each["passed"] and each["cost"]["amount"] == 0 for each in by_agent.values())


def test_a_timeline_adds_up_and_says_how_each_time_is_known(tmp_path: Path) -> None:
    for each in played(tmp_path, FIVE):
        assert [s["stage"] for s in each["timeline"]] == ["T0", "T1", "T2", "T3", "T5"]
        assert {s["how"] for s in each["timeline"]} <= {"stated", "modelled", "none"}
        passed = sum(s["ms"] for s in each["timeline"][1:4]) / 1000
        assert each["trigger_to_dial_s"] == pytest.approx(passed, abs=1e-6)
    measured = played(tmp_path, FIVE, "--measure")[0]
    assert stage(measured, "T2")["how"] == "measured" and measured["live_ms"] <= 4000


def test_the_plan_is_the_one_that_would_be_sealed_at_that_moment(tmp_path: Path) -> None:
    inbound = played(tmp_path, FIVE)[0]
    brief = FIXTURES / "inbound-clinic-form" / "brief.json"
    sealed = run("plan", "create", brief, "--now", stage(inbound, "T1")["at"], "--json", cwd=tmp_path)
    assert inbound["plan"]["plan_id"] == sealed.document["plan_id"]


def test_the_same_triggers_give_the_same_bytes_on_any_machine(tmp_path: Path) -> None:
    environs: list[dict[str, str]] = [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C"},
    ]
    outs = [precall("policy", "dry-run", FIVE, "--json", cwd=tmp_path, **environ).out for environ in environs]
    assert outs[0] == outs[1]


def test_a_refusal_is_named_and_is_exit_1(tmp_path: Path) -> None:
    [refused] = played(tmp_path, REFUSED, code=1)
    assert refused["gate"]["code"] == "GATE_DNC_LISTED"
    assert [s["what"] for s in refused["timeline"]] == ["trigger", "brief", "refusal"]
    assert (refused["plan"], refused["trigger_to_dial_s"], refused["passed"]) == (None, None, False)
    fired = [rule["rule"] for rule in refused["rules"] if rule["fired"]]
    assert fired == ["gate.dnc"] and len(refused["rules"]) == 9


def test_over_budget_and_over_the_sla_are_exit_1(tmp_path: Path) -> None:
    slow = tmp_path / "inbound.toml"
    slow.write_text("agent = 'inbound'\n[planning]\nbudget_ms = 5\n")
    [run_] = [e for e in played(tmp_path, FIVE, "--policy", slow, code=1) if e["agent"] == "inbound"]
    assert run_["over_budget"] and not run_["over_sla"] and not run_["passed"]
    late = line_of("inbound-clinic-form")
    late["trigger"] = late["brief"]["trigger"] | {"at": "2026-11-17T16:01:00Z"}
    [run_] = played(tmp_path, listed(tmp_path / "late.jsonl", late), code=1)
    assert run_["over_sla"] and not run_["over_budget"]
    assert stage(run_, "T1")["ms"] == 80_000


def test_a_new_version_is_played_but_would_not_go_live(tmp_path: Path) -> None:
    new = tmp_path / "new.toml"
    new.write_text("agent = 'inbound'\n[limits]\nquestions = 1\n")
    inbound = played(tmp_path, FIVE, "--policy", new, code=1)[0]
    assert len(inbound["plan"]["qualification"]) == 1
    assert not inbound["live"] and "Product, Engineering, Founder have not signed" in inbound["adoption"]
    (tmp_path / "precall.toml").write_text("[rollout]\nallow_unadopted = true\n")
    assert played(tmp_path, FIVE, "--policy", new)[0]["live"]


def test_a_model_that_is_too_slow_falls_back_at_the_end_of_the_budget(tmp_path: Path) -> None:
    (tmp_path / "precall.toml").write_text("[rollout]\nallow_unadopted = true\n")
    model = "agent = 'inbound'\n[planning]\nengine = 'claude'\nmodel = 'claude-opus-5-5'\nbudget_ms = {}\n"
    new = tmp_path / "new.toml"
    new.write_text(model.format(1000))
    inbound = played(tmp_path, FIVE, "--policy", new)[0]
    assert (inbound["live_ms"], inbound["over_budget"]) == (1000, False)
    assert inbound["fallback"]["rung"] == "offline" and "3,200 ms" in inbound["fallback"]["reason"]
    new.write_text(model.format(4000))
    inbound = played(tmp_path, FIVE, "--policy", new)[0]
    assert inbound["fallback"] == {"rung": "as planned", "reason": None}
    assert (inbound["engine"], inbound["model"]) == ("claude", "claude-opus-5-5")
    assert inbound["cost"]["amount"] > 0


def test_a_stored_plan_is_a_hit_until_it_expires(tmp_path: Path) -> None:
    brief = FIXTURES / "cold_list-gatekeeper" / "brief.json"
    sealed = run("plan", "create", brief, "--now", "2026-11-18T15:10:00Z", "--json", cwd=tmp_path).document
    hit = played(tmp_path, FIVE)[1]
    assert hit["cache"] == {"state": "hit", "plan_id": sealed["plan_id"]}
    assert hit["plan"]["plan_id"] == sealed["plan_id"]
    later = played(tmp_path, FIVE, "--now", "2026-11-25T18:00:00Z")[1]
    assert later["cache"]["state"] == "expired" and later["plan"]["plan_id"] != sealed["plan_id"]
    assert stage(later, "T1")["at"] == "2026-11-25T18:00:00Z"
    assert later["trigger_to_dial_s"] == hit["trigger_to_dial_s"]
    changed = tmp_path / "new.toml"
    changed.write_text("agent = 'cold_list'\n[limits]\nquestions = 2\n")
    assert played(tmp_path, FIVE, "--policy", changed, code=1)[1]["cache"]["state"] == "miss"


def test_an_agent_that_was_switched_off_falls_back_to_the_trivial_plan(tmp_path: Path) -> None:
    run("policy", "disable", "inbound", "--who", "Ada Park", "--why", "prices", cwd=tmp_path)
    inbound = played(tmp_path, FIVE)[0]
    assert inbound["fallback"]["rung"] == "trivial" and "Ada Park" in inbound["fallback"]["reason"]
    assert inbound["plan"]["planner"]["depth"] == "trivial" and inbound["live_ms"] == 0


def test_an_opt_out_in_the_store_refuses_here_too(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from precall_cli.store import Store

    with Store.open(tmp_path / "precall.db") as store:
        contact = line_of("inbound-clinic-form")["brief"]["contact"]
        store.latch_opt_out(contact["contact_id"], None, "call_1", 3, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert played(tmp_path, FIVE, code=1)[0]["gate"]["code"] == "GATE_OPTED_OUT"


def test_each_rule_stands_once_and_what_fired_is_what_the_plan_says(tmp_path: Path) -> None:
    playbook = load_playbook(None)
    everything = {f"objectives.{r.id}" for r in playbook.objectives}
    everything |= {f"openings.{r.id}" for r in playbook.openings}
    everything |= {f"questions.{r.topic}" for r in playbook.questions}
    everything |= {f"objections.{r.id}" for r in playbook.objections}
    everything |= {f"stops.{r.id}" for r in playbook.stops}
    everything |= {f"ladders.{r.id}" for r in playbook.ladders}
    everything |= {f"disclosures.{r.id}" for r in playbook.disclosures}
    cases = sorted(path.parent for path in FIXTURES.glob("*/brief.json"))
    path = listed(tmp_path / "all.jsonl", *(line_of(case.name) for case in cases))
    for each in played(tmp_path, path, code=1):
        names = [rule["rule"] for rule in each["rules"]]
        assert len(names) == len(set(names)), each["brief_id"]
        assert all(rule["reason"] for rule in each["rules"]), each["brief_id"]
        if each["plan"] is None:
            continue
        assert everything <= set(names)
        fired = {rule["rule"] for rule in each["rules"] if rule["fired"]}
        plan = each["plan"]
        items = [plan["objective"], plan["opening"], *plan["disclosures"], *plan["qualification"],
                 *plan["objections"], *plan["next_steps"], *plan["stop_conditions"]]  # fmt: skip
        said = {
            i["rule"].split(";")[0].split(" ")[0].removesuffix(".check").removesuffix(".confirm")
            for i in items
        }
        of_playbook = {
            name
            for name in fired
            if not name.startswith(("gate.", "policy.", "coordination.", "agendas.", "rollout."))
        }
        assert (
            of_playbook
            - {name for name in of_playbook if name.count(".") == 1 and name.startswith("ladders.")}
            == said
        )


@pytest.mark.parametrize("state", ["closed", "open elsewhere", "left behind", "without its index"])
def test_the_store_is_the_same_byte_for_byte_after_it(tmp_path: Path, state: str) -> None:
    run(
        "plan",
        "create",
        FIXTURES / "cold_list-gatekeeper" / "brief.json",
        "--now",
        "2026-11-18T15:10:00Z",
        cwd=tmp_path,
    )
    database, other = tmp_path / "precall.db", None
    if state != "closed":
        other = sqlite3.connect(database)
        other.execute("CREATE TABLE theirs (a)")
        other.commit()
        assert (tmp_path / "precall.db-wal").stat().st_size
        if state != "open elsewhere":  # as a process leaves it that was killed
            for name in ("precall.db", "precall.db-wal", "precall.db-shm"):
                shutil.copy(tmp_path / name, tmp_path / f"kept-{name}")
            other.close()
            for name in ("precall.db", "precall.db-wal", "precall.db-shm"):
                (tmp_path / f"kept-{name}").rename(tmp_path / name)
        if state == "without its index":
            (tmp_path / "precall.db-shm").unlink()
    before = bytes_of(tmp_path)
    for args in (("dry-run", FIVE), ("replay",)):
        # Where another connection is open it takes a process of its own: closing a file drops its locks.
        command = precall if state == "open elsewhere" else run
        done = command("policy", *args, "--json", cwd=tmp_path)
        assert done.code == 0, done.err
        if args[0] == "dry-run":
            assert done.document["triggers"][1]["cache"]["state"] == "hit"
        assert bytes_of(tmp_path) == before
    if other is not None and state == "open elsewhere":
        other.close()


def test_no_store_is_made(tmp_path: Path) -> None:
    played(tmp_path, FIVE)
    assert list(tmp_path.iterdir()) == []


def test_bad_lines_are_all_named_and_nothing_is_played(tmp_path: Path) -> None:
    good = line_of("inbound-clinic-form")
    path = listed(
        tmp_path / "bad.jsonl",
        good,
        {"brief": "nowhere.json"},
        good | {"trigger": {"kind": "doorbell", "at": "2026-11-17T16:02:05Z"}},
        good | {"budget": 3},
        {"trigger": good["brief"]["trigger"]},
        {"brief": good["brief"] | {"dnc": {"listed": "no"}}},
    )
    done = run("policy", "dry-run", path, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    for expected in (":2: /brief", ":3: /trigger/kind", ":4: /budget", ":5: /brief", ":6: /brief/dnc/listed"):
        assert f"bad.jsonl{expected}" in done.err
    (tmp_path / "none.jsonl").write_text("\n")
    assert run("policy", "dry-run", tmp_path / "none.jsonl", cwd=tmp_path).code == 3
    unknown = listed(tmp_path / "who.jsonl", good | {"agent": "postman"})
    assert run("policy", "dry-run", unknown, cwd=tmp_path).code == 2


def test_briefs_a_folder_and_packed_lists_are_read_too(tmp_path: Path) -> None:
    import gzip

    folder = tmp_path / "triggers"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(line_of("inbound-clinic-form")["brief"]))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(json.dumps(line_of("concierge-confirmed")).encode()))
    assert [each["agent"] for each in played(tmp_path, folder)] == ["inbound", "concierge"]


@pytest.mark.parametrize("width", ["60", "80"])
def test_the_report_fits_the_terminal_and_shows_outside_text_inert(tmp_path: Path, width: str) -> None:
    loud = line_of("inbound-clinic-form")
    loud["trigger"] = loud["brief"]["trigger"] | {"detail": "[/bold] \x1b]52;c;x\x07 asked"}
    path = listed(tmp_path / "loud.jsonl", loud)
    done = run("policy", "dry-run", path, "--explain", cwd=tmp_path, COLUMNS=width)
    assert "\x1b" not in done.out + done.err and "[/bold]" in done.out
    assert max(map(len, done.out.splitlines())) <= int(width)
    assert "T3 dial" in done.out and "rules did not fire" in done.out and "nothing was stored" in done.out
