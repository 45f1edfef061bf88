"""Two audits of one call: whatever differs is shown, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.records.audit import STATUSES
from precall_cli.report.audit_diff import (
    audit_difference_document,
    compare_audits,
    render_audit_difference,
)
from tests.report.audited_calls import AUDIT, audit, deviation, plan

changes = st.dictionaries(st.sampled_from(range(len(AUDIT["items"]))), st.integers(0, 9), max_size=4)


def changed(which: dict[int, int], drop: int = 0) -> dict[str, Any]:
    """The audit with another status for some items, and without the last few deviations."""
    document = copy.deepcopy(AUDIT)
    for position, number in which.items():
        entry = document["items"][position]
        known = STATUSES[entry["kind"]]
        entry["status"] = known[number % len(known)]
    document["deviations"] = document["deviations"][: len(document["deviations"]) - drop]
    return document


@given(changes)
def test_an_audit_does_not_differ_from_itself(which: dict[int, int]) -> None:
    one = audit(**changed(which))
    found = compare_audits(one, one)
    assert found.alike and not found.signature and found.same_items == len(one.items)
    lines = [line.plain for line in render_audit_difference(found, plan(), ("a", "b"), 80)]
    assert lines[-1] == "what was found is the same, item by item"


@given(changes, st.integers(0, 5))
def test_exactly_what_was_changed_is_found_whichever_way_round(which: dict[int, int], drop: int) -> None:
    old, new = audit(), audit(**changed(which, drop))
    found, back = compare_audits(old, new), compare_audits(new, old)
    wanted = [n.item for o, n in zip(old.items, new.items, strict=True) if o != n]
    assert [c.entry.item for c in found.items] == wanted
    assert found.same_items == len(old.items) - len(wanted)
    assert len(found.deviations) == drop and all(d.after is None for d in found.deviations)
    assert [(c.before, c.after) for c in found.items] == [(c.after, c.before) for c in back.items]
    assert [(d.before, d.after) for d in found.deviations] == [(d.after, d.before) for d in back.deviations]
    text = " ".join(line.plain for line in render_audit_difference(found, plan(), ("a", "b"), 100))
    for item in old.items:
        assert (f"{item.quote}" in text) == (item.item in wanted and bool(item.quote)) or not item.quote


def test_what_changed_is_named() -> None:
    before = audit()
    document = changed({4: 0}, 0) | {"signature": "precall:0 engine:2", "verdict": "review"}
    document["deviations"] = [
        d | {"logged": "explained", "logged_reason": "other"} if d["item"] == "m1" else d
        for d in document["deviations"]
    ] + [deviation("question_repeated", "q1", "minor", (4,))]
    document["items"][8] |= {"turns": [3, 4]}
    after = audit(**document)
    found = audit_difference_document(compare_audits(before, after))
    assert found["signature"] == [{"part": "engine", "before": "1", "after": "2"}]
    assert found["figures"] == [{"figure": "verdict", "before": "fail", "after": "review"}]
    assert [(c["item"], c["what"]) for c in found["items"]] == [("q2", "status"), ("n2", "evidence")]
    assert [(d["before"] is None, d["after"]["type"]) for d in found["deviations"]] == [
        (False, "withheld_mentioned"),
        (True, "question_repeated"),
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_lines_fit(width: int) -> None:
    found = compare_audits(audit(), audit(**changed({0: 0, 3: 2, 8: 2}, 3)))
    for known in (plan(), None):
        lines = list(render_audit_difference(found, known, ("aud_1", "aud_2"), width))
        assert max(line.cell_len for line in lines) <= width
