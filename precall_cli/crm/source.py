"""What a module of `sources/` offers: one system's exports, as entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from precall_cli.crm.clocks import Knowledge
from precall_cli.crm.entries import Entry, Owner
from precall_cli.crm.fields import Fields
from precall_cli.crm.mapping import Mapping as UserMapping
from precall_cli.crm.mapping import SourceMapping
from precall_cli.records.json_text import Json


@dataclass(frozen=True, slots=True)
class Context:
    """What a source may know beside its row."""

    mapping: UserMapping
    own: SourceMapping
    """The mapping's part for this source."""
    knowledge: Knowledge

    def owner(self, source: str, owner_id: str) -> Owner | None:
        """An owner by id, None where there is no id."""
        return Owner(source, owner_id) if owner_id else None

    def label(self, value: str) -> str:
        """The name that the mapping gives an id, else the id."""
        return self.own.labels.get(value, value)


class Source(Protocol):
    """One system. A module with these names is one; its docstring is its manual page."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """Name for `--from`, and in provenance."""

    @property
    def TRUST(self) -> int:  # noqa: N802
        """0 for a CRM that our own people keep, 1 for a vendor of data."""

    @property
    def LISTS(self) -> tuple[str, ...]:  # noqa: N802
        """Keys of an envelope under which a list of records stands."""

    @property
    def COLUMNS(self) -> Mapping[str, str]:  # noqa: N802
        """Column label of a CSV list, in lower case → name of the field."""

    def matches(self, value: Mapping[str, Json], cells: bool) -> bool:
        """Whether a row looks like one of this system; `cells`: it comes from CSV, named by COLUMNS."""

    def read(self, row: Fields, context: Context) -> Iterator[Entry]:
        """The entries that a row holds."""
