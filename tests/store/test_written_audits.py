"""The short way to an audit that is read: it never gives another audit than the long way, nor one more."""

from __future__ import annotations

import json
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precall_cli.errors import BadInput
from precall_cli.records.audit import STATUSES, Audit
from precall_cli.records.json_text import Json, parse_json
from precall_cli.records.written_audit import WrittenAudit, read_written
from precall_cli.store import audit_cells, rows

NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, -0.0, 1e-7, 1e-4, 5e-324, 0.1 + 0.2, 1e15, 1e21, 2.0**53, None]),
    st.floats(allow_nan=False, allow_infinity=False),
)
COUNTS = st.one_of(st.integers(0, 40), st.sampled_from([-1, 2**53 - 1, 2**53, -(2**53), 2**63, 10**30]))
WORDS = st.one_of(
    st.text(max_size=12), st.sampled_from(["", '"', '\\"x":', " :", "\t", '":', "\u2028\x7f\U0001f600"])
)
OR_NONE = st.one_of(st.none(), WORDS)
KINDS = st.sampled_from([(kind, status) for kind, found in STATUSES.items() for status in found])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Json]:
    """Audits as `audit-pairs` writes them, with odd words and numbers."""
    items = []
    for kind, status in draw(st.lists(KINDS, max_size=3)):
        item: dict[str, Json] = {
            "item": "q1",
            "kind": kind,
            "status": status,
            "turns": draw(st.lists(COUNTS, max_size=2)),
        }
        item |= draw(st.fixed_dictionaries({}, optional={
            "result": st.sampled_from(["accepted", "open"]), "quote": WORDS, "quote_turn": COUNTS,
            "reason": WORDS,
            "confidence": st.sampled_from([0.0, 1.0, 0.25, 1e-5, 1e-4, 0.9999999999999999, 5e-324]),
        }))  # fmt: skip
        items.append(item)
    deviation = st.fixed_dictionaries({
        "type": st.one_of(st.sampled_from(["question_skipped", "stop_ignored"]), WORDS),
        "item": st.sampled_from([None, "q1"]), "severity": st.sampled_from(["info", "critical"]),
        "owner": st.sampled_from(["agent", "plan"]), "turns": st.lists(COUNTS, max_size=2),
        "explanation": WORDS, "logged_reason": OR_NONE,
        "logged": st.sampled_from(["explained", "unlogged", "unconfirmed"]),
    })  # fmt: skip
    return {
        "schema": "precall.audit/1", "audit_id": "aud_1", "call_id": "call_1",
        "plan_id": draw(st.sampled_from([None, "pln_1"])), "signature": draw(WORDS), "items": items,
        "deviations": draw(st.lists(deviation, max_size=2)),
        "off_plan_turns": draw(st.lists(COUNTS, max_size=2)),
        "scores": {"adherence": draw(NUMBERS), "deviation_rate": draw(NUMBERS),
                   "unexplained_deviation_rate": None, "applicable": draw(COUNTS),
                   "deviated": 1, "uncertain": 0},
        "outcome": {"objective": draw(WORDS), "rung": draw(st.sampled_from([None, "n1"])),
                    "result": draw(OR_NONE)},
        "compliance": "clean", "verdict": "review", "notes": draw(st.lists(WORDS, max_size=2)),
    }  # fmt: skip


def the_long_way(text: bytes) -> WrittenAudit | None:
    try:
        return WrittenAudit.of(Audit.from_document(parse_json(text, "here"), "here"))
    except BadInput:
        return None


def check(text: bytes) -> bool:
    """Whether the short way takes it; then it gives what the long way gives."""
    found = read_written(text)
    if found is not None:
        wanted = the_long_way(text)
        assert wanted is not None, text
        assert found.text == wanted.text and found.document == wanted.document
        columns = rows.AUDITS.columns(wanted.document, None)
        names = audit_cells.COLUMNS["audits"][5:]
        assert dict(zip(names, audit_cells.audit_cells(found.document), strict=True)) == columns
        for cells, wide in (
            (audit_cells.item_cells(found.document), rows.item_rows(wanted.document)),
            (audit_cells.deviation_cells(found.document), rows.deviation_rows(wanted.document)),
        ):
            assert cells == [cell for row in wide for cell in (None, *row)]
    return found is not None


