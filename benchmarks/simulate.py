"""CPU and memory of `policy simulate`, and its queues against closed forms at full size.

    python benchmarks/simulate.py [CONTACTS …]

Each size runs in a process of its own on the shipped mix: CPU seconds and peak memory of the whole command.
Then a single worker and five lines are held against M/M/1 and Erlang C over 500,000 contacts.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from math import factorial
from pathlib import Path

MIX = Path(__file__).parent.parent / "fixtures" / "simulation" / "mix.toml"
DAY_S = 86_400.0


def measure(contacts: int) -> None:
    """One run of the command."""
    command = [sys.executable, "-m", "precall_cli", "policy", "simulate", "--mix", str(MIX), "--json"]
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [*command, "--contacts", str(contacts), "--db", f"{folder}/none.db"], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        found = json.loads(child.stdout.read())
        _, _, used = os.wait4(child.pid, 0)
    assert found["triggers"] == contacts
    cpu = used.ru_utime + used.ru_stime
    print(f"{contacts:>12,} contacts  {cpu:>7.1f} s CPU  {used.ru_maxrss / 1024:>7.0f} MiB peak")


def compare() -> None:
    """The engine against two formulas."""
    from precall_cli.simulate.day import run_day
    from precall_cli.simulate.desk import Desk, Means
    from precall_cli.simulate.spread import Spread, fixed

    contacts, used, lines = 500_000, 0.8, 5
    nothing = fixed(0.0, "")
    means = Means(1, None, 1, lines, 0.0, 1.0, 1, 1, nothing)

    def desk(*, live: bool, serves: Spread, talks: Spread) -> Desk:
        return Desk(
            "inbound", "at_call", contacts, (1.0,) * 24, (), 0.0, live, serves, 0.0, 1e9, None, nothing, 0.0,
            0.0, talks, None if not live else contacts,
        )  # fmt: skip

    serves = used * DAY_S / contacts
    queue = run_day([desk(live=True, serves=Spread(exponential=serves), talks=nothing)], means, 1).planner
    span = queue.last - queue.first
    found, wanted = queue.time_in_s / queue.asked, serves / (1 - used)
    print(f"M/M/1    mean time {found:.5f} s, formula {wanted:.5f} s, {found / wanted - 1:+.2%}")
    inside, law = queue.area / span, queue.time_in_s / span
    print(f"Little   mean inside {inside:.6f}, λW {law:.6f}, {inside / law - 1:+.1e}")
    talks = used * lines * DAY_S / contacts
    day = run_day([desk(live=False, serves=nothing, talks=Spread(exponential=talks))], means, 1)
    wait = day.agents["inbound"].line_wait.mean or 0.0
    load = used * lines
    full = load**lines / factorial(lines) / (1 - used)
    waits = full / (sum(load**k / factorial(k) for k in range(lines)) + full)
    wanted = waits * talks / (lines * (1 - used))
    print(f"Erlang C mean wait {wait:.5f} s, formula {wanted:.5f} s, {wait / wanted - 1:+.2%}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for size in [int(each) for each in sys.argv[1:]] or [100_000, 1_000_000, 3_000_000]:
        measure(size)
    compare()
