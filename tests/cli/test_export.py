"""`db export` through the real command."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from tests.cli.inside import run as precall

sys.path.insert(0, str(Path(__file__).parent.parent / "store"))
from store_samples import copy_filled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_filled(tmp_path / "precall.db")
    return tmp_path


def test_one_table_goes_to_standard_output(folder: Path) -> None:
    run = precall("db", "export", "--to", "-", "--table", "calls", cwd=folder)
    assert run.code == 0 and "calls: 3 rows" in run.err
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert [row["call_id"] for row in rows] == ["call_1", "call_2", "call_3"]
    masked = precall(
        "db", "export", "--to", "-", "--table", "calls", "--format", "jsonl", "--redact", cwd=folder
    )
    assert "names are masked" in masked.err
    assert {json.loads(line)["contact_name"] for line in masked.out.splitlines()} == {"[name]"}


def test_a_database_to_browse_says_how_it_is_opened(folder: Path) -> None:
    run = precall("db", "export", "--datasette", "ds", cwd=folder)
    assert run.code == 0 and "datasette ds/calls.db -m ds/metadata.json" in run.out
    with closing(connect(folder / "ds" / "calls.db")) as browsable:
        assert browsable.execute("SELECT count(*) FROM turns").fetchone() == (6,)
    assert precall("verify", cwd=folder).code == 0


def test_a_store_that_cannot_be_read_leaves_no_folder(folder: Path) -> None:
    with closing(connect(folder / "precall.db")) as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f'DROP TRIGGER "{name}"')
        store.execute("UPDATE audits SET audit_json = '{'")
        store.commit()
    run = precall("db", "export", "--datasette", "ds", cwd=folder)
    assert run.code != 0
    assert not (folder / "ds").exists()


@pytest.mark.parametrize(
    "wrong",
    [("--to", "a", "--datasette", "b"), ("--datasette", "b", "--table", "calls"), ("--to", "-")],
)  # fmt: skip
def test_what_cannot_be_meant_writes_nothing(folder: Path, wrong: tuple[str, ...]) -> None:
    run = precall("db", "export", *wrong, cwd=folder)
    assert run.code == 2 and run.out == ""
    assert not [path for path in folder.iterdir() if not path.name.startswith("precall.db")]
