"""`precall db import`: audits that were made without a store, sealed into one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson, Db, Now

if TYPE_CHECKING:
    from precall_cli.records.written_audit import WrittenAudit
    from precall_cli.report.batch_progress import BatchProgress

SHOWN = 20
"""So many rows that are no audit are named; all are counted."""


def import_audits(
    audits: Annotated[
        Path, typer.Argument(metavar="AUDITS", help="A .jsonl or .jsonl.gz file, or - for standard input.")
    ],
    now: Now = None,
    db: Db = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")] = False,
    as_json: AsJson = False,
) -> None:
    """Seal the audits that `audit-pairs` wrote, so that rates and reviews see them.

    \b
    An audit that is stored already changes nothing: a run that broke off is
    simply run again. A row that is no audit is named; the others go on.
    Exit code 0: each is stored; 1: some rows were no audits; 3: there was no row.
    Example: precall db import audits.jsonl.gz --db calls.db
    """
    from contextlib import nullcontext
    from dataclasses import asdict

    from precall_cli.cli.options import moment, settings_for
    from precall_cli.errors import NothingCollected
    from precall_cli.lines import open_lines
    from precall_cli.pairs.run import count_rows
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.batch_progress import BatchProgress
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.layout import count
    from precall_cli.store import Store

    settings = settings_for(db=db)
    if str(audits) != "-":
        open_lines(audits).close()  # before a store is made for it
    with (
        nullcontext() if quiet else BatchProgress(count_rows(audits)) as progress,
        Store.open(settings.db) as store,
    ):
        rows = _Rows(audits, progress)
        saved = store.save_audits(rows.audits(), now=moment(now))
    if not saved.new + saved.known + rows.unread:
        raise NothingCollected("no audit found", place=str(audits))
    if as_json:
        write_text(readable_json({**asdict(saved), "not_read": rows.unread}))
    else:
        stored = f"{count(saved.new, 'audit')} stored, {saved.known:,} stored before"
        make_console().print(line(f"{stored}, {count(rows.unread, 'row')} could not be read as audits"))
        note(("next: ", "dim"), "precall rate --by agent" + (f" --db {db}" if db else ""))
    if rows.unread:
        raise typer.Exit(1)


class _Rows:
    """The audits of a file; what is none is named and counted on the way."""

    def __init__(self, path: Path, progress: BatchProgress | None) -> None:
        self._path = path
        self._progress = progress
        self.unread = 0

    def audits(self) -> Iterator[WrittenAudit]:
        from precall_cli.pairs.audits import Unread, read_audits

        for number, found in enumerate(read_audits(self._path), start=1):
            if isinstance(found, Unread):
                self._name(found.place, found.problem)
            else:
                yield found
            if self._progress is not None and number % 100 == 0:
                self._progress.show(number, f"{number - self.unread:,} audits")

    def _name(self, place: str, problem: str) -> None:
        from precall_cli.report.console import note

        self.unread += 1
        if self.unread <= SHOWN:
            note(f"{place}: {problem}")
        elif self.unread == SHOWN + 1:
            note(f"more than {SHOWN} rows are no audits; the others are only counted")
