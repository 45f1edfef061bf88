"""The same through dask.distributed: a real scheduler, real worker processes, on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from precall_cli.errors import Unavailable
from precall_cli.pairs.chunks import engine_facts
from precall_cli.pairs.cluster import Cluster
from precall_cli.pairs.crew import Alone
from precall_cli.pairs.run import audit_pairs
from tests.cli.inside import run
from tests.pairs.small import write_pairs

pytest.importorskip("distributed", reason="needs the extra: pip install 'precall-cli[dask]'")
QUIET = ("--no-dashboard",)


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def dask(folder: Path, *words: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `dask` command that runs as long as the block; ended by its pid, whatever state it is in."""
    with (folder / f"{words[0]}-{time.monotonic_ns()}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "dask", *words, *QUIET], cwd=folder, stdout=log,
            stderr=log, env=os.environ | environ,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def worker(folder: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    given = (
        "--host",
        "127.0.0.1",
        "--nthreads",
        "1",
        "--no-nanny",
        "--memory-limit",
        "1GiB",
        "--death-timeout",
        "60",
    )
    with dask(folder, "worker", address, *given, "--local-directory", str(folder / "scratch")) as process:
        yield process


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with (
        dask(folder, "scheduler", "--host", "127.0.0.1", "--port", str(port)),
        worker(folder, address) as one,
        worker(folder, address) as two,
    ):
        listening = time.monotonic() + 60
        while True:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < listening
            time.sleep(0.1)
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=90)
        yield address, [one, two]


def test_two_workers_give_the_bytes_of_one_process_though_one_is_killed(
    place: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, workers = place
    source = write_pairs(tmp_path / "pairs.jsonl", 300)
    facts = engine_facts()
    seen: list[int] = []

    def watch(tally: object) -> None:
        seen.append(getattr(tally, "pairs"))  # noqa: B009 - whatever is counted
        if len(seen) == 3:
            workers[0].send_signal(signal.SIGKILL)

    with Cluster(address, str(source), facts) as crew:
        crew.chunk_rows = 20
        assert crew.width() == 5  # two workers of a thread, two chunks each, and one
        tally = audit_pairs(source, tmp_path / "dask.jsonl", crew, facts, watch=watch)
    with Alone(str(source)) as alone:
        audit_pairs(source, tmp_path / "one.jsonl", alone, facts)
    assert tally.pairs == 300 and seen == sorted(seen) and workers[0].wait(30) == -signal.SIGKILL
    assert (tmp_path / "dask.jsonl").read_bytes() == (tmp_path / "one.jsonl").read_bytes()


def test_the_command_says_the_same_as_without_a_scheduler(
    place: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    write_pairs(tmp_path / "pairs.jsonl", 6)
    done = run("audit-pairs", "pairs.jsonl", "-o", "out.jsonl", "--scheduler", place[0], cwd=tmp_path)
    assert (done.code, done.err) == (0, "6 lines read, 6 calls audited, 0 could not be read as pairs\n")


def test_workers_with_another_precall_are_named_before_any_work(
    place: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    facts = replace(engine_facts(), precall="9.9.9")
    with pytest.raises(Unavailable, match=r"the worker tcp://127.0.0.1:\d+ has precall 0") as unlike:
        Cluster(place[0], "x", facts).__enter__()
    assert "9.9.9" in unlike.value.problem and "Install the same precall" in unlike.value.hint


def test_a_scheduler_without_workers_is_not_waited_for(tmp_path: Path) -> None:
    port = free_port()
    write_pairs(tmp_path / "pairs.jsonl", 3)
    with dask(tmp_path, "scheduler", "--host", "127.0.0.1", "--port", str(port)):
        address = f"127.0.0.1:{port}"
        end = time.monotonic() + 60
        while (
            "Connection refused"
            in (
                done := run(
                    "audit-pairs", "pairs.jsonl", "-o", "out.jsonl", "--scheduler", address, cwd=tmp_path
                )
            ).err
        ):
            assert time.monotonic() < end
            time.sleep(0.1)
    assert done.code == 5 and f"{address}: the scheduler has no worker" in done.err
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("127.0.0.1:{free}", 5, "no scheduler answers: Connection refused"),
        ("tcp://nowhere.invalid:8786", 5, "no scheduler answers"),
        ("127.0.0.1", 2, "is no address of a scheduler"),
        ("http://127.0.0.1:80", 2, "is no address of a scheduler"),
        ("tcp://127.0.0.1:99999", 2, "is no address of a scheduler"),
        ("tcp://a\x1b]0;x:1", 2, "is no address of a scheduler"),
    ],
)
def test_an_address_that_leads_nowhere_is_named(tmp_path: Path, address: str, code: int, said: str) -> None:
    write_pairs(tmp_path / "pairs.jsonl", 3)
    address = address.format(free=free_port())
    done = run("audit-pairs", "pairs.jsonl", "-o", "out.jsonl", "--scheduler", address, cwd=tmp_path)
    assert done.code == code and said in done.err
    assert address.split("\x1b", maxsplit=1)[0] in done.err and "\x1b" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.jsonl"]


def test_workers_are_the_schedulers(tmp_path: Path) -> None:
    done = run("audit-pairs", "x", "--workers", "2", "--scheduler", "127.0.0.1:1", cwd=tmp_path)
    assert done.code == 2 and "--workers: goes without --scheduler" in done.err
