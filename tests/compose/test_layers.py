"""Layers as a team writes them: a later one narrows, and never lifts what an earlier one forbids."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.compose import Budget, built_in_texts, compose, load_layers
from precall_cli.compose.rules import Limit, Rules, Topic, find_conflicts, tightest
from precall_cli.errors import BadInput
from precall_cli.records.policy import AGENTS
from tests.compose.small_calls import make_brief, make_plan


def write(folder: Path, **layers: str) -> Path:
    for name, text in layers.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, agent: str = "inbound") -> list[str]:
    with pytest.raises(BadInput) as caught:
        load_layers(folder, agent)
    return [f"{each.pointer}: {each.problem}" for each in caught.value.problems]


@pytest.mark.parametrize("agent", AGENTS)
def test_every_agent_has_built_in_layers_that_a_team_can_start_from(agent: str, tmp_path: Path) -> None:
    built_in = load_layers(None, agent)
    assert [layer.name for layer in built_in.layers] == ["L1", "L2", "L3", "L4"]
    write(tmp_path, **{name.removesuffix(".toml"): text for name, text in built_in_texts().items()})
    own = load_layers(tmp_path, agent)
    assert [own.text(layer) for layer in own.layers] == [built_in.text(layer) for layer in built_in.layers]


def test_a_file_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        l2_company='instructions = ["Speak for Northwind."]\nsay = ["Gladly."]\nallow = ["call_routing"]',
    )
    text = compose(make_plan(), make_brief(), load_layers(tmp_path, "inbound")).text
    assert "- Speak for Northwind.\n" in text and "“Gladly.”" in text
    assert "You may go into: call routing." in text
    assert "no other" not in text and "- The contact has just asked" in text


@pytest.mark.parametrize("allowed", ["Pricing", "pricings", "pricing for charities", "list_pricing"])
def test_allowing_what_an_earlier_layer_forbids_names_both_lines(tmp_path: Path, allowed: str) -> None:
    write(
        tmp_path,
        l2_company='say = ["Hi."]\nforbid = [\n  "weather",\n  "pricing",\n]',
        l4_campaign=f'\nallow = ["{allowed}"]',
    )
    assert problems(tmp_path) == [
        f"{tmp_path}/l4_campaign.toml:2: allows '{allowed}', "
        f"but {tmp_path}/l2_company.toml:2 forbids 'pricing'."
    ]


def test_all_conflicts_and_faults_come_in_one_pass(tmp_path: Path) -> None:
    write(
        tmp_path,
        l1_platform='forbid = ["pricing"]\n[limits]\nmax_call_minutes = 10\nmax_questions = 3',
        l2_company='allow = ["pricing"]\n[limits]\nmax_call_minutes = 12',
        l3_inbound='forbid = ["guide"]\nallow = ["guide", "guide"]\n[limits]\nmax_questions = 4',
        l4_campaign='instrutions = ["Hi"]',
        l5_brief="",
    )
    found = problems(tmp_path)
    for words in (
        "l5_brief.toml: is no layer",
        "l4_campaign.toml:1: instrutions: is no field",
        "l2_company.toml:1: allows 'pricing'",
        "l2_company.toml:3: raises max_call_minutes to 12, but",
        "l1_platform.toml:3 sets 10",
        "l3_inbound.toml:2: allows 'guide'",
        "l3_inbound.toml:4: raises max_questions to 4",
    ):
        assert any(words in each for each in found), (words, found)


def test_narrowing_is_no_conflict_and_only_what_holds_is_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        l2_company='allow = ["pricing", "routing"]\n[limits]\nmax_call_minutes = 9',
        l3_inbound="[limits]\nmax_call_minutes = 7",
        l4_campaign='forbid = ["pricing"]\n[limits]\nmax_call_minutes = 7',
    )
    text = compose(make_plan(), make_brief(), load_layers(tmp_path, "inbound")).text
    assert "You may go into: routing." in text
    assert text.count("Minutes on the call") == 1 and "Minutes on the call: at most 7." in text


def test_a_built_in_layer_gives_way_to_a_stricter_one_of_the_team(tmp_path: Path) -> None:
    write(tmp_path, l2_company="[limits]\nmax_call_minutes = 3")
    for agent in AGENTS:
        layers = load_layers(tmp_path, agent)
        text = "".join(layers.text(layer) for layer in layers.layers)
        assert text.count("Minutes on the call") == 1 and "Minutes on the call: at most 3." in text


def test_a_team_cannot_lift_what_a_built_in_layer_forbids(tmp_path: Path) -> None:
    write(tmp_path, l4_campaign='allow = ["tax advice"]\n[limits]\nmax_call_minutes = 60')
    first, second = problems(tmp_path)
    assert "but built-in l1_platform.toml:15 forbids 'tax advice'" in first
    assert "but built-in l3_inbound.toml:10 sets 10" in second


def test_a_limit_on_questions_leaves_out_the_last_ones(tmp_path: Path) -> None:
    write(tmp_path, l4_campaign="[limits]\nmax_questions = 1")
    told = compose(make_plan(), make_brief(), load_layers(tmp_path, "inbound"))
    assert [(d.item, d.reason) for d in told.dropped] == [("q2", "limit")]
    assert f"{tmp_path}/l4_campaign.toml:2" in told.dropped[0].because
    assert "[q1]" in told.text and "[q2]" not in told.text and told.not_due == ("q2",)


def test_a_question_or_rung_on_a_forbidden_topic_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, l2_company='forbid = ["timelines", "guides"]')
    told = compose(make_plan(), make_brief(), load_layers(tmp_path, "inbound"))
    assert [(d.item, d.reason) for d in told.dropped] == [("q2", "forbidden"), ("n2", "forbidden")]
    assert "n2" not in str(told.tool)


def test_forbidding_what_must_be_said_is_an_error_for_each_item(tmp_path: Path) -> None:
    write(tmp_path, l1_platform='forbid = ["AI"]', l2_company='forbid = ["Northwind", "Sam Ortiz"]')
    with pytest.raises(BadInput) as caught:
        compose(make_plan(), make_brief(), load_layers(tmp_path, "inbound"))
    text = str(caught.value)
    assert "l1_platform.toml:1: forbids 'AI', which [d1]" in text
    assert "l2_company.toml:1: forbids 'Northwind', which [opening]" in text
    assert "l2_company.toml:1: forbids 'Sam Ortiz', which [objective]" in text


def test_limits_of_a_layer_bound_the_blocks_below_it(tmp_path: Path) -> None:
    write(tmp_path, l4_campaign="[limits]\nmax_brief_tokens = 0")
    told = compose(make_plan(), make_brief(), load_layers(tmp_path, "inbound"), Budget(brief=900))
    assert [block.layer for block in told.blocks][-1] == "L4.5"
    assert {d.layer for d in told.dropped} == {"L5"}
    assert "max_brief_tokens = 0" in told.dropped[0].because


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'instructions = ["{"word " * 390}"]\nmax_tokens = 100', "over its budget of 100"),
        ('instructions = ["\\u202e"]', "holds nothing that can be read"),
        ('forbid = ["--"]', "holds nothing that can be read"),
        ('forbid = "pricing"', "forbid"),
        ("[limits]\nmax_call_minutes = -1", "limits.max_call_minutes"),
        ("[limits]\nmax_cats = 1", "limits.max_cats: is no field"),
        ("say = [", "is not TOML"),
    ],
)
def test_a_fault_of_a_file_is_named_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    found = problems(write(tmp_path, l2_company=text))
    assert len(found) == 1
    assert "l2_company.toml" in found[0] and words in found[0]


@pytest.mark.parametrize("agent", ["../../etc/passwd", "", "a b", "x\n"])
def test_the_name_of_an_agent_leads_to_no_other_file(agent: str) -> None:
    with pytest.raises(BadInput, match="no name of an agent"):
        load_layers(None, agent)


def test_an_agent_of_ones_own_needs_a_layer_of_its_own(tmp_path: Path) -> None:
    assert "l3_renewals.toml" in problems(tmp_path, "renewals")[0]
    write(tmp_path, l3_renewals='instructions = ["Renew."]')
    assert "- Renew.\n" in load_layers(tmp_path, "renewals").text(load_layers(tmp_path, "renewals").layers[2])


TOPICS = st.sampled_from(["pricing", "legal advice", "weather", "legal advice on leases", "refunds"])
RULES = st.builds(
    lambda allow, forbid, bound: Rules(
        tuple(Topic(t, "a") for t in allow),
        tuple(Topic(t, "f") for t in forbid),
        (Limit("max_questions", bound, "l"),) if bound is not None else (),
    ),
    st.lists(TOPICS, max_size=2),
    st.lists(TOPICS, max_size=2),
    st.none() | st.integers(0, 9),
)


@given(st.lists(RULES, min_size=1, max_size=4))
def test_without_a_conflict_nothing_forbidden_is_allowed_later(layers: list[Rules]) -> None:
    if list(find_conflicts(layers)):
        return
    for position, layer in enumerate(layers):
        bans = [ban for each in layers[: position + 1] for ban in each.forbid]
        assert not any(ban.name in allowed.name for allowed in layer.allow for ban in bans)
    bounds = [limit.value for layer in layers for limit in layer.limits]
    assert bounds == sorted(bounds, reverse=True)
    last = tightest("max_questions", layers)
    assert (last.value if last else None) == (bounds[-1] if bounds else None)
