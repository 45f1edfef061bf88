"""The tables, views and metadata of the database to browse. Labels, facets and search follow from them."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "CREATE TABLE accounts (account_id TEXT PRIMARY KEY, name TEXT)",
    "CREATE TABLE contacts (contact_id TEXT PRIMARY KEY, name TEXT, title TEXT, "
    "account_id TEXT REFERENCES accounts (account_id))",
    """CREATE TABLE plans (plan_id TEXT PRIMARY KEY, title TEXT, agent TEXT,
  contact_id TEXT REFERENCES contacts (contact_id), account_id TEXT REFERENCES accounts (account_id),
  objective_type TEXT, engine TEXT, model TEXT, mode TEXT, depth TEXT, fallback_reason TEXT, created_at TEXT,
  expires_at TEXT, supersedes TEXT REFERENCES plans (plan_id), sealed_at TEXT, policy_digest TEXT,
  plan_json TEXT)""",
    """CREATE TABLE calls (call_id TEXT PRIMARY KEY, agent TEXT, verdict TEXT, adherence REAL,
  compliance TEXT,
  objective_status TEXT, rung TEXT, rung_result TEXT, deviation_count INTEGER, silent_count INTEGER,
  critical_count INTEGER, uncertain INTEGER, applicable INTEGER, deviated INTEGER, deviation_types TEXT,
  contact_id TEXT REFERENCES contacts (contact_id), account_id TEXT REFERENCES accounts (account_id),
  plan_id TEXT REFERENCES plans (plan_id), started_at TEXT, ended_by TEXT, turn_count INTEGER, source TEXT,
  audited_at TEXT, audit_id TEXT)""",
    """CREATE TABLE turns (id INTEGER PRIMARY KEY, label TEXT, call_id TEXT REFERENCES calls (call_id),
  turn INTEGER, speaker TEXT,
  text TEXT, items TEXT, deviations TEXT, start_s REAL, end_s REAL)""",
    """CREATE TABLE items (id INTEGER PRIMARY KEY, call_id TEXT REFERENCES calls (call_id), kind TEXT,
  item TEXT,
  planned TEXT, status TEXT, result TEXT, confidence REAL, turn_id INTEGER REFERENCES turns (id),
  quote TEXT, reason TEXT)""",
    """CREATE TABLE deviations (id INTEGER PRIMARY KEY, call_id TEXT REFERENCES calls (call_id), type TEXT,
  severity TEXT, owner TEXT, logged TEXT, logged_reason TEXT, item TEXT, planned TEXT,
  turn_id INTEGER REFERENCES turns (id), explanation TEXT)""",
    """CREATE TABLE refusals (refusal_id TEXT PRIMARY KEY, code TEXT, reason TEXT, pointer TEXT, agent TEXT,
  contact_id TEXT REFERENCES contacts (contact_id), account_id TEXT REFERENCES accounts (account_id),
  brief_id TEXT,
  judged_at TEXT, allowed_from TEXT, sealed_at TEXT)""",
    """CREATE TABLE reviews (review_id TEXT PRIMARY KEY, call_id TEXT REFERENCES calls (call_id),
  audit_id TEXT,
  item TEXT, type TEXT, decision TEXT, status TEXT, cause TEXT, who TEXT, at TEXT, sealed_at TEXT)""",
    """CREATE TABLE outcomes (call_id TEXT PRIMARY KEY REFERENCES calls (call_id),
  plan_id TEXT REFERENCES plans (plan_id), reason_count INTEGER, outcome_json TEXT)""",
    """CREATE TABLE log_entries (id INTEGER PRIMARY KEY, call_id TEXT REFERENCES calls (call_id), item TEXT,
  type TEXT, reason TEXT, note TEXT, turn_id INTEGER REFERENCES turns (id))""",
    """CREATE TABLE instructions (instructions_id TEXT PRIMARY KEY, agent TEXT,
  plan_id TEXT REFERENCES plans (plan_id), tokens INTEGER, not_due_count INTEGER, digest TEXT, sealed_at TEXT,
  text TEXT)""",
    """CREATE TABLE opt_outs (opt_out_id TEXT PRIMARY KEY, action TEXT,
  contact_id TEXT REFERENCES contacts (contact_id), phone TEXT, call_id TEXT, turn INTEGER, released TEXT,
  who TEXT,
  why TEXT, sealed_at TEXT)""",
)
"""The tables. A column that names a row of another table is a link, shown with that row's label."""

