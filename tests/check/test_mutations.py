"""Planted changes are reported as broke, with the right item and cause; unrelated ones as nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workshop import Workshop, open_workshop

CLINIC, BUDGET, DISCOUNT, LISTED = (
    "inbound-clinic-form",
    "intent_event-known-budget",
    "dormant-discount",
    "cold_list-dnc-listed",
)
Plant = Callable[[Workshop], None]


def without_entry(key: str, section: str = "questions") -> Plant:
    """Takes one entry out of the playbook."""

    def plant(shop: Workshop) -> None:
        path = shop.root / "playbook.toml"
        text = path.read_text(encoding="utf-8")
        found = re.search(
            rf"^\[\[{section}\]\]\n{key}\n(?:(?!^\[\[{section}\]\]|^\[).*\n)*", text, re.MULTILINE
        )
        assert found, key
        path.write_text(text[: found.start()] + text[found.end() :], encoding="utf-8")

    return plant


def edited(name: str, old: str, new: str, count: int = 1) -> Plant:
    return lambda shop: shop.edit(name, old, new, count)


def policy(agent: str, text: str) -> Plant:
    return lambda shop: shop.write(f"policies/{agent}.toml", f'agent = "{agent}"\n{text}\n')


def brief(case: str, change: Callable[[Any], None]) -> Plant:
    return lambda shop: shop.change(f"cases/{case}/brief.json", change)


def turn(case: str, number: int, text: str) -> Plant:
    def change(document: Any) -> None:
        document["turns"][number]["text"] = text

    return lambda shop: shop.change(f"cases/{case}/transcript.json", change)


def blessed(change: Callable[[Any], None]) -> Plant:
    return lambda shop: shop.change("cases/baseline.json", change)


def swap_rungs(shop: Workshop) -> None:
    """The first rung of the ladder and the short call change places."""
    path = shop.root / "playbook.toml"
    text = path.read_text(encoding="utf-8")
    rungs = re.findall(r"^\[\[ladders\.rungs\]\]\n(?:(?!\[).*\n)*", text, re.MULTILINE)
    first = next(rung for rung in rungs if 'id = "meeting_with_days"' in rung)
    other = next(rung for rung in rungs if 'id = "short_call"' in rung)
    text = text.replace(first, "@", 1).replace(other, first, 1).replace("@", other, 1)
    path.write_text(text, encoding="utf-8")


def set_at(*path: Any) -> Callable[[Any], None]:
    *steps, last, value = path

    def change(document: Any) -> None:
        for step in steps:
            document = document[step]
        document[last] = value

    return change


def drop(*path: Any) -> Callable[[Any], None]:
    *steps, last = path

    def change(document: Any) -> None:
        for step in steps:
            document = document[step]
        del document[last]

    return change


def says(case: str, key: str, field: str, value: str, **grounds: str) -> Callable[[Any], None]:
    """Another text in the baseline, as if today's code had changed it; `grounds` as they were then."""

    def change(document: Any) -> None:
        blessed_case = document["cases"][case]
        item = next(item for item in blessed_case["items"] if item["key"] == key)
        item["says"][field] = value
        blessed_case["grounds"] |= grounds

    return change


