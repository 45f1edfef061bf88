"""Invented exports for tests: small rows of each system, and the run that makes briefs of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from precall_cli.crm import Built, Export, Knowledge, Mapping, build_briefs, read_mapping
from precall_cli.gate.optout import is_opt_out
from precall_cli.gate.zones import read_zones

EXPORTS = Path(__file__).parent / "exports"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
KNOWLEDGE = Knowledge(read_zones(), is_opt_out)


def export(name: str, document: Any, source: str | None = None) -> Export:
    """A file with a JSON document, or text as it is."""
    text = document if isinstance(document, str) else json.dumps(document)
    return Export(name, text.encode(), source)


def run(*exports: Export, sources: tuple[str, ...], mapping: str = "", merge: bool = False) -> Built:
    found = read_mapping(mapping.encode(), "mapping.toml") if mapping else Mapping()
    return build_briefs(exports, sources, mapping=found, knowledge=KNOWLEDGE, now=NOW, merge=merge)


def one(source: str, *documents: Any, mapping: str = "") -> tuple[dict[str, Any], Built]:
    """The only brief of the documents, as JSON, and the whole result."""
    files = [export(f"file{n}.json", document) for n, document in enumerate(documents)]
    built = run(*files, sources=(source,), mapping=mapping)
    assert len(built.briefs) == 1, built
    return built.briefs[0].document(), built


def hubspot(record_id: str = "501", *, associations: Any = None, archived: bool = False, **more: Any) -> Any:
    properties = {
        "firstname": "Dana",
        "lastname": "Reyes",
        "email": "dana@ferrylane.example",
        "company": "Ferry Lane Dental",
        "state": "Colorado",
        "country": "United States",
    } | more
    row = {
        "id": record_id,
        "properties": properties,
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-11-01T00:00:00Z",
        "archived": archived,
    }
    return row | ({"associations": associations} if associations is not None else {})


def salesforce(kind: str = "Contact", **more: Any) -> Any:
    contact = {
        "Id": "003Hs00001AbCdEIAV",
        "FirstName": "Dana",
        "LastName": "Reyes",
        "Email": "dana@ferrylane.example",
        "AccountId": "001Hs00002ZyXwVIAV",
        "Account": {"attributes": {"type": "Account"}, "Name": "Ferry Lane Dental"},
        "MailingStateCode": "CO",
        "MailingCountryCode": "US",
        "LastModifiedDate": "2026-11-02T00:00:00.000+0000",
    }
    return {"attributes": {"type": kind}} | (contact if kind == "Contact" else {}) | more


def apollo(**more: Any) -> Any:
    return {
        "id": "66f0a1",
        "first_name": "Dana",
        "last_name": "Reyes",
        "email": "dana@ferrylane.example",
        "state": "Colorado",
        "country": "United States",
        "organization_id": "5f00aa",
        "organization": {"id": "5f00aa", "name": "Ferry Lane Dental", "primary_domain": "ferrylane.example"},
    } | more


def problems(built: Built) -> dict[str, str]:
    """Field → problem of every fault."""
    return {fault.field: fault.problem for fault in built.faults}
