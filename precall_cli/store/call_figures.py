"""`call_figures`: one row a call, kept by triggers, so that a rate or a queue reads no audit.

It is derived: of each call the audit that was sealed last, its counts, and the groups that the call belongs
to. `derived_rows` says the same from the tables it comes from, with `until` as it was at a past moment; a
verification compares the two. A call belongs to the UTC day on which it began, as its last transcript says;
where none says so, to the day on which that audit was sealed. Nothing of ours is imported here: these
statements belong to a version of the schema.
"""

from __future__ import annotations

COLUMNS = (
    "call_id", "audit_seq", "day", "agent", "policy_digest", "engine", "model", "planned", "due", "deviated",
    "silent", "kept_logged", "unconfirmed", "uncertain", "critical", "plan_owned", "raised",
)  # fmt: skip

_TABLE = """CREATE TABLE call_figures (
  call_id TEXT PRIMARY KEY,
  audit_seq INTEGER NOT NULL,
  day TEXT NOT NULL,
  agent TEXT,
  policy_digest TEXT,
  engine TEXT,
  model TEXT,
  planned INTEGER NOT NULL,
  due INTEGER NOT NULL,
  deviated INTEGER NOT NULL,
  silent INTEGER NOT NULL,
  kept_logged INTEGER NOT NULL,
  unconfirmed INTEGER NOT NULL,
  uncertain INTEGER NOT NULL,
  critical INTEGER NOT NULL,
  plan_owned INTEGER NOT NULL,
  raised INTEGER NOT NULL
) STRICT"""

_INDICES = (
    "CREATE INDEX call_figures_audit ON call_figures (audit_seq)",
    "CREATE INDEX call_figures_risk ON call_figures (critical DESC, uncertain DESC, silent DESC, audit_seq)",
    "CREATE INDEX call_figures_agent ON call_figures (agent, day, due, deviated, silent, kept_logged, "
    "unconfirmed, uncertain, critical, plan_owned, raised)",
)

NOT_DUE = "('not_needed', 'not_raised', 'not_reached', 'not_triggered', 'uncertain')"
"""Statuses of items that were not due, or not decided."""
RAISED = "('handled', 'handled_differently', 'ignored')"
"""Statuses of an objection that the contact raised."""
OWN = "owner = 'agent' AND logged <> 'unconfirmed'"
"""A deviation that was found and that the agent has to answer for."""
PLACE = "coalesce(item, position)"
"""Where a deviation is: at its item, else by itself."""

_COUNTS = f"""sum(owner = 'plan' AND logged <> 'unconfirmed') AS plan_owned,
    count(DISTINCT CASE WHEN owner = 'agent' AND logged = 'unlogged' THEN {PLACE} END) AS silent,
    sum(logged = 'unconfirmed') AS unconfirmed"""
_KEPT_LOGGED = f"""SELECT u.audit_seq, count(DISTINCT u.item) AS number
  FROM audit_deviations AS u JOIN audit_items AS i ON i.audit_seq = u.audit_seq AND i.item = u.item
  WHERE u.logged = 'unconfirmed' AND i.status NOT IN {NOT_DUE} AND NOT EXISTS (
    SELECT 1 FROM audit_deviations AS o WHERE o.audit_seq = u.audit_seq AND o.item = u.item AND o.{OWN})"""


def day_of(started_at: str, sealed_at: str) -> str:
    """The SQL for the UTC day of a call."""
    return (
        f"CASE WHEN {started_at} LIKE '%Z' THEN substr({started_at}, 1, 10) "
        f"ELSE coalesce(date(upper({started_at})), substr({sealed_at}, 1, 10)) END"
    )


def latest_audits(where: str = "") -> str:
    """The SQL for the audit that counts of each call."""
    return (
        "SELECT call_id, max(seq) AS seq, plan_id, applicable, deviated, uncertain, critical_count, "
        f"sealed_at FROM audits {where} GROUP BY call_id"
    )