_INDICES = (
    ("plans", "agent contact_id account_id"),
    ("calls", "agent verdict plan_id contact_id account_id started_at"),
    ("turns", "call_id"),
    ("items", "call_id status kind turn_id"),
    ("deviations", "call_id type turn_id"),
    ("contacts", "account_id"),
    ("refusals", "code contact_id"),
    ("reviews", "call_id"),
    ("outcomes", "plan_id"),
    ("log_entries", "call_id reason turn_id"),
    ("instructions", "plan_id"),
)
_VIEWS = {
    "calls_to_look_at": (
        "Calls with a critical, silent or undecided finding, the gravest first",
        """SELECT call_id, agent, verdict, critical_count, silent_count, uncertain, adherence,
  deviation_types,
  started_at FROM calls WHERE critical_count > 0 OR silent_count > 0 OR uncertain > 0
  ORDER BY critical_count DESC, silent_count DESC, uncertain DESC, call_id""",
    ),
    "silent_deviations": (
        "What agents did without logging a reason, with the words",
        """SELECT d.call_id, c.agent, d.severity, d.type, d.item, d.planned, t.label AS turn, t.text,
  d.explanation
  FROM deviations AS d JOIN calls AS c USING (call_id) LEFT JOIN turns AS t ON t.id = d.turn_id
  WHERE d.logged = 'unlogged' AND d.owner = 'agent' ORDER BY d.id""",
    ),
    "deviations_by_agent": (
        "How often each agent leaves the plan in which way, and how often without a logged reason",
        """SELECT c.agent, d.type, d.severity, count(*) AS deviations, count(DISTINCT d.call_id) AS calls,
  sum(d.logged = 'unlogged') AS silent FROM deviations AS d JOIN calls AS c USING (call_id)
  WHERE d.logged != 'unconfirmed' GROUP BY c.agent, d.type, d.severity ORDER BY deviations DESC, 1, 2""",
    ),
    "rate_by_agent_and_week": (
        "Items due and deviating by agent and week of the call; no interval: `precall rate` has it",
        """SELECT agent, strftime('%Y-%W', started_at) AS week, count(*) AS calls, sum(applicable) AS due,
  sum(deviated) AS deviated, round(1.0 * sum(deviated) / nullif(sum(applicable), 0), 4) AS rate
  FROM calls WHERE verdict IS NOT NULL GROUP BY 1, 2 ORDER BY 2 DESC, 1""",
    ),
    "planned_and_said": (
        "Each planned item beside the words that prove what became of it",
        """SELECT i.call_id, c.agent, i.kind, i.item, i.planned, i.status, i.result, i.confidence,
  t.label AS turn, i.quote
  FROM items AS i JOIN calls AS c USING (call_id) LEFT JOIN turns AS t ON t.id = i.turn_id
  WHERE i.quote IS NOT NULL ORDER BY i.id""",
    ),
    "questions_never_asked": (
        "Planned questions by how often they were skipped",
        """SELECT planned AS question, count(*) AS due, sum(status = 'skipped') AS skipped,
  round(1.0 * sum(status = 'skipped') / count(*), 4) AS rate FROM items
  WHERE kind = 'qualification' AND status NOT IN ('not_reached', 'uncertain')
  GROUP BY planned HAVING sum(status = 'skipped') > 0 ORDER BY skipped DESC, due DESC, 1""",
    ),
    "objections_raised": (
        "What contacts held against it, how it was answered, in their words",
        """SELECT i.call_id, c.agent, i.planned AS objection, i.status, t.text AS words,
  t.label AS turn FROM items AS i
  JOIN calls AS c USING (call_id) LEFT JOIN turns AS t ON t.id = i.turn_id
  WHERE i.kind = 'objection' AND i.status IN ('handled', 'handled_differently', 'ignored')
  UNION ALL SELECT d.call_id, c.agent, NULL, 'unanticipated', t.text, t.label FROM deviations AS d
  JOIN calls AS c USING (call_id) LEFT JOIN turns AS t ON t.id = d.turn_id
  WHERE d.type = 'unanticipated_objection'
  ORDER BY 1""",
    ),
    "plans_sealed_late": (
        "Calls whose plan was sealed after they began",
        """SELECT c.call_id, c.agent, c.started_at, p.sealed_at, p.plan_id FROM calls AS c
  JOIN plans AS p USING (plan_id)
  WHERE c.started_at IS NOT NULL AND p.sealed_at > c.started_at ORDER BY c.started_at""",
    ),
}

