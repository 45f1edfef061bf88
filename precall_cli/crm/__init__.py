"""CRM exports into briefs: typed, normalised, joined, merged where asked, with the origin of every fact."""

from __future__ import annotations

from precall_cli.crm.build import Built, build_briefs
from precall_cli.crm.clocks import Knowledge, Places
from precall_cli.crm.exports import Export
from precall_cli.crm.mapping import Mapping, read_mapping
from precall_cli.crm.sources import SOURCES

__all__ = [
    "SOURCES",
    "Built",
    "Export",
    "Knowledge",
    "Mapping",
    "Places",
    "build_briefs",
    "read_mapping",
]
