"""Exports into briefs: read the rows, join what belongs together, put one brief together for each person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from precall_cli.crm.assemble import Setting, assemble, identify
from precall_cli.crm.choose import Conflict, Ranking
from precall_cli.crm.clocks import Knowledge
from precall_cli.crm.collected import Collected
from precall_cli.crm.entries import Deal, Event, Fault, Key, LeftOut
from precall_cli.crm.exports import Export, Row, fields_of, read_rows
from precall_cli.crm.history import History, Identity
from precall_cli.crm.mapping import Mapping
from precall_cli.crm.match import Group, group_people
from precall_cli.crm.source import Context, Source
from precall_cli.crm.sources import SOURCES
from precall_cli.crm.timeline import Timeline
from precall_cli.errors import BadInput
from precall_cli.records.brief import Brief


@dataclass(frozen=True, slots=True)
class Built:
    """What came of the exports."""

    briefs: tuple[Brief, ...]
    """In the order in which each contact first appears."""
    left_out: tuple[LeftOut, ...]
    """Records of which no brief came."""
    conflicts: tuple[Conflict, ...]
    """What sources disagree on."""
    faults: tuple[Fault, ...]
    """Values that were left out or could not be read."""


def build_briefs(
    exports: Sequence[Export],
    sources: Sequence[str],
    *,
    mapping: Mapping,
    knowledge: Knowledge,
    now: datetime,
    fetched_at: datetime | None = None,
    merge: bool = False,
) -> Built:
    """The briefs that the exports of the systems named in `sources` hold.

    With several sources, a file that does not say its own is told by its rows. With `merge`, records of one
    person become one brief. Raises BadInput for a file that cannot be read, or whose system is not clear.
    """
    faults: list[Fault] = []
    collected = _collect(exports, sources, mapping, knowledge, faults)
    groups = group_people(collected.people, merge, faults)
    ranking = Ranking({source.NAME: source.TRUST for source in SOURCES})
    history = History(
        collected, Timeline(collected, knowledge.is_opt_out), _identities(groups, ranking), mapping, faults
    )
    setting = Setting(collected, history, ranking, mapping, knowledge, now, fetched_at, faults)
    briefs: list[Brief] = []
    conflicts: list[Conflict] = []
    left_out = list(collected.left_out)
    for group in groups:
        result = assemble(group, setting)
        if isinstance(result, LeftOut):
            left_out.append(result)
        else:
            briefs.append(result[0])
            conflicts += result[1]
    return Built(tuple(briefs), tuple(left_out), tuple(conflicts), tuple(dict.fromkeys(faults)))


def _collect(
    exports: Sequence[Export],
    sources: Sequence[str],
    mapping: Mapping,
    knowledge: Knowledge,
    faults: list[Fault],
) -> Collected:
    """The entries of all files."""
    named = [source for source in SOURCES if source.NAME in sources]
    collected = Collected()
    for export in exports:
        for row, source in _rows(export, named, faults):
            fields = fields_of(row, source, faults) if isinstance(row.value, dict) else None
            if fields is None:
                collected.add(_unreadable(row, source, "it is no JSON object"))
            elif not source.matches(fields.values, row.cells):
                collected.add(_unreadable(row, source, f"it has none of the fields of {source.NAME}"))
            else:
                for entry in source.read(fields, Context(mapping, mapping.of(source.NAME), knowledge)):
                    if isinstance(entry, Deal | Event) and not entry.key[1]:
                        problem = "a deal or an event without an id is left out"
                        faults.append(Fault(entry.origin.place, "id", problem))
                    else:
                        collected.add(entry)
    return collected


def _identities(groups: Sequence[Group], ranking: Ranking) -> dict[Key, Identity]:
    found: dict[Key, Identity] = {}
    for group in groups:
        who = identify(group, ranking)
        if who is not None:
            found |= {(p.source, p.record_id): who for p in group if p.record_id}
    return found


def _unreadable(row: Row, source: Source, detail: str) -> LeftOut:
    place = f"{row.file}{row.spot}" if row.spot[:1] == ":" else f"{row.file}: {row.spot or '/'}"
    return LeftOut(source.NAME, place, "", "unreadable", detail)


def _rows(export: Export, named: Sequence[Source], faults: list[Fault]) -> Iterator[tuple[Row, Source]]:
    """The rows of a file with their system."""
    said = [source for source in SOURCES if export.source == source.NAME]
    candidates = said or list(named)
    lists = list(dict.fromkeys(key for source in candidates for key in source.LISTS))
    rows = list(read_rows(export, lists, faults))
    if len(candidates) > 1:
        fitting = [s for s in candidates if any(_fits(row, s) for row in rows)]
        if len(fitting) != 1 and rows:
            names = ", ".join(source.NAME for source in fitting or candidates)
            raise BadInput(
                f"could be an export of {names}" if fitting else f"is an export of none of {names}",
                place=export.name,
                hint=f"Say which it is: {candidates[0].NAME}:{export.name}",
            )
        candidates = fitting
    return ((row, candidates[0]) for row in rows)


def _fits(row: Row, source: Source) -> bool:
    if not isinstance(row.value, dict):
        return False
    return source.matches(fields_of(row, source, []).values, row.cells)
