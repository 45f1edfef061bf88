"""All systems, in the order in which `--from` names them. A module is a Source."""

from __future__ import annotations

from precall_cli.crm.source import Source
from precall_cli.crm.sources import apollo, hubspot, salesforce

SOURCES: tuple[Source, ...] = (hubspot, salesforce, apollo)
