"""The store against a plain model of it, through any order of saving, erasing, copying and damage."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

sys.path.append(str(Path(__file__).parent.parent / "store"))

from store_samples import (
    NOW,
    make_audit,
    make_brief,
    make_outcome,
    make_plan,
    make_policy,
    make_transcript,
    tamper,
)

from precall_cli.errors import BadInput
from precall_cli.store import Store, migrate_store
from precall_cli.store.erasing import Wanted, erase_words

NUMBERS = st.integers(1, 4)
LARGE = int(os.environ.get("PRECALL_FUZZ", "1"))


class StoreMachine(RuleBasedStateMachine):
    """What was saved is there, once; what was erased is without words; what was edited is named."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "p.db"
        self.saved: set[tuple[str, int]] = set()
        self.erased: set[int] = set()
        self.moods: dict[int, str] = {}
        self.erasures = 0
        self.clock = 0
        self.edited = False
        with Store.open(self.path):
            pass

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def now(self) -> datetime:
        self.clock += 1
        return NOW + timedelta(seconds=self.clock)

    @rule(number=NUMBERS)
    def save_plan(self, number: int) -> None:
        with Store.open(self.path) as store:
            try:
                done = store.save_plan(make_plan(number), make_brief(number), make_policy(), now=self.now())
            except BadInput as error:
                assert number in self.erased, error
                return
        assert done.new == (("plan", number) not in self.saved)
        self.saved.add(("plan", number))

    @rule(number=NUMBERS)
    def save_call(self, number: int) -> None:
        with Store.open(self.path) as store, store.writing():
            store.save_transcript(make_transcript(number), now=self.now())
            done = store.save_audit(make_audit(number), now=self.now())
        assert done.new == (("audit", number) not in self.saved)
        self.saved |= {("transcript", number), ("audit", number)}

    @rule(number=NUMBERS, mood=st.sampled_from(["calm", "cross", "busy"]))
    def save_outcome(self, number: int, mood: str) -> None:
        with Store.open(self.path) as store:
            store.save_outcome(make_outcome(number, mood=mood), now=self.now())
        self.saved.add((f"outcome {mood}", number))

    @rule(number=NUMBERS)
    def break_off(self, number: int) -> None:
        try:
            with Store.open(self.path) as store, store.writing():
                store.save_outcome(make_outcome(number, lost="yes"), now=self.now())
                raise KeyError
        except KeyError:
            pass

    @precondition(lambda self: not self.edited)
    @rule(number=NUMBERS)
    def erase(self, number: int) -> None:
        with Store.open(self.path) as store:
            done = erase_words(store, Wanted(f"con_{number}", None, "a", "b"), now=self.now())
        if ("plan", number) in self.saved:
            self.erased.add(number)
        self.erasures += bool(done.records)

    @rule()
    def migrate(self) -> None:
        assert migrate_store(self.path, now=self.now()).applied == ()

    @rule()
    def copy(self) -> None:
        to = self.folder / "copy.db"
        to.unlink(missing_ok=True)
        with Store.open(self.path, read_only=True) as store:
            store.backup(to)
        with Store.open(to, read_only=True) as copied, Store.open(self.path, read_only=True) as store:
            assert copied.info().head_hash == store.info().head_hash

    @precondition(lambda self: any(kind == "audit" for kind, _ in self.saved))
    @rule()
    def edit(self) -> None:
        tamper(
            self.path, "UPDATE audits SET audit_json = replace(audit_json, 'precall:test', 'precall:best')"
        )
        self.edited = True

    @invariant()
    def holds(self) -> None:
        with Store.inspect(self.path) as store:
            found = store.verify()
            assert found.ok == (not self.edited), found.faults
            rows = store.info().rows
            for kind in ("plan", "transcript", "audit"):
                assert rows[kind] == sum(each == kind for each, _ in self.saved)
            assert rows["outcome"] == sum(each.startswith("outcome") for each, _ in self.saved)
            assert rows["erasure"] == self.erasures


StoreMachine.TestCase.settings = settings(
    max_examples=8 * LARGE,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStore = StoreMachine.TestCase
