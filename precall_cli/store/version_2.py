"""What the second version adds: reviews, roll-out, what agents were told, whose words were erased."""

from __future__ import annotations

from precall_cli.store.call_figures import call_figures_statements
from precall_cli.store.statements import frozen, index_statements, once, sealed
from precall_cli.store.work_tables import WORK_STATEMENTS

_REVIEWS = """CREATE TABLE reviews (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  review_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  call_id TEXT NOT NULL,
  audit_id TEXT NOT NULL REFERENCES audits (audit_id),
  item TEXT,
  type TEXT,
  decision TEXT NOT NULL,
  status TEXT,
  cause TEXT,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  review_json TEXT NOT NULL
) STRICT"""

_SIGN_OFFS = """CREATE TABLE sign_offs (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  sign_off_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  action TEXT NOT NULL,
  agent TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  role TEXT NOT NULL,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  sign_off_json TEXT NOT NULL
) STRICT"""

_SWITCHES = """CREATE TABLE switches (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  switch_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  agent TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  who TEXT NOT NULL,
  why TEXT,
  at TEXT NOT NULL,
  switch_json TEXT NOT NULL
) STRICT"""

_INSTRUCTIONS = """CREATE TABLE instructions (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  instructions_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  plan_id TEXT NOT NULL REFERENCES plans (plan_id),
  agent TEXT NOT NULL,
  digest TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  not_due_count INTEGER NOT NULL,
  instructions_json TEXT NOT NULL
) STRICT"""

_ERASURES = """CREATE TABLE erasures (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  erasure_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  contact_id TEXT,
  before TEXT,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at TEXT NOT NULL,
  record_count INTEGER NOT NULL,
  erasure_json TEXT NOT NULL
) STRICT"""

_ERASED_RECORDS = """CREATE TABLE erased_records (
  erasure_seq INTEGER NOT NULL REFERENCES erasures (seq),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (erasure_seq, position)
) STRICT, WITHOUT ROWID"""

_INDICES = """
reviews (call_id)
reviews (audit_id)
sign_offs (policy_digest)
switches (agent)
instructions (plan_id)
erasures (contact_id)
erased_records (record_id, kind, erasure_seq, digest)
"""


def second_version() -> tuple[str, ...]:
    """Its statements, in order."""
    triggers: list[str] = []
    for table, kind, key in (
        ("reviews", "review", "review_id"),
        ("sign_offs", "sign_off", "sign_off_id"),
        ("switches", "switch", "switch_id"),
        ("instructions", "instructions", "instructions_id"),
        ("erasures", "erasure", "erasure_id"),
    ):
        triggers += [once(table, f"seq = NEW.seq OR {key} = NEW.{key}"), sealed(table, kind, key)]
        triggers += frozen(table)
    triggers += [
        once("erased_records", "erasure_seq = NEW.erasure_seq AND position = NEW.position"),
        *frozen("erased_records"),
    ]
    return (
        _REVIEWS, _SIGN_OFFS, _SWITCHES, _INSTRUCTIONS, _ERASURES, _ERASED_RECORDS,
        *index_statements(_INDICES), *triggers, *WORK_STATEMENTS, *call_figures_statements(),
    )  # fmt: skip
