"""The store: plans, refusals, transcripts, outcomes and audits in one SQLite file, sealed in a chain."""

from __future__ import annotations

from precall_cli.store.adopting import Adopted
from precall_cli.store.migrate import MigrationReport, migrate_store
from precall_cli.store.reading import PlanSummary, StoredAudit, StoredPlan, StoredRefusal
from precall_cli.store.runtime_table import RuntimeRow, exact, read_runtime_file
from precall_cli.store.store import Store, StoreInfo
from precall_cli.store.verify import Fault, LatePlan, Verification
from precall_cli.store.writing import Saved

__all__ = [
    "Adopted",
    "Fault",
    "LatePlan",
    "MigrationReport",
    "PlanSummary",
    "RuntimeRow",
    "Saved",
    "Store",
    "StoreInfo",
    "StoredAudit",
    "StoredPlan",
    "StoredRefusal",
    "Verification",
    "exact",
    "migrate_store",
    "read_runtime_file",
]
