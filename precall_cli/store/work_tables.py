"""Tables for work under way: replies that were paid for, and what was sent to the Message Batches API.

They are no records: nothing here is sealed, and a row goes on to its next state. What is lost with them is
money, never a plan.
"""

from __future__ import annotations

MODEL_REPLIES = """CREATE TABLE model_replies (
  basis TEXT PRIMARY KEY,
  brief_digest TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  repaired INTEGER NOT NULL,
  reply_json TEXT NOT NULL
) STRICT"""

BATCH_SHARDS = """CREATE TABLE batch_shards (
  shard_id TEXT PRIMARY KEY,
  batch_id TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'read', 'lost')),
  requests INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT"""

BATCH_REQUESTS = """CREATE TABLE batch_requests (
  custom_id TEXT PRIMARY KEY,
  brief_digest TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'answered', 'again', 'given_up')),
  shard_id TEXT NOT NULL REFERENCES batch_shards (shard_id),
  attempts INTEGER NOT NULL,
  problem TEXT
) STRICT"""

WORK_STATEMENTS = (
    MODEL_REPLIES,
    BATCH_SHARDS,
    BATCH_REQUESTS,
    "CREATE INDEX model_replies_brief ON model_replies (brief_digest, policy_digest)",
    "CREATE INDEX batch_shards_state ON batch_shards (state)",
    "CREATE INDEX batch_requests_brief ON batch_requests (brief_digest, policy_digest)",
    "CREATE INDEX batch_requests_shard ON batch_requests (shard_id, state)",
    # Which plan still stands, and what is known of an account.
    "CREATE INDEX plans_supersedes ON plans (supersedes)",
    "CREATE INDEX briefs_account ON briefs (account_id, contact_id)",
)
