"""Audits as JUnit XML: a suite for each call, a test for each plan item and for what belongs to none.

A test fails for a deviation that fails the call, and is skipped where the evidence does not decide or the
plan was not due. Words of the call stand in `system-out` alone, a line each, with the turn they were said in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from precall_cli.records.audit import NOT_APPLICABLE, SEVERITIES, Audit, Deviation, failing, reaches_rate
from precall_cli.records.plan import CallPlan
from precall_cli.records.transcript import Transcript
from precall_cli.report.audit_view import AuditView, Heading, ItemView, in_words, make_view
from precall_cli.report.inert import one_line
from precall_cli.report.junit import Suite, Test, render_junit
from precall_cli.report.layout import clip

MOST_SAID = 400
"""Columns of a turn that are shown where no quote was picked out of it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call with what it was audited against."""

    plan: CallPlan
    transcript: Transcript
    audit: Audit
    heading: Heading


def audit_junit(
    calls: Iterable[Call], unaudited: Sequence[tuple[str, str]], fail_on: str | float | None
) -> bytes:
    """The report of all calls; `unaudited` are the places and problems of those that gave no audit.

    What fails is what fails the command: deviations at or above the severity `fail_on`, or the agent's where
    the call's rate reaches it; without a threshold, every deviation of the agent.
    """
    suites = [_call(call, fail_on) for call in calls]
    if unaudited:
        errors = (
            Test("precall", one_line(place) or "call", "error", "unreadable", one_line(problem))
            for place, problem in unaudited
        )
        suites.append(Suite("could not be audited", _named_once(errors)))
    return render_junit("audit", suites)


def _call(call: Call, fail_on: str | float | None) -> Suite:
    view = make_view(call.plan, call.audit)
    failed = failing(call.audit, fail_on)
    tests = [_item(item, failed, call) for item in view.items]
    tests += [_loose(deviation, failed, call) for deviation in view.loose]
    if fail_on is not None and not isinstance(fail_on, str):
        tests.append(_rate(view, fail_on))
    audit = call.audit
    adherence = audit.scores.adherence
    properties = {
        "call_id": audit.call_id,
        "plan_id": audit.plan_id or "",
        "audit_id": audit.audit_id,
        "signature": audit.signature,
        "verdict": audit.verdict,
        "adherence": "null" if adherence is None else repr(adherence),
        "compliance": audit.compliance,
    }
    said = [
        f"{view.due} {view.rate}".rstrip(),
        view.outcome,
        view.tally,
        *(f"logged, with nothing found: {_named(deviation)}" for deviation in view.unconfirmed),
        *(f"note: {note}" for note in (*call.heading.caveats, *audit.notes)),
    ]
    return Suite(audit.call_id, _named_once(tests), tuple(properties.items()), _lines(said))


def _item(item: ItemView, failed: Sequence[Deviation], call: Call) -> Test:
    entry = item.entry
    name = entry.item if entry.item == entry.kind else f"{entry.item} {in_words(entry.kind)}"
    own = [deviation for deviation in failed if deviation.item == entry.item]
    out = [f"{item.label}: {item.status}"]
    quotes = {} if entry.quote_turn is None else {entry.quote_turn: entry.quote}
    out += [_said(call.transcript, turn, quotes.get(turn)) for turn in sorted({*entry.turns, *quotes})]
    out += [_named(deviation) for deviation in item.deviations if deviation not in own]
    test = Test(call.plan.agent, name, out=_lines(out))
    if own:
        return _failed(test, own)
    if entry.status == "uncertain" or entry.status in NOT_APPLICABLE:
        why = in_words(entry.status) if entry.status == "uncertain" else f"not due: {in_words(entry.status)}"
        message = f"{why}. {item.remark}" if item.remark else why
        return replace(test, came="skipped", message=one_line(message))
    return test


def _loose(deviation: Deviation, failed: Sequence[Deviation], call: Call) -> Test:
    where = "".join(f" turn {turn}" for turn in deviation.turns[:1])
    out = [_said(call.transcript, turn) for turn in deviation.turns]
    test = Test(call.plan.agent, f"{in_words(deviation.type)}{where}", out=_lines([*out, _named(deviation)]))
    return _failed(test, [deviation]) if deviation in failed else test


def _rate(view: AuditView, threshold: float) -> Test:
    """The rate as a test of its own, since with it the call fails as a whole."""
    rate = view.audit.scores.deviation_rate
    test = Test(view.plan.agent, "deviation rate")
    if rate is None:
        return replace(test, came="skipped", message="not due: no item was applicable")
    message = f"{rate:.4g} of what was due; the threshold is {threshold:.4g}"
    if not reaches_rate(view.audit, threshold):
        return replace(test, out=message)
    return replace(test, came="failure", type="deviation_rate", message=message)


def _failed(test: Test, found: Sequence[Deviation]) -> Test:
    gravest = max(found, key=lambda deviation: SEVERITIES.index(deviation.severity))
    return replace(
        test,
        came="failure",
        type=one_line(gravest.type),
        message=one_line(gravest.explanation),
        details=_lines(map(_named, found)),
    )


def _named(deviation: Deviation) -> str:
    """A deviation in one line: what, how grave, whose, whether logged, and why."""
    logged = deviation.logged + (f" as {deviation.logged_reason}" if deviation.logged_reason else "")
    head = f"{in_words(deviation.type)}, {deviation.severity}, the {deviation.owner}'s, {logged}"
    return f"{head}: {deviation.explanation}"


def _said(transcript: Transcript, turn: int, quote: str | None = None) -> str:
    """What was said in a turn: the words that count, else its beginning."""
    if turn >= len(transcript.turns):
        return f"turn {turn}"
    spoken = transcript.turns[turn]
    return f"turn {turn}, {spoken.speaker}: “{quote or clip(one_line(spoken.text), MOST_SAID)}”"


def _lines(said: Iterable[str]) -> str:
    return "\n".join(map(one_line, said))


def _named_once(tests: Iterable[Test]) -> tuple[Test, ...]:
    """The tests, each with a name of its own: readers follow a test by its name from build to build."""
    seen: Counter[str] = Counter()
    found = []
    for test in tests:
        seen[test.name] += 1
        again = seen[test.name]
        found.append(test if again == 1 else replace(test, name=f"{test.name} ({again})"))
    return tuple(found)
