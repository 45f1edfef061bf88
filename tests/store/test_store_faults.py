"""No store, a damaged one, one out of reach: one message, nothing touched, nobody waits for ever."""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir, closing
from functools import partial
from pathlib import Path

import pytest
from store_samples import NOW, dump, fill, make_audit, make_brief, make_plan, make_policy, names, tamper

from precall_cli.errors import BadInput, IntegrityError, PrecallError, Unavailable
from precall_cli.store import Store, migrate_store


def use(path: Path) -> None:
    """All that commands do with a store."""
    with Store.open(path, wait_s=0.2) as store:
        store.info()
        for row in store.list_plans():
            store.load_plan(row.plan_id)
        list(store.load_outcomes())
        store.load_refusals()
        store.opted_out()
        for number in (1, 2, 3):
            store.load_transcript(f"call_{number}")
            store.load_audits(f"call_{number}")
        store.save_audit(make_audit(9), now=NOW)


def look(path: Path) -> None:
    """What `verify` does."""
    with Store.inspect(path, wait_s=0.2) as store:
        store.verify()


def sqlite_file(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def make_socket(path: Path) -> None:
    # The name of a socket may be a hundred bytes long: a relative one is short.
    with closing(socket.socket(socket.AF_UNIX)) as end, chdir(path.parent):
        end.bind(path.name)


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda p: p.write_text("dear diary"), "not a SQLite database"),
    "binary": (lambda p: p.write_bytes(bytes(range(256)) * 40), "not a SQLite database"),
    "header": (lambda p: p.write_bytes(b"SQLite format 3\0" + b"\0" * 20), "cut off"),
    "fifo": (os.mkfifo, "a FIFO"),
    "folder": (lambda p: p.mkdir(), "a folder"),
    "socket": (make_socket, "a socket"),
    "loop": (lambda p: p.symlink_to(p), "cannot be used"),
    "dangling": (lambda p: p.symlink_to("nowhere"), "link to nothing"),
    "bookmarks": (lambda p: sqlite_file(p, "CREATE TABLE moz_places (id)"), "moz_places"),
    "newer_of_another": (
        lambda p: sqlite_file(p, "CREATE TABLE t (a)", "PRAGMA user_version = 9"), "another application"),
    "other_id": (
        lambda p: sqlite_file(p, "CREATE TABLE t (a)", "PRAGMA application_id = 1196444487"), "0x47504b47"),
    "outcomes": (lambda p: sqlite_file(p, "CREATE TABLE outcomes (call_id TEXT)"), "before there were plans"),
    "outcomes_view": (
        lambda p: sqlite_file(p, "CREATE VIEW outcomes AS SELECT 1 AS call_id"), "another application"),
    "long_name": (lambda p: None, "cannot be used"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_not_ours_is_refused_untouched(tmp_path: Path, name: str, read_only: bool) -> None:
    make, words = FOREIGN[name]
    path = tmp_path / ("n" * 300 if name == "long_name" else "p.db")
    make(path)
    before = path.read_bytes() if os.path.isfile(path) else None  # noqa: PTH113
    listing = names(tmp_path)
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        Store.open(path, read_only=read_only, wait_s=0.2)
    assert time.monotonic() - began < 2
    assert words in caught.value.problem
    assert caught.value.place == str(path)
    assert caught.value.exit_code == 5
    assert names(tmp_path) == listing
    if before is not None:
        assert path.read_bytes() == before


def test_devices_and_impossible_names(tmp_path: Path) -> None:
    for device in ("/dev/full", "/dev/null", "/dev/zero"):
        with pytest.raises(Unavailable, match="device"):
            Store.open(Path(device))
    with pytest.raises(BadInput, match="no file name"):
        Store.open(tmp_path / "a\0b")
    with pytest.raises(BadInput, match="does not exist"):
        Store.open(Path("/proc/self/p.db"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable):
        Store.open(tmp_path / "file" / "p.db")


@pytest.mark.parametrize("name", ["a?b#c%20.db", "ä €.db", "file:x.db", "-rf", "x'y\".db", "new\nline.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    fill(tmp_path / name, 1)
    assert names(tmp_path) == [name]


def test_a_new_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "p.db"
        with Store.open(path) as store:
            store.save_plan(make_plan(1), make_brief(1), make_policy(), now=NOW)
            for file in tmp_path.iterdir():
                assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
            store.backup(tmp_path / "copy.db")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"the folder .*nodir does not exist"):
        Store.open(tmp_path / "nodir" / "p.db")
    assert names(tmp_path) == []


def test_an_empty_file_is_a_new_store_and_an_absent_one_is_made_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    for how in ({"create": False}, {"read_only": True}):
        with pytest.raises(Unavailable, match="no store here"):
            Store.open(path, **how)
    assert not path.exists()
    path.touch()
    with pytest.raises(Unavailable, match="nothing was ever stored"):
        Store.open(path, read_only=True)
    with Store.open(path) as store:
        assert store.verify().ok


CHANGES = {
    "view for a table": ("DROP TABLE audit_items", "CREATE VIEW audit_items AS SELECT 1 AS audit_seq"),
    "foreign trigger": ("CREATE TRIGGER mine AFTER INSERT ON audits BEGIN DELETE FROM plans; END",),
    "trigger on another table": (
        "CREATE TABLE t (a)",
        "CREATE TRIGGER mine AFTER INSERT ON t BEGIN SELECT 1; END",
    ),
    "no trigger": ("DROP TRIGGER plans_no_update",),
    "weaker trigger": (
        "DROP TRIGGER chain_append",
        "CREATE TRIGGER chain_append BEFORE INSERT ON chain WHEN 0 BEGIN SELECT RAISE(ABORT, 'x'); END",
    ),
    "further column": ("ALTER TABLE plans ADD COLUMN mine TEXT",),
    "no index": ("DROP INDEX audits_call_id",),
    "unique index": ("CREATE UNIQUE INDEX mine ON audits (call_id, verdict)",),
    "other view": ("DROP VIEW calls", "CREATE VIEW calls AS SELECT 1 AS call_id"),
    "no table": ("DROP TABLE opt_outs",),
    "no migrations": ("DROP TABLE _sqlite_migrations",),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_schema_is_refused_and_verify_names_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / "p.db"
    fill(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in CHANGES[name]:
            connection.execute(statement)
    before = path.read_bytes()
    with pytest.raises(IntegrityError, match="schema was changed"):
        Store.open(path)
    with Store.inspect(path) as store:
        result = store.verify()
    assert result.faults[0].kind == "schema"
    assert path.read_bytes() == before


def test_tables_views_and_indices_of_others_are_welcome(tmp_path: Path) -> None:
    fill(tmp_path / "p.db")
    sqlite_file(
        tmp_path / "p.db",
        "CREATE TABLE notes (plan_id TEXT REFERENCES plans (plan_id))",
        "CREATE VIEW mine AS SELECT agent, count(*) FROM plans GROUP BY 1",
        "CREATE INDEX faster ON audits (rung)",
    )
    use(tmp_path / "p.db")


def test_another_version_is_refused_saying_both(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path)
    sqlite_file(path, "PRAGMA user_version = 41")
    before = path.read_bytes()
    with pytest.raises(Unavailable, match=r"version 41.*up to 2"):
        Store.open(path)
    with pytest.raises(Unavailable, match="version 41"):
        migrate_store(path, now=NOW)
    assert path.read_bytes() == before
    sqlite_file(path, "PRAGMA user_version = 0")
    with pytest.raises(IntegrityError, match="without a version"):
        Store.open(path)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ('UPDATE plans SET plan_json = \'{"a":1,"a":2}\'', "plans row 1"),
        ("UPDATE plans SET plan_json = '[]'", "plans row 1"),
        ("UPDATE plans SET plan_json = replace(plan_json, 'Book', 'Sell')", "plans row 1"),
        ("UPDATE plans SET plan_json = CAST(x'ff' AS TEXT)", "plans row 1"),
        ("UPDATE briefs SET brief_json = replace(brief_json, 'false', 'true')", "briefs row sha256:"),
        ("DELETE FROM briefs", "briefs row sha256:"),
        ("UPDATE policies SET policy_json = '{}'", "policies row sha256:"),
        ('UPDATE audits SET audit_json = \'{"verdict":"pass"}\'', "audits row 5"),
        (
            "UPDATE transcripts SET transcript_json = replace(transcript_json, 'agent', 'robot')",
            "transcripts row 3",
        ),
        ("UPDATE outcomes SET outcome_json = '{'", "outcomes row call_1"),
        ("UPDATE refusals SET refusal_json = 'null'", "refusals row 2"),
    ],
)
def test_an_edited_cell_is_named_where_it_is_read(tmp_path: Path, statement: str, words: str) -> None:
    fill(tmp_path / "p.db", 1)
    tamper(tmp_path / "p.db", statement)
    with pytest.raises(IntegrityError) as caught:
        use(tmp_path / "p.db")
    assert words in caught.value.place
    assert caught.value.exit_code == 4


def test_damaged_files_end_in_one_message(tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    fill(whole)
    data = whole.read_bytes()
    chance = random.Random(7)
    path = tmp_path / "p.db"
    refused = 0
    for number in range(150):
        damaged = bytearray(data)
        if number % 3 == 0:
            damaged = damaged[: chance.randrange(1, len(data))]
        elif number % 3 == 1:
            for _ in range(chance.choice((1, 20, 400))):
                damaged[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        else:
            start = chance.randrange(len(data))
            damaged[start : start + 4096] = bytes(chance.randrange(256) for _ in range(4096))
        for file in tmp_path.glob("p.db*"):
            file.unlink()
        path.write_bytes(damaged)
        for doing in (use, look, partial(migrate_store, now=NOW)):
            try:
                doing(path)
            except PrecallError as error:
                refused += 1
                assert len(error.problem.splitlines()) <= 1
                assert error.exit_code in (2, 4, 5)
    assert refused > 150


def test_bytes_that_are_no_text_in_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path, 1)
    path.write_bytes(
        path.read_bytes().replace(b"CREATE INDEX plans_agent", b"CREATE \xff\xa0\xc3EX plans_agent")
    )
    for doing in (use, look, partial(migrate_store, now=NOW)):
        with pytest.raises(IntegrityError, match="damaged"):
            doing(path)


def test_reading_leaves_nothing_behind_and_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path)
    before = path.read_bytes()
    with Store.open(path, read_only=True) as store:
        store.list_plans()
        assert store.verify().ok
        with pytest.raises(Unavailable, match="read-only"):
            store.save_audit(make_audit(9), now=NOW)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["p.db"]


AS_NOBODY = """
import os, sys
from pathlib import Path
sys.path[:0] = [{here!r}]
from store_samples import NOW, make_audit
from precall_cli.errors import PrecallError
from precall_cli.store import Store
with Store.open(Path(sys.argv[1]), read_only=True) as store:
    store.verify()  # loads what nobody may not read from root's own Python
os.setgid(65534); os.setuid(65534)
path = Path(sys.argv[1])
with Store.open(path, read_only=True) as store:
    assert store.verify().ok and store.info().head_seq == 18
try:
    with Store.open(path) as store:
        store.save_audit(make_audit(9), now=NOW)
except PrecallError as error:
    print(error.exit_code, error.problem)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_a_store_in_a_folder_that_cannot_be_written_can_be_read(tmp_path: Path) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "p.db"
        fill(path)
        folder.chmod(0o755)
        code = AS_NOBODY.format(here=str(Path(__file__).parent))
        for mode in (0o444, 0o666):
            path.chmod(mode)
            done = subprocess.run(
                [sys.executable, "-c", code, str(path)],
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.returncode == 0, done.stderr
            assert done.stdout.startswith("5 "), done.stdout
            assert names(folder) == ["p.db"]


def test_a_full_disk_leaves_earlier_rows_whole(tmp_path: Path) -> None:
    """Pages are added one by one until all fits: each time before, one message and nothing by halves."""
    path = tmp_path / "p.db"
    fill(path, 1)
    before = dump(path)
    failed = 0
    with Store.open(path) as store:
        pages = store._database.number("PRAGMA page_count")
        for limit in range(pages, pages + 200):
            store._database.number(f"PRAGMA max_page_count = {limit}")
            try:
                with store.writing():
                    for number in range(10, 30):
                        store.save_audit(make_audit(number), now=NOW)
            except Unavailable as error:
                failed += 1
                assert error.problem == "the disk is full"
                assert dump(path) == before
            else:
                break
        assert failed > 2
        assert store.verify().ok
        assert store.info().rows["audit"] == 21


LIMITED = """
import resource, signal, sys
sys.path[:0] = [{here!r}]
from pathlib import Path
from store_samples import fill
from precall_cli.errors import PrecallError
import sqlite_utils
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for size in range(0, 900_000, 60_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        fill(Path(sys.argv[1]), 30)
    except PrecallError as error:
        assert error.exit_code == 5 and len(error.problem.splitlines()) == 1, error
        print("refused", error.problem)
    else:
        print("done")
        break
"""


def test_writes_that_fail_anywhere_can_be_resumed(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(here=str(Path(__file__).parent)), str(path)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "done", lines
    assert len(lines) > 3
    with Store.open(path, read_only=True) as store:
        assert store.verify().ok
        assert store.info().head_seq == 180
