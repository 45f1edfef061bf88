"""Reading what the command line names: regular files, folders of them, or `-` for standard input."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from precall_cli.errors import BadInput, NothingCollected, Unavailable
from precall_cli.records.limits import limits, split_hint
from precall_cli.records.regular_file import is_store, read_regular


def read_bytes(path: Path, *, max_bytes: int | None = None) -> bytes:
    """The bytes of a regular file, or of standard input for `-`.

    Raises BadInput for anything but a readable regular file of at most `max_bytes` bytes, else of as many as
    the limits allow.
    """
    if str(path) == "-":
        most = limits().max_bytes if max_bytes is None else max_bytes
        data = sys.stdin.buffer.read(most + 1)
        if len(data) > most:
            hint = split_hint(max_bytes)
            raise BadInput(f"is over the limit of {most:,} bytes", place="-", hint=hint)
        return data
    return read_regular(path, max_bytes=max_bytes)


def collect(paths: Iterable[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """The files that `paths` name: files as they are, folders as their files with one of `suffixes`.

    Sorted within a folder; not recursive. Raises NothingCollected when that is none.
    """
    found: list[Path] = []
    for path in paths:
        if str(path) != "-" and _is_folder(path):
            found.extend(sorted(p for p in path.iterdir() if p.suffix in suffixes and p.is_file()))
        else:
            found.append(path)
    if not found:
        named = ", ".join(str(path) for path in paths) or "the command line"
        raise NothingCollected(f"no {' or '.join(suffixes)} file found in {named}")
    return found


def _is_folder(path: Path) -> bool:
    """Whether it is one; a name that the system cannot even look up is none, and fails where it is read."""
    try:
        return path.is_dir()
    except OSError:
        return False


def check_target(path: Path, *sources: Path) -> None:
    """Raises BadInput where a file must not be written: asked before the work begins.

    `sources` are the files that are read; none of them is written over, nor is a store.
    """
    if str(path) == "-":
        raise BadInput("is no file name", place="-", hint="Name a file to write to.")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise BadInput("is not a regular file", place=str(path), hint="Name another file to write to.")
    if not path.exists():
        if not path.absolute().parent.is_dir():
            problem = "the folder does not exist"
            raise BadInput(problem, place=str(path.parent), hint="Create it first.")
        return
    if any(source.exists() and path.samefile(source) for source in sources):
        raise BadInput("is the file that is read", place=str(path), hint="Name another file to write to.")
    if is_store(path):
        raise BadInput("is a database", place=str(path), hint="Name another file to write to.")


def write_file(path: Path, data: bytes) -> None:
    """Writes a whole file or nothing: a temporary file beside it, mode 0600, then a rename.

    Raises BadInput where `check_target` does, Unavailable when the disk refuses.
    """
    check_target(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except FileNotFoundError:
        raise BadInput("the folder does not exist", place=str(path.parent), hint="Create it first.") from None
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise Unavailable(error.strerror or "cannot be written", place=str(path)) from None
