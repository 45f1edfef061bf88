"""Cases, labels, rules, quarantine, cache and coverage, on real folders."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workshop import CASES, TODAY, Workshop, open_workshop

from precall_cli.check.baseline import baseline_text, read_baseline, same
from precall_cli.check.case import find_cases
from precall_cli.check.coverage import POLICY_RULES, measure_coverage
from precall_cli.check.observe import policy_rules
from precall_cli.check.play import play
from precall_cli.check.run import check
from precall_cli.errors import BadInput, NothingCollected
from precall_cli.policies import load_policies
from precall_cli.records.json_lines import line_of
from precall_cli.records.json_text import resolve_pointer

CLINIC, BUDGET, DISCOUNT = CASES[:3]


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return open_workshop(tmp_path)


def test_nothing_differs_from_what_was_just_blessed(shop: Workshop) -> None:
    report = shop.check()
    assert (report.findings, report.failed, report.cases) == ((), False, len(CASES))


def test_a_baseline_is_the_same_bytes_and_comes_back(shop: Workshop) -> None:
    observed = shop.run().observed
    text = shop.baseline.read_text(encoding="utf-8")
    assert baseline_text(dict(reversed(observed.items()))) == text
    back = read_baseline(shop.baseline)
    assert back is not None
    assert all(same(back[name], observed[name]) for name in CASES)
    assert str(shop.root) not in text


def test_without_a_baseline_the_labels_still_hold(shop: Workshop) -> None:
    shop.baseline.unlink()
    report = shop.check(CLINIC, BUDGET)
    assert not report.failed
    assert {finding.change for finding in report.findings} == {"added"}
    shop.edit(f"cases/{CLINIC}/expect.toml", 'q1 = "asked"', 'q1 = "volunteered"')
    report = shop.check(CLINIC)
    assert report.failed
    broke = [finding for finding in report.findings if finding.change == "broke"]
    assert [(f.check, f.expected, f.after) for f in broke] == [("expect", "volunteered", "asked")]


def test_a_label_that_comes_right_is_fixed(shop: Workshop) -> None:
    def worse(document: dict[str, object]) -> None:
        found = document["cases"][CLINIC]["audit"]["items"]  # type: ignore[index]
        found["qualification/why_now"]["status"] = "skipped"

    shop.change("cases/baseline.json", worse)
    report = shop.check(CLINIC)
    assert [(f.change, f.item) for f in report.findings] == [("fixed", "qualification/why_now")]
    assert not report.failed


@pytest.mark.parametrize(
    ("rule", "item"),
    [
        ('require = ["qualification/budget"]', "qualification/budget"),
        ('forbid = ["qualification/why_now"]', "qualification/why_now"),
        ('discloses = ["location"]', "disclosure/location"),
        ('never_say = ["NORTHWIND"]', "opening"),
        ("max_questions = 2", None),
        ("adherence_min = 1.0\ndeviation_rate_max = 0.0", None),
    ],
)
def test_a_rule_holds_whatever_the_baseline_says(shop: Workshop, rule: str, item: str | None) -> None:
    case = DISCOUNT if "adherence" in rule else CLINIC  # a call that left its plan
    path = shop.cases / case / "expect.toml"
    path.write_text(path.read_text(encoding="utf-8") + f"\n[rules]\n{rule}\n", encoding="utf-8")
    findings = [f for f in shop.findings(case) if f.check == "rules"]
    assert findings
    assert findings[0].item == item
    assert all(f.gates and f.change == "broke" for f in findings)
    assert str(findings[0].file).endswith("expect.toml")


def test_what_gates_is_declared(shop: Workshop) -> None:
    shop.write("cases/check.toml", 'informs = ["plan", "instructions", "audit", "scores"]\n')
    shop.edit("playbook.toml", "How high is {intent} on", "How urgent is {intent} on")
    report = shop.check(BUDGET)
    assert not report.failed
    assert "plan" in report.informs
    assert [finding.gates for finding in report.findings if finding.check == "plan"] == [False]


QUARANTINE = """
[[quarantine]]
case = "{case}"
item = "qualification/intent"
owner = "Ines"
reason = "waits for the new wording"
expires = "2026-12-01"
"""


def test_a_quarantine_sets_aside_until_its_day(shop: Workshop) -> None:
    shop.write("cases/check.toml", QUARANTINE.format(case=BUDGET))
    shop.edit("playbook.toml", "How high is {intent} on", "How urgent is {intent} on")
    report = shop.check(BUDGET)
    assert [f.check for f in report.findings if f.item == "qualification/intent"] == []
    assert [entry.owner for entry in report.quarantined] == ["Ines"]
    late = check(shop.run(BUDGET), shop.world, baseline=shop.baseline, today=date(2026, 12, 1))
    assert late.failed
    assert "ran out on 2026-12-01" in "".join(finding.note for finding in late.findings)


def test_a_quarantine_that_ran_out_fails_though_nothing_is_found(shop: Workshop) -> None:
    shop.write("cases/check.toml", QUARANTINE.format(case=BUDGET))
    past = check(shop.run(BUDGET), shop.world, baseline=shop.baseline, today=date(2026, 12, 1))
    assert [(f.field, f.after) for f in past.findings] == [("quarantine", "ran out on 2026-12-01")]
    assert past.failed


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("check.toml", 'informs = ["plans"]', "informs"),
        ("check.toml", QUARANTINE.replace('owner = "Ines"', ""), "owner"),
        ("check.toml", QUARANTINE.replace("2026-12-01", "soon"), "must be a day"),
        (f"{CLINIC}/expect.toml", "title = 1", "title"),
        (f"{CLINIC}/expect.toml", 'titel = "x"', "titel"),
        (f"{CLINIC}/policy.toml", 'agent = "inbound"\n[planning]\nbudget = 3', "budget"),
        (f"{CLINIC}/brief.json", "{", "brief.json"),
        ("baseline.json", '{"schema": "precall.baseline/1", "cases": []}', "/cases"),
        ("baseline.json", '{"schema": "precall.baseline/1", "cases": {"a": {"gate": 1}}}', "/cases/a"),
    ],
)
def test_a_bad_file_is_named_with_its_place(shop: Workshop, name: str, text: str, problem: str) -> None:
    shop.write(f"cases/{name}", text)
    with pytest.raises(BadInput) as caught:
        shop.check(CLINIC)
    assert problem in str(caught.value)
    assert name.rpartition("/")[2].partition(".")[0] in str(caught.value)
    assert caught.value.hint or caught.value.place


def test_no_case_is_nothing_collected(tmp_path: Path) -> None:
    with pytest.raises(NothingCollected):
        find_cases(tmp_path)
    with pytest.raises(NothingCollected):
        find_cases(tmp_path / "none")


def test_only_what_a_change_touches_is_done_again(shop: Workshop, tmp_path: Path) -> None:
    kept = tmp_path / "cache"
    assert shop.run(cache=kept).redone == len(CASES)
    again = shop.run(cache=kept)
    assert again.redone == 0
    assert baseline_text(again.observed) == baseline_text(shop.run().observed)
    shop.edit(f"cases/{CLINIC}/expect.toml", "A form, a call", "A form, one call")
    assert shop.run(cache=kept).redone == 1
    for file in kept.glob("*.json"):
        file.write_text("{broken", encoding="utf-8")
    assert shop.run(cache=kept).redone == len(CASES)


def test_a_case_may_bring_its_own_policy(shop: Workshop) -> None:
    shop.write(f"cases/{CLINIC}/policy.toml", 'agent = "inbound"\n[limits]\nquestions = 1\n')
    gone = [f for f in shop.findings(CLINIC) if f.change == "gone" and f.check == "plan"]
    assert len(gone) == 2
    assert {f.causes[0] for f in gone} == {"policy"}
    assert {Path(str(f.file)).name for f in gone} == {"policy.toml"}


def test_coverage_counts_what_a_case_exercises(shop: Workshop) -> None:
    observed = shop.run().observed
    policies = load_policies(shop.world.policies)
    whole = measure_coverage(observed, policies, shop.world)
    areas = {area.name: area for area in whole.areas}
    assert areas["policies"].missing == ("concierge",)
    assert areas["gate refusals"].covered == ("GATE_DNC_LISTED",)
    less = measure_coverage({CLINIC: observed[CLINIC]}, policies, shop.world)
    assert less.share < whole.share < 1
    assert measure_coverage({}, policies, shop.world).share == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_every_pointer_has_the_line_on_which_its_value_begins(value: object, wide: bool) -> None:
    text = json.dumps(value, indent=None if wide else 1, ensure_ascii=wide)
    rows = text.splitlines() if "\r" not in text else text.split("\n")

    def walk(node: object, pointer: str) -> None:
        at = line_of(text, pointer)
        assert at is not None
        assert 1 <= at <= text.count("\n") + 1
        assert resolve_pointer(value, pointer) == node
        children = enumerate(node) if isinstance(node, list) else getattr(node, "items", tuple)()
        for key, child in children:
            token = str(key).replace("~", "~0").replace("/", "~1")
            if isinstance(node, dict) and not wide:
                shown = line_of(text, f"{pointer}/{token}")
                assert shown is not None
                assert json.dumps(key, ensure_ascii=wide) in text.split("\n")[shown - 1]
            walk(child, f"{pointer}/{token}")

    assert rows or not text
    walk(value, "")
    assert line_of(text, "/no/such") is None or value


def test_a_folder_that_is_a_case_itself(shop: Workshop) -> None:
    alone = shop.root / "alone"
    shutil.copytree(shop.cases / CLINIC, alone)
    assert [case.name for case in find_cases(alone)] == ["alone"]
    assert TODAY.year == 2026


def test_the_policy_rules_that_coverage_knows_are_those_of_the_trace(shop: Workshop) -> None:
    for case in find_cases(shop.cases)[1:]:
        rules = policy_rules(play(case, shop.world), shop.world)
        assert {rule.rule for rule in rules} <= set(POLICY_RULES)
        assert len(rules) == len(POLICY_RULES)
