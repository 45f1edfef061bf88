"""The reviewer's screen, driven by its own keys."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from precall_cli.cli.reviewed import Drawn, next_call
from precall_cli.records.review import Review
from precall_cli.store import Store
from tests.rates.large_store import copy_store

pytest.importorskip("textual")
NOW = datetime(2026, 6, 20, 10, tzinfo=UTC)


def drive(db: Path, *keys: str) -> tuple[str, list[Review]]:
    """Presses keys; gives the call that is open then, and all decisions."""
    from precall_cli.cli.screens.review import ReviewApp

    async def run() -> str:
        screen = ReviewApp(db, Drawn("sam"), NOW)
        async with screen.run_test(size=(100, 40)) as pilot:
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
            return screen.case.audit.call_id if screen.case else ""

    open_call = asyncio.run(run())
    with Store.open(db, read_only=True) as store:
        return open_call, [review for _, _, review in store.load_reviews()]


def first_call(db: Path) -> str:
    with Store.open(db, read_only=True) as store:
        return next_call(store, Drawn("sam"))[0].call_id


def test_one_key_confirms_or_skips_the_call_and_opens_the_next(tmp_path: Path) -> None:
    db = copy_store(tmp_path / "p.db")
    first = first_call(db)
    second, reviews = drive(db, "c")
    assert [(r.call_id, r.decision, r.item, r.who) for r in reviews] == [(first, "confirm", None, "sam")]
    assert second == first_call(db) != first
    third, reviews = drive(db, "s")
    assert (reviews[-1].call_id, reviews[-1].decision) == (second, "skip")
    assert third not in (first, second)


def test_an_overturn_asks_for_status_cause_and_reason_and_is_sealed(tmp_path: Path) -> None:
    db = copy_store(tmp_path / "p.db")
    first = first_call(db)
    still, reviews = drive(db, "j", "o", "enter", "down", "down", "enter", *"cut", "enter", "c")
    assert still == first
    overturned, confirmed = reviews
    assert (overturned.decision, overturned.item, overturned.reason) == ("overturn", "objective", "cut")
    assert overturned.cause == "recogniser"
    assert overturned.status is not None or overturned.type is None
    assert (confirmed.decision, confirmed.item) == ("confirm", "opening")


def test_escape_leaves_without_a_decision_and_the_call_itself_cannot_be_overturned(tmp_path: Path) -> None:
    db = copy_store(tmp_path / "p.db")
    _, reviews = drive(db, "o", "j", "d", "escape", "n")
    assert reviews == []
    _, reviews = drive(db, "d", *"other", "enter")
    assert [(r.decision, r.item, r.reason) for r in reviews] == [("dispute", None, "other")]


def test_words_from_outside_are_shown_and_do_nothing(tmp_path: Path) -> None:
    """Markup in a turn is text; an escape sequence is shown as one."""
    from precall_cli.cli.screens.review import ReviewApp

    db = copy_store(tmp_path / "p.db")
    call_id = first_call(db)
    with Store.open(db) as store:
        words = store.load_transcript(call_id)
        hostile = words.turns[0].model_copy(update={"text": "[/nope] [link=x]y[/link] \x1b]0;z\x07 [red]"})
        changed = words.model_copy(update={"turns": (hostile, *words.turns[1:])})
        store.save_transcript(changed, now=NOW)

    async def run() -> str:
        screen = ReviewApp(db, Drawn("sam"), NOW)
        async with screen.run_test(size=(100, 40)) as pilot:
            await pilot.pause()
            return screen.export_screenshot()

    shown = asyncio.run(run()).replace("&#160;", " ")
    assert "[/nope]" in shown
    assert "\\x1b]0;z\\x07" in shown
