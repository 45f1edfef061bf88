"""An output that broke off: the rest only, the same bytes, and never on top of something else."""

from __future__ import annotations

import fcntl
import gzip
import json
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from precall_cli.errors import BadInput, Unavailable
from precall_cli.pairs.chunks import EngineFacts, make_chunks
from precall_cli.pairs.crew import Alone
from precall_cli.pairs.run import Tally, audit_pairs
from tests.pairs.small import FACTS, Stop, Stumbling, pair, write_pairs

COUNT = 23


def run(source: Path, output: Path, happens: Callable[[int], Exception | None] | None = None,
        facts: EngineFacts = FACTS, *, restart: bool = False) -> Tally:  # fmt: skip
    crew = Stumbling(str(source), happens or (lambda number: None))
    return audit_pairs(source, output, crew, facts, restart=restart)


def stop_at(*numbers: int) -> Callable[[int], Exception | None]:
    return lambda number: Stop() if number in numbers else None


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_pairs(tmp_path / "pairs.jsonl", COUNT)


@pytest.fixture
def whole(source: Path, tmp_path: Path) -> bytes:
    output = tmp_path / "whole.jsonl"
    with Alone(str(source)) as crew:
        audit_pairs(source, output, crew, FACTS)
    return output.read_bytes()


def beside(output: Path) -> list[str]:
    return sorted(path.name for path in output.parent.glob(output.name + ".*"))


def test_the_rows_stand_in_input_order_and_nothing_is_left_beside(source: Path, whole: bytes) -> None:
    output = source.with_name("out.jsonl")
    tally = run(source, output)
    assert (tally.pairs, tally.errors, tally.kept) == (COUNT, 3, 0)
    assert output.read_bytes() == whole
    assert [json.loads(row)["id"] for row in whole.splitlines()] == [f"p{n}" for n in range(1, COUNT + 1)]
    assert beside(output) == []
    assert output.stat().st_mode & 0o777 == 0o600


@given(stops=st.lists(st.integers(1, 12), max_size=6))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_it_breaks_off_the_bytes_are_the_same(
    source: Path, whole: bytes, stops: list[int]
) -> None:
    output = source.with_name("out.jsonl")
    output.unlink(missing_ok=True)
    done = 0
    for number in stops:
        try:
            tally = run(source, output, stop_at(number))
        except Stop:
            assert not output.exists()
            continue
        assert tally.kept >= done
        assert output.read_bytes() == whole
        output.unlink()
        done = 0
    last = run(source, output)
    assert output.read_bytes() == whole and (last.pairs, last.errors) == (COUNT, 3)
    assert beside(output) == []


def test_a_second_run_does_only_the_rest(source: Path, whole: bytes) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    crew = Stumbling(str(source), lambda number: None)
    tally = audit_pairs(source, output, crew, FACTS)
    assert tally.kept == 10 and crew.waits == 7  # 13 pairs, two in a chunk
    assert output.read_bytes() == whole


@pytest.mark.parametrize("cut", [1, 40, 700])
def test_rows_that_did_not_reach_the_disk_are_made_again(source: Path, whole: bytes, cut: int) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    rows = output.with_name("out.jsonl.partial")
    rows.write_bytes(rows.read_bytes()[:-cut])
    run(source, output)
    assert output.read_bytes() == whole


def test_rows_that_were_changed_are_made_again(source: Path, whole: bytes) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    rows = output.with_name("out.jsonl.partial")
    rows.write_bytes(rows.read_bytes().replace(b'"c1"', b'"cX"'))
    run(source, output)
    assert output.read_bytes() == whole


@pytest.mark.parametrize(
    "mark", [b"", b"x\n", b'{"pairs": 1}\n', b'{"pairs": "a", "errors": 0, "bytes": 0}\n', b"[" * 9000]
)
def test_damaged_marks_only_cost_time(source: Path, whole: bytes, mark: bytes) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    marks = output.with_name("out.jsonl.progress")
    head = marks.read_bytes().splitlines(keepends=True)
    marks.write_bytes(b"".join(head[:3]) + mark)
    assert run(source, output).kept == 4
    assert output.read_bytes() == whole


