"""Lists planned by Claude, call by call and in message batches, over real HTTP, with what can go wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from precall_cli.batch.by_batches import BatchesEngine, run_by_batches
from precall_cli.batch.message_batches import Batches as Sender
from precall_cli.batch.replies import KeptEngine, ReplyBox
from precall_cli.batch.run import Pace, Run
from precall_cli.batch.service import Service, make_client
from precall_cli.batch.tally import Tally
from precall_cli.claude import ClaudePlanner
from precall_cli.errors import Unavailable
from precall_cli.records.record import parse_time
from precall_cli.store import Store, work
from tests.batch.lists import NOW, colleague, desk, document, entries, plans_in, playbook
from tests.claude.model import good_draft, plans
from tests.claude.server import Act, Batches, Server, error, message, then_reset

Json = Any


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-canary-1b2c")


def succeeded(custom_id: str, params: Json) -> Json:
    return {"type": "succeeded", "message": message(json.dumps(good_draft(params)))}


def errored(kind: str) -> Json:
    return {"type": "errored", "error": {"type": "error", "error": {"type": kind, "message": "no"}}}


def by_batches(
    db: Path,
    server: Server,
    rows: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    *,
    sleep: Callable[[float], None] = lambda seconds: None,
    **limits: int,
) -> Tally:
    """One run in this process; it waits for nothing."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    with Store.open(db) as store, make_client() as client:
        sender = Sender(store, Service(client, 0.0, sleep), **limits)
        engine = BatchesEngine(ClaudePlanner(), playbook(), parse_time(NOW), "claude", batches=sender)
        return run_by_batches(Run(store, desk(engine=engine)), entries(rows), sender)


def reasons(db: Path) -> Counter[str | None]:
    with Store.open(db, read_only=True) as store:
        return Counter(each.fallback_reason for each in store.list_plans(limit=None))


def test_results_in_any_order_make_the_plans_and_a_second_run_pays_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def arrange(found: list[Json]) -> list[Json]:
        strange = {"custom_id": "somebody-elses", "result": {"type": "expired"}}
        return [strange, *found[::-1], *found[:2]]

    rows = [document(n, ("cold_list", "inbound")[n % 2]) for n in range(7)]
    with Server(plans(), Batches(polls=2, result=succeeded, arrange=arrange)) as server:
        first = by_batches(tmp_path / "s.db", server, rows, monkeypatch, max_requests=3)
        assert [len(shard) for shard in server.batches.created] == [3, 3, 1]
        again = by_batches(tmp_path / "s.db", server, rows, monkeypatch)
        assert len(server.batches.created) == 3
    assert (first.planned, first.fell_back, again.planned, again.reused) == (7, 0, 0, 7)
    assert first.tokens > 0
    assert first.cost["USD"] > 0
    with Store.open(tmp_path / "s.db", read_only=True) as store:
        assert {plan.engine for plan in store.list_plans(limit=None)} == {"claude"}
        assert work.known_batches(store) == {f"msgbatch_{n:04d}" for n in range(3)}


def test_a_shard_is_also_cut_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(plans(), Batches(result=succeeded)) as server:
        by_batches(tmp_path / "s.db", server, [document(n) for n in range(4)], monkeypatch, max_bytes=30_000)
        sizes = [len(json.dumps(shard)) for shard in server.batches.created]
    assert len(sizes) > 1
    assert max(sizes) < 31_000


def test_what_expired_or_failed_is_sent_again_three_times_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def result(custom_id: str, params: Json) -> Json:
        who = next(n for n in range(6) if f'"Person {n}"' in params["messages"][0]["content"])
        sent = len(server.batches.created)
        return (
            succeeded(custom_id, params) if who == 0 or (who == 1 and sent > 1)
            else {"type": "expired"} if who in (1, 2)
            else errored("api_error") if who == 3
            else errored("invalid_request_error") if who == 4
            else {"type": "canceled"}
        )  # fmt: skip

    rows = [document(n) for n in range(6)]
    for number, row in enumerate(rows):
        row["contact"]["name"] = f"Person {number}"
    with Server(plans(), Batches(result=result)) as server:
        tally = by_batches(tmp_path / "s.db", server, rows, monkeypatch)
        assert [len(shard) for shard in server.batches.created] == [6, 3, 2]
    assert tally.planned == 6
    assert reasons(tmp_path / "s.db") == {
        None: 2,
        "claude: the batch expired before it was done": 1,
        "claude: the service failed on it": 1,
        "claude: the request was refused as malformed": 1,
        "claude: the batch was canceled": 1,
    }


