"""Times at the edge of the calendar are refused where they come in: no rule adds an hour to the last one."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from precall_cli.errors import BadInput
from precall_cli.rates.periods import parse_period
from precall_cli.records.brief import Brief
from precall_cli.records.record import parse_time
from precall_cli.transcripts import read_transcript
from tests.cli.command import BRIEF, NOW, write
from tests.cli.inside import run

EDGES = (
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1899-12-31T23:59:59Z", "9999-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
)  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
def test_a_record_holds_no_time_of_the_edge(edge: str) -> None:
    with pytest.raises(ValueError, match="must be of the years 1900 to 9998"):
        parse_time(edge)
    for place in ("assembled_at", "trigger", "dnc", "consent"):
        document = copy.deepcopy(BRIEF)
        if place == "assembled_at":
            document[place] = edge
        else:
            key = {"trigger": "at", "dnc": "checked_at", "consent": "obtained_at"}[place]
            document[place][key] = edge
        with pytest.raises(BadInput, match="1900 to 9998"):
            Brief.from_json(json.dumps(document), "brief.json")


@pytest.mark.parametrize("edge", EDGES)
def test_a_command_takes_none_for_now(tmp_path: Path, edge: str) -> None:
    write(tmp_path / "brief.json", BRIEF)
    write(tmp_path / "triggers.jsonl", {"trigger": BRIEF["trigger"], "brief": BRIEF, "agent": "inbound"})
    for command in (["plan", "create", "brief.json"], ["plan", "batch", "brief.json"], ["rate"],
                    ["policy", "dry-run", "triggers.jsonl"]):  # fmt: skip
        done = run(*command, "--now", edge, cwd=tmp_path)
        assert done.code == 2, (command, done)
        assert not (tmp_path / "precall.db").exists(), command


@pytest.mark.parametrize("moment", ["1900-01-01T00:00:00Z", "9998-12-31T23:59:59Z"])
def test_the_first_and_the_last_time_work(tmp_path: Path, moment: str) -> None:
    document = BRIEF | {"assembled_at": moment, "trigger": BRIEF["trigger"] | {"at": moment}}
    write(tmp_path / "brief.json", document)
    write(
        tmp_path / "triggers.jsonl", {"trigger": document["trigger"], "brief": document, "agent": "inbound"}
    )
    for command in (
        f"plan create brief.json --now {NOW}",
        f"plan create brief.json --now {moment}",
        f"policy dry-run triggers.jsonl --now {NOW}",
        f"rate --now {moment} --by week",
        f"rate --since {moment}",
    ):
        assert run(*command.split(), cwd=tmp_path).code in (0, 1, 2), command


def test_a_period_of_all_times_has_one_before_it() -> None:
    from datetime import date

    period = parse_period("1900-01-01..9998-12-31", date(2026, 11, 20), "--period")
    assert str(period.before()) == "0001-01-01 to 1899-12-31"


def test_a_call_from_a_mistaken_unit_has_no_start() -> None:
    turns = [{"role": "agent", "content": "Hi."}, {"role": "user", "content": "Yes."}]
    call = {"call_id": "c", "start_timestamp": 253402300799000, "transcript_object": turns}
    heard = read_transcript(json.dumps(call).encode(), "call.json", format="retell")
    assert heard.started_at is None
