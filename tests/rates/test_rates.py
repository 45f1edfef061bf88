"""Every figure of `rate` against a count by hand over the raw rows; and what the command says of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from precall_cli.cli.app import app
from precall_cli.cli.rated import Asked, rate_store
from precall_cli.rates.counting import count_audit
from precall_cli.records.audit import Audit
from precall_cli.records.rate import RateRow
from precall_cli.records.tally import Tally
from precall_cli.review.deciding import Said, make_review
from precall_cli.review.decisions import correct
from precall_cli.store import Store
from tests.rates.large_store import copy_store, count, other_audit, raw_audits

CALL_GROUPS = ("agent", "week", "policy", "model", "engine")
LATER = datetime(2026, 6, 20, tzinfo=UTC)


def shown(row: RateRow, *, whole: bool) -> dict[str, int]:
    said = {"due": row.deviation.of, "off": row.deviation.count, "silent": row.unexplained.count}
    said |= {"kept_logged": row.cells.kept_logged, "uncertain": row.uncertain}
    if whole:
        said |= {"calls": row.calls, "breached": row.breached, "plan_owned": row.plan.deviations}
    return said


def add_to(path: Path) -> None:
    """Calls that were audited again, one whose plan is not stored, and times that are not in UTC."""
    with Store.open(path) as store, store.writing():
        for number in range(0, 60, 3):
            audit = store.load_audit(f"call_{number:06d}")
            again = other_audit(number, audit.call_id, audit.plan_id or "", number)
            store.save_audit(again, now=LATER + timedelta(minutes=number))
        store.save_audit(other_audit(900, "call_loose", "pln_nowhere", 5), now=LATER)
        words = store.load_transcript("call_000001")
        east = words.model_copy(update={"started_at": "2026-06-09t01:30:00.5+05:00"})
        store.save_transcript(east, now=LATER)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = copy_store(tmp_path / "p.db")
    add_to(path)
    return path


@pytest.mark.parametrize("as_of", [None, "2026-06-01T17:00:00Z"])
@pytest.mark.parametrize("by", [*CALL_GROUPS, "item", "type"])
def test_every_count_is_the_one_that_the_raw_rows_give(db: Path, by: Any, as_of: str | None) -> None:
    report = rate_store(db, Asked(by, overrides="before", as_of=as_of))
    (reading,) = report.readings
    wanted = count(raw_audits(db, as_of), by)
    found = {row.key: shown(row, whole=by in CALL_GROUPS) for row in reading.rows}
    assert wanted
    for key, counts in wanted.items():
        assert {name: found[key][name] for name in counts} == counts, key
    for key in found.keys() - wanted.keys():
        assert not found[key]["off"]
    for row in reading.rows:
        if by != "type":
            cells = row.cells
            assert cells.explained + cells.silent + cells.kept_logged + cells.clear == row.deviation.of


def test_the_rates_of_days_are_those_of_the_calls_that_began_on_them(db: Path) -> None:
    report = rate_store(db, Asked("agent", since="2026-06-08", until="2026-06-08", overrides="before"))
    audits = [audit for audit in raw_audits(db) if audit["day"] == "2026-06-08"]
    assert [audit["call_id"] for audit in audits] == ["call_000001"]
    assert report.readings[0].total.calls == 1
    total = count(audits, "agent")["cold_list"]
    assert report.readings[0].total.deviation.of == total["due"]


def test_an_audit_counted_by_itself_is_what_the_store_counts(db: Path) -> None:
    audits = [Audit.from_document({k: v for k, v in a.items() if k not in ("plan", "day")}, "audit")
              for a in raw_audits(db)]  # fmt: skip
    for by in ("agent", "item", "type"):
        whole: dict[str, Tally] = {}
        for audit in audits:
            for key, tally in count_audit(audit, by, {"agent": "any"}).items():
                whole[key] = whole.get(key, Tally()) + tally
        (reading,) = rate_store(db, Asked(by, overrides="before")).readings
        for row in [reading.total] if by == "agent" else reading.rows:
            assert row.deviation.count == whole["any" if by == "agent" else row.key].deviated
            assert row.deviation.of == whole["any" if by == "agent" else row.key].due


def decide_some(path: Path) -> None:
    """Decisions on twenty calls, in turn over all they can say."""
    with Store.open(path) as store, store.writing():
        for number in range(20):
            audit = store.load_audit(f"call_{number:06d}")
            q1 = next(item for item in audit.items if item.item == "q1")
            status = "skipped" if q1.status != "skipped" else "asked"
            said = [
                Said("overturn", "sam", "q1", status=status, cause="recogniser", reason="heard it"),
                Said(
                    "overturn", "sam", type="off_plan_question", cause="plan", reason="it should have asked"
                ),
                Said("dispute", "kim", "o1", reason="look again"),
                Said("dispute", "kim", reason="the recording is of another call"),
                Said("confirm", "sam"),
                Said("skip", "kim"),
            ][number % 6]
            store.save_review(make_review(audit, said, LATER), now=LATER + timedelta(days=1 + number % 2))


@pytest.mark.parametrize("by", ["agent", "item", "type", "week"])
def test_rates_after_decisions_are_those_of_the_corrected_audits_counted_anew(db: Path, by: Any) -> None:
    decide_some(db)
    with Store.open(db, read_only=True) as store:
        reviews = [review for _, _, review in store.load_reviews()]
    corrected = []
    for raw in raw_audits(db):
        place = {key: raw.pop(key) for key in ("plan", "day")}
        read = correct(
            Audit.from_document(raw, "audit"), [r for r in reviews if r.audit_id == raw["audit_id"]]
        )
        corrected.append(read.audit.model_dump(mode="json") | place)
    (reading,) = rate_store(db, Asked(by)).readings
    wanted = count(corrected, by)
    found = {row.key: shown(row, whole=by in CALL_GROUPS) for row in reading.rows}
    for key, counts in wanted.items():
        assert {name: found[key][name] for name in counts} == counts, key
    assert (reading.decided, reading.overturned) == (17, 8)


def test_both_readings_of_a_past_day_stay_what_they_were(db: Path) -> None:
    asked = Asked("agent", overrides="both", as_of="2026-06-21")
    before = rate_store(db, asked).full_document()
    decide_some(db)  # half of it on the 21st, half on the 22nd
    day_one = rate_store(db, asked).full_document()
    assert day_one["readings"][0] == before["readings"][0]
    assert day_one["readings"][1]["decided"] == 10
    with Store.open(db) as store:
        for number in range(3):
            audit = store.load_audit(f"call_{number:06d}")
            again = other_audit(500 + number, audit.call_id, audit.plan_id or "", number)
            store.save_audit(again, now=LATER + timedelta(days=30))
    assert rate_store(db, asked).full_document() == day_one


def run(db: Path, *args: str) -> Any:
    return CliRunner().invoke(app, ["rate", "--db", str(db), *args], env={"COLUMNS": "80", "NO_COLOR": "1"})


def test_a_period_is_held_against_the_one_before_and_told_when_it_means_nothing(db: Path) -> None:
    said = run(db, "--by", "agent", "--since", "2026-06-01", "--until", "2026-06-01", "--json")
    report = json.loads(said.output)
    assert report["compared"] == ["2026-05-31", "2026-06-01"]
    (reading,) = report["readings"]
    assert {change["verdict"] for change in reading["changes"]} == {"too_few"}
    text = run(db, "--compare", "2026-06-01", "2026-06-02..2026-06-30").output
    assert "too few were due" in text or "nothing was due" in text
    assert all(len(row) <= 80 for row in text.splitlines())
    assert run(db, "--compare", "2026-06", "2026-06-10").exit_code == 2


def test_groups_of_which_nothing_was_due_are_told_in_one_line(db: Path) -> None:
    text = run(db, "--by", "type", "--since", "2026-06-01", "--until", "2026-06-01").output
    assert text.count("nothing to compare") == 1


def test_the_table_as_csv_has_the_figures_of_the_report(db: Path) -> None:
    decide_some(db)
    asked = ("--by", "item", "--overrides", "both")
    rows = list(csv.DictReader(io.StringIO(run(db, *asked, "--csv").output, newline="")))
    readings = json.loads(run(db, *asked, "--json").output)["readings"]
    wanted = [(r["overrides"], row) for r in readings for row in [*r["rows"], r["total"]]]
    assert len(rows) == len(wanted) > 10
    for found, (overrides, row) in zip(rows, wanted, strict=True):
        assert (found["overrides"], found["key"]) == (overrides, row["key"])
        share = row["deviation"]
        said = {"due": share["of"], "deviated": share["count"], "low": share["low"]}
        for name, value in (said | {"silent": row["cells"]["silent"]}).items():
            assert found[name] == ("" if value is None else str(value))
    assert run(db, "--csv", "--json").exit_code == 2


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_the_table_fits_and_says_n_before_the_rate(db: Path, columns: str) -> None:
    text = CliRunner().invoke(app, ["rate", "--db", str(db), "--by", "type"], env={"COLUMNS": columns}).output
    assert all(len(row) <= int(columns) for row in text.splitlines())
    head = next(row for row in text.splitlines() if " due " in row)
    assert head.index("due") < head.index("rate") < head.index("95 %")
    assert "logged nowhere" in text
    assert "plan quality" in text


def test_an_empty_store_and_a_bad_day_are_told_in_one_line(tmp_path: Path) -> None:
    with Store.open(tmp_path / "e.db"):
        pass
    empty = run(tmp_path / "e.db")
    assert empty.exit_code == 0
    assert "no audited call" in empty.output
    assert run(tmp_path / "e.db", "--since", "soon").exit_code == 2
