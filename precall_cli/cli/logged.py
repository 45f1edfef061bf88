"""The runtime's outcomes taken into the store, whatever file they come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from precall_cli.cli.outcome_rows import read_rows
from precall_cli.errors import BadInput, NothingCollected
from precall_cli.records.outcome import CallOutcome

_MOST_NAMED = 20
"""So many bad rows are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    read: int
    """Rows of the file."""
    calls: int
    """Calls that they speak of."""
    new: int
    """Rows that said something new."""


def import_rows(file: Path, db: Path, now: datetime, table: str | None = None) -> Imported:
    """Stores every outcome of a file: JSON Lines, CSV or SQLite.

    All rows are read before the first is stored. Raises BadInput with every row that is no outcome, and
    with every logged item that its stored plan does not have; NothingCollected for a file without a row.
    """
    from precall_cli.runtime_log import check_reasons
    from precall_cli.store import Store

    if _is_same(file, db):
        with Store.open(db, create=False) as store:
            adopted = store.seal_runtime_rows(now=now)
            if adopted.left:
                raise BadInput(_listed(list(adopted.left)), place=str(file))
            return Imported(adopted.sealed, adopted.sealed, adopted.sealed)
    found: list[tuple[str, CallOutcome]] = []
    problems: list[str] = []
    for row in read_rows(file, table):
        try:
            found.append((row.place, CallOutcome.from_document(row.read(), row.place)))
        except BadInput as error:
            problems.append(f"{error.place}: {error.problem}" if error.place else error.problem)
    if problems:
        raise BadInput(
            _listed(problems), hint="Nothing was stored. `precall schema outcome` says what is expected."
        )
    if not found:
        raise NothingCollected("no outcome found", place=str(file))
    with Store.open(db) as store, store.writing():
        check_reasons(store, found)
        new = store.save_outcomes((outcome for _, outcome in found), now=now)
    return Imported(len(found), len({outcome.call_id for _, outcome in found}), new)


def _is_same(file: Path, db: Path) -> bool:
    try:
        return file.samefile(db)
    except OSError:
        return False


def _listed(problems: list[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    more = len(problems) - _MOST_NAMED
    rest = [f"and {more:,} more"] if more > 0 else []
    lines = [f"{len(problems):,} rows cannot be read", *problems[:_MOST_NAMED], *rest]
    return "\n  ".join(lines)
