"""The page of an audit: whole in itself, linked both ways, the terminal's numbers, and outside text inert."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.records.audit import Audit
from precall_cli.records.plan import CallPlan
from precall_cli.report.audit_text import render_audit
from precall_cli.report.audit_view import Heading
from precall_cli.report.facts import Facts
from precall_cli.report.html.audit_page import render_audit_page
from precall_cli.report.html.index_page import IndexRow, render_index_page
from precall_cli.report.html.timeline import lay_out
from tests.report.audited_calls import AUDIT, BRIEF, PLAN, SAID, audit, plan, transcript
from tests.report.page_reader import Page, read_page

HEADING = Heading("pln_5b1c (inbound)", ("precall why call_700 --turn 2",), ("No store has sealed it.",))
FACTS = Facts(BRIEF, datetime(2026, 11, 3, 9, tzinfo=UTC))
EVIL = (
    "</script><script>window.pwned = 1</script>",
    '" onmouseover="window.pwned=1',
    "<img src=x onerror=window.pwned=1>",
    "javascript:window.pwned=1",
    "{{ 7 * 7 }} {% raw %}",
    "</style></title><!-- ",
    "\x1b]52;c;aGk=\x07\x9b31m",
    "abc\u202egnp.exe\u2066\u200b\U000e0041",
    "&lt;b&gt; & <b>",
)


def page(**changes: Any) -> Page:
    return read_page(render_audit_page(plan(), transcript(), audit(**changes), HEADING, FACTS))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_page_shows_the_numbers_of_the_terminal() -> None:
    shown = squeezed(page().text)
    terminal = squeezed(
        " ".join(line.plain for line in render_audit(plan(), transcript(), audit(), HEADING, 400))
    )
    assert "adherence 5/8 due 62 %, 1 uncertain" in terminal
    assert "62 % 5/8 due, 1 uncertain" in shown
    assert "outcome objective pursued, rung 2 of 2 accepted" in terminal
    assert "Outcome pursued book meeting · rung 2 of 2 accepted" in shown
    assert "compliance breached" in terminal and "Compliance breached 1 critical deviation" in shown
    tally = "3 deviations, 1 logged by the agent, 2 silent · 1 the plan did not foresee · 1 log entry"
    assert tally in terminal and tally in shown
    assert (signature := re.search(r"audit sig (\w+)", terminal)) and signature[1] in shown
    for note in ("No store has sealed it.", "Turns have no times."):
        assert note in terminal and note in shown


def test_evidence_is_linked_both_ways() -> None:
    shown = page()
    anchors = {"q 3": "item.5"}
    for entry in AUDIT["items"]:
        anchor = anchors.get(entry["item"], f"item-{entry['item']}")
        assert {f"turn-{turn}" for turn in entry["turns"]} <= shown.links_in(anchor)
        for turn in entry["turns"]:
            assert anchor in shown.links_in(f"turn-{turn}")
        if "quote" in entry:
            assert entry["quote"] in [mark.text for mark in shown.by_tag("mark")]
            assert entry["quote"] in [quote.text for quote in shown.by_tag("q")]


def test_every_turn_and_every_item_stands_on_it_in_full() -> None:
    shown = page()
    for number, (speaker, said) in enumerate(SAID):
        turn = shown.by_id(f"turn-{number}")
        assert said in turn.text and speaker in turn.text
    for section in ("qualification", "next_steps", "stop_conditions", "objections", "disclosures"):
        for entry in PLAN[section]:
            words = next(
                entry[key] for key in ("question", "step", "condition", "objection", "text") if key in entry
            )
            assert words in shown.text
    assert "58 % sure" in squeezed(shown.by_id("item.5").text)
    assert "/account/employees 41" in squeezed(shown.by_id("item-q1").text)
    assert "form_submit" in shown.text and "5 minutes earlier" in shown.text


def test_without_a_brief_the_facts_are_named() -> None:
    shown = read_page(render_audit_page(plan(), transcript(), audit(), HEADING))
    assert "/account/employees" in shown.by_id("item-q1").text and "not at hand" in shown.text


def test_a_call_without_a_word() -> None:
    items = [e | {"status": "not_reached", "turns": []} for e in AUDIT["items"]]
    items = [{k: v for k, v in e.items() if not k.startswith("quote")} for e in items]
    nothing = AUDIT["scores"] | {"adherence": None, "deviation_rate": None, "applicable": 0, "deviated": 0}
    empty = audit(items=items, deviations=[], scores=nothing, verdict="pass", compliance="clean")
    shown = read_page(render_audit_page(plan(), transcript(()), empty, HEADING, FACTS))
    assert "none due" in shown.text and "Nothing was said" in shown.text and not shown.by_tag("svg")


def spoiled(value: Any, text: str) -> Any:
    """A record with `text` after every free text in it."""
    fixed = ("schema", "kind", "type", "status", "severity", "owner", "logged", "result", "rung", "objective",
             "compliance", "verdict", "because", "created_at", "item", "id", "due")  # fmt: skip
    if isinstance(value, dict):
        return {
            k: v if k in fixed and isinstance(v, str | list) else spoiled(v, text) for k, v in value.items()
        }
    if isinstance(value, list):
        return [spoiled(v, text) for v in value]
    return value + text if isinstance(value, str) else value


def hostile(text: str) -> bytes:
    evil_plan = CallPlan.from_document(spoiled(copy.deepcopy(PLAN), text), "plan")
    evil_audit = Audit.from_document(spoiled(copy.deepcopy(AUDIT), text), "audit")
    said = tuple((who, words + text) for who, words in SAID)
    evil = {"trigger": spoiled(BRIEF["trigger"], text), "account": {"employees": text}}
    heading = Heading(f"pln{text}", (), (text,))
    call = transcript(said, f"call{text}")
    return render_audit_page(evil_plan, call, evil_audit, heading, Facts(evil, FACTS.now))


@pytest.mark.parametrize("text", EVIL)
def test_outside_text_is_shown_and_does_nothing(text: str) -> None:
    shown = read_page(hostile(text))
    assert len(shown.by_tag("script")) == 1
    if text.isprintable():
        assert squeezed(text) in squeezed(shown.text)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_whatever_the_text_the_page_holds(text: str) -> None:
    read_page(hostile(text))


def test_an_id_that_is_no_plain_word_is_no_fragment() -> None:
    ids = [f"{i}{evil}" for i, evil in enumerate(EVIL)]
    document = PLAN | {"qualification": [{"id": i, "question": "Why?"} for i in ids], "coordination": None}
    items = [e for e in AUDIT["items"] if e["kind"] not in ("qualification", "do_not_mention")]
    items += [{"item": i, "kind": "qualification", "status": "asked", "turns": [2]} for i in ids]
    odd = CallPlan.from_document(document, "plan")
    shown = read_page(render_audit_page(odd, transcript(), audit(items=items, deviations=[]), HEADING))
    assert sum("item." in e.attributes.get("id", "") for e in shown.elements) == len(ids)


def test_the_index_leads_to_each_call_the_failed_first() -> None:
    rows = [
        IndexRow(plan(), audit(call_id=f"call {n} <b>", verdict=verdict), f"day-calls/{n}.html")
        for n, verdict in enumerate(("pass", "fail", "review", "fail"))
    ]
    shown = read_page(render_index_page(rows))
    assert [a.attributes["href"] for a in shown.by_tag("a")] == [f"day-calls/{n}.html" for n in (1, 3, 2, 0)]
    assert "2 fail, 1 review, 1 pass" in squeezed(shown.text)
    assert "call 0 <b>" in shown.text


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(0, 5_000), st.none() | st.floats(0, 5_000), st.text("ab ", max_size=40)
        ),
        max_size=30,
    )
)
def test_bars_lie_within_the_strip_in_order(turns: list[tuple[float | None, float | None, str]]) -> None:
    call = transcript(tuple(("agent", words) for _, _, words in turns))
    timed = [
        turn.model_copy(update={"start_s": start, "end_s": end})
        for turn, (start, end, _) in zip(call.turns, turns, strict=True)
    ]
    strip = lay_out(timed)
    edges = [(float(bar.x[:-1]), float(bar.width[:-1]), float(bar.middle[:-1])) for bar in strip.bars]
    assert len(edges) == len(turns)
    assert all(
        x >= 0 and width > 0 and x + width <= 100.02 and x <= middle <= x + width
        for x, width, middle in edges
    )
    assert [x for x, _, _ in edges] == sorted(x for x, _, _ in edges)
    starts = [start for start, _, _ in turns]
    assert strip.timed == (bool(turns) and None not in starts and starts == sorted(starts))  # type: ignore[type-var]