def test_another_input_is_refused_and_nothing_is_thrown_away(source: Path) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    kept = output.with_name("out.jsonl.partial").read_bytes()
    lines = source.read_text().splitlines(keepends=True)
    source.write_text(pair(99) + "\n" + "".join(lines[1:]))
    with pytest.raises(BadInput, match="first 10 pairs are not those") as refused:
        run(source, output)
    assert "--restart" in refused.value.hint
    assert output.with_name("out.jsonl.partial").read_bytes() == kept
    assert run(source, output, restart=True).kept == 0
    assert json.loads(output.read_bytes().splitlines()[0])["id"] == "p99"


def test_an_input_that_grew_is_gone_on_with(source: Path) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    with source.open("a") as file:
        file.write(pair(50) + "\n")
    assert run(source, output).pairs == COUNT + 1


@pytest.mark.parametrize("facts", [replace(FACTS, signature="other"), replace(FACTS, precall="9.9")])
def test_another_engine_is_refused(source: Path, facts: EngineFacts) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    with pytest.raises(BadInput, match=r"was made from another (signature|precall)"):
        run(source, output, facts=facts)
    assert beside(output) == ["out.jsonl.partial", "out.jsonl.progress"]


def test_two_runs_do_not_write_one_output(source: Path) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(6))
    before = output.with_name("out.jsonl.partial").read_bytes()
    with output.with_name("out.jsonl.progress").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match="another run is writing"):
            run(source, output, restart=True)
    assert output.with_name("out.jsonl.partial").read_bytes() == before


def test_a_file_of_another_stays(source: Path) -> None:
    output = source.with_name("out.jsonl")
    output.with_name("out.jsonl.progress").write_text("my notes\n")
    with pytest.raises(BadInput, match="is no file of ours"):
        run(source, output)
    assert output.with_name("out.jsonl.progress").read_text() == "my notes\n"


def test_a_run_that_stops_before_its_first_rows_leaves_nothing(source: Path) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Stop):
        run(source, output, stop_at(1))
    assert beside(output) == []


def test_a_packed_output_is_the_same_file_whether_it_broke_off_or_not(source: Path, whole: bytes) -> None:
    for name, stops in (("a.jsonl.gz", ()), ("b.jsonl.gz", (4,))):
        output = source.with_name(name)
        if stops:
            with pytest.raises(Stop):
                run(source, output, stop_at(*stops))
        run(source, output)
    packed = source.with_name("a.jsonl.gz").read_bytes()
    assert packed == source.with_name("b.jsonl.gz").read_bytes() and gzip.decompress(packed) == whole


def test_a_dead_worker_costs_time_and_no_audit(source: Path, whole: bytes) -> None:
    output = source.with_name("out.jsonl")
    run(source, output, lambda number: BrokenProcessPool("gone") if number in (2, 3, 7) else None)
    assert output.read_bytes() == whole


def test_workers_that_keep_dying_end_the_run_and_keep_what_is_done(source: Path, whole: bytes) -> None:
    output = source.with_name("out.jsonl")
    with pytest.raises(Unavailable, match="3 workers died one after the other") as lost:
        run(source, output, lambda number: BrokenProcessPool("gone") if number > 3 else None)
    assert lost.value.place == f"{source}:8-9"  # of the file: the sixth line is blank
    assert run(source, output).kept == 6
    assert output.read_bytes() == whole


def test_no_more_chunks_are_under_way_than_the_crew_is_wide(source: Path) -> None:
    crew = Stumbling(str(source), lambda number: None, width=3)
    audit_pairs(source, source.with_name("out.jsonl"), crew, FACTS)
    assert crew.most_under_way == 3


@given(sizes=st.lists(st.integers(1, 3_000_000), max_size=8), most=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_chunks_hold_every_line_once_and_no_more_than_fits(sizes: list[int], most: int) -> None:
    rows = [(number, b"x" * size) for number, size in enumerate(sizes)]
    chunks = list(make_chunks(iter(rows), most))
    assert [row for chunk in chunks for row in chunk] == rows
    for chunk in chunks:
        assert len(chunk) <= most
        assert len(chunk) == 1 or sum(len(row) for _, row in chunk) <= 4 * 1024 * 1024
