"""What can be wrong with a playbook once each field by itself is right: all of it in one pass."""

from __future__ import annotations

from collections.abc import Iterable

from precall_cli.errors import Problem
from precall_cli.planner.playbook import (
    ALWAYS,
    CONFIRMING,
    RAISED,
    SOMETIMES,
    Lines,
    Playbook,
    When,
    find_placeholders,
)

EARLIER_FACTS = "earlier_facts"
"""The one topic of an agenda that stands for no question of the bank."""

_IMPLIED = {
    "ae": {"ae", "ae_first"},
    "event": {"event_ago"},
    "spoken_before": {"back"},
    "dealt_before": {"account_back"},
}


def find_problems(book: Playbook) -> list[Problem]:
    """Names that stand twice or mean nothing, unknown placeholders, lists without a last resort."""
    problems = [*_texts(book), *_names(book), *_conditions(book), *_last_resorts(book)]
    return sorted(problems, key=lambda p: p.pointer)


def _texts(book: Playbook) -> Iterable[Problem]:
    usual = ALWAYS | SOMETIMES
    for i, objective in enumerate(book.objectives):
        yield from _text(objective.statement, f"/objectives/{i}/statement", usual, sayable=objective.when)
    for i, opening in enumerate(book.openings):
        yield from _text(opening.line, f"/openings/{i}/line", usual)
    for i, question in enumerate(book.questions):
        yield from _text(question.question, f"/questions/{i}/question", usual)
        yield from _text(question.confirm or (), f"/questions/{i}/confirm", usual | CONFIRMING)
        yield from _text(question.check or (), f"/questions/{i}/check", usual | {"value"})
    yield from _text(book.earlier_facts, "/earlier_facts", usual | CONFIRMING)
    yield from _text(book.earlier_topics, "/earlier_topics", usual | {"since", "about"})
    for i, objection in enumerate(book.objections):
        yield from _text(objection.objection, f"/objections/{i}/objection", usual)
        for k, handling in enumerate(objection.handlings):
            place = f"/objections/{i}/handlings/{k}/response"
            yield from _text(handling.response, place, usual, sayable=handling.when)
    yield from _text(book.raised_before.objection, "/raised_before/objection", usual | RAISED)
    yield from _text(book.raised_before.response, "/raised_before/response", usual | RAISED)
    for i, ladder in enumerate(book.ladders):
        for k, rung in enumerate(ladder.rungs):
            yield from _text(rung.step, f"/ladders/{i}/rungs/{k}/step", usual)
            yield from _text(rung.ask, f"/ladders/{i}/rungs/{k}/ask", usual)
    for i, stop in enumerate(book.stops):
        yield from _text(stop.condition, f"/stops/{i}/condition", ALWAYS, sayable=stop.when)
        yield from _text(stop.action, f"/stops/{i}/action", ALWAYS, sayable=stop.when)
    for i, disclosure in enumerate(book.disclosures):
        yield from _text(disclosure.text, f"/disclosures/{i}/text", ALWAYS)
        yield from _text(disclosure.ask, f"/disclosures/{i}/ask", ALWAYS)


def _text(
    lines: Lines, pointer: str, allowed: frozenset[str] | set[str], *, sayable: When | None = None
) -> Iterable[Problem]:
    for line in lines:
        for name in find_placeholders(line):
            if not name:
                yield Problem(pointer, "has a brace that belongs to no placeholder", "Remove it.")
            elif name not in allowed:
                known = ", ".join("{" + n + "}" for n in sorted(allowed))
                yield Problem(pointer, f"{{{name}}} is no placeholder here", f"Known: {known}.")
    if sayable is not None and lines:
        given = ALWAYS.union(*(words for field, words in _IMPLIED.items() if getattr(sayable, field)))
        missing = [name for name in find_placeholders(lines[-1]) if name in SOMETIMES and name not in given]
        if missing:
            yield Problem(
                pointer,
                f"not every brief can fill {{{missing[0]}}} of the last text",
                "Add a last text without it.",
            )


