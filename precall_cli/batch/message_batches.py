"""The Message Batches API as a place to send many requests to and fetch their results from, hours later.

What can be lost to a kill, and how it is found again: a shard is noted before it is sent and its batch id
as soon as the service names it. A shard that was noted and has no id is looked for among the batches of the
key, by the custom ids in its results, before anything is sent a second time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from precall_cli.batch.service import TRIES, Broken, NotThere, Refused, Service, TooLarge, Unsure, gone
from precall_cli.records.json_text import Json
from precall_cli.store import Store, work
from precall_cli.store.work import Shard

MAX_REQUESTS = 5_000
MAX_BYTES = 32 * 1024 * 1024
"""Of one shard. The service takes 100,000 requests or 256 MB; smaller ones keep our memory small."""
MAX_ATTEMPTS = 3
"""So often a request is sent that expired or failed on their side."""
ROWS = 200
"""Results that are stored together."""


@dataclass(slots=True)
class Batches:
    """Requests on their way through the service."""

    store: Store
    service: Service
    max_requests: int = MAX_REQUESTS
    max_bytes: int = MAX_BYTES
    waiting: Callable[[int, int], None] = lambda shards, requests: None
    """Told, at each poll, how many shards and requests are out."""
    _open: list[tuple[str, str, str, Json]] = field(default_factory=list)
    _size: int = 0

    def add(self, custom_id: str, brief_digest: str, policy_digest: str, params: Json) -> None:
        """Puts a request into the shard under way; a full one is sent."""
        size = len(json.dumps(params, ensure_ascii=False).encode()) + len(custom_id) + 40
        if self._open and (len(self._open) >= self.max_requests or self._size + size > self.max_bytes):
            self.flush()
        self._open.append((custom_id, brief_digest, policy_digest, params))
        self._size += size

    def flush(self) -> None:
        """Sends the shard under way, if it holds anything."""
        requests, size = self._open, self._size
        self._open, self._size = [], 0
        if requests:
            self._send(requests, size)

    def _send(self, requests: list[tuple[str, str, str, Json]], size: int) -> None:
        attempts = [work.find_request(self.store, each[0]) for each in requests]
        tried = [found.attempts if found else 0 for found in attempts]
        named = " ".join(f"{each[0]}:{n}" for each, n in zip(requests, tried, strict=True))
        named += f" {work.count_shards(self.store)}"
        shard_id = "shard_" + hashlib.sha256(named.encode()).hexdigest()[:32]
        work.open_shard(self.store, shard_id, [each[:3] for each in requests], size)
        entries: list[Any] = [{"custom_id": each[0], "params": each[3]} for each in requests]
        try:
            batch_id = self._create(entries, Shard(shard_id, None, len(requests)))
        except TooLarge:
            work.return_requests(self.store, shard_id, "the shard was too large", untried=True)
            work.set_shard(self.store, shard_id, "lost")
            if len(requests) == 1:
                work.set_request(self.store, requests[0][0], "given_up", "the request is too large (413)")
                return
            half = len(requests) // 2
            self._send(requests[:half], size // 2)
            self._send(requests[half:], size - size // 2)
            return
        except Refused as error:
            work.return_requests(self.store, shard_id, "the service refused it", untried=True)
            work.set_shard(self.store, shard_id, "lost")
            raise error.as_unavailable() from None
        work.set_shard(self.store, shard_id, "sent", batch_id)

    def _create(self, entries: list[Any], shard: Shard) -> str:
        """The id of the batch made of a shard.

        Where the answer was lost the batch may exist all the same: it is looked for before another is made.
        """
        batches = self.service.client.messages.batches
        for number in range(TRIES):
            try:
                made = self.service.call(lambda: batches.create(requests=entries), unsure=True)
            except Unsure:
                self.service.sleep(self.service.pause(number))
                found = self._find_orphan(shard)
                if found is not None:
                    return found
            else:
                return str(made.id)
        raise gone("the connection failed")

    def recover(self) -> None:
        """Finds shards that were being sent when a run was killed; what was never sent may be sent again."""
        for shard in work.shards(self.store, "sending"):
            batch_id = self._find_orphan(shard)
            if batch_id is not None:
                work.set_shard(self.store, shard.shard_id, "sent", batch_id)
            else:
                work.return_requests(self.store, shard.shard_id, "never sent", untried=True)
                work.set_shard(self.store, shard.shard_id, "lost")

    def _find_orphan(self, shard: Shard) -> str | None:
        """The batch that holds a shard's requests: one that we do not know, of the same size."""
        known = work.known_batches(self.store)
        wanted = {each.custom_id for each in work.shard_requests(self.store, shard.shard_id, "sent")}
        try:
            page = self.service.call(lambda: self.service.client.messages.batches.list(limit=100))
        except (NotThere, Refused):
            return None
        for batch in page.data:
            counts = batch.request_counts
            total = counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
            if batch.id in known or total not in (0, shard.requests):
                continue
            if not self._wait_for(batch.id, shard.requests):
                continue
            first = next(self.service.results(batch.id), None)
            if first is not None and first[0] in wanted:
                return str(batch.id)
        return None

    def collect(self) -> None:
        """Waits for every shard that is out, and stores its results."""
        for shard in work.shards(self.store, "sent"):
            assert shard.batch_id is not None
            if self._wait_for(shard.batch_id, shard.requests):
                self._read(shard, shard.batch_id)
            else:
                work.return_requests(self.store, shard.shard_id, "the batch is gone")
            work.set_shard(self.store, shard.shard_id, "read")

    def _wait_for(self, batch_id: str, requests: int) -> bool:
        """Returns when a batch has ended; False when the service does not know it (any more)."""
        while True:
            try:
                found = self.service.call(lambda: self.service.client.messages.batches.retrieve(batch_id))
            except NotThere:
                return False
            except Refused as error:
                raise error.as_unavailable() from None
            if found.processing_status == "ended":
                return True
            self.waiting(len(work.shards(self.store, "sent")), requests)
            self.service.sleep(self.service.poll_s)

    def _read(self, shard: Shard, batch_id: str) -> None:
        """Stores each result once, whatever the order; what is missing goes back to be sent again."""
        for number in range(TRIES):
            rows: list[tuple[str, str, Json]] = []
            try:
                for row in self.service.results(batch_id):
                    rows.append(row)
                    if len(rows) == ROWS:
                        self._store(shard, rows)
                        rows = []
            except Broken:
                self._store(shard, rows)
                self.service.sleep(self.service.pause(number))
                continue
            self._store(shard, rows)
            break
        work.return_requests(self.store, shard.shard_id, "no result came for it")

    def _store(self, shard: Shard, rows: list[tuple[str, str, Json]]) -> None:
        with self.store.writing():
            for custom_id, kind, value in rows:
                request = work.find_request(self.store, custom_id)
                if request is None or request.state != "sent":
                    continue  # not ours, or told before
                if kind == "succeeded" and isinstance(value, dict):
                    work.keep_reply(self.store, custom_id, request.brief_digest, request.policy_digest, value)
                    work.set_request(self.store, custom_id, "answered")
                elif kind == "canceled":
                    work.set_request(self.store, custom_id, "given_up", "the batch was canceled")
                elif kind == "expired":
                    work.set_request(self.store, custom_id, "again", "the batch expired before it was done")
                elif kind == "errored" and value == "invalid_request_error":
                    work.set_request(
                        self.store, custom_id, "given_up", "the request was refused as malformed"
                    )
                else:
                    work.set_request(self.store, custom_id, "again", "the service failed on it")
