"""`precall db`: the store itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.db_export import export
from precall_cli.cli.db_forget import forget
from precall_cli.cli.db_import import import_audits
from precall_cli.cli.options import AsJson, Db, Now

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def db() -> None:
    """The store: one SQLite file, append-only, its rows sealed in a chain."""


@app.command()
def info(db: Db = None, as_json: AsJson = False) -> None:
    """Show the store's version, size, rows by kind, and the head of its chain.

    \b
    Example: precall db info
    """
    from dataclasses import asdict

    from precall_cli.cli.options import settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import fill
    from precall_cli.store import Store

    path = settings_for(db=db).db
    with Store.open(path, create=False, read_only=True) as store:
        facts = asdict(store.info())
    facts = {key: str(value) if isinstance(value, Path) else value for key, value in facts.items()}
    if as_json:
        write_text(readable_json(facts))
        return
    console = make_console()
    for name, value in facts.items():
        if isinstance(value, dict):
            shown = ", ".join(f"{number:,} {kind}" for kind, number in value.items()) or "none"
        elif isinstance(value, list | tuple):
            shown = ", ".join(map(str, value)) or "none"
        else:
            shown = f"{value:,}" if isinstance(value, int) else str(value)
        console.print(line((fill(name.replace("_", " "), 18), "bold"), shown))


@app.command()
def migrate(now: Now = None, db: Db = None, as_json: AsJson = False) -> None:
    """Bring a store of an older version up to this one, after a backup beside it. Only adds.

    \b
    A runtime's own database with a table `outcomes` becomes a store in place: its rows, columns and queries
    stay as they are, and each row is sealed as an outcome.
    Example: precall db migrate --db calls.db
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.layout import count
    from precall_cli.store import migrate_store

    path = settings_for(db=db).db
    report = migrate_store(path, now=moment(now))
    if as_json:
        document = {
            "path": str(path), "version": report.version, "applied": list(report.applied),
            "backup": str(report.backup) if report.backup else None, "sealed": report.adopted.sealed,
            "not_sealed": list(report.adopted.left),
        }  # fmt: skip
        write_text(readable_json(document))
        return
    console = make_console()
    if report.adopted.sealed:
        console.print(line(f"{count(report.adopted.sealed, 'outcome')} of the runtime sealed"))
    for each in report.adopted.left:
        note(("not sealed: ", "yellow"), each)
    if not report.applied:
        if not report.adopted.sealed:
            console.print(line(f"{path} is at version {report.version}; nothing to do"))
        return
    console.print(line(f"{path} is now at version {report.version}: {', '.join(report.applied)}"))
    console.print(line(f"the store as it was: {report.backup}"))


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; must not exist.")], db: Db = None
) -> None:
    """Copy the store while others use it.

    \b
    Example: precall db backup precall-2026-11-20.db
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.report.console import line, make_console
    from precall_cli.store import Store

    with Store.open(settings_for(db=db).db, create=False, read_only=True) as store:
        store.backup(to)
    make_console().print(line(f"copied to {to}"))


app.command()(export)
app.command()(forget)
app.command("import")(import_audits)
