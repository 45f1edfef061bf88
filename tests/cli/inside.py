"""Runs the command in this process: the same code behind the same boundary, without the cost of a start."""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

from typer.testing import CliRunner

from precall_cli.cli.app import app
from tests.cli.command import Run


def run(*args: str | Path, cwd: Path, **environ: str) -> Run:
    """`precall` with these arguments in `cwd`, as `tests.cli.command.precall` runs it."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PRECALL_", "ANTHROPIC_"))
    }
    with chdir(cwd), patch.dict(os.environ, clean | environ, clear=True):
        done = CliRunner().invoke(app, [*map(str, args)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Run(done.exit_code, done.stdout, done.stderr)