PLANTED: list[tuple[str, str, Plant, str, str | None, str]] = [
    # what, case, how, check, item, cause
    (
        "a dropped question",
        BUDGET,
        edited("playbook.toml", '"calls_today", ', "", -1),
        "plan",
        "qualification/calls_today",
        "playbook",
    ),
    (
        "a reworded question",
        BUDGET,
        edited("playbook.toml", "How high is {intent} on", "How urgent is {intent} on"),
        "plan",
        "qualification/intent",
        "playbook",
    ),
    (
        "a cue less",
        BUDGET,
        edited("playbook.toml", '"is it a priority", ', ""),
        "plan",
        "qualification/intent",
        "playbook",
    ),
    ("a swapped rung", BUDGET, swap_rungs, "plan", "order/next_step", "playbook"),
    (
        "a lost stop",
        CLINIC,
        without_entry('id = "wants_a_person"', "stops"),
        "plan",
        "stop/wants_a_person",
        "playbook",
    ),
    (
        "a renamed seller",
        CLINIC,
        edited("playbook.toml", 'company = "Northwind"', 'company = "Southwind"'),
        "plan",
        "opening",
        "playbook",
    ),
    (
        "a question less by policy",
        BUDGET,
        policy("intent_event", "[limits]\nquestions = 4"),
        "plan",
        "qualification/current_tool",
        "policy",
    ),
    (
        "an objection less",
        BUDGET,
        policy("intent_event", "[limits]\nobjections = 3"),
        "plan",
        "objection/effort",
        "policy",
    ),
    (
        "a rung less",
        BUDGET,
        policy("intent_event", "[limits]\nnext_steps = 2"),
        "plan",
        "next_step/meeting_short_call",
        "policy",
    ),
    (
        "a lost disclosure",
        BUDGET,
        policy("intent_event", '[disclosures]\nrecording = "off"'),
        "plan",
        "disclosure/recording",
        "policy",
    ),
    (
        "what colleagues said, lost",
        BUDGET,
        brief(BUDGET, drop("engaged_contacts")),
        "plan",
        "known/budget",
        "brief",
    ),
    (
        "planning switched off",
        BUDGET,
        policy("intent_event", "enabled = false"),
        "plan",
        "qualification/intent",
        "policy",
    ),
    (
        "another depth",
        BUDGET,
        policy("intent_event", '[planning]\ndepth = "trivial"'),
        "plan",
        None,
        "policy",
    ),
    (
        "an altered weight",
        DISCOUNT,
        policy("dormant", "[audit.weights]\nobjection = 5"),
        "scores",
        None,
        "policy",
    ),
    (
        "another threshold",
        DISCOUNT,
        policy("dormant", "[audit]\nreview_above = 0.0"),
        "audit",
        None,
        "policy",
    ),
    ("a listed number", CLINIC, brief(CLINIC, set_at("dnc", "listed", True)), "gate", None, "brief"),
    (
        "a number that is free again",
        LISTED,
        brief(LISTED, set_at("dnc", "listed", False)),
        "gate",
        None,
        "brief",
    ),
    (
        "another zone",
        CLINIC,
        brief(CLINIC, set_at("contact", "timezone", "Pacific/Auckland")),
        "gate",
        None,
        "brief",
    ),
    (
        "another name",
        CLINIC,
        brief(CLINIC, set_at("contact", "name", "Marisa Trevino")),
        "plan",
        "opening",
        "brief",
    ),
    (
        "another topic",
        BUDGET,
        brief(BUDGET, set_at("intent_signals", 0, "topic", "branch telephony")),
        "plan",
        "qualification/intent",
        "brief",
    ),
    ("nobody to meet", BUDGET, brief(BUDGET, drop("ae")), "plan", "objective", "brief"),
    (
        "a colleague's answer corrected",
        BUDGET,
        brief(BUDGET, set_at("engaged_contacts", 0, "facts", 1, "value", "20,000 dollars")),
        "plan",
        "known/budget",
        "brief",
    ),
    (
        "a disclosure not said",
        CLINIC,
        turn(CLINIC, 0, "Hi, is that Marisol? Ava, Northwind. You had just asked about after-hours routing."),
        "audit",
        "disclosure/ai",
        "transcript",
    ),
    (
        "a yes become a no",
        CLINIC,
        turn(CLINIC, 13, "No, we are not going to do that, sorry."),
        "audit",
        "next_step/meeting_meeting_with_days",
        "transcript",
    ),
    (
        "a question not put",
        CLINIC,
        turn(CLINIC, 6, "Right, so it all hangs on the one cell."),
        "audit",
        "qualification/team_size",
        "transcript",
    ),
    ("a log lost", BUDGET, lambda shop: (shop.cases / BUDGET / "log.json").unlink(), "audit", None, "log"),
    (
        "a layer reworded",
        CLINIC,
        edited("layers/l1_platform.toml", "instructions = [", 'instructions = [\n  "Be brief.",'),
        "instructions",
        "L1",
        "layers",
    ),
    (
        "another moment",
        CLINIC,
        edited(f"cases/{CLINIC}/expect.toml", "2026-11-17T16:02:30Z", "2026-11-17T09:02:30Z"),
        "gate",
        None,
        "case",
    ),
    (
        "code that changed a text",
        CLINIC,
        blessed(says(CLINIC, "opening", "line", "Hello.")),
        "plan",
        "opening",
        "engine",
    ),
    (
        "a prompt edit",
        CLINIC,
        blessed(says(CLINIC, "opening", "line", "Hello.", prompt="prompt 0")),
        "plan",
        "opening",
        "prompt",
    ),
    (
        "a new planner",
        CLINIC,
        blessed(says(CLINIC, "opening", "line", "Hello.", engine="offline offline/0")),
        "plan",
        "opening",
        "engine",
    ),
    (
        "a new version",
        CLINIC,
        blessed(says(CLINIC, "opening", "line", "Hello.", version="0.0.9")),
        "plan",
        "opening",
        "version",
    ),
]


