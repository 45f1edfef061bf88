"""`precall db export --datasette`: a database to browse and what Datasette has to know of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.cli.db_export import make_folder
from precall_cli.cli.files import write_file
from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.json_text import readable_json

if TYPE_CHECKING:
    from precall_cli.store import Store

NAME = "calls"
"""Of the database, as Datasette shows it."""


def write_datasette(store: Store, folder: Path, *, redact: bool, force: bool) -> Iterator[str]:
    """Writes the database and its metadata; yields what was done and what to type next.

    Raises BadInput where a file stands in the way and `force` is not given.
    """
    from precall_cli.store.browsable_schema import datasette_metadata

    new = not folder.exists()
    make_folder(folder)
    target, metadata = folder / f"{NAME}.db", folder / "metadata.json"
    for file in (target, metadata):
        if file.is_symlink() or (file.exists() and not file.is_file()):
            raise BadInput("is not a regular file", place=str(file), hint="Name another folder.")
        if file.exists() and not force:
            raise BadInput("exists already", place=str(file), hint="Add --force to write over it.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{NAME}.", suffix=".db", dir=folder)
        os.close(handle)
    except OSError as error:
        raise Unavailable(error.strerror or "cannot be written", place=str(folder)) from None
    try:
        counts = store.write_browsable(Path(name), masked=redact)
        Path(name).replace(target)
    except OSError as error:
        raise Unavailable(error.strerror or "cannot be written", place=str(target)) from None
    finally:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)
        if new and not target.exists():
            with suppress(OSError):
                folder.rmdir()
    write_file(metadata, readable_json(datasette_metadata(NAME, masked=redact)).encode())
    shown = ", ".join(f"{number:,} {table}" for table, number in counts.items() if number)
    yield f"{target}: {shown or 'nothing stored yet'}"
    yield f"{metadata}: labels, facets, search, questions"
    yield f"next: pip install datasette && datasette {target} -m {metadata}"
