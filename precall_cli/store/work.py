"""Work under way: replies that were paid for, requests that were sent. Nothing here is sealed.

A reply is kept before it is turned into a plan, and forgotten in the transaction that seals the plan. So a
run that is killed in between pays for nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from precall_cli.records.json_text import Json
from precall_cli.store.reading import read_cell
from precall_cli.store.rows import cell_text
from precall_cli.store.store import Store

RequestState = Literal["sent", "answered", "again", "given_up"]
ShardState = Literal["sending", "sent", "read", "lost"]


@dataclass(frozen=True, slots=True)
class KeptReply:
    """What a model answered."""

    message: Json
    repaired: bool
    """Whether it was sent back for repair, and that answer is kept too."""


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request of a batch."""

    custom_id: str
    brief_digest: str
    policy_digest: str
    state: RequestState
    attempts: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Shard:
    """Requests that were sent together."""

    shard_id: str
    batch_id: str | None
    requests: int


def keep_reply(
    store: Store, basis: str, brief_digest: str, policy_digest: str, message: Json, *, repaired: bool = False
) -> None:
    """Keeps a reply under what it rests on; one that is kept already is replaced."""
    with store.writing():
        store._database.run(
            "INSERT OR REPLACE INTO model_replies (basis, brief_digest, policy_digest, repaired, reply_json) "
            "VALUES (?, ?, ?, ?, ?)",
            (basis, brief_digest, policy_digest, int(repaired), cell_text(message)),
        )


def find_reply(store: Store, basis: str) -> KeptReply | None:
    """The reply kept under a basis."""
    row = store._database.one(
        "SELECT CAST(reply_json AS BLOB), repaired FROM model_replies WHERE basis = ?", (basis,)
    )
    return (
        KeptReply(read_cell(store._database, "model_replies", basis, row[0]), bool(row[1])) if row else None
    )


def forget_work(store: Store, brief_digest: str, policy_digest: str) -> None:
    """Drops replies and requests of a brief whose plan is sealed; the caller holds the transaction."""
    for table in ("model_replies", "batch_requests"):
        store._database.run(
            f"DELETE FROM {table} WHERE brief_digest = ? AND policy_digest = ?", (brief_digest, policy_digest)
        )


def find_request(store: Store, custom_id: str) -> SentRequest | None:
    """A request that was sent before, or is to be sent again."""
    row = store._database.one(
        "SELECT custom_id, brief_digest, policy_digest, state, attempts, problem FROM batch_requests "
        "WHERE custom_id = ?",
        (custom_id,),
    )
    return SentRequest(*row) if row else None


def open_shard(store: Store, shard_id: str, requests: Sequence[tuple[str, str, str]], size: int) -> None:
    """Notes a shard before it is sent: custom id, brief and policy of each request, each tried once more."""
    database = store._database
    with store.writing():
        database.run(
            "INSERT INTO batch_shards (shard_id, state, requests, bytes) VALUES (?, 'sending', ?, ?)",
            (shard_id, len(requests), size),
        )
        database.run_many(
            "INSERT INTO batch_requests (custom_id, brief_digest, policy_digest, state, shard_id, attempts) "
            "VALUES (?, ?, ?, 'sent', ?, 1) ON CONFLICT (custom_id) DO UPDATE SET state = 'sent', "
            "shard_id = excluded.shard_id, attempts = attempts + 1, problem = NULL",
            [(*each, shard_id) for each in requests],
        )


def set_shard(store: Store, shard_id: str, state: ShardState, batch_id: str | None = None) -> None:
    """Moves a shard on; `batch_id` once the service has named it."""
    with store.writing():
        store._database.run(
            "UPDATE batch_shards SET state = ?, batch_id = coalesce(?, batch_id) WHERE shard_id = ?",
            (state, batch_id, shard_id),
        )


def shards(store: Store, state: ShardState) -> list[Shard]:
    """Every shard in a state."""
    rows = store._database.rows(
        "SELECT shard_id, batch_id, requests FROM batch_shards WHERE state = ? ORDER BY rowid", (state,)
    )
    return [Shard(*row) for row in rows]


def count_shards(store: Store) -> int:
    """How many shards were ever noted."""
    return store._database.number("SELECT count(*) FROM batch_shards")


def known_batches(store: Store) -> set[str]:
    """Ids of every batch that was noted."""
    rows = store._database.rows("SELECT batch_id FROM batch_shards WHERE batch_id IS NOT NULL")
    return {str(row[0]) for row in rows}


def shard_requests(store: Store, shard_id: str, state: RequestState) -> Iterator[SentRequest]:
    """The requests of a shard that are in a state."""
    for row in store._database.rows(
        "SELECT custom_id, brief_digest, policy_digest, state, attempts, problem FROM batch_requests "
        "WHERE shard_id = ? AND state = ?",
        (shard_id, state),
    ):
        yield SentRequest(*row)


def set_request(store: Store, custom_id: str, state: RequestState, problem: str | None = None) -> None:
    """Moves a request on; the caller may hold a transaction."""
    with store.writing():
        store._database.run(
            "UPDATE batch_requests SET state = ?, problem = ? WHERE custom_id = ?",
            (state, problem, custom_id),
        )


def return_requests(
    store: Store, shard_id: str, problem: str, *, untried: bool = False, state: RequestState = "again"
) -> None:
    """Gives back what a shard left unanswered; `untried`: it never reached the service."""
    with store.writing():
        store._database.run(
            "UPDATE batch_requests SET state = ?, problem = ?, attempts = attempts - ? "
            "WHERE shard_id = ? AND state = 'sent'",
            (state, problem, int(untried), shard_id),
        )