def compact(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@given(document=documents(), wide=st.booleans(), seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_no_way_of_writing_and_no_fault_makes_the_two_ways_differ(
    document: dict[str, Json], wide: bool, seed: int
) -> None:
    chance = random.Random(seed)
    text = json.dumps(document, ensure_ascii=wide, separators=None if wide else (",", ":")).encode()
    check(text)
    check(compact(dict(chance.sample(list(document.items()), len(document)))))
    at = chance.randrange(len(text))
    other = chance.choice(
        [b'"', b" ", b"\\", b",", b"0", b"9", b"e", b"-", b".", b"\xff", b"\xc3", b"\t", b":", b""]
    )
    check(text[:at] + other + text[at + 1 :])
    check(text[:at] + other + text[at:])
    start, end = sorted(chance.sample(range(len(text)), 2))
    check(text[:end] + text[start:])


WHOLE = {
    "schema": "precall.audit/1", "audit_id": "aud_1", "call_id": "call_1", "plan_id": None,
    "signature": "test",
    "items": [{"item": "q1", "kind": "qualification", "status": "asked", "turns": [3], "confidence": 0.25}],
    "deviations": [{"type": "question_skipped", "item": "q1", "severity": "minor", "owner": "agent",
                    "turns": [], "explanation": "x", "logged": "unlogged", "logged_reason": None}],
    "off_plan_turns": [],
    "scores": {"adherence": 1.0, "deviation_rate": 0.0, "unexplained_deviation_rate": 0.333333,
               "applicable": 2, "deviated": 1, "uncertain": 0},
    "outcome": {"objective": "pursued", "rung": None, "result": None}, "compliance": "clean",
    "verdict": "review", "notes": [],
}  # fmt: skip


def test_what_audit_pairs_writes_takes_the_short_way() -> None:
    assert check(compact(WHOLE))


@pytest.mark.parametrize("member", ['"verdict":"review"', '"item":"q1"', '"uncertain":0', '"notes":[]'])
@pytest.mark.parametrize("gap", [b":", b" :", b"\t:", b"\r:", b"\n :", b":\t"])
def test_a_key_that_stands_twice_never_takes_the_short_way(member: str, gap: bytes) -> None:
    text, part = compact(WHOLE), member.encode()
    assert part in text
    for first in (part, part.replace(b":", gap)):
        assert not check(text.replace(part, first + b"," + part, 1))


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "0." + "3" * 200,
        "1" + "0" * 400,
        "01",
        "+1",
        ".5",
        "1.",
        "true",
        '"1"',
    ],
)
def test_an_odd_number_never_takes_the_short_way(number: str) -> None:
    for old in (b'"adherence":1.0', b'"applicable":2', b'"confidence":0.25'):
        text = compact(WHOLE)
        assert old in text
        assert not check(text.replace(old, old.partition(b":")[0] + b":" + number.encode()))


def test_equal_numbers_are_stored_alike() -> None:
    texts = [
        compact(WHOLE).replace(b'"adherence":1.0', b'"adherence":' + each)
        for each in (b"1.0", b"1", b"10e-1")
    ]
    found = {the_long_way(text) and read_written(text).text for text in texts}  # type: ignore[union-attr]
    assert len(found) == 1 and math.isclose(WHOLE["scores"]["adherence"], 1)  # type: ignore[index]


@pytest.mark.parametrize("words", [rb"\ud800", rb"\udc00x", rb"\ud83d", b"\xed\xa0\x80", b"\xff", b"\x00"])
def test_words_that_are_no_text_never_take_the_short_way(words: bytes) -> None:
    assert not check(compact(WHOLE).replace(b'"test"', b'"' + words + b'"'))
