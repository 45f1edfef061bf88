"""The tables of the first version. They stay as they are for ever: stores in use were made from them."""

from __future__ import annotations

from precall_cli.store.statements import frozen, index_statements, kept, linked_once, once, sealed

_CHAIN = """CREATE TABLE chain (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  sealed_at TEXT NOT NULL,
  brief_digest TEXT,
  policy_digest TEXT,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (kind, record_id)
) STRICT"""

_BRIEFS = """CREATE TABLE briefs (
  brief_digest TEXT PRIMARY KEY,
  brief_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  account_id TEXT NOT NULL,
  account_name TEXT NOT NULL,
  trigger_kind TEXT,
  lifecycle_stage TEXT,
  jurisdiction TEXT,
  assembled_at TEXT,
  brief_json TEXT NOT NULL
) STRICT"""

_POLICIES = """CREATE TABLE policies (
  policy_digest TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  title TEXT NOT NULL,
  policy_json TEXT NOT NULL
) STRICT"""

_PLANS = """CREATE TABLE plans (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  plan_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  brief_digest TEXT NOT NULL REFERENCES briefs (brief_digest),
  policy_digest TEXT NOT NULL REFERENCES policies (policy_digest),
  brief_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  account_id TEXT NOT NULL,
  account_name TEXT NOT NULL,
  objective_type TEXT NOT NULL,
  objective TEXT NOT NULL,
  engine TEXT,
  model TEXT,
  mode TEXT,
  depth TEXT,
  fallback_reason TEXT,
  created_at TEXT,
  expires_at TEXT,
  supersedes TEXT,
  plan_json TEXT NOT NULL
) STRICT"""

_REFUSALS = """CREATE TABLE refusals (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  refusal_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  brief_digest TEXT NOT NULL REFERENCES briefs (brief_digest),
  policy_digest TEXT NOT NULL,
  brief_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  code TEXT NOT NULL,
  pointer TEXT NOT NULL,
  reason TEXT NOT NULL,
  judged_at TEXT NOT NULL,
  allowed_from TEXT,
  refusal_json TEXT NOT NULL
) STRICT"""

_TRANSCRIPTS = """CREATE TABLE transcripts (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  transcript_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  call_id TEXT NOT NULL,
  said_plan_id TEXT,
  plan_id TEXT REFERENCES plans (plan_id),
  started_at TEXT,
  ended_by TEXT NOT NULL,
  source TEXT,
  turn_count INTEGER NOT NULL,
  transcript_json TEXT NOT NULL
) STRICT"""

_OUTCOME_VERSIONS = """CREATE TABLE outcome_versions (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  outcome_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  call_id TEXT NOT NULL,
  said_plan_id TEXT,
  outcome_json TEXT NOT NULL
) STRICT"""

OUTCOMES_TABLE = """CREATE TABLE outcomes (
  call_id TEXT PRIMARY KEY,
  plan_id TEXT REFERENCES plans (plan_id),
  plan TEXT,
  plan_deviation_reasons TEXT,
  outcome_json TEXT
)"""

_AUDITS = """CREATE TABLE audits (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  audit_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  call_id TEXT NOT NULL,
  said_plan_id TEXT,
  plan_id TEXT REFERENCES plans (plan_id),
  verdict TEXT NOT NULL,
  compliance TEXT NOT NULL,
  adherence REAL,
  deviation_rate REAL,
  unexplained_deviation_rate REAL,
  applicable INTEGER NOT NULL,
  deviated INTEGER NOT NULL,
  uncertain INTEGER NOT NULL,
  objective_status TEXT NOT NULL,
  rung TEXT,
  rung_result TEXT,
  deviation_count INTEGER NOT NULL,
  silent_count INTEGER NOT NULL,
  critical_count INTEGER NOT NULL,
  signature TEXT NOT NULL,
  audit_json TEXT NOT NULL
) STRICT"""

_AUDIT_ITEMS = """CREATE TABLE audit_items (
  audit_seq INTEGER NOT NULL REFERENCES audits (seq),
  position INTEGER NOT NULL,
  item TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  result TEXT,
  confidence REAL,
  turn INTEGER,
  PRIMARY KEY (audit_seq, position)
) STRICT, WITHOUT ROWID"""

_AUDIT_DEVIATIONS = """CREATE TABLE audit_deviations (
  audit_seq INTEGER NOT NULL REFERENCES audits (seq),
  position INTEGER NOT NULL,
  type TEXT NOT NULL,
  item TEXT,
  severity TEXT NOT NULL,
  owner TEXT NOT NULL,
  logged TEXT NOT NULL,
  logged_reason TEXT,
  turn INTEGER,
  PRIMARY KEY (audit_seq, position)
) STRICT, WITHOUT ROWID"""

_OPT_OUTS = """CREATE TABLE opt_outs (
  seq INTEGER PRIMARY KEY REFERENCES chain (seq),
  opt_out_id TEXT NOT NULL UNIQUE,
  sealed_at TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('latch', 'release')),
  contact_id TEXT,
  phone TEXT,
  call_id TEXT,
  turn INTEGER,
  released TEXT,
  who TEXT,
  why TEXT,
  opt_out_json TEXT NOT NULL
) STRICT"""