def _names(book: Playbook) -> Iterable[Problem]:
    for field in ("objectives", "openings", "agendas", "objections", "ladders", "stops", "disclosures"):
        yield from _twice([entry.id for entry in getattr(book, field)], f"/{field}", "id")
    yield from _twice([q.topic for q in book.questions], "/questions", "topic")
    for i, objection in enumerate(book.objections):
        yield from _twice([h.id for h in objection.handlings], f"/objections/{i}/handlings", "id")
    for i, ladder in enumerate(book.ladders):
        yield from _twice([r.id for r in ladder.rungs], f"/ladders/{i}/rungs", "id")
    topics = {q.topic for q in book.questions} | {EARLIER_FACTS}
    for i, agenda in enumerate(book.agendas):
        yield from _twice(list(agenda.topics), f"/agendas/{i}/topics", "")
        for k, topic in enumerate(agenda.topics):
            if topic not in topics:
                yield Problem(
                    f"/agendas/{i}/topics/{k}",
                    f"no question has the topic {topic!r}",
                    "Add it to [[questions]].",
                )
    for i, group in enumerate(book.competing):
        if group not in book.technologies:
            yield _unknown(f"/competing/{i}", group, "technologies", book.technologies)
    for i, question in enumerate(book.questions):
        for group in question.leads_for:
            if group not in book.personas:
                yield _unknown(f"/questions/{i}/leads_for", group, "personas", book.personas)
        for group in question.answered_by.technologies:
            if group not in book.technologies:
                yield _unknown(
                    f"/questions/{i}/answered_by/technologies", group, "technologies", book.technologies
                )


def _twice(names: list[str], pointer: str, field: str) -> Iterable[Problem]:
    for i, name in enumerate(names):
        if name in names[:i]:
            place = f"{pointer}/{i}/{field}" if field else f"{pointer}/{i}"
            yield Problem(place, f"{name!r} stands twice", "Rename or remove one.")


def _conditions(book: Playbook) -> Iterable[Problem]:
    for pointer, when in _all_conditions(book):
        for field, groups in (
            ("stages", book.stages),
            ("personas", book.personas),
            ("technologies", book.technologies),
        ):
            for name in getattr(when, field):
                if name not in groups:
                    yield _unknown(f"{pointer}/{field}", name, field, groups)
        low, high = when.employees_at_least, when.employees_at_most
        if low is not None and high is not None and low > high:
            yield Problem(f"{pointer}/employees_at_least", f"{low} is more than employees_at_most = {high}")
        if when.calendar and when.ae is False:
            yield Problem(
                f"{pointer}/calendar", "nobody's calendar is there where ae = false", "Remove one of them."
            )


def _unknown(pointer: str, name: str, table: str, known: Iterable[str]) -> Problem:
    return Problem(pointer, f"there is no group {name!r} in [{table}]", f"Known: {', '.join(known)}.")


def _all_conditions(book: Playbook) -> Iterable[tuple[str, When]]:
    for field in ("objectives", "openings", "questions", "agendas", "ladders", "stops"):
        for i, entry in enumerate(getattr(book, field)):
            yield f"/{field}/{i}/when", entry.when
    for i, ladder in enumerate(book.ladders):
        for k, rung in enumerate(ladder.rungs):
            yield f"/ladders/{i}/rungs/{k}/when", rung.when
    for i, objection in enumerate(book.objections):
        for k, signal in enumerate(objection.signals):
            yield f"/objections/{i}/signals/{k}/when", signal.when
        for k, handling in enumerate(objection.handlings):
            yield f"/objections/{i}/handlings/{k}/when", handling.when


def _last_resorts(book: Playbook) -> Iterable[Problem]:
    always = When()
    mend = "Add one without `when` at the end."
    if all(o.when != always for o in book.objectives):
        yield Problem("/objectives", "no objective fits every brief", mend)
    if all(o.when != always or not _always_sayable(o.line) for o in book.openings):
        yield Problem("/openings", "no opening fits every brief and can always be said", mend)
    for i, objection in enumerate(book.objections):
        if objection.handlings[-1].when != always:
            yield Problem(f"/objections/{i}/handlings", "the last handling must fit always", mend)
    for kind in ("ai_voice", "recording"):
        if all(d.kind != kind or d.places for d in book.disclosures):
            yield Problem(
                "/disclosures", f"no {kind} disclosure fits every place", "Add one without `places`."
            )
    if not any(stop.trivial and stop.when == always for stop in book.stops):
        yield Problem(
            "/stops", "no stop condition stands in every plan", "Give one `trivial = true` and no `when`."
        )
    for depth in ("trivial", "lightweight", "standard", "deep"):
        if depth not in book.depths:
            yield Problem("/depths", f"{depth!r} is missing", f"Add [depths.{depth}].")
    served = {kind for ladder in book.ladders if ladder.when == always for kind in ladder.objectives}
    for i, objective in enumerate(book.objectives):
        if objective.type not in served:
            yield Problem(
                f"/objectives/{i}/type",
                f"no ladder without `when` serves {objective.type!r}",
                "Add it to the objectives of a [[ladders]] entry.",
            )


def _always_sayable(lines: Lines) -> bool:
    return all(name in ALWAYS for name in find_placeholders(lines[-1]))
