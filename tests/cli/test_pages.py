"""Reports as files: written whole, for their owner alone, over nothing but an earlier report."""

from __future__ import annotations

import stat
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from tests.cli.command import CALL, NOW, PLAN, brief, precall, write
from tests.cli.inside import run as inside
from tests.report.page_reader import read_page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "plan.json", PLAN)
    write(tmp_path / "call.txt", CALL)
    return tmp_path


def test_one_call_is_one_page_the_same_bytes_every_time(folder: Path) -> None:
    arguments = ("audit", "call.txt", "--plan", "plan.json", "--html")
    run = inside(*arguments, "call.html", cwd=folder)
    assert run.code == 0 and "verdict PASS" in run.out and "report: call.html" in run.err
    data = (folder / "call.html").read_bytes()
    assert stat.S_IMODE((folder / "call.html").stat().st_mode) == 0o600
    page = read_page(data)
    assert "100 %" in page.text and "12 minutes" not in page.text
    again = precall(*arguments, "call.html", cwd=folder, PYTHONHASHSEED="7", TZ="Asia/Tokyo", LC_ALL="C")
    assert again.code == 0 and (folder / "call.html").read_bytes() == data
    assert sorted(path.name for path in folder.iterdir()) == ["call.html", "call.txt", "plan.json"]


@pytest.mark.parametrize("content", ["<!doctype html><title>precall</title>"])
def test_what_is_no_report_is_never_overwritten(folder: Path, content: str) -> None:
    write(folder / "mine.html", content)
    run = inside("audit", "call.txt", "--plan", "plan.json", "--html", "mine.html", cwd=folder)
    assert run.code == 2 and "no report of precall" in run.err and not run.out
    assert (folder / "mine.html").read_text() == content


def test_where_no_page_can_be_written_nothing_is_done(folder: Path) -> None:
    (folder / "link.html").symlink_to(folder / "elsewhere.html")
    for target, said in (("none/call.html", "the folder does not exist"), ("link.html", "no regular file")):
        run = inside("audit", "call.txt", "--plan", "plan.json", "--html", target, cwd=folder)
        assert run.code == 2 and said.split()[-1] in run.err and not run.out
    assert not (folder / "elsewhere.html").exists()


def test_many_calls_are_an_index_and_a_folder(folder: Path) -> None:
    lines = CALL.splitlines()
    write(folder / "short.txt", "\n".join(lines[:4] + lines[6:]) + "\n")
    run = inside("audit", "call.txt", "short.txt", "--plan", "plan.json", "--html", "day.html", cwd=folder)
    assert run.code == 0 and "with 2 calls" in run.err
    index = read_page((folder / "day.html").read_bytes())
    links = [a.attributes["href"] for a in index.by_tag("a")]
    assert len(set(links)) == 2 and all(link.startswith("day-calls/") for link in links)
    for link in links:
        page = read_page((folder / link).read_bytes())
        assert page.by_tag("a")[2].attributes["href"] == "../day.html"
        assert stat.S_IMODE((folder / link).stat().st_mode) == 0o600


def test_what_lies_in_the_way_of_a_page_is_found_before_anything_is_kept(folder: Path) -> None:
    write(folder / "brief.json", brief())
    inside("plan", "create", "brief.json", "--now", NOW, cwd=folder)
    plan_id = inside("plan", "list", "--json", cwd=folder).document[0]["plan_id"]
    (folder / "calls").mkdir()
    for name in ("a.txt", "b.txt"):
        write(folder / "calls" / name, CALL)
    audit = ("audit", "calls", "--plan", plan_id, "--html", "day.html")
    assert inside(*audit, "--no-store", cwd=folder).code == 0
    page = min((folder / "day-calls").iterdir())
    page.write_text("mine")
    refused = inside(*audit, cwd=folder)
    assert refused.code == 2
    assert page.name in refused.err
    assert page.read_text() == "mine"
    with closing(connect(folder / "precall.db")) as store:
        assert store.execute("SELECT count(*) FROM audits").fetchone() == (0,)
    page.unlink()
    assert inside(*audit, cwd=folder).code == 0
    with closing(connect(folder / "precall.db")) as store:
        assert store.execute("SELECT count(*) FROM audits").fetchone() == (2,)


def test_of_a_folder_one_bad_file_is_named_and_the_others_come_through(folder: Path) -> None:
    calls = folder / "calls"
    calls.mkdir()
    assert inside("audit", "calls", "--plan", "plan.json", cwd=folder).code == 3
    write(calls / "a.txt", CALL)
    write(calls / "b.json", {"no": "call"})
    write(calls / "c.txt", CALL.replace("twelve", "nine"))
    write(calls / "notes.md", "not looked at")
    done = inside("audit", "calls", "--plan", "plan.json", "--json", cwd=folder)
    assert done.code == 1
    assert "calls/b.json: is of no format" in done.err
    first, second, bad = done.document
    assert (first["verdict"], second["verdict"]) == ("pass", "pass")
    assert bad["place"] == "calls/b.json"
    for name in ("a.txt", "c.txt"):
        (calls / name).unlink()
    assert inside("audit", "calls", "--plan", "plan.json", cwd=folder).code == 2
