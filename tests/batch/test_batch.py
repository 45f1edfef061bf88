"""Lists of briefs: each planned once, whatever stands in the list and however often it is run."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from precall_cli.batch.run import Pace
from precall_cli.batch.source import read_entries
from precall_cli.batch.threads import each_in_threads
from precall_cli.cli.plan_batch import parse_rate
from precall_cli.errors import BadInput
from precall_cli.store import Store
from tests.batch.lists import NOW, desk, document, plans_in, run_list, with_policy, write_list
from tests.cli.command import precall
from tests.cli.inside import run

AGENTS = ("cold_list", "inbound", "dormant", "concierge", "intent_event")


def test_a_list_is_planned_and_again_only_its_rest(tmp_path: Path) -> None:
    rows = [document(n, AGENTS[n % 5]) for n in range(10)]
    half, whole = write_list(tmp_path / "half.jsonl", rows[:4]), write_list(tmp_path / "all.jsonl", rows)
    first = run_list(tmp_path / "s.db", half, desk())
    again = run_list(tmp_path / "s.db", whole, desk(now="2026-11-18T17:00:00Z"))
    assert (first.planned, first.reused, again.planned, again.reused) == (4, 0, 6, 4)
    assert all(len(ids) == 1 for ids in plans_in(tmp_path / "s.db").values())


def test_a_batch_gives_the_plans_that_single_commands_give(tmp_path: Path) -> None:
    rows = [document(n, AGENTS[n % 5]) for n in range(5)]
    run_list(tmp_path / "s.db", rows, desk())
    for number, row in enumerate(rows):
        (tmp_path / f"{number}.json").write_text(json.dumps(row))
    single = run(
        "plan",
        "create",
        *(f"{n}.json" for n in range(5)),
        "--now",
        NOW,
        "--db",
        "t.db",
        "--json",
        cwd=tmp_path,
    )
    assert single.code == 0, single.err
    assert {plan["plan_id"] for plan in single.document} == {
        ids[0] for ids in plans_in(tmp_path / "s.db").values()
    }


def test_bad_lines_are_named_and_the_others_go_on(tmp_path: Path) -> None:
    listed = document(2) | {"dnc": {"listed": True, "checked_at": NOW}}
    rows = [document(1), "{broken", listed, json.dumps({"brief_id": "x"}), "", document(3), "[" * 100_000]
    write_list(tmp_path / "b.jsonl", rows)
    done = run("plan", "batch", "b.jsonl", "--now", NOW, "--json", cwd=tmp_path)
    assert done.code == 1
    found = done.document
    assert (found["planned"], found["failed"], found["refused_by_code"]) == (2, 3, {"GATE_DNC_LISTED": 1})
    assert [each["place"].split(":")[:2] for each in found["failures"]] == [["b.jsonl", n] for n in "247"]
    assert "b.jsonl:2" in done.err and "/contact: is required" in done.err


def test_a_folder_a_packed_list_and_a_pipe_hold_the_same(tmp_path: Path) -> None:
    rows = [document(n) for n in range(3)]
    folder = tmp_path / "briefs"
    folder.mkdir()
    for number, row in enumerate(rows):
        (folder / f"{number}.json").write_text(json.dumps(row))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in rows).encode()))
    run_list(tmp_path / "a.db", folder, desk())
    run_list(tmp_path / "b.db", tmp_path / "b.jsonl.gz", desk())
    piped = precall(
        "plan", "batch", "-", "--now", NOW, "--db", "c.db", cwd=tmp_path,
        stdin="".join(json.dumps(r) + "\n" for r in rows),
    )  # fmt: skip
    assert piped.code == 0, piped.err
    assert plans_in(tmp_path / "a.db") == plans_in(tmp_path / "b.db") == plans_in(tmp_path / "c.db")


def test_a_list_without_a_brief_is_nothing_collected(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n")
    assert run("plan", "batch", "empty.jsonl", cwd=tmp_path).code == 3
    assert run("plan", "batch", "gone.jsonl", cwd=tmp_path).code == 2


def test_a_packed_list_that_breaks_off_ends_with_its_place(tmp_path: Path) -> None:
    packed = gzip.compress("".join(json.dumps(document(n)) + "\n" for n in range(50)).encode())
    (tmp_path / "b.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BadInput, match=r"cannot be read on"):
        list(read_entries(tmp_path / "b.jsonl.gz"))


def test_the_gate_judges_the_moment_of_the_call_and_the_plan_is_made_now(tmp_path: Path) -> None:
    night = "2026-11-18T04:00:00Z"
    asleep = run_list(tmp_path / "a.db", [document(1)], desk(now=night))
    assert dict(asleep.refused) == {"GATE_HOURS": 1}
    from precall_cli.records.record import parse_time

    planned = run_list(tmp_path / "b.db", [document(1)], desk(now=night, call_at=parse_time(NOW)))
    assert planned.planned == 1
    with Store.open(tmp_path / "b.db", read_only=True) as store:
        [plan] = store.list_plans()
    assert plan.created_at == plan.sealed_at == night


def test_another_policy_or_an_expired_plan_is_planned_anew(tmp_path: Path) -> None:
    run_list(tmp_path / "s.db", [document(1)], desk())
    later = run_list(tmp_path / "s.db", [document(1)], desk(now="2026-11-25T16:00:00Z"))
    assert (later.planned, later.refreshed) == (1, 1)
    other = with_policy("cold_list", lambda p: p["limits"].update(questions=1))
    changed = run_list(tmp_path / "s.db", [document(1)], desk(now="2026-11-25T17:00:00Z", policies=other))
    assert (changed.planned, changed.refreshed) == (1, 1)
    assert len(plans_in(tmp_path / "s.db")["con_1"]) == 3


def test_an_opt_out_is_heard_though_a_plan_stands(tmp_path: Path) -> None:
    from precall_cli.records.record import parse_time

    run_list(tmp_path / "s.db", [document(1)], desk())
    with Store.open(tmp_path / "s.db") as store:
        store.latch_opt_out("con_1", None, "call_1", 3, now=parse_time(NOW))
    assert dict(run_list(tmp_path / "s.db", [document(1)], desk()).refused) == {"GATE_OPTED_OUT": 1}


def test_a_killed_run_goes_on_and_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    source = write_list(
        tmp_path / "b.jsonl",
        [document(n, ("cold_list", "dormant", "intent_event")[n % 3]) for n in range(96)],
    )
    run_list(tmp_path / "whole.db", source, desk())
    command = [
        sys.executable,
        "-m",
        "precall_cli",
        "plan",
        "batch",
        str(source),
        "--now",
        NOW,
        "--db",
        "k.db",
    ]
    chance, kills = random.Random(7), 0
    for _ in range(20):
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if kills < 2:
            _wait_for_rows(tmp_path / "k.db", process, 32 * kills)
            time.sleep(chance.random() * 0.2)
        else:
            process.wait(120)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        if process.returncode == 0:
            break
    assert kills == 2
    assert plans_in(tmp_path / "k.db") == plans_in(tmp_path / "whole.db")
    assert len(plans_in(tmp_path / "k.db")) == 96


def _wait_for_rows(db: Path, process: subprocess.Popen[bytes], wanted: int) -> None:
    """Until so many plans are sealed, or the process has ended."""
    import sqlite3
    from contextlib import closing

    while process.poll() is None:
        if db.exists() and db.stat().st_size > 0:
            try:
                with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as file:
                    if file.execute("SELECT count(*) FROM plans").fetchone()[0] >= wanted:
                        return
            except sqlite3.Error:
                pass
        time.sleep(0.01)


@pytest.mark.parametrize(("text", "rate"), [("5/s", 5.0), ("90/min", 1.5), ("2", 2.0), (None, None)])
def test_rates(text: str | None, rate: float | None) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["0/s", "fast", "-1/s", "5/week", ""])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(BadInput):
        parse_rate(text)


def test_starts_are_spaced() -> None:
    slept: list[float] = []
    pace = Pace(4.0, clock=lambda: 100.0 + sum(slept), sleep=slept.append)
    for _ in range(5):
        pace.wait()
    assert sum(slept) == pytest.approx(1.0)


def test_calls_in_threads_keep_their_order_and_the_first_error_is_raised() -> None:
    assert each_in_threads(lambda n: n * n, range(20), 4) == [n * n for n in range(20)]
    assert each_in_threads(str, [], 4) == []

    def call(number: int) -> int:
        if number == 3:
            raise BadInput("three")
        return number

    with pytest.raises(BadInput, match="three"):
        each_in_threads(call, range(50), 4)
