"""`precall db export`: the store as tables for other tools, or as a database for Datasette."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import Db
from precall_cli.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from precall_cli.store import Store
    from precall_cli.store.database import Cell
    from precall_cli.store.relations import Relation


MASKED = "names are masked where the brief of a call holds them; other names that were spoken stay"


class Format(StrEnum):
    """Of the files."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"


def export(
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="DIR|FILE", help="A folder; for one table a file, or - for standard output."
        ),
    ] = None,
    format_name: Annotated[Format, typer.Option("--format", help="Of the files.")] = Format.csv,
    tables: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="NAME", help="A table or view; repeatable. All if not given."),
    ] = None,
    datasette: Annotated[
        Path | None,
        typer.Option("--datasette", metavar="DIR", help="Instead: a database to browse, with its metadata."),
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Mask phones, e-mails and the names of a brief in all free text.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    db: Db = None,
) -> None:
    """Write the store's tables and views as files. The store itself is only read.

    \b
    In CSV a cell that a spreadsheet would take for a formula begins with an
    apostrophe. Parquet needs `pip install 'precall-cli[parquet]'`.
    Example: precall db export --to out --format jsonl --table calls --table turns
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.report.console import line, make_console, note
    from precall_cli.report.layout import count
    from precall_cli.store import Store

    if (to is None) == (datasette is None):
        raise BadInput("name --to or --datasette, one of them", place="db export")
    path = settings_for(db=db).db
    with Store.open(path, create=False, read_only=True) as store:
        if datasette is not None:
            from precall_cli.cli.db_datasette import write_datasette

            if tables:
                raise BadInput("goes with --to: a database for Datasette holds all", place="--table")
            for step in write_datasette(store, datasette, redact=redact, force=force):
                make_console().print(line(step))
            if redact:
                note(MASKED)
            return
        assert to is not None
        written = export_tables(store, to, format_name.value, tables or [], redact=redact, force=force)
    console = make_console(stderr=str(to) == "-")
    for name, number, file in written:
        console.print(line(f"{name}: {count(number, 'row')}", (f"  {file}", "dim")))
    if redact:
        note(MASKED)


def export_tables(
    store: Store, to: Path, format_name: str, names: list[str], *, redact: bool, force: bool
) -> list[tuple[str, int, str]]:
    """Writes each table whole, all of one state of the store: its name, its rows, its file.

    Raises BadInput before anything is written where a file stands in the way.
    """
    from precall_cli.report.table_files import write_table
    from precall_cli.store.relations import choose

    chosen = choose(store.relations(), names)
    if str(to) == "-":
        if len(chosen) != 1:
            raise BadInput("standard output takes one table", place="--to -", hint="Name it with --table.")
        if format_name == Format.parquet:
            raise BadInput("Parquet needs a file", place="--to -", hint="Name one that ends in .parquet.")
        with store.one_state():
            number = write_table(chosen[0], _rows(store, chosen[0], redact), format_name, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return [(chosen[0].name, number, "-")]
    files = _targets(to, chosen, format_name, force)
    written: list[tuple[str, int, str]] = []
    pending: list[tuple[Path, Path]] = []
    try:
        with store.one_state():
            for relation, target in zip(chosen, files, strict=True):
                temporary, file = _temporary(target)
                pending.append((temporary, target))
                with file:
                    number = write_table(relation, _rows(store, relation, redact), format_name, file)
                    file.flush()
                    os.fsync(file.fileno())
                written.append((relation.name, number, str(target)))
        for temporary, target in pending:
            temporary.replace(target)
    except OSError as error:
        raise Unavailable(error.strerror or "cannot be written", place=str(to)) from None
    finally:
        for temporary, _ in pending:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return written


def _rows(store: Store, relation: Relation, redact: bool) -> Iterator[Sequence[Cell]]:
    return store.read_masked(relation) if redact else store.read_relation(relation)


def _targets(to: Path, chosen: list[Relation], format_name: str, force: bool) -> list[Path]:
    """A file for each table; one table goes to a file of any name that has a suffix."""
    if len(chosen) == 1 and to.suffix and not to.is_dir():
        files = [to]
        if not to.absolute().parent.is_dir():
            raise BadInput("the folder does not exist", place=str(to.parent), hint="Create it first.")
    else:
        files = [to / f"{relation.name}.{format_name}" for relation in chosen]
        make_folder(to)
    for file in files:
        if file.is_symlink() or (file.exists() and not file.is_file()):
            raise BadInput("is not a regular file", place=str(file), hint="Name another place.")
        if file.exists() and not force:
            raise BadInput("exists already", place=str(file), hint="Add --force to write over it.")
    return files


def make_folder(folder: Path) -> None:
    """The folder, for its owner alone if it is new. Raises BadInput where something else has its name."""
    if folder.exists() and not folder.is_dir():
        raise BadInput("is not a folder", place=str(folder), hint="Name one table, or a folder.")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        raise BadInput(
            "the folder does not exist", place=str(folder.parent), hint="Create it first."
        ) from None
    except OSError as error:
        raise Unavailable(error.strerror or "cannot be made", place=str(folder)) from None


def _temporary(target: Path) -> tuple[Path, IO[bytes]]:
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    return Path(name), os.fdopen(handle, "wb")
