"""The root command: which commands there are, loaded when they run, and the one error boundary."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core
import typer.main

from precall_cli.errors import PrecallError

if TYPE_CHECKING:
    from typer._click.core import Command, Context
    from typer._click.formatting import HelpFormatter


SETTINGS = "precall.toml"
MOST_PROBLEMS = 50
"""So many problems of one file are shown; a log of thousands of bad entries says no more than that."""
INTERNAL_ERROR = 70
"""Exit code of a fault of precall itself, as sysexits.h has it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A command of the root: the module that holds its `app`, and its line in the help."""

    module: str
    help: str


SECTIONS: dict[str, dict[str, Entry]] = {
    "Start": {
        "demo": Entry("demo", "The whole story on shipped fixtures, offline, in a temporary store."),
        "init": Entry("init", "Write precall.toml, the five policies, a playbook and an empty store."),
        "settings": Entry("settings", "Each setting with its value and where it comes from."),
        "schema": Entry("schema", "JSON Schema of a record."),
    },
    "Before the call": {
        "brief": Entry("brief", "Check briefs: all problems in one pass."),
        "plan": Entry("plan", "Create, show, list and compare plans."),
        "account": Entry("account", "One account: contacts, objectives, locks, what each told us."),
        "compose": Entry("compose", "Plan, brief and layered config as the agent's instructions."),
        "playbook": Entry("playbook", "Check a playbook: all problems in one pass."),
        "policy": Entry("policy", "The agents' policies and where each value comes from."),
    },
    "After the call": {
        "audit": Entry("audit", "Plan against transcript, with evidence for each status."),
        "audit-diff": Entry("audit_diff", "Two audits of one call: what differs, with both evidences."),
        "audit-pairs": Entry("audit_pairs", "Many audits without a store, in constant memory."),
        "why": Entry("why", "Why the agent said it: turn, plan item, facts, policy."),
        "review": Entry("review", "The riskiest unreviewed call; decisions; agreement; fixtures."),
        "rate": Entry("rate", "Deviation rates with n due, interval, trend; logged against detected."),
        "outcome": Entry("outcome", "Log why the agent left the plan; list what is stored."),
        "transcript": Entry("transcript", "Convert transcripts; list the known formats."),
    },
    "For CI": {
        "check": Entry("check", "Fixture cases against the blessed baseline: fixed, broke, added, gone."),
        "bless": Entry("bless", "Take what precall makes of the cases as right: write the baseline."),
    },
    "The store": {
        "verify": Entry("verify", "Recompute the seal: every row, the first bad one, every late plan."),
        "db": Entry("db", "The store: version, migration, backup."),
    },
}
COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


class RootGroup(typer.core.TyperGroup):
    """Loads a command's module when it is called, so that `--help` stays quick."""

    def list_commands(self, ctx: Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"precall_cli.cli.{entry.module}")
        module.app._add_completion = False  # of the root alone: no command installs it by itself
        return typer.main.get_command(module.app)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        for title, entries in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.help) for name, entry in entries.items()])

    def invoke(self, ctx: Context) -> Any:
        try:
            hold_limits()
            return super().invoke(ctx)
        except PrecallError as error:
            report_error(error)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            # The reader of our output went away, as `| head` does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except OSError as error:
            report_error(unexpected_os_error(error))
            raise typer.Exit(5) from None


def hold_limits() -> None:
    """Makes the limits of the settings hold, if there are any; who uses the settings tells their faults."""
    from precall_cli.records.limits import DEFAULTS, hold

    hold(DEFAULTS)
    if Path(SETTINGS).exists() or any(name.startswith("PRECALL_MAX_") for name in os.environ):
        from precall_cli.settings import read_settings

        with suppress(PrecallError):
            hold(read_settings(Path.cwd(), os.environ, {}).limits)


app = typer.Typer(
    cls=RootGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: precall demo",
)


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Call plans for AI voice agents: committed before the dial, audited against the transcript.

    \b
    Exit codes: 0 done · 1 findings · 2 bad input · 3 nothing to work on
                4 integrity · 5 a service or the database cannot be used · 70 a fault of precall
    """
    if version:
        from precall_cli import __version__

        typer.echo(f"precall {__version__}")
        raise typer.Exit


def report_error(error: PrecallError) -> None:
    """Says what is wrong, where, and how to mend it, in inert text on stderr."""
    from precall_cli.report.inert import inert, no_command

    place = f"{error.place}: " if error.place else ""
    sys.stderr.write(no_command(inert(f"precall: {place}{first_problems(error.problem)}\n")))
    if error.hint:
        sys.stderr.write(no_command(inert(f"  {error.hint}\n")))


def first_problems(text: str) -> str:
    """A problem as it is; of a long list of them the first, and how many more there are."""
    rows = text.split("\n")
    most = MOST_PROBLEMS + (not rows[0].startswith(" ") and rows[0].endswith("problems"))
    if len(rows) <= most:
        return text
    return "\n".join([*rows[:most], f"  and {len(rows) - most:,} more"])


def unexpected_os_error(error: OSError) -> PrecallError:
    """An operating-system error that no part foresaw, as one of ours."""
    from precall_cli.errors import Unavailable

    return Unavailable(error.strerror or type(error).__name__, place=str(error.filename or ""))


def internal_error(error: Exception) -> PrecallError:
    """A fault of precall itself, without the values that led to it: they may hold what nobody should see."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    problem = f"internal error: {type(error).__name__}"
    hint = "This is a fault of precall: please report it. PRECALL_TRACEBACK=1 shows where it comes from."
    return PrecallError(problem, place=place, hint=hint)


def run() -> None:
    """Runs the command line. Whatever goes wrong ends with one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        if sys.stdout is None:  # closed, as `>&-` does
            raise OSError(errno.EBADF, "is closed; there is nowhere to write to", "standard output")
        app(prog_name="precall")
    except OSError as error:  # what is written before a command runs: help, version, usage
        report_error(unexpected_os_error(error))
        sys.exit(5)
    except Exception as error:  # the last boundary: whatever nobody foresaw
        if os.environ.get("PRECALL_TRACEBACK"):
            raise
        report_error(internal_error(error))
        sys.exit(INTERNAL_ERROR)
