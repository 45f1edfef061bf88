"""The queue: its order against a plain sort of the raw rows, the clean sample, what takes a call off it."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from precall_cli.cli.app import app
from precall_cli.cli.reviewed import Drawn, keep_decision, next_call
from precall_cli.errors import NothingCollected
from precall_cli.review.deciding import Said
from precall_cli.review.queue import RULE, draw, is_clean_turn
from precall_cli.store import Store
from tests.rates.large_store import copy_store, raw_audits

NOW = datetime(2026, 6, 20, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return copy_store(tmp_path / "p.db")


def risk(audit: dict[str, Any]) -> tuple[int, int, int]:
    real = [d for d in audit["deviations"] if d["logged"] != "unconfirmed"]
    own = [d for d in real if d["owner"] == "agent" and d["logged"] == "unlogged"]
    silent = len({d["item"] for d in own if d["item"]}) + sum(d["item"] is None for d in own)
    uncertain = sum(item["status"] == "uncertain" for item in audit["items"])
    return sum(d["severity"] == "critical" for d in real), uncertain, silent


def test_the_queue_is_the_plain_order_with_a_clean_call_in_every_so_many(db: Path) -> None:
    audits = raw_audits(db)
    order = {audit["call_id"]: place for place, audit in enumerate(audits)}
    risks = {audit["call_id"]: risk(audit) for audit in audits}
    risky = sorted((c for c in risks if any(risks[c])), key=lambda c: (*(-x for x in risks[c]), order[c]))
    share, seed = 0.25, 3
    sample = sorted(
        (c for c in risks if not any(risks[c]) and draw(seed, c) < share), key=lambda c: draw(seed, c)
    )
    wanted: list[str] = []
    while risky or sample:
        clean = is_clean_turn(len(wanted), share) and sample
        wanted.append((sample if clean or not risky else risky).pop(0))
    seen = []
    with Store.open(db) as store:
        for _ in range(len(wanted)):
            waiting, counts = next_call(store, Drawn("sam", None, share, seed))
            assert counts.decided == len(seen)
            assert (waiting.critical, waiting.uncertain, waiting.silent) == risks[waiting.call_id]
            seen.append(waiting.call_id)
            keep_decision(store, waiting.call_id, Said("confirm", "sam"), NOW)
        with pytest.raises(NothingCollected):
            next_call(store, Drawn("sam", None, share, seed))
    assert seen == wanted


def test_the_counts_of_what_waits_are_those_of_the_raw_rows(db: Path) -> None:
    risks = [risk(audit) for audit in raw_audits(db)]
    with Store.open(db) as store:
        _, counts = next_call(store, Drawn())
    assert counts.critical == sum(c > 0 for c, _, _ in risks)
    assert counts.uncertain == sum(c == 0 and u > 0 for c, u, _ in risks)
    assert counts.silent == sum(c == 0 and u == 0 and s > 0 for c, u, s in risks)
    assert counts.clean == sum(not any(r) for r in risks)


def test_who_skips_skips_for_nobody_else_and_a_second_reader_gets_what_the_first_decided(db: Path) -> None:
    with Store.open(db) as store:
        first = next_call(store, Drawn("sam"))[0].call_id
        keep_decision(store, first, Said("skip", "sam"), NOW)
        second = next_call(store, Drawn("sam"))[0].call_id
        assert second != first
        assert next_call(store, Drawn("kim"))[0].call_id == first
        with pytest.raises(NothingCollected):
            next_call(store, Drawn("kim", second=True))
        keep_decision(store, second, Said("confirm", "sam"), NOW)
        assert next_call(store, Drawn("kim", second=True))[0].call_id == second


def run(db: Path, *args: str, columns: int = 80) -> Any:
    environ = {"COLUMNS": str(columns), "NO_COLOR": "1"}
    return CliRunner().invoke(app, ["review", *args, "--db", str(db)], env=environ)


def test_the_rule_is_told_where_it_applies() -> None:
    told = CliRunner().invoke(app, ["review", "next", "--help"], env={"COLUMNS": "100"}).output
    words = " ".join(told.split())
    for part in (
        "more critical deviations first, then more undecided items, then more silent deviations",
        "then the older audit",
        "a seeded random share of the calls with none of the three",
    ):
        assert part in words
        assert part in RULE


@pytest.mark.parametrize("columns", [60, 80, 130])
def test_a_call_is_shown_with_its_words_and_the_commands_to_type(db: Path, columns: int) -> None:
    shown = run(db, "next", "--who", "sam", columns=columns)
    assert shown.exit_code == 0
    assert all(len(row) <= columns for row in shown.output.splitlines())
    assert "why this one: " in shown.output
    assert "roughly how many folks do you have" in " ".join(shown.output.split())
    assert "precall review decide call_" in shown.output


def test_a_decision_is_sealed_once_and_changes_the_rate_but_not_the_audit(db: Path) -> None:
    call = run(db, "next", "--json").output
    call_id = json.loads(call)["call_id"]
    before = run(db, "show", call_id, "--json").output
    said = ("decide", call_id, "--item", "q1", "--overturn", "--as", "uncertain", "--cause", "recogniser",
            "--reason", "the tape is cut", "--who", "sam", "--now", "2026-06-20T10:00:00Z")  # fmt: skip
    first = run(db, *said)
    assert "sealed: sam overturns q1 as uncertain" in first.output
    again = run(db, *(*said[:-1], "2026-06-21T10:00:00Z"))
    assert "said before; nothing changed" in again.output
    shown = json.loads(run(db, "show", call_id, "--json").output)
    assert len(shown["reviews"]) == 1
    assert shown["audit"] == json.loads(before)["audit"]
    assert next(i for i in shown["corrected"]["items"] if i["item"] == "q1")["status"] == "uncertain"
    with Store.open(db, read_only=True) as store:
        assert store.verify().ok


def test_the_commands_to_type_next_can_be_typed(db: Path) -> None:
    shown = run(db, "next", "--who", "sam; true $(x)", columns=60).output
    steps = [shlex.split(step)[2:] for step in shown.split("next: ")[1:]]
    assert [step[0] for step in steps] == ["decide", "decide", "dispute"]
    for step in steps:
        assert step[step.index("--who") + 1] == "sam; true $(x)"
        assert run(db, *step).exit_code == 0


@pytest.mark.parametrize(
    "args",
    [
        ("decide", "call_000001", "--who", "sam"),
        ("decide", "call_000001", "--who", "sam", "--confirm", "--skip"),
        ("decide", "call_000001", "--confirm"),
        ("decide", "call_nobody", "--confirm", "--who", "sam"),
        ("dispute", "call_000001", "--who", "sam"),
        ("next", "--share-clean", "2"),
        ("next", "--second"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_written(db: Path, args: tuple[str, ...]) -> None:
    assert run(db, *args).exit_code == 2
    with Store.open(db, read_only=True) as store:
        assert not list(store.load_reviews())


def test_an_edited_count_is_found_out(db: Path) -> None:
    """The rows that rates are made of are derived: a verification makes them anew."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(db)) as connection:
        connection.execute("UPDATE call_figures SET deviated = deviated + 1 WHERE call_id = 'call_000004'")
        connection.commit()
    with Store.open(db, read_only=True) as store:
        (fault,) = store.verify().faults
    assert (fault.kind, fault.table, fault.row) == ("edited", "call_figures", "call_000004")