def test_missing_results_and_results_that_break_off_are_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [document(n) for n in range(4)]
    dropped: list[int] = []

    def arrange(found: list[Json]) -> list[Json]:
        dropped.append(1)
        return found[1:] if len(dropped) == 1 else found

    with Server(plans(), Batches(result=succeeded, arrange=arrange)) as server:
        assert by_batches(tmp_path / "a.db", server, rows, monkeypatch).fell_back == 0
        assert [len(shard) for shard in server.batches.created] == [4, 1]
    with Server(plans(), Batches(result=succeeded, cut_bytes=9_000)) as server:
        tally = by_batches(tmp_path / "b.db", server, rows, monkeypatch)
        assert 1 < len(server.batches.created) <= 3
    assert tally.planned == 4


def test_a_shard_that_is_too_large_is_halved_and_a_key_that_is_refused_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small(Server):
        def _create(self, body: Json) -> Act:
            return error(413, "request_too_large") if len(body["requests"]) > 2 else super()._create(body)

    rows = [document(n) for n in range(5)]
    with Small(plans(), Batches(result=succeeded)) as server:
        assert by_batches(tmp_path / "a.db", server, rows, monkeypatch).planned == 5
        assert sorted(len(shard) for shard in server.batches.created) == [1, 2, 2]
    with Server(plans(), Batches(result=succeeded, refuse=error(401, "authentication_error"))) as server:
        with pytest.raises(Unavailable, match="401") as caught:
            by_batches(tmp_path / "b.db", server, rows, monkeypatch)
        assert "canary" not in str(caught.value)
        assert plans_in(tmp_path / "b.db") == {}
        server.batches.refuse = None
        assert by_batches(tmp_path / "b.db", server, rows, monkeypatch).planned == 5
        assert len(server.batches.created) == 1


class Killed(BaseException):
    """What a kill is within this process: nothing of ours catches it."""


class Deaf(Server):
    """Takes batches, and loses its first answers."""

    losses = 1

    def _create(self, body: Json) -> Act:
        act = super()._create(body)
        self.losses -= 1
        return then_reset() if self.losses >= 0 else act


def test_a_batch_whose_creation_was_never_confirmed_is_found_and_not_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Deaf(plans(), Batches(polls=3, result=succeeded)) as server:
        tally = by_batches(tmp_path / "s.db", server, [document(n) for n in range(3)], monkeypatch)
        assert [len(shard) for shard in server.batches.created] == [3]
    assert (tally.planned, tally.fell_back) == (3, 0)


@pytest.mark.parametrize("pauses", [1, 2, 4])
def test_a_run_killed_while_sending_or_waiting_finds_its_batch_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: int
) -> None:
    left = [None] * pauses

    def sleep(seconds: float) -> None:
        left.pop()
        if not left:
            raise Killed

    rows = [document(n) for n in range(3)]
    with Deaf(plans(), Batches(polls=3, result=succeeded)) as server:
        with pytest.raises(Killed):
            by_batches(tmp_path / "s.db", server, rows, monkeypatch, sleep=sleep)
        assert plans_in(tmp_path / "s.db") == {}
        assert by_batches(tmp_path / "s.db", server, rows, monkeypatch).planned == 3
        assert len(server.batches.created) == 1
    assert reasons(tmp_path / "s.db") == {None: 3}


def test_a_reply_is_kept_before_it_is_a_plan_so_that_a_kill_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Short(Pace):
        """Ends the run before the third call."""

        left = 2

        def wait(self) -> None:
            if self.left == 0:
                raise Killed
            self.left -= 1

    rows = [document(n) for n in range(5)]
    db = tmp_path / "s.db"
    with Server(plans()) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        box = ReplyBox(db, "record")
        engine = KeptEngine(
            ClaudePlanner(cassettes=cast(Any, box)), playbook(), parse_time(NOW), "claude", 60_000, box=box
        )
        with Store.open(db) as store:
            with pytest.raises(Killed):
                Run(store, desk(engine=engine), 1, Short(None)).over(entries(rows))
            assert plans_in(db) == {}
            assert store._database.number("SELECT count(*) FROM model_replies") == 2
            assert Run(store, desk(engine=engine), 4).over(entries(rows)).planned == 5
            assert store._database.number("SELECT count(*) FROM model_replies") == 0
        assert len(server.messages) == 5
    assert reasons(db) == {None: 5}


def test_nobody_pays_for_a_plan_that_the_account_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [colleague(1, "Sarah Lin"), colleague(2, "Omar Diaz")]
    with Server(plans(), Batches(result=succeeded)) as server:
        tally = by_batches(tmp_path / "s.db", server, rows, monkeypatch)
        assert [len(shard) for shard in server.batches.created] == [1]
    assert (tally.planned, dict(tally.refused)) == (1, {"ACCOUNT_OBJECTIVE_HELD": 1})
