"""Writing reports to files: only over an earlier report, readable by their owner alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from precall_cli.cli.files import write_file
from precall_cli.errors import BadInput, Unavailable
from precall_cli.report.html.page import is_ours
from precall_cli.report.junit import is_junit

if TYPE_CHECKING:
    from precall_cli.cli.audited import Audited, AuditRun

INDEX = "index.html"
_HEAD = 2_000


def check_page(path: Path) -> None:
    """Raises BadInput where a page must not be written: its folder is missing, or something else lies there.

    Asked before the work begins, so that nothing is stored when the report could not be written.
    """
    check_report(path / INDEX if path.is_dir() else path, is_ours)


def check_report(path: Path, ours: Callable[[bytes], bool]) -> None:
    """Raises BadInput where a report must not be written; `ours` knows an earlier one by its beginning."""
    if str(path) == "-":
        raise BadInput("is no file name", place="-", hint="Name a file for the report.")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise BadInput("is not a regular file", place=str(path), hint="Name another file for the report.")
    if path.is_file():
        try:
            with path.open("rb") as file:
                beginning = file.read(_HEAD)
        except OSError as error:
            raise Unavailable(error.strerror or "cannot be read", place=str(path)) from None
        if beginning and not ours(beginning):
            raise BadInput(
                "exists and is no report of precall; it was not touched",
                place=str(path),
                hint="Name another file for the report.",
            )
    elif not path.absolute().parent.is_dir():
        raise BadInput(
            "the folder does not exist", place=str(path.parent), hint="Create it first, or name another."
        )


def check_audit_pages(path: Path, results: Sequence[Audited]) -> None:
    """Raises BadInput where one of the pages of a report must not be written; asked before calls are kept."""
    check_page(path)
    if len(results) == 1:
        return
    folder = _place(path)[1]
    _check_folder(folder)
    if folder.is_dir():
        for one in results:
            check_page(folder / _file_name(one))


def write_page(path: Path, data: bytes) -> Path:
    """Writes a page, as a whole or not at all. Raises as `check_page` does, and Unavailable for the disk."""
    check_page(path)
    if path.is_dir():
        path = path / INDEX
    write_file(path, data)
    return path


def write_audit_pages(path: Path, results: Sequence[Audited]) -> Path:
    """The report of one call at `path`; of several an index there, and theirs in a folder beside it.

    The folder is named after the index. Where `path` is a folder, both stand in it.
    """
    from precall_cli.report.html.audit_page import render_audit_page
    from precall_cli.report.html.index_page import IndexRow, render_index_page

    if len(results) == 1:
        one = results[0]
        return write_page(
            path, render_audit_page(one.plan, one.transcript, one.audit, one.heading, one.facts)
        )
    index, folder = _place(path)
    rows = []
    _make_folder(folder)
    for one in results:
        name = _file_name(one)
        page = render_audit_page(
            one.plan, one.transcript, one.audit, one.heading, one.facts, back=quote(f"../{index.name}")
        )
        write_page(folder / name, page)
        rows.append(IndexRow(one.plan, one.audit, f"{folder.name}/{name}"))
    return write_page(index, render_index_page(rows))


def check_audit_junit(path: Path, html: Path | None) -> None:
    """Raises BadInput where the JUnit report must not be written, or where `html` is to lie there."""
    check_report(path, is_junit)
    if html is not None and path.absolute() == html.absolute():
        raise BadInput("is named by --html too", place=str(path), hint="Give each report a file of its own.")


def write_audit_junit(path: Path, run: AuditRun, fail_on: str | float | None) -> None:
    """The audits of a run as one file of JUnit XML. Raises as `check_report` does, and Unavailable."""
    from precall_cli.report.audit_junit import Call, audit_junit

    calls = [Call(one.plan, one.transcript, one.audit, one.heading) for one in run.audited]
    data = audit_junit(calls, [(one.place, one.problem) for one in run.left], fail_on)
    check_report(path, is_junit)
    write_file(path, data)


def _place(path: Path) -> tuple[Path, Path]:
    """Where the index of many calls stands, and the folder of their pages."""
    index = path / INDEX if path.is_dir() else path
    return index, index.with_name(f"{index.stem}-calls")


def _file_name(one: Audited) -> str:
    """A safe file name for a call: what is plain in its id, and the digest of call and audit."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", one.audit.call_id)[:40].strip("-") or "call"
    mark = hashlib.sha256(f"{one.audit.call_id}\n{one.audit.audit_id}".encode()).hexdigest()[:8]
    return f"{plain}-{mark}.html"


def _check_folder(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise BadInput("is not a folder", place=str(folder), hint="Name another file for the report.")


def _make_folder(folder: Path) -> None:
    _check_folder(folder)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Unavailable(error.strerror or "cannot be made", place=str(folder)) from None