_INDICES = """
plans (agent, created_at)
plans (contact_id)
plans (account_id)
plans (brief_digest, policy_digest)
refusals (code)
refusals (contact_id)
refusals (brief_digest, policy_digest)
transcripts (call_id)
transcripts (plan_id)
transcripts (said_plan_id)
outcome_versions (call_id)
outcome_versions (said_plan_id)
outcomes (plan_id)
audits (call_id)
audits (plan_id)
audits (said_plan_id)
audits (verdict, sealed_at)
audit_items (kind, status)
audit_deviations (type, severity)
opt_outs (contact_id)
opt_outs (phone)
"""

_VIEWS = (
    """CREATE VIEW turns AS
SELECT t.seq AS transcript_seq, t.call_id, json_extract(j.value, '$.i') AS turn,
  json_extract(j.value, '$.speaker') AS speaker, json_extract(j.value, '$.text') AS text,
  json_extract(j.value, '$.start_s') AS start_s, json_extract(j.value, '$.end_s') AS end_s
FROM transcripts AS t, json_each(t.transcript_json, '$.turns') AS j""",
    """CREATE VIEW audit_evidence AS
SELECT a.seq AS audit_seq, a.call_id, a.plan_id, j.key AS position, json_extract(j.value, '$.item') AS item,
  json_extract(j.value, '$.status') AS status, json_extract(j.value, '$.quote_turn') AS turn,
  json_extract(j.value, '$.quote') AS quote, json_extract(j.value, '$.reason') AS reason
FROM audits AS a, json_each(a.audit_json, '$.items') AS j""",
    """CREATE VIEW latest_audits AS
SELECT * FROM audits WHERE seq IN (SELECT max(seq) FROM audits GROUP BY call_id)""",
    """CREATE VIEW calls AS
SELECT a.call_id, a.plan_id, p.agent, p.contact_id, p.contact_name, p.account_id, p.account_name,
  p.objective_type, p.engine, p.sealed_at AS plan_sealed_at, a.verdict, a.adherence, a.compliance,
  a.objective_status, a.rung, a.rung_result, a.deviation_count, a.silent_count, a.sealed_at AS audited_at
FROM latest_audits AS a LEFT JOIN plans AS p ON p.plan_id = a.plan_id""",
    """CREATE VIEW opt_outs_standing AS
SELECT l.* FROM opt_outs AS l WHERE l.action = 'latch' AND NOT EXISTS (
  SELECT 1 FROM opt_outs AS r WHERE r.action = 'release' AND r.seq > l.seq
  AND r.released IN (l.contact_id, l.phone))""",
)

_GENESIS = "sha256:" + "0" * 64


_APPEND_ONLY = (
    "CREATE TRIGGER chain_append BEFORE INSERT ON chain "
    "WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM chain) "
    "OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM chain ORDER BY seq DESC LIMIT 1), "
    f"'{_GENESIS}') OR EXISTS (SELECT 1 FROM chain WHERE kind = NEW.kind AND record_id = NEW.record_id) "
    "BEGIN SELECT RAISE(ABORT, 'chain: a row must follow on the last one'); END"
)
_TRANSCRIPT_COLUMNS = (
    "seq transcript_id sealed_at call_id said_plan_id started_at ended_by source turn_count transcript_json"
)
_AUDIT_COLUMNS = (
    "seq audit_id sealed_at call_id said_plan_id verdict compliance adherence deviation_rate "
    "unexplained_deviation_rate applicable deviated uncertain objective_status rung rung_result "
    "deviation_count silent_count critical_count signature audit_json"
)
_SEALED_TABLES = (
    ("plans", "plan", "plan_id"),
    ("refusals", "refusal", "refusal_id"),
    ("transcripts", "transcript", "transcript_id"),
    ("outcome_versions", "outcome", "outcome_id"),
    ("audits", "audit", "audit_id"),
    ("opt_outs", "opt_out", "opt_out_id"),
)


def first_version() -> tuple[str, ...]:
    """Its statements, in order."""
    tables = (
        _CHAIN, _BRIEFS, _POLICIES, _PLANS, _REFUSALS, _TRANSCRIPTS, _OUTCOME_VERSIONS, OUTCOMES_TABLE,
        _AUDITS, _AUDIT_ITEMS, _AUDIT_DEVIATIONS, _OPT_OUTS,
    )  # fmt: skip
    indices = index_statements(_INDICES)
    triggers = [
        _APPEND_ONLY,
        *frozen("chain"),
        once("briefs", "brief_digest = NEW.brief_digest OR rowid = NEW.rowid"),
        *frozen("briefs"),
        once("policies", "policy_digest = NEW.policy_digest OR rowid = NEW.rowid"),
        *frozen("policies"),
        linked_once("transcripts", _TRANSCRIPT_COLUMNS),
        kept("transcripts"),
        linked_once("audits", _AUDIT_COLUMNS),
        kept("audits"),
        once("audit_items", "audit_seq = NEW.audit_seq AND position = NEW.position"),
        *frozen("audit_items"),
        once("audit_deviations", "audit_seq = NEW.audit_seq AND position = NEW.position"),
        *frozen("audit_deviations"),
    ]
    for table, kind, key in _SEALED_TABLES:
        triggers += [once(table, f"seq = NEW.seq OR {key} = NEW.{key}"), sealed(table, kind, key)]
    for table in ("plans", "refusals", "outcome_versions", "opt_outs"):
        triggers += frozen(table)
    return (*tables, *indices, *triggers, *_VIEWS)
