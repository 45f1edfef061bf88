"""What gives way when room is short, in which order, and what never does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.compose import Budget, compose, load_layers
from precall_cli.compose.words import count_tokens
from precall_cli.errors import BadInput
from tests.compose.small_calls import CALLS, make_brief, make_plan, told

LEAST = 1


def smallest(agent: str) -> int:
    """The smallest budget that composes, as the error names it."""
    with pytest.raises(BadInput) as caught:
        told(agent, Budget(total=LEAST))
    return int(caught.value.hint.split()[-1].rstrip(".").replace(",", ""))


@pytest.mark.parametrize("agent", CALLS)
def test_the_named_smallest_budget_holds_what_must_be_told_and_one_less_does_not(agent: str) -> None:
    least = smallest(agent)
    tight = told(agent, Budget(total=least))
    assert tight.tokens <= least
    with pytest.raises(BadInput):
        told(agent, Budget(total=least - 1))
    plan, _ = CALLS[agent]
    droppable = {i.id for i in (*plan.objections, *plan.qualification, *plan.next_steps[1:])}
    assert set(tight.not_due) == droppable
    for _, item in plan.items():
        assert (f"[{item.id}] " in tight.text) == (item.id not in droppable)


def test_the_brief_gives_way_first_then_objections_rungs_and_questions_from_the_last() -> None:
    tight = told("dormant", Budget(total=smallest("dormant")))
    order = [each.item for each in tight.dropped]
    assert order == [
        "/activity/0",
        "/account/history/0",
        "/opportunities/0",
        "/account",
        "/contact",
        "o2",
        "o1",
        "n2",
        "q2",
        "q1",
    ]
    assert {each.reason for each in tight.dropped} == {"budget"}


@given(total=st.integers(1, 2500))
@settings(max_examples=60, deadline=None)
def test_a_smaller_budget_drops_the_same_things_and_then_more(total: int) -> None:
    least = smallest("intent_event")
    if total < least:
        return
    small, large = (told("intent_event", Budget(total=n)) for n in (total, total + 50))
    assert small.tokens <= total
    drops = [each.item for each in small.dropped]
    assert drops[: len(large.dropped)] == [each.item for each in large.dropped]
    for upper in range(4):
        assert small.blocks[upper] == large.blocks[upper]


def test_the_newest_of_a_long_history_stays() -> None:
    calls = [
        {"call_id": f"c{n}", "at": f"2026-01-{n:02}T10:00:00Z", "summary": f"Talk {n} " + "x" * 400}
        for n in range(1, 29)
    ]
    instructions = compose(make_plan(), make_brief(prior_calls=calls), load_layers(None, "inbound"))
    block = instructions.blocks[-1]
    assert 1_200 < block.tokens <= 1_500
    assert "Talk 28 " in block.text and "Talk 1 " not in block.text
    cut = [each.item for each in instructions.dropped]
    assert cut[:3] == ["/account/history/0", "/prior_calls/0", "/prior_calls/1"]


def test_without_a_brief_the_plan_is_told_alone() -> None:
    instructions = compose(make_plan(), None, load_layers(None, "inbound"))
    assert [block.layer for block in instructions.blocks] == ["L1", "L2", "L3", "L4", "L4.5"]
    assert instructions.brief_id is None and instructions.dropped == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_estimate_only_grows(one: str, other: str) -> None:
    both = count_tokens(one + other)
    assert max(count_tokens(one), count_tokens(other)) <= both <= count_tokens(one) + count_tokens(other)