AFTER = (
    *(
        f'CREATE INDEX "{table}_{column}" ON {table} ({column})'
        for table, columns in _INDICES
        for column in columns.split()
    ),
    "CREATE VIRTUAL TABLE turns_fts USING fts5 (text, content=turns, content_rowid=id, "
    "tokenize='porter unicode61')",
    "INSERT INTO turns_fts (turns_fts) VALUES ('rebuild')",
    *(f"CREATE VIEW {name} AS {sql}" for name, (_, sql) in _VIEWS.items()),
)
"""What is made once the rows are there."""


def datasette_metadata(database: str, *, masked: bool) -> dict[str, Any]:
    """The metadata file for Datasette: what the tables are, how they are sorted, what is faceted."""
    how = "Phones, e-mails and the names of briefs are masked." if masked else "Holds personal data."
    tables = {
        "calls": {
            "description": "One row a call, by the audit sealed last. Its figures are three and never one.",
            "sort_desc": "started_at", "label_column": "call_id",
            "facets": ["agent", "verdict", "compliance", "objective_status", {"array": "deviation_types"}],
            "columns": {
                "adherence": "Share of the items due that were kept to; empty where none was due",
                "applicable": "Items due", "deviated": "Items due that deviate by the agent's doing",
                "silent_count": "The agent's deviations for which the runtime logged no reason",
                "uncertain": "Items that the evidence does not decide; in no rate",
            },
        },
        "turns": {
            "description": "What was said, with the items and deviations each turn is evidence for.",
            "sort": "id", "label_column": "label", "fts_table": "turns_fts", "fts_pk": "rowid",
            "facets": ["speaker", {"array": "deviations"}],
        },
        "items": {
            "description": "What became of each planned item, with the words that prove it.",
            "sort": "id", "facets": ["kind", "status", "result"],
            "columns": {"confidence": "Probability of the status", "planned": "As the plan says it"},
        },
        "deviations": {
            "description": "What departed from the plan; unconfirmed is what was logged and not found.",
            "sort": "id", "facets": ["type", "severity", "owner", "logged"],
        },
        "plans": {
            "description": "Call plans as sealed.", "sort_desc": "sealed_at", "label_column": "title",
            "facets": ["agent", "objective_type", "engine", "depth"],
        },
        "refusals": {"description": "Calls that the gate refused.", "facets": ["code", "agent"]},
        "reviews": {"description": "What reviewers decided.", "facets": ["decision", "who", "cause"]},
        "outcomes": {"description": "What the runtime wrote after a call; its own fields stand in the JSON."},
        "log_entries": {
            "description": "The reasons that the runtime logged for leaving the plan, found true or not.",
            "sort": "id", "facets": ["reason", "type"],
        },
        "instructions": {
            "description": "What agents were told, in full.", "sort_desc": "sealed_at", "facets": ["agent"],
        },
        "contacts": {"label_column": "name", "sort": "name"},
        "accounts": {"label_column": "name", "sort": "name"},
        "opt_outs": {"description": "Who asked not to be called again.", "facets": ["action"]},
        **{name: {"description": said} for name, (said, _) in _VIEWS.items()},
    }  # fmt: skip
    queries = {
        "one_call": {
            "title": "One call, turn by turn",
            "sql": "select turn, speaker, text, items, deviations from turns where call_id = :call_id "
            "order by turn",
        },
        "said_like": {
            "title": "Calls in which something was said",
            "sql": "select t.call_id, c.agent, c.verdict, t.turn, t.speaker, t.text from turns_fts f "
            "join turns t on t.id = f.rowid join calls c using (call_id) where turns_fts match :words "
            "order by rank limit 200",
        },
    }
    return {
        "title": "precall: plan against actual",
        "description": f"Call plans, calls, and what became of each planned item: a copy. {how}",
        "databases": {database: {"tables": tables, "queries": queries}},
    }
