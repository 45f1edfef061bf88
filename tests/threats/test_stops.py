"""Kills and faults of the disk in the midst of the real commands: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

JOBS = ("--job=batch", "--job=import", "--job=forget")
"""All six, forty times each, in benchmarks/crashes.py."""


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)
def test_what_is_stopped_or_fails_is_whole_and_goes_on() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.threats.stopping", "--kills=1", "--faults=1", "--seed=5", *JOBS],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    counts = json.loads(done.stdout)
    assert set(counts) == {"batch", "import", "forget"}
    assert all(each["kills"] == 1 and each["faults"] == 1 for each in counts.values())
