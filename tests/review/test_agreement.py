"""Kappa against published values and its laws; what counts as a rating."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.review.agreement import TOOL, kappa, measure_agreement
from precall_cli.review.deciding import Said
from tests.review.test_decisions import audit, decide, overturn

PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40)


def test_kappa_gives_the_published_value() -> None:
    """Cohen 1960, table 1: 200 patients, three categories, kappa 0.492."""
    cells = {
        ("p", "p"): 88, ("p", "n"): 10, ("p", "o"): 2,
        ("n", "p"): 14, ("n", "n"): 40, ("n", "o"): 6,
        ("o", "p"): 18, ("o", "n"): 10, ("o", "o"): 12,
    }  # fmt: skip
    pairs = [pair for pair, number in cells.items() for _ in range(number)]
    assert kappa(pairs) == pytest.approx(0.492, abs=5e-4)


@given(PAIRS)
def test_kappa_is_symmetrical_at_most_one_and_one_for_the_same(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    turned = kappa([(b, a) for a, b in pairs])
    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert found == pytest.approx(turned)
        assert -1 <= found <= 1
    alike = [(a, a) for a, _ in pairs]
    assert kappa(alike) in (None, pytest.approx(1.0))
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(one[x] / len(pairs) * other[x] / len(pairs) for x in "abc")
    seen = sum(a == b for a, b in pairs) / len(pairs)
    if found is not None:
        assert found == pytest.approx((seen - chance) / (1 - chance))


def test_only_first_decisions_count_and_the_call_stands_for_what_was_not_spoken_of() -> None:
    given_ = audit(q3="asked", n1="offered")
    reviews = decide(
        given_,
        overturn(status="asked"),
        Said("confirm", "sam"),
        Said("confirm", "kim"),
        Said("confirm", "sam", "q2"),  # sam changes his mind: his first word counts
        Said("dispute", "lee", "q1", reason="unclear"),
    )
    report = measure_agreement([(given_, reviews)])
    rows = {(row.one, row.other, row.measure): row for row in report.rows}
    pair = rows["kim", "sam", "status"]
    assert (pair.units, pair.same, pair.small) == (5, 4, True)
    assert (rows["sam", TOOL, "status"].same, rows["kim", TOOL, "status"].same) == (4, 5)
    skipped = rows["kim", "sam", "question_skipped"]
    assert (skipped.units, skipped.same, skipped.kappa) == (3, 2, 0.0)
    assert not any("lee" in key for key in rows)
    (split,) = report.splits
    assert (split.item, split.said, split.audit) == ("q2", {"kim": "skipped", "sam": "asked"}, "skipped")
