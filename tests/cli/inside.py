"""Runs the command in this process: the same code behind the same boundary, without the cost of a start."""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

from typer.testing import CliRunner

from precall_cli.cli.app import app
from precall_cli.records.limits import hold, limits
from tests.cli.command import NOT_OURS, Run, precall

OF_A_PROCESS = ("PYTHON", "TZ", "LC_", "LANG")


def run(*args: str | Path, cwd: Path, stdin: str = "", **environ: str) -> Run:
    """`precall` with these arguments in `cwd`, as `tests.cli.command.precall` runs it.

    What only a process of its own can have (a hash seed, a time zone, a locale) is run in one.
    """
    if any(name.startswith(OF_A_PROCESS) for name in environ):
        return precall(*args, cwd=cwd, stdin=stdin, **environ)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(NOT_OURS)}
    before = limits()
    try:
        with chdir(cwd), patch.dict(os.environ, clean | environ, clear=True):
            done = CliRunner().invoke(app, [*map(str, args)], input=stdin)
    finally:
        hold(before)  # a command's own limits end with it, as they do with its process
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Run(done.exit_code, done.stdout, done.stderr)
