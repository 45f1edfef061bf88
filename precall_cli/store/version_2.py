"""What the second version adds: reviews, roll-out, what agents were told."""

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

_INDICES = """
reviews (call_id)
reviews (audit_id)
sign_offs (policy_digest)
switches (agent)
instructions (plan_id)
"""


def second_version() -> tuple[str, ...]:
    """Its statements, in order."""
    triggers: list[str] = []
    for table, kind, key in (
        ("reviews", "review", "review_id"),
        ("sign_offs", "sign_off", "sign_off_id"),
        ("switches", "switch", "switch_id"),
        ("instructions", "instructions", "instructions_id"),
    ):
        triggers += [once(table, f"seq = NEW.seq OR {key} = NEW.{key}"), sealed(table, kind, key)]
        triggers += frozen(table)
    return (
        _REVIEWS, _SIGN_OFFS, _SWITCHES, _INSTRUCTIONS, *index_statements(_INDICES), *triggers,
        *WORK_STATEMENTS, *call_figures_statements(),
    )  # fmt: skip
