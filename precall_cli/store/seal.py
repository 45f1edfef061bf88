"""The seal: each stored record has one row of the chain, and each row carries the hash of the row before.

How a row is computed, so that any other tool can do it again:

- `digest` is `sha256:` and the SHA-256, in lower-case hex, of the UTF-8 bytes of the record's `…_json` cell
  as it stands. The cell holds the canonical form of the record (RFC 8785).
- `hash` is `sha256:` and the SHA-256 of the canonical form (RFC 8785) of the object with exactly these keys:
  `seq` (a number), `kind`, `record_id`, `digest`, `sealed_at`, `prev_hash` (strings), `brief_digest` and
  `policy_digest` (strings or null).
- `prev_hash` is the `hash` of row `seq - 1`; of row 1 it is `sha256:` and 64 zeros.
- `sealed_at` is RFC 3339 in UTC, whole seconds, rounded down.
- `brief_digest` and `policy_digest` are the SHA-256 of the cells in `briefs` and `policies`, written alike.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

GENESIS = "sha256:" + "0" * 64
"""What the first row follows on."""
_COMPACT = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One row of the chain."""

    seq: int
    """Position, from 1."""
    kind: str
    """What was sealed: plan, refusal, transcript, outcome, audit or opt_out."""
    record_id: str
    """Id of the record."""
    digest: str
    """Digest of the record's JSON."""
    sealed_at: str
    """When it was stored."""
    brief_digest: str | None
    """The brief that it rests on, of a plan or a refusal."""
    policy_digest: str | None
    """The policy that applied, of a plan or a refusal."""
    prev_hash: str
    """Hash of the row before."""

    def cells(self) -> tuple[int | str | None, ...]:
        """Its fields, in order."""
        return (
            self.seq, self.kind, self.record_id, self.digest, self.sealed_at, self.brief_digest,
            self.policy_digest, self.prev_hash,
        )  # fmt: skip

    def hash(self) -> str:
        """The hash that the row's content calls for."""
        content = {
            "seq": self.seq,
            "kind": self.kind,
            "record_id": self.record_id,
            "digest": self.digest,
            "sealed_at": self.sealed_at,
            "brief_digest": self.brief_digest,
            "policy_digest": self.policy_digest,
            "prev_hash": self.prev_hash,
        }
        # With such keys and values the sorted compact form is RFC 8785, in a tenth of the time.
        return text_digest(_COMPACT.encode(content).encode())


def text_digest(data: bytes) -> str:
    """`sha256:` and the hex digest of some bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
