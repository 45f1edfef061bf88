"""Policies: what the five agents do out of the box, and how a user's files change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from precall_cli.errors import BadInput
from precall_cli.policies import load_policies
from precall_cli.records.json_text import resolve_pointer
from precall_cli.records.plan import ItemKind
from precall_cli.records.policy import AGENTS, Policy


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        load_policies(folder)
    return [f"{p.pointer} | {p.problem}" for p in caught.value.problems]


@pytest.mark.parametrize(
    ("agent", "trigger", "mode", "depth", "budget_ms", "sla_s", "account"),
    [
        ("inbound", "form_submit", "at_call", "lightweight", 4000, 60, False),
        ("cold_list", "list_cursor", "precomputed", "standard", 0, None, False),
        ("intent_event", "intent_signal", "at_call", "deep", 12000, 900, True),
        ("concierge", "calendar_event", "skipped", "trivial", 0, None, False),
        ("dormant", "scheduled_sweep", "precomputed", "standard", 0, None, False),
    ],
)
def test_the_five_agents(
    agent: str, trigger: str, mode: str, depth: str, budget_ms: int, sla_s: float | None, account: bool
) -> None:
    policies = load_policies(None)
    policy = policies.get(agent)
    assert policies.for_trigger(trigger) is policy
    assert (policy.planning.mode, policy.planning.depth) == (mode, depth)
    assert (policy.planning.budget_ms, policy.planning.sla_s) == (budget_ms, sla_s)
    assert policy.coordination.account is account
    assert policy.enabled
    assert policy.planning.engine == "offline"
    assert (policy.refresh.expires_after_h is not None) == (mode == "precomputed")
    assert {"/dnc", "/consent", "/jurisdiction", "/contact/timezone"} <= set(policy.refresh.material)


def test_all_five_are_there_in_their_order_and_weigh_every_kind_of_item() -> None:
    from typing import get_args

    policies = load_policies(None)
    assert policies.agents == AGENTS
    for policy in policies:
        assert set(policy.audit.weights) == set(get_args(ItemKind))


def test_every_value_of_a_built_in_policy_comes_from_a_line_that_sets_it() -> None:
    policies = load_policies(None)
    folder = Path(__file__).parent.parent / "precall_cli" / "policies"
    for agent in policies.agents:
        document = policies.get(agent).document()
        for pointer, origin in policies.origins[agent].items():
            name, _, number = origin.removeprefix("built-in ").partition(":")
            line = (folder / name).read_text("utf-8").splitlines()[int(number) - 1]
            assert line.startswith(pointer.rpartition("/")[2]), (agent, pointer, origin)
            resolve_pointer(document, pointer)
    assert policies.origin("inbound", "/planning/budget_ms") == "built-in inbound.toml:10"
    assert policies.origin("inbound", "/planning/model") == "default"


def test_the_users_files_stand_above_the_built_in_ones(tmp_path: Path) -> None:
    written(
        tmp_path,
        defaults="[limits]\nquestions = 6\n[disclosures]\nai_voice = 'always'\n",
        inbound="# mine\n[planning]\nbudget_ms = 2500\n[audit.weights]\nstop = 5\n"
        "[refresh]\nmaterial = ['/dnc']\n",
    )
    policies = load_policies(tmp_path)
    inbound, dormant = policies.get("inbound"), policies.get("dormant")
    assert inbound.planning.budget_ms == 2500
    assert inbound.planning.sla_s == 60, "a table is merged key by key"
    assert inbound.audit.weights["stop"] == 5
    assert inbound.audit.weights["known"] == 1
    assert inbound.refresh.material == ("/dnc",), "a list is replaced"
    assert inbound.limits.questions == 6, "the user's defaults stand above the built-in agent"
    assert dormant.limits.questions == 6
    assert dormant.disclosures.ai_voice == "always"
    assert policies.origin("inbound", "/planning/budget_ms") == f"{tmp_path / 'inbound.toml'}:3"
    assert policies.origin("dormant", "/limits/questions") == f"{tmp_path / 'defaults.toml'}:2"
    assert policies.origin("inbound", "/refresh/material") == f"{tmp_path / 'inbound.toml'}:7"


def test_every_problem_of_every_file_is_reported_with_file_line_and_key(tmp_path: Path) -> None:
    written(
        tmp_path,
        inbound="[planning]\nbudget_ms = 'fast'\nengin = 'claude'\n",
        dormant="[audit]\nreview_above = 2\n",
        concierge="agent = 'butler'\n",
        inboud="[planning]\nbudget_ms = 1\n",
    )
    found = problems_of(tmp_path)
    assert [line.split(" | ")[0] for line in found] == [
        f"{tmp_path}/inbound.toml:2: planning.budget_ms",
        f"{tmp_path}/inbound.toml:3: planning.engin",
        f"{tmp_path}/concierge.toml:1: agent",
        f"{tmp_path}/dormant.toml:2: audit.review_above",
        f"{tmp_path}/inboud.toml",
    ]
    assert "inbound, cold_list, intent_event, concierge, dormant" in found[-1]


def test_a_fault_in_the_users_defaults_is_reported_once(tmp_path: Path) -> None:
    written(tmp_path, defaults="[limits]\nquestions = -1\n")
    [line] = problems_of(tmp_path)
    assert line.startswith(f"{tmp_path}/defaults.toml:2: limits.questions")


def test_settings_that_contradict_one_another_are_placed(tmp_path: Path) -> None:
    written(tmp_path, inbound="[planning]\nbudget_ms = 70000\n")
    [line] = problems_of(tmp_path)
    assert line.startswith(f"{tmp_path}/inbound.toml:2: planning.budget_ms | 70000 ms is more than the SLA")


def test_a_missing_expiry_is_placed_in_the_agents_own_file(tmp_path: Path) -> None:
    written(tmp_path, inbound="[planning]\nmode = 'precomputed'\nbudget_ms = 0\n")
    [line] = problems_of(tmp_path)
    assert "refresh.expires_after_h" in line
    assert "required for precomputed" in line


def test_an_agent_of_the_users_own(tmp_path: Path) -> None:
    text = (
        "agent = 'renewals'\ntitle = 'Renewals'\ntriggers = ['scheduled_sweep']\n"
        "[planning]\nmode = 'at_call'\ndepth = 'standard'\nbudget_ms = 1000\n"
    )
    policies = load_policies(written(tmp_path, renewals=text))
    assert policies.agents == (*AGENTS, "renewals")
    assert policies.get("renewals").limits.questions == 4
    with pytest.raises(BadInput, match=r"several agents answer 'scheduled_sweep': dormant, renewals"):
        policies.for_trigger("scheduled_sweep")


def test_an_unknown_agent_lists_the_known_ones() -> None:
    policies = load_policies(None)
    for ask in (policies.get, lambda name: policies.origin(name, "/title")):
        with pytest.raises(BadInput) as caught:
            ask("outbound")
        assert "inbound, cold_list, intent_event, concierge, dormant" in caught.value.hint


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "inbound.toml").mkdir()
    for folder in (tmp_path / "absent", tmp_path / "file", tmp_path):
        with pytest.raises(BadInput) as caught:
            load_policies(folder)
        assert str(tmp_path) in caught.value.place


def test_the_digest_covers_every_value_that_applies(tmp_path: Path) -> None:
    before = {policy.agent: policy.digest() for policy in load_policies(None)}
    assert before == {policy.agent: policy.digest() for policy in load_policies(None)}
    assert len(set(before.values())) == 5
    written(tmp_path, inbound="[audit.weights]\nstop = 1.5\n")
    after = {policy.agent: policy.digest() for policy in load_policies(tmp_path)}
    assert [agent for agent in AGENTS if after[agent] != before[agent]] == ["inbound"]
    inbound = load_policies(None).get("inbound")
    spelled_out = Policy.from_document(inbound.full_document(), "test")
    assert spelled_out.digest() == inbound.digest(), "a default written out is the same policy"
