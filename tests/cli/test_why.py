"""`precall why`, line by line of what it promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from precall_cli.audit.due import find_known
from precall_cli.cli.app import app
from precall_cli.store import Store
from tests.review.decided import copy_decided


@pytest.fixture
def call(tmp_path: Path) -> tuple[Path, str]:
    return tmp_path / "p.db", copy_decided(tmp_path / "p.db")["dormant-discount"]


def why(call: tuple[Path, str], *args: str) -> str:
    done = CliRunner().invoke(app, ["why", call[1], *args, "--db", str(call[0])], env={"COLUMNS": "100"})
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def document(call: tuple[Path, str], *args: str) -> Any:
    return json.loads(CliRunner().invoke(app, ["why", call[1], *args, "--db", str(call[0]), "--json"]).output)


def test_words_lead_to_the_item_its_facts_with_source_and_age_the_rule_and_the_planner(
    call: tuple[Path, str],
) -> None:
    text = why(call, "too expensive")
    assert "#10 contact “" in text
    assert "objection o1 It costs too much" in text
    assert (
        "because /prior_calls/0/objections/0 = price (source Colette Marchand, call call_0877; 301 days"
        in text
    )
    assert "rejected start_small: " in text
    assert "due once the contact raises it, and only then" in text
    assert "policy dormant sha256:" in text
    assert "planner offline" in text
    (answer, *_) = document(call, "too expensive")
    (source, _) = answer["items"][0]["sources"]
    assert (source["source"], source["age"]) == ("Colette Marchand, call call_0877", "301 days earlier")


def test_an_item_that_never_came_up_says_why_not_and_when_it_was_due(call: tuple[Path, str]) -> None:
    text = why(call, "--item", "n3")
    assert "never came up in the call" in text
    assert "due rung 3 of 3: once n2 is not accepted; that was accepted at #" in text
    assert "audit a higher rung was accepted" in text


def test_a_question_says_its_place_in_the_order_of_the_call(call: tuple[Path, str]) -> None:
    with Store.open(call[0], read_only=True) as store:
        turns = {item.item: item.turns[0] for item in store.load_audit(call[1]).items if item.turns}
        last = store.load_transcript(call[1]).turns[-1].i
    text = why(call, "--item", "q3")
    wanted = (
        f"due question 3 of 4, in the plan's order; after q2 (#{turns['q2']}), before q4 (#{turns['q4']})"
    )
    assert f"{wanted}; the call went on to #{last}" in text


def test_words_that_no_item_asked_for_get_the_nearest_and_what_was_known(call: tuple[Path, str]) -> None:
    with Store.open(call[0], read_only=True) as store:
        audit, words = store.load_audit(call[1]), store.load_transcript(call[1])
    proofs = {turn for item in audit.items for turn in item.turns}
    free = next(turn.i for turn in words.turns if turn.i not in proofs and "contract" in turn.text.lower())
    text = why(call, "--turn", str(free))
    assert "nothing in the plan asked for this" in text
    assert "known /prior_calls/0/facts/0 = topic contract_end, value the end of March 2027" in text
    assert "(source Colette Marchand, call call_0877; 301 days earlier)" in text
    nowhere = why(call, "zebra crossings")
    assert "nobody said “zebra crossings” nothing in the plan asked for this" in nowhere
    assert "the brief knew nothing of it" in nowhere


def test_what_a_brief_knows_is_found_by_its_topic_and_not_in_its_permissions() -> None:
    brief = {
        "schema": "precall.brief/1",
        "dnc": {"listed": False, "registry": "budget"},
        "engaged_contacts": [{"facts": [{"topic": "budget", "value": "40k", "told_at": "x"}]}],
        "account": {"employees": 38, "name": "Budgetary"},
    }
    assert find_known(brief, "What budget is there?") == ("/account/name", "/engaged_contacts/0/facts/0")
    assert find_known(brief, "and so on") == ()
