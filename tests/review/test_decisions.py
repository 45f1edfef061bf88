"""What a decision changes, and what it must say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from precall_cli.errors import BadInput
from precall_cli.records.audit import Audit
from precall_cli.records.review import Review
from precall_cli.review.deciding import Said, make_review, repeated
from precall_cli.review.decisions import correct

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def deviation(type_: str, item: str | None, logged: str = "unlogged", owner: str = "agent") -> dict[str, Any]:
    return {"type": type_, "item": item, "severity": "minor", "owner": owner, "turns": [3],
            "explanation": "so it is", "logged": logged}  # fmt: skip


def audit(*deviations: dict[str, Any], **statuses: str) -> Audit:
    kinds = {"q": "qualification", "d": "disclosure", "o": "objection", "n": "next_step"}
    given = {"q1": "asked", "q2": "skipped", "d1": "given"} | statuses
    document = {
        "schema": "precall.audit/1", "audit_id": "aud_1", "call_id": "call_1", "signature": "test",
        "items": [{"item": i, "kind": kinds[i[0]], "status": s, "turns": []} for i, s in given.items()],
        "deviations": list(deviations) or [deviation("question_skipped", "q2")],
        "scores": {"adherence": None, "deviation_rate": None, "unexplained_deviation_rate": None,
                   "applicable": 0, "deviated": 0, "uncertain": 0},
        "outcome": {"objective": "pursued"}, "compliance": "clean", "verdict": "pass",
    }  # fmt: skip
    return Audit.from_document(document, "audit")


def decide(of: Audit, *said: Said) -> list[Review]:
    return [make_review(of, one, NOW) for one in said]


def read(of: Audit, *said: Said) -> tuple[dict[str, str], list[tuple[str, str | None, str, str]]]:
    corrected = correct(of, decide(of, *said)).audit
    statuses = {item.item: item.status for item in corrected.items}
    return statuses, [(d.type, d.item, d.owner, d.logged) for d in corrected.deviations]


def overturn(item: str | None = "q2", **more: Any) -> Said:
    return Said("overturn", "sam", item, **({"cause": "recogniser", "reason": "heard it"} | more))


def test_a_status_takes_its_deviation_with_it() -> None:
    assert read(audit(), overturn(status="asked")) == ({"q1": "asked", "q2": "asked", "d1": "given"}, [])
    statuses, found = read(audit(), overturn("d1", status="late", cause="agent"))
    assert statuses["d1"] == "late"
    assert ("disclosure_late", "d1", "agent", "unlogged") in found


def test_the_cause_says_whose_it_is() -> None:
    assert read(audit(), overturn(cause="plan"))[1] == [("question_skipped", "q2", "plan", "unlogged")]
    assert read(audit(), overturn(cause="contact")) == (
        {"q1": "asked", "q2": "skipped", "d1": "given"},
        [],
    )
    missed = overturn(None, type="off_plan_question", cause="agent")
    assert ("off_plan_question", None, "agent", "unlogged") in read(audit(), missed)[1]


def test_what_the_log_said_stays_said() -> None:
    explained = audit(deviation("question_skipped", "q2", "explained"))
    assert read(explained, overturn(status="asked"))[1] == [
        ("question_skipped", "q2", "agent", "unconfirmed")
    ]
    noted = audit(deviation("question_skipped", "q1", "unconfirmed"), q2="asked")
    assert read(noted, overturn("q1", status="skipped", cause="agent"))[1] == [
        ("question_skipped", "q1", "agent", "explained")
    ]


def test_a_dispute_stands_in_no_rate_until_somebody_decides() -> None:
    dispute = Said("dispute", "kim", "q2", reason="hear #3")
    assert read(audit(), dispute) == ({"q1": "asked", "q2": "uncertain", "d1": "given"}, [])
    again = Said("confirm", "sam", "q2")
    assert read(audit(), dispute, again)[1] == [("question_skipped", "q2", "agent", "unlogged")]
    whole = Said("dispute", "kim", reason="another call")
    assert set(read(audit(), again, whole)[0].items()) == {
        ("q1", "uncertain"), ("q2", "skipped"), ("d1", "uncertain")
    }  # fmt: skip


def test_the_last_decision_holds_whoever_made_it_and_a_skip_holds_nothing() -> None:
    first, last = overturn(status="asked"), Said("confirm", "kim", "q2")
    assert read(audit(), first, last, Said("skip", "kim", "q2"))[0]["q2"] == "skipped"
    assert read(audit(), last, first)[0]["q2"] == "asked"


def test_the_audit_itself_is_never_changed() -> None:
    given = audit()
    before = given.canonical()
    correct(given, decide(given, overturn(status="asked"), Said("dispute", "kim", "q1", reason="no")))
    assert given.canonical() == before


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (Said("confirm", " "), "--who"),
        (Said("confirm", "sam", "q9"), "--item"),
        (Said("confirm", "sam", type="rudeness"), "--type"),
        (Said("confirm", "sam", "q1", status="skipped"), "--as"),
        (overturn(None), "--overturn"),
        (overturn(cause=None), "--cause"),
        (overturn(cause="weather"), "--cause"),
        (overturn(reason=" "), "--reason"),
        (overturn(status="given"), "--as"),
        (overturn(status="skipped"), "--as"),
        (overturn("q1"), "--as"),
        (overturn(type="question_skipped", cause="agent"), "--cause"),
        (Said("dispute", "sam"), "--reason"),
    ],
)
def test_a_decision_that_says_too_little_or_the_same_is_refused(said: Said, place: str) -> None:
    with pytest.raises(BadInput) as caught:
        make_review(audit(), said, NOW)
    assert caught.value.place == place


def test_the_same_again_by_the_same_person_is_known() -> None:
    (first,) = decide(audit(), overturn(status="asked"))
    later = make_review(audit(), overturn(status="asked"), datetime(2026, 11, 23, tzinfo=UTC))
    other = make_review(audit(), Said("confirm", "sam", "q2"), NOW)
    assert repeated(later, [first]) == first
    assert repeated(later, [first, other]) is None
    assert repeated(other, [first]) is None