def derived_rows(until: str | None = None) -> str:
    """The SQL for all rows, from the tables they come from; of what was sealed by `until`, if given.

    `until` is a formatted time of ours, never outside text.
    """
    sealed = f"sealed_at <= '{until}'" if until else "1"
    day = day_of("s.started_at", "a.sealed_at")
    return f"""WITH base AS ({latest_audits(f"WHERE {sealed}")}), found AS (
  SELECT audit_seq, {_COUNTS} FROM audit_deviations GROUP BY audit_seq
), kept AS (
  {_KEPT_LOGGED} GROUP BY u.audit_seq
), raised AS (
  SELECT audit_seq, count(*) AS number FROM audit_items
  WHERE kind = 'objection' AND status IN {RAISED} GROUP BY audit_seq
)
SELECT a.call_id, a.seq AS audit_seq, {day} AS day, p.agent, p.policy_digest, p.engine, p.model,
  p.plan_id IS NOT NULL AS planned, a.applicable AS due, a.deviated, coalesce(f.silent, 0) AS silent,
  coalesce(k.number, 0) AS kept_logged, coalesce(f.unconfirmed, 0) AS unconfirmed, a.uncertain,
  a.critical_count AS critical, coalesce(f.plan_owned, 0) AS plan_owned, coalesce(r.number, 0) AS raised
FROM base AS a LEFT JOIN plans AS p ON p.plan_id = a.plan_id AND {"p." if until else ""}{sealed}
  LEFT JOIN transcripts AS s ON s.seq = (SELECT max(t.seq) FROM transcripts AS t
    WHERE t.call_id = a.call_id AND {"t." if until else ""}{sealed})
  LEFT JOIN found AS f ON f.audit_seq = a.seq LEFT JOIN kept AS k ON k.audit_seq = a.seq
  LEFT JOIN raised AS r ON r.audit_seq = a.seq"""


def _plan_fields(plan_id: str) -> str:
    names = ("agent", "policy_digest", "engine", "model", "count(*)")
    return ", ".join(f"(SELECT {name} FROM plans WHERE plan_id = {plan_id})" for name in names)


def _triggers() -> tuple[str, ...]:
    last = "(SELECT started_at FROM transcripts WHERE call_id = NEW.call_id ORDER BY seq DESC LIMIT 1)"
    sealed_at = "(SELECT sealed_at FROM audits WHERE seq = audit_seq)"
    counts = f"SELECT {_COUNTS} FROM audit_deviations WHERE audit_seq = NEW.audit_seq"
    fields = "agent, policy_digest, engine, model, planned"
    return (
        "CREATE TRIGGER call_figures_on_audit AFTER INSERT ON audits BEGIN "
        f"INSERT OR REPLACE INTO call_figures ({', '.join(COLUMNS)}) VALUES (NEW.call_id, NEW.seq, "
        f"{day_of(last, 'NEW.sealed_at')}, {_plan_fields('NEW.plan_id')}, "
        "NEW.applicable, NEW.deviated, 0, 0, 0, NEW.uncertain, NEW.critical_count, 0, 0); END",
        "CREATE TRIGGER call_figures_on_item AFTER INSERT ON audit_items "
        f"WHEN NEW.kind = 'objection' AND NEW.status IN {RAISED} BEGIN "
        "UPDATE call_figures SET raised = raised + 1 WHERE audit_seq = NEW.audit_seq; END",
        "CREATE TRIGGER call_figures_on_deviation AFTER INSERT ON audit_deviations BEGIN "
        f"UPDATE call_figures SET (plan_owned, silent, unconfirmed) = ({counts}), "
        f"kept_logged = (SELECT coalesce(sum(number), 0) FROM ({_KEPT_LOGGED} "
        "AND u.audit_seq = NEW.audit_seq)) "
        "WHERE audit_seq = NEW.audit_seq; END",
        "CREATE TRIGGER call_figures_on_plan AFTER UPDATE OF plan_id ON audits BEGIN "
        f"UPDATE call_figures SET ({fields}) = (SELECT agent, policy_digest, engine, model, 1 FROM plans "
        "WHERE plan_id = NEW.plan_id) WHERE audit_seq = NEW.seq; END",
        "CREATE TRIGGER call_figures_on_day AFTER INSERT ON transcripts BEGIN "
        f"UPDATE call_figures SET day = {day_of('NEW.started_at', sealed_at)} "
        "WHERE call_id = NEW.call_id; END",
    )


def call_figures_statements() -> tuple[str, ...]:
    """Table, indices, the rows of what is stored already, and the triggers that keep them."""
    fill = f"INSERT INTO call_figures ({', '.join(COLUMNS)}) {derived_rows()}"
    return (_TABLE, *_INDICES, fill, *_triggers())
