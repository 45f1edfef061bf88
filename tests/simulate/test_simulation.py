"""`policy simulate` as it is typed: figures add up, the same bytes everywhere, bad mixes named by line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from precall_cli.errors import BadInput
from precall_cli.policies import load_policies
from precall_cli.report.simulation_text import render_simulation
from precall_cli.simulate.setup import prepare, read_mix
from precall_cli.simulate.simulation import simulate
from tests.cli.command import BRIEF, NOW, write
from tests.cli.command import precall as process
from tests.cli.inside import run as precall

MIX = Path(__file__).parent.parent.parent / "fixtures" / "simulation" / "mix.toml"
PINNED = "d6adc21f16e5d0dcdd87af82df7c1c1188132dcb2a3a0121868f4c5fd212dbb5"
SMALL = """
[dialler]
lines = 40
[agents.inbound]
share = 0.4
planner = { p50 = 2, p95 = 3.5 }
engine = "claude"
cost = 0.01
[agents.cold_list]
share = 0.6
"""


def test_the_seed_table_holds_at_scale_and_the_sums_add_up(tmp_path: Path) -> None:
    run = precall(
        "policy", "simulate", "--mix", MIX, "--contacts", "20000", "--seed", "3", "--json", cwd=tmp_path
    )
    assert run.code == 0, run.err
    found = run.document
    agents = {each["agent"]: each for each in found["agents"]}
    assert list(agents) == ["inbound", "cold_list", "intent_event", "concierge", "dormant"]
    assert found["triggers"] == 20_000 == sum(each["triggers"] for each in agents.values())
    for each in agents.values():
        assert each["triggers"] == each["dialled"] + sum(each["refused"].values())
        assert sum(each["plans"].values()) == each["dialled"] == sum(each["spread"])
        times = each["trigger_to_dial_s"]
        assert times["p50"] <= times["p95"] <= times["p99"] <= times["max"]
    assert agents["inbound"]["trigger_to_dial_s"]["p99"] < 60 and agents["inbound"]["sla_s"] == 60
    assert agents["concierge"]["plans"].keys() == {"trivial"} and agents["concierge"]["cost"]["amount"] == 0
    for name in ("cold_list", "dormant"):
        assert "live" not in agents[name]["plans"] and agents[name]["planner_wait_s"]["p50"] is None
        assert agents[name]["calls_per_plan"] > 1.5
    assert found["cost"]["amount"] == pytest.approx(sum(each["cost"]["amount"] for each in agents.values()))
    assert [each["factor"] for each in found["growth"]] == [10, 100]
    used = [each["busiest_hour"] for each in found["loads"]]
    assert used == sorted(used, reverse=True) and len(used) == 5
    assert not list(tmp_path.iterdir())


def test_the_same_seed_gives_the_same_bytes_wherever_it_runs(tmp_path: Path) -> None:
    write(tmp_path / "mix.toml", SMALL)
    args = ("policy", "simulate", "--mix", "mix.toml", "--contacts", "3000", "--json", "--seed")
    first = precall(*args, "9", cwd=tmp_path)
    again = process(*args, "9", cwd=tmp_path, PYTHONHASHSEED="5", TZ="Asia/Tokyo", LC_ALL="C")
    assert first.out == again.out != precall(*args, "10", cwd=tmp_path).out
    # The bytes as they came out of the machine on which this test was written.
    figures = json.dumps({key: first.document[key] for key in ("agents", "planner", "loads", "growth")})
    assert hashlib.sha256(figures.encode()).hexdigest() == PINNED


def test_what_the_mix_leaves_open_comes_from_stored_plans_else_from_the_table(tmp_path: Path) -> None:
    write(tmp_path / "mix.toml", SMALL.replace("planner = { p50 = 2, p95 = 3.5 }\n", ""))
    mix, document = read_mix(tmp_path / "mix.toml")
    asked: list[tuple[str, str, str]] = []

    def stored(agent: str, engine: str, depth: str) -> list[float]:
        asked.append((agent, engine, depth))
        return [1_000.0] * 10 + [3_000.0] * 15 if agent == "inbound" else []

    setup = prepare(mix, document, load_policies(None), stored, contacts=400)
    (planner,) = [each for each in setup.inputs if each.name == "inbound planner"]
    assert (planner.origin, planner.stated) == ("25 stored plans", False)
    assert asked[0] == ("inbound", "claude", "lightweight")
    assert setup.desks[0].planner.points[-1] == (1.0, 3.0) and setup.desks[0].triggers == 160
    off = prepare(
        mix,
        document,
        load_policies(None),
        stored,
        contacts=400,
        switched_off={"inbound": "Ana Reyes: a fault"},
    )
    assert off.desks[0].mode == "skipped" and off.inputs[0].origin == "Ana Reyes: a fault"
    unknown = prepare(mix, document, load_policies(None), lambda *_: [], contacts=400)
    assert any(each.origin.startswith("table of the dry-run") for each in unknown.inputs)


def test_what_the_gate_refuses_comes_from_the_store_where_the_mix_is_silent(tmp_path: Path) -> None:
    write(tmp_path / "mix.toml", SMALL.replace("share = 0.6", "share = 0.6\nrefused = { GATE_HOURS = 0.5 }"))
    mix, document = read_mix(tmp_path / "mix.toml")
    stored = {"inbound": (40, {"GATE_DNC_LISTED": 10}), "cold_list": (40, {"GATE_DNC_LISTED": 40})}
    setup = prepare(mix, document, load_policies(None), lambda *_: [], refusals=lambda agent: stored[agent])
    assert [desk.refused for desk in setup.desks] == [(("GATE_DNC_LISTED", 0.25),), (("GATE_HOURS", 0.5),)]
    (said,) = [each for each in setup.inputs if each.name == "inbound refused"]
    assert (said.value, said.stated) == ("25.0%", False)
    few = prepare(
        mix, document, load_policies(None), lambda *_: [], refusals=lambda _: (19, {"GATE_HOURS": 9})
    )
    assert few.desks[0].refused == ()
    for number in range(25):
        row = {
            **BRIEF,
            "brief_id": f"brf_{number}",
            "contact": {**BRIEF["contact"], "contact_id": f"con_{number}"},
        }
        row["dnc"] = {**BRIEF["dnc"], "listed": number % 5 == 0}
        with (tmp_path / "all.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
    assert precall("plan", "batch", "all.jsonl", "--now", NOW, cwd=tmp_path).code == 1
    done = precall("policy", "simulate", "--mix", "mix.toml", "--contacts", "2000", cwd=tmp_path)
    assert "20.0%" in done.out and "next: precall policy simulate --mix mix.toml" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[agents.inbound]\nshare = 0.5\n[agents.cold_list]\nshare = 0.4\n", ["mix.toml", "0.9, not 1"]),
        ("[agents.inbound]\nshare = 1\ncall = { p50 = 4 }\n", ["mix.toml:3", "two percentiles"]),
        ("[agents.inbound]\nshare = 1\ncall = { p50 = 4, p95 = 3 }\n[batch]\nopens = 3\ncloses = 2\n",
         ["2 problems", "mix.toml:3", "mix.toml:6"]),
        ("[agents.inbound]\nshare = 1\narrivals = [1, 2]\n", ["mix.toml:3"]),
        ("[agents.ghost]\nshare = 1\n", ["mix.toml:1", "no agent 'ghost'", "inbound"]),
        ("[dialler]\nlines = 0\n[agents.inbound]\nshare = 1\nspeed = 2\n", ["mix.toml:2", "mix.toml:5"]),
    ],
)  # fmt: skip
def test_a_bad_mix_is_named_by_its_lines(tmp_path: Path, text: str, said: list[str]) -> None:
    write(tmp_path / "mix.toml", text)
    with pytest.raises(BadInput) as caught:
        mix, document = read_mix(tmp_path / "mix.toml")
        prepare(mix, document, load_policies(None), lambda *_: [])
    assert all(part in str(caught.value) for part in said), str(caught.value)


def test_late_contacts_end_with_1_and_the_report_fits_any_terminal(tmp_path: Path) -> None:
    write(tmp_path / "mix.toml", SMALL.replace("lines = 40", "lines = 3"))
    run = precall("policy", "simulate", "--mix", "mix.toml", "--contacts", "2000", cwd=tmp_path)
    assert run.code == 1 and "after the SLA" in run.out and "over" in run.out
    mix, document = read_mix(tmp_path / "mix.toml")
    record: Any = simulate(
        prepare(mix, document, load_policies(None), lambda *_: [], contacts=300), 1
    ).document()
    for width in (60, 80, 120):
        lines = list(render_simulation(record, width))
        assert max(each.cell_len for each in lines) <= width, width
