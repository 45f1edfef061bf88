"""Workers on other machines: a dask.distributed scheduler hands the chunks out.

What is sent is pickled: connect only to a scheduler that you trust, over loopback or `tls://`. Workers write
nothing; their results come back here, to the one who writes. dask runs a task at least once: where a worker
dies, another does its chunk again, and one result is taken.
"""

from __future__ import annotations

import logging
import re
import socket
import time
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from precall_cli.errors import BadInput, Unavailable
from precall_cli.pairs.chunks import Chunk, EngineFacts, Mismatch, audit_chunk_as, engine_facts

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 3.0
"""Seconds after which a scheduler counts as not there."""
PATIENCE_S = 60.0
"""Seconds to wait for a worker where none is left."""
RETRIES = 2
"""Times that a chunk is given out again after an error in a worker."""
_LOOK_S = 2.0
_INSTALL = "pip install 'precall-cli[dask]'"


class Cluster:
    """All workers of a scheduler. Raises Unavailable where it, or what it has, cannot be used."""

    chunk_rows = 100

    def __init__(
        self, address: str, name: str, facts: EngineFacts, *, patience_s: float = PATIENCE_S
    ) -> None:
        self.address = address
        self._name = name
        self._facts = facts
        self._patience_s = patience_s
        self._client: Client | None = None
        self._executor: Any = None

    def __enter__(self) -> Self:
        # Its own words about lost connections would stand between ours.
        for logger in ("distributed", "tornado.application"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        self._client = _connect(self.address)
        try:
            self._await_workers()
            self._check_workers()
            self._executor = self._client.get_executor(pure=False, retries=RETRIES)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor is not None:
            with suppress(Exception):  # whatever state the scheduler is in: nothing of ours is left there
                self._executor.shutdown(wait=False)
        self._close()

    def width(self) -> int:
        """Two for each thread that is there now; workers may come and go."""
        return 2 * max(1, sum(self._threads().values())) + 1

    def submit(self, chunk: Chunk) -> Future[list[bytes]]:
        """Gives a chunk to the scheduler."""
        try:
            future: Future[list[bytes]] = self._executor.submit(
                audit_chunk_as, self._facts, chunk, self._name
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise self._lost(str(error)) from None
        return future

    def wait(self, future: Future[list[bytes]]) -> list[bytes]:
        """The result. Raises Unavailable when scheduler or workers are gone, or are not as we are."""
        from distributed import KilledWorker

        alone_since: float | None = None
        while True:
            try:
                found: list[bytes] | Mismatch = future.result(timeout=_LOOK_S)
            except TimeoutError:
                if future.done():  # the work itself ran into one
                    raise self._lost("a worker waited in vain") from None
                now = time.monotonic()
                alone_since = None if self._threads() else alone_since or now
                if alone_since is not None and now - alone_since > self._patience_s:
                    raise self._lost(f"no worker for {self._patience_s:g} s") from None
                continue
            except CancelledError:
                raise self._lost("the connection was lost") from None
            except KilledWorker as error:
                raise self._lost(f"several workers died of the same lines: {error}") from None
            except ModuleNotFoundError as error:
                raise self._unlike(f"a worker has no {error.name}") from None
            if isinstance(found, Mismatch):
                difference = self._facts.difference(found.facts)
                raise self._unlike(f"the worker on {found.host} has {difference}")
            return found

    def _threads(self) -> dict[str, int]:
        """Threads by worker, as the scheduler last said."""
        assert self._client is not None
        workers = self._client.scheduler_info(n_workers=-1).get("workers", {})
        return {str(address): int(worker["nthreads"]) for address, worker in workers.items()}

    def _await_workers(self) -> None:
        assert self._client is not None
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError:
            raise Unavailable(
                "the scheduler has no worker",
                place=self.address,
                hint=f"Start some: OPENBLAS_NUM_THREADS=1 dask worker {self.address} --nthreads 1",
            ) from None

    def _check_workers(self) -> None:
        assert self._client is not None
        found = self._client.run(engine_facts, on_error="return")
        for address, facts in sorted(found.items()):
            if isinstance(facts, ModuleNotFoundError):
                raise self._unlike(f"the worker {address} has no {facts.name}")
            if not isinstance(facts, EngineFacts):
                raise self._unlike(f"the worker {address} cannot load precall: {facts}")
            if difference := self._facts.difference(facts):
                raise self._unlike(f"the worker {address} has {difference}")

    def _unlike(self, problem: str) -> Unavailable:
        hint = "Install the same precall, on the same Python, on every worker."
        return Unavailable(problem, place=self.address, hint=hint)

    def _lost(self, problem: str) -> Unavailable:
        hint = "Run the same command again when the scheduler is back: it does only the rest."
        return Unavailable(problem, place=self.address, hint=hint)

    def _close(self) -> None:
        if self._client is not None:
            with suppress(Exception):
                self._client.close(timeout=CONNECT_S)


def check_address(address: str) -> None:
    """Raises BadInput for what is no address, Unavailable where nothing listens; loads nothing."""
    found = re.fullmatch(r"(?:(?:tcp|tls)://)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})", address)
    if not found or not 0 < int(found[2]) < 65536:
        raise BadInput(
            "is no address of a scheduler", place=address[:200], hint="Write it like tcp://127.0.0.1:8786."
        )
    try:
        socket.create_connection((found[1].strip("[]"), int(found[2])), timeout=CONNECT_S).close()
    except (OSError, UnicodeError) as error:  # a name that cannot be a host is the latter
        raise _silent(address, getattr(error, "strerror", None) or str(error)) from None


def _silent(address: str, why: str) -> Unavailable:
    return Unavailable(
        f"no scheduler answers: {why}",
        place=address,
        hint="Start one: dask scheduler --host 127.0.0.1 --port 8786",
    )


def _connect(address: str) -> Client:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise Unavailable(
            f"needs {error.name}", place="--scheduler", hint=f"Install it: {_INSTALL}"
        ) from None
    dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_S:g}s"})
    try:
        return Client(address, set_as_default=False, timeout=CONNECT_S)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise _silent(address, str(error) or "what listens there is something else") from None
