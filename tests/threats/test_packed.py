"""Packed files and files of lines: all of what they hold is read, or one message says why not."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest

from precall_cli import lines
from precall_cli.errors import BadInput
from precall_cli.lines import numbered_lines, unpacked
from precall_cli.records.limits import DEFAULTS, Limits, hold
from tests.cli.command import BRIEF, NOW
from tests.cli.inside import run

LINE = json.dumps(BRIEF).encode() + b"\n"
SECOND = json.dumps(BRIEF | {"brief_id": "brf_2"}).encode() + b"\n"


def test_pieces_packed_one_after_another_are_all_read(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(LINE) + gzip.compress(SECOND) + bytes(64))
    done = run("brief", "check", "in.jsonl.gz", cwd=tmp_path)
    assert (done.code, "2 briefs" in done.out) == (0, True), done


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (gzip.compress(LINE)[:-9], "is cut off"),
        (gzip.compress(LINE)[:5], "is cut off"),
        (gzip.compress(LINE) + b"junk", "is no whole gzip file"),
        (gzip.compress(LINE)[:-8] + bytes(8), "is no whole gzip file"),
        (gzip.compress(LINE) + gzip.compress(bytes(30_000_000)), "unpacks to more than"),
    ],
    ids=["cut", "head", "junk", "sum", "bomb"],
)
def test_half_a_packed_file_is_none(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(data)
    for command in (
        ["brief", "check"],
        ["plan", "create", "--now", NOW],
        ["policy", "dry-run", "--now", NOW],
    ):
        done = run(*command, "in.jsonl.gz", cwd=tmp_path)
        assert (done.code, says in done.err) == (2, True), (command, done)
    assert not (tmp_path / "precall.db").exists()


def test_unpacking_stops_at_the_limit() -> None:
    assert unpacked(gzip.compress(b"ab") + gzip.compress(b"c"), "x", 3) == b"abc"
    with pytest.raises(BadInput, match="unpacks to more than 2 bytes"):
        unpacked(gzip.compress(b"ab") + gzip.compress(b"c"), "x", 2)


def test_a_file_of_nothing_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_BLANK", 1_000)
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(b"\n" * 5_000 + LINE))
    for command in (
        ["plan", "batch"],
        ["db", "import"],
        ["outcome", "import"],
        ["plan", "refresh", "--briefs"],
    ):
        done = run(*command, "in.jsonl.gz", "--now", NOW, cwd=tmp_path)
        assert (done.code, "stands after 1,000 blank lines" in done.err) == (2, True), (command, done)
    assert list(numbered_lines(io.BytesIO(b"\n" * 900 + b"x\n" + b"\n" * 900), "f")) == [(901, b"x\n")]


def test_a_line_without_end_is_not_read_to_it() -> None:
    hold(Limits(max_bytes=10))
    try:
        assert len(list(numbered_lines(io.BytesIO(b"x" * 70 + b"\ny\n"), "f"))) == 2
        with pytest.raises(BadInput, match="a line of more than 80 bytes") as said:
            list(numbered_lines(io.BytesIO(b"a\n" + b"x" * 100 + b"\ny\n"), "f"))
        assert said.value.place == "f:2"
    finally:
        hold(DEFAULTS)


def test_a_table_of_many_columns_is_read(tmp_path: Path) -> None:
    names = ",".join(["call_id", *(f"c{i}" for i in range(40_000))])
    (tmp_path / "in.csv").write_text(f"{names}\ncall_1,x\n", "utf-8")
    assert run("outcome", "import", "in.csv", "--now", NOW, cwd=tmp_path).code == 0
    (tmp_path / "in.csv").write_text("call_id,a,b,a\n1,2,3,4\n", "utf-8")
    assert "the column 'a' stands twice" in run("outcome", "import", "in.csv", cwd=tmp_path).err
