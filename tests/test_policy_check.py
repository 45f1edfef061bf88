"""`policy check`, campaigns and comparisons: every fault in one pass, each with its place and its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from precall_cli.errors import BadInput
from precall_cli.planner import load_playbook
from precall_cli.planner.playbook_file import DEFAULT_PLAYBOOK
from precall_cli.policies import examine_policies, load_policies, read_sources
from precall_cli.policies.checking import find_faults
from precall_cli.policies.comparing import EFFECTS, compare_policies, effect_of, effects_of
from precall_cli.policies.finding import Finding
from precall_cli.policies.layers import leaves
from precall_cli.policies.pointers import in_brief
from precall_cli.simulate.ladders import outlook_of


def faults(folder: Path | None, **files: str) -> list[Finding]:
    if folder is not None:
        for name, text in files.items():
            path = folder / f"{name.replace('__', '/')}.toml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return find_faults(read_sources(folder), outlook_of(load_playbook(None), frozenset({"known-model"})))


def said(found: list[Finding], folder: Path) -> list[str]:
    return [f"{f.level} {f.where.removeprefix(str(folder) + '/')} {f.problem}" for f in found]


def test_nothing_is_wrong_with_the_built_in_policies() -> None:
    assert faults(None) == []


def test_a_wrong_key_hides_no_contradiction(tmp_path: Path) -> None:
    planning = '[planning]\nmode = "precomputed"\nbudget_ms = 90000\nsla_s = 60\n'
    found = faults(
        tmp_path, inbound=f'agent = "inbound"\n{planning}[limits]\nobjektions = 2\nquestions = -1\n'
    )
    text = "\n".join(said(found, tmp_path))
    for problem in ("no field of this record", "limits.questions", "more than the SLA", "must be 0: mode",
                    "required for precomputed plans"):  # fmt: skip
        assert text.count(problem) == 1, text


CONTRADICTIONS = {
    "a budget above the SLA": ("inbound", "[planning]\nbudget_ms = 70000\n", "error", "more than the SLA"),
    "precomputed without expiry": (
        "inbound",
        "[planning]\nmode = 'precomputed'\nbudget_ms = 0\n",
        "error",
        "is required for precomputed plans",
    ),
    "no budget at call": ("inbound", "[planning]\nbudget_ms = 0\n", "error", "must be above 0"),
    "a budget that nothing meets": ("inbound", "[planning]\nbudget_ms = 3\n", "warning", "plans fall back"),
    "no room beside the plan": (
        "inbound",
        "[planning]\nbudget_ms = 59000\n",
        "warning",
        "for brief and dial",
    ),
    "claude without a model": (
        "inbound",
        "[planning]\nengine = 'claude'\n",
        "error",
        "is required for the claude engine",
    ),
    "a model without a price": (
        "inbound",
        "[planning]\nengine = 'claude'\nmodel = 'unheard-of'\n",
        "warning",
        "the price of 'unheard-of' is not known",
    ),
    "a model that nobody asks": (
        "inbound",
        "[planning]\nmodel = 'known-model'\n",
        "warning",
        "the engine is offline",
    ),
    "tokens that hold no plan": (
        "inbound",
        "[planning]\nengine = 'claude'\nmodel = 'known-model'\nmax_tokens = 99\n",
        "warning",
        "does not fit into 99 tokens",
    ),
    "depth of what is skipped": (
        "concierge",
        "[planning]\ndepth = 'deep'\n",
        "warning",
        "'deep' has no effect",
    ),
    "a limit that the depth never fills": (
        "inbound",
        "[limits]\nquestions = 30\n",
        "warning",
        "30 is more than a plan of depth lightweight ever has: 3",
    ),
    "no rung": ("inbound", "[limits]\nnext_steps = 0\n", "error", "a plan without a rung"),
    "a part that no brief has": (
        "dormant",
        "[refresh]\nmaterial = ['/dnc', '/consent', '/jurisdiction', '/contact/fone']\n",
        "error",
        "'/contact/fone' is no part of a brief",
    ),
    "a change of consent that changes nothing": (
        "dormant",
        "[refresh]\nmaterial = ['/dnc', '/jurisdiction']\n",
        "warning",
        "a change of /consent does not call for a new plan",
    ),
    "a plan that outlives the do-not-call check": (
        "dormant",
        "[refresh]\nexpires_after_h = 1000\n",
        "warning",
        "longer than a do-not-call check counts",
    ),
    "a critical kind that counts nothing": (
        "inbound",
        "[audit.weights]\nstop = 0\n",
        "error",
        "although a deviation from it is critical",
    ),
    "no trigger": ("inbound", "triggers = []\n", "warning", "answers no trigger"),
    "two agents for one trigger": (
        "dormant",
        "triggers = ['list_cursor', 'scheduled_sweep']\n",
        "warning",
        "several agents answer list_cursor: cold_list, dormant",
    ),
    "a trigger that nobody answers": ("concierge", "triggers = []\n", "warning", "no agent answers"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_found_placed_and_mended(tmp_path: Path, name: str) -> None:
    agent, text, level, problem = CONTRADICTIONS[name]
    found = [f for f in faults(tmp_path, **{agent: text}) if problem in f.problem]
    assert len(found) == 1, said(faults(tmp_path), tmp_path)
    assert found[0].level == level
    assert found[0].mend
    assert found[0].place.startswith(str(tmp_path))


def test_a_ladder_without_an_ae_is_named_with_the_objective_that_needs_one(tmp_path: Path) -> None:
    text = DEFAULT_PLAYBOOK.read_text("utf-8")
    careless = text.replace(
        'when = { triggers = ["form_submit"], ae = true }', 'when = { triggers = ["form_submit"] }'
    )
    careless = careless.replace('book a 30-minute call with {ae}"', 'book a 30-minute call"')
    assert careless != text
    path = tmp_path / "playbook.toml"
    path.write_text(careless, "utf-8")
    found = find_faults(read_sources(None), outlook_of(load_playbook(path)))
    assert [(f.level, f.agent, f.key) for f in found if "a ladder without an AE" in f.problem] == [
        ("warning", "inbound", "limits.next_steps")
    ]
    assert "objective form books a meeting" in found[0].problem


def test_every_fault_of_every_file_is_named_in_one_pass(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        inbound="[planning]\nbudget_ms = 70000\n",
        dormant="[limits]\nquestions = 'many'\n",
        broken="[[",
        campaigns__spring="agents = ['cold_list', 'ghost']\ntriggers = []\n",
        campaigns__idle="[limits]\n",
    )
    assert said(found, tmp_path)[:2] == [
        "error broken.toml: at its end is not TOML: Invalid initial character for a key part",
        "error inbound.toml:2: planning.budget_ms 70000 ms is more than the SLA of 60 s",
    ]
    assert any(line.startswith("error dormant.toml:2: limits.questions") for line in said(found, tmp_path))
    assert "error campaigns/spring.toml:1: agents 'ghost' is no agent" in said(found, tmp_path)
    assert any("campaigns/spring.toml:2: triggers says who" in line for line in said(found, tmp_path))
    assert "warning campaigns/idle.toml the campaign changes nothing" in said(found, tmp_path)
    assert len({(f.where, f.problem, f.agent) for f in found}) == len(found), "each once"


LIFTED = {
    "enabled = true": "switches on an agent that is disabled below it",
    "[disclosures]\nai_voice = 'jurisdiction'": "is 'jurisdiction', which asks for less than 'always'",
    "[disclosures]\nrecording = 'off'": "is 'off', which asks for less than 'jurisdiction'",
    "[coordination]\naccount = false": "lets this agent speak past its colleagues",
    "[refresh]\nmaterial = ['/dnc', '/consent']": "leaves out /jurisdiction",
}


@pytest.mark.parametrize("text", LIFTED)
def test_a_campaign_lifts_nothing_that_is_forbidden_below_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "intent_event.toml").write_text("enabled = false\n[disclosures]\nai_voice = 'always'\n")
    (tmp_path / "campaigns" / "spring.toml").write_text(f"agents = ['intent_event']\n\n{text}\n")
    with pytest.raises(BadInput) as caught:
        load_policies(tmp_path, campaign="spring")
    [problem] = caught.value.problems
    assert "lifts a rule" in problem.problem and LIFTED[text] in problem.problem
    assert problem.pointer.startswith(f"{tmp_path}/campaigns/spring.toml:")
    assert load_policies(tmp_path).get("intent_event").enabled is False, "without the campaign it loads"


def test_a_campaign_lies_on_top_of_its_agents_alone(tmp_path: Path) -> None:
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "cold_list.toml").write_text("[limits]\nquestions = 3\nobjections = 2\n")
    campaign = tmp_path / "campaigns" / "spring.toml"
    campaign.write_text("agents = ['cold_list']\n[limits]\nquestions = 2\n")
    policies, plain = load_policies(tmp_path, campaign="spring"), load_policies(tmp_path)
    limits = policies.get("cold_list").limits
    assert (limits.questions, limits.objections) == (2, 2)
    assert policies.origin("cold_list", "/limits/questions") == f"{campaign}:3"
    assert policies.origin("cold_list", "/limits/objections") == f"{tmp_path}/cold_list.toml:3"
    assert policies.get("dormant").digest() == plain.get("dormant").digest()
    assert policies.get("cold_list").digest() != plain.get("cold_list").digest()
    for name in ("summer", "../campaigns/spring"):
        with pytest.raises(BadInput) as caught:
            load_policies(tmp_path, campaign=name)
        assert "Known are: spring" in caught.value.hint


def test_a_single_file_stands_in_the_place_of_its_agents(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "inbound.toml").write_text("[limits]\nquestions = 2\n[planning]\nbudget_ms = 2000\n")
    new = tmp_path / "new.toml"
    new.write_text("agent = 'inbound'\n[planning]\nbudget_ms = 1000\n")
    policy = load_policies(folder, instead=(new,)).get("inbound")
    assert (policy.planning.budget_ms, policy.limits.questions) == (1000, 3), "the old file does not count"
    nobody = tmp_path / "nobody.toml"
    nobody.write_text("[planning]\nbudget_ms = 1000\n")
    assert "names no agent" in examine_policies(read_sources(folder, (nobody,))).findings[0].problem


def test_a_change_is_named_with_its_effect(tmp_path: Path) -> None:
    before = load_policies(None).get("inbound")
    (tmp_path / "inbound.toml").write_text(
        "title = 'Speed'\n[planning]\nbudget_ms = 3000\n[limits]\nquestions = 2\n[audit.weights]\nstop = 2\n"
    )
    after = load_policies(tmp_path).get("inbound")
    changes = compare_policies(before, after)
    assert [(c.pointer, c.before, c.after, c.effect) for c in changes] == [
        ("/title", "Inbound", "Speed", "naming"),
        ("/planning/budget_ms", 4000, 3000, "timing"),
        ("/limits/questions", 3, 2, "plans"),
        ("/audit/weights/stop", 1.0, 2.0, "judging"),
    ]
    assert effects_of(changes) == ["plans", "timing", "judging", "naming"]
    assert compare_policies(before, before) == []


def test_every_value_of_a_policy_has_an_effect() -> None:
    for policy in load_policies(None):
        for pointer in leaves(policy.full_document()):
            assert effect_of(pointer, 1, 2) in EFFECTS


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/dnc", True),
        ("/jurisdiction/contact", True),
        ("/enrichment/anything/at/all", True),
        ("/engaged_contacts/3/facts/0/value", True),
        ("/engaged_contacts/three", False),
        ("/contact/fone", False),
        ("/contact/name/first", False),
    ],
)
def test_what_a_brief_can_have(pointer: str, found: bool) -> None:
    assert in_brief(pointer) is found
