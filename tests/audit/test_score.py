"""The figures: counts, rates, weights, the verdict; and what the log explains."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from precall_cli.audit import audit_call
from precall_cli.audit.deviations import KINDS, manual, name_of
from precall_cli.audit.deviations.question_out_of_order import longest_run
from precall_cli.audit.logged import reason_for, unconfirmed
from precall_cli.audit.score import score, verdict
from precall_cli.records.audit import SEVERITY_OF, AuditItem, Deviation
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.policy import Judging
from tests.audit.calls import SPOKEN, call, plan


def item(name: str, kind: str, status: str) -> AuditItem:
    return AuditItem(item=name, kind=kind, status=status)  # type: ignore[arg-type]


def deviation(kind: str, of: str | None, logged: str = "unlogged") -> Deviation:
    owner = "plan" if kind == "unanticipated_objection" else "agent"
    return Deviation(
        type=kind, item=of, severity=SEVERITY_OF[kind], owner=owner, explanation="x", logged=logged
    )  # type: ignore[arg-type]


ITEMS = [
    item("q1", "qualification", "asked"),
    item("q2", "qualification", "skipped"),
    item("o1", "objection", "not_raised"),
    item("n1", "next_step", "offered"),
]


def test_the_rate_is_deviating_over_applicable() -> None:
    found = score(ITEMS, [deviation("question_skipped", "q2")], Judging())
    assert (found.applicable, found.deviated) == (3, 1)
    assert found.deviation_rate == round(1 / 3, 6) and found.adherence == round(2 / 3, 6)


def test_a_deviation_without_item_counts_once_in_both() -> None:
    found = score(ITEMS, [deviation("off_ladder_step", None)], Judging())
    assert (found.applicable, found.deviated, found.deviation_rate) == (4, 1, 0.25)


def test_two_deviations_of_one_item_count_once() -> None:
    found = score(
        ITEMS, [deviation("question_repeated", "q1"), deviation("question_out_of_order", "q1")], Judging()
    )
    assert found.deviated == 1


def test_what_the_plan_owns_and_what_is_unconfirmed_stand_in_no_rate() -> None:
    found = score(
        ITEMS,
        [deviation("unanticipated_objection", None), deviation("question_skipped", "q1", "unconfirmed")],
        Judging(),
    )
    assert found.deviation_rate == 0.0


def test_explained_deviations_are_left_out_of_the_unexplained_rate() -> None:
    found = score(ITEMS, [deviation("question_skipped", "q2", "explained")], Judging())
    assert found.deviation_rate == round(1 / 3, 6) and found.unexplained_deviation_rate == 0.0


def test_nothing_applicable_gives_null() -> None:
    found = score([item("q1", "qualification", "not_reached")], [], Judging())
    assert (
        found.adherence is None and found.deviation_rate is None and found.unexplained_deviation_rate is None
    )


def test_weights_of_the_policy_count() -> None:
    found = score(ITEMS, [deviation("question_skipped", "q2")], Judging(weights={"next_step": 2.0}))
    assert found.deviation_rate == 0.25


def test_uncertain_items_are_counted_and_ask_for_a_review() -> None:
    unsure = [*ITEMS, item("k1", "known", "uncertain")]
    found = score(unsure, [], Judging())
    assert found.uncertain == 1 and found.applicable == 3
    assert verdict(found, [], Judging()) == "review"


def test_a_critical_deviation_fails_whatever_the_rate() -> None:
    bad = [deviation("stop_ignored", "s1")]
    assert verdict(score(ITEMS, bad, Judging()), bad, Judging()) == "fail"


@given(st.permutations(range(6)).map(lambda p: p[:5]))
def test_the_longest_run_is_the_longest_and_keeps_the_earliest(order: list[int]) -> None:
    runs = [c for n in range(len(order), 0, -1) for c in combinations(order, n) if list(c) == sorted(c)]
    longest = max(map(len, runs))
    assert longest_run(order) == set(min(r for r in runs if len(r) == longest))


def test_every_kind_has_a_manual_page_with_a_kept_and_a_broken_example() -> None:
    assert {name_of(kind) for kind in KINDS} == set(SEVERITY_OF)
    for kind in KINDS:
        page = manual(name_of(kind))
        assert "Kept:" in page and "Broken:" in page


def entry(**more: object) -> DeviationReason:
    return DeviationReason.model_validate({"reason": "contact_redirected"} | more)


def test_a_reason_is_found_by_item_or_by_type() -> None:
    assert reason_for("question_skipped", "q2", (), [entry(item="q2")]) is not None
    assert reason_for("off_ladder_step", None, (5,), [entry(type="off_ladder_step")]) is not None
    assert reason_for("question_skipped", "q2", (), [entry(item="q1")]) is None
    assert reason_for("question_skipped", "q2", (), [entry(item="q2", type="question_repeated")]) is None


def test_a_logged_reason_explains_what_was_found_and_no_more() -> None:
    skipped = SPOKEN[:4] + SPOKEN[6:]
    log = [entry(item="q2", type="question_skipped"), entry(item="o1", type="objection_ignored")]
    audit = audit_call(plan(), call(skipped), log)
    assert [(d.type, d.item, d.logged) for d in audit.deviations] == [
        ("question_skipped", "q2", "explained"),
        ("objection_ignored", "o1", "unconfirmed"),
    ]
    assert audit.scores.deviated == 1 and audit.scores.unexplained_deviation_rate == 0.0


def test_a_log_entry_for_an_item_that_is_not_there_is_listed() -> None:
    found = unconfirmed([entry(item="q99", type="question_skipped")], [], plan())
    assert [(d.item, d.logged) for d in found] == [(None, "unconfirmed")]
    assert "q99" in found[0].explanation