@pytest.mark.parametrize(
    ("what", "case", "plant", "check", "item", "cause"), PLANTED, ids=[row[0] for row in PLANTED]
)
def test_a_planted_change_is_reported_with_item_and_cause(
    tmp_path: Path, what: str, case: str, plant: Plant, check: str, item: str | None, cause: str
) -> None:
    shop = open_workshop(tmp_path)
    plant(shop)
    report = shop.check(case)
    assert report.failed
    about = [f for f in report.findings if f.check == check and (item is None or f.item == item)]
    assert about, [(f.check, f.change, f.item, f.causes) for f in report.findings]
    assert {f.change for f in about} <= {"broke", "gone"}
    assert about[0].causes[0] == cause
    others = {f.causes[0] for f in report.findings if f.causes}
    assert others <= {cause, "policy"} if check == "audit" else others == {cause}
    assert about[0].file
    assert (tmp_path / "shop" / about[0].file).exists() or Path(about[0].file).exists()


def test_a_case_that_is_gone_counts_as_broke(tmp_path: Path) -> None:
    shop = open_workshop(tmp_path)
    shutil.rmtree(shop.cases / LISTED)
    report = shop.check()
    assert [(f.case, f.change) for f in report.findings] == [(LISTED, "gone")]
    assert report.failed


UNRELATED: list[tuple[str, Plant]] = [
    ("a comment in the playbook", edited("playbook.toml", "# The playbook:", "# Our playbook:")),
    (
        "an entry that no case uses",
        edited(
            "playbook.toml",
            'question = "Are calls answered in one place',
            'question = "Are calls taken in one place',
        ),
    ),
    ("a policy's title", policy("inbound", 'title = "First callers"')),
    ("another agent's limits", policy("concierge", "[limits]\nnext_steps = 1")),
    ("a brief written another way", brief(CLINIC, lambda document: None)),
    ("a fact that nothing cites", brief(CLINIC, set_at("account", "domain", "elsewhere.example"))),
    ("the story of a case", edited(f"cases/{CLINIC}/expect.toml", "A clinic asks", "A practice asks")),
]


@pytest.mark.parametrize(("what", "plant"), UNRELATED, ids=[row[0] for row in UNRELATED])
def test_an_unrelated_edit_is_reported_as_nothing(tmp_path: Path, what: str, plant: Plant) -> None:
    shop = open_workshop(tmp_path)
    plant(shop)
    report = shop.check(CLINIC, BUDGET)
    assert [(f.check, f.item, f.change) for f in report.findings] == []
    assert not report.failed
