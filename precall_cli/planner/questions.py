"""What to ask: the questions of the agenda that the brief does not answer yet, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from precall_cli.planner import clock, speech
from precall_cli.planner.conditions import find_support, find_technology, persona_group
from precall_cli.planner.evidence import Told, is_own_call
from precall_cli.planner.playbook import Agenda, QuestionRule
from precall_cli.planner.playbook_check import EARLIER_FACTS
from precall_cli.planner.situation import Situation, Word
from precall_cli.records.plan import Question


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question before it has its number."""

    topic: str
    text: str
    because: tuple[str, ...]
    rule: str
    cues: tuple[str, ...] = ()


def make_questions(seen: Situation, most: int, *, deep: bool) -> tuple[Question, ...]:
    """At most `most` questions, numbered in order of priority."""
    found = _agenda(seen)
    if found is None or most == 0:
        return ()
    agenda, support = found
    bank = {rule.topic: rule for rule in seen.playbook.questions}
    drafts: list[_Draft] = []
    for topic in _in_order(agenda, bank, seen):
        if topic == EARLIER_FACTS:
            drafts.extend(_earlier(seen, bank))
        elif (draft := _ask(bank[topic], seen, support, deep=deep)) is not None:
            drafts.append(draft)
    return tuple(
        Question(id=f"q{n}", topic=d.topic, question=d.text, because=d.because, cues=d.cues, rule=d.rule)
        for n, d in enumerate(drafts[:most], start=1)
    )


def _agenda(seen: Situation) -> tuple[Agenda, tuple[str, ...]] | None:
    for agenda in seen.playbook.agendas:
        support = find_support(agenda.when, seen)
        if support is not None:
            return agenda, support
    return None


def _in_order(agenda: Agenda, bank: Mapping[str, QuestionRule], seen: Situation) -> list[str]:
    """The agenda's order; two questions of this persona move up behind the fixed topics."""
    persona = persona_group(seen)
    if persona is None:
        return list(agenda.topics)
    fixed, later = agenda.topics[: agenda.fixed], agenda.topics[agenda.fixed :]
    leading = [t for t in later if t in bank and persona[0] in bank[t].leads_for][:2]
    return [*fixed, *leading, *(t for t in later if t not in leading)]


def _ask(
    rule: QuestionRule, seen: Situation, agenda_support: tuple[str, ...], *, deep: bool
) -> _Draft | None:
    support = find_support(rule.when, seen)
    if support is None or (rule.deep_only and not deep):
        return None
    told = [t for t in seen.told if t.topic in rule.answered_by.topics and _counts(t, seen)]
    if any(t.fresh or t.teller == "colleague" for t in told):
        return None
    if rule.answered_by.prior_objections and any(
        c.objections and is_own_call(c, seen.brief) for c in seen.brief.prior_calls
    ):
        return None
    if rule.answered_by.history and _reason_on_record(seen):
        return None
    reasons = support + _interest(rule, seen)
    old = [t for t in told if not t.private]
    if told and not old:
        return None
    if old:
        return _confirm(rule, old[0], reasons, seen)
    hint = _hint(rule, seen)
    if hint is not None and rule.check and (said := seen.say(rule.check, {"value": hint})):
        return _draft(rule, said, reasons, ".check")
    said = seen.say(rule.question)
    if said is None:
        return None
    pointers = hint.because if hint is not None else ()
    return _draft(rule, said, (*reasons, *pointers) or agenda_support, "")


def _reason_on_record(seen: Situation) -> bool:
    """Whether the history tells why it went no further: words after a comma, behind a word of loss."""
    for line in seen.brief.account.history:
        what, _, why = line.partition(",")
        if why.strip() and speech.holds_any(what, seen.playbook.speech.deals_gone_quiet):
            return True
    return False


def _counts(fact: Told, seen: Situation) -> bool:
    """Whether a fact answers a question: a colleague's only where accounts are coordinated."""
    return fact.teller == "contact" or seen.coordinated


def _interest(rule: QuestionRule, seen: Situation) -> tuple[str, ...]:
    """Pointers of the rule that this brief has, and the persona's where it put the question first."""
    pointers = [p for p in rule.because if seen.has(p)]
    persona = persona_group(seen)
    if persona and persona[0] in rule.leads_for:
        pointers.append(persona[1])
    return tuple(pointers)


def _draft(rule: QuestionRule, said: Word, reasons: tuple[str, ...], manner: str) -> _Draft:
    because = tuple(dict.fromkeys(p for p in (*reasons, *said.because) if p != "/contact/name"))
    return _Draft(rule.topic, said.text, because, f"questions.{rule.topic}{manner}", rule.cues)


def _confirm(rule: QuestionRule, fact: Told, reasons: tuple[str, ...], seen: Situation) -> _Draft | None:
    extra = _told_words(fact, seen)
    said = seen.say(rule.confirm, extra) if rule.confirm else None
    manner = ".confirm"
    if said is None:
        said = seen.say(seen.playbook.earlier_topics, extra) if "since" in extra else seen.say(rule.question)
    if said is None:
        return None
    return _draft(rule, said, (*reasons, *fact.pointers), manner)


def _told_words(fact: Told, seen: Situation) -> dict[str, Word]:
    """The old answer in words; a bare number takes its plural topic along: 18, `branches` → `18 branches`."""
    words: dict[str, Word] = {}
    about = speech.phrase(fact.topic.replace("_", " "))
    if about:
        words["about"] = Word(about, fact.pointers)
    said = speech.value(fact.value)
    if said:
        counted = about is not None and about.endswith("s") and re.fullmatch(r"[\d.,]+", said)
        words["value"] = Word(f"{said} {about}" if counted else said, fact.pointers)
    if fact.at:
        zone = ZoneInfo(seen.brief.contact.timezone or "UTC")
        words["since"] = Word(clock.say_back(fact.at, seen.now, zone, lasting=True), fact.pointers)
    return words


def _hint(rule: QuestionRule, seen: Situation) -> Word | None:
    """What a data vendor says to the question; its text only where it is fresh and may be spoken."""
    product = find_technology(rule.answered_by.technologies, seen)
    if product and seen.vendor_fresh:
        return Word(product[0], (product[1],))
    for pointer in rule.answered_by.pointers:
        for entry in seen.vendor:
            said = speech.value(entry.text)
            if entry.pointer == pointer and seen.vendor_fresh and said:
                return Word(said, (pointer,))
    return None


def _earlier(seen: Situation, bank: Mapping[str, QuestionRule]) -> Iterator[_Draft]:
    """The contact's own old facts that no question of the bank covers, newest first, two at most."""
    covered = {topic for rule in bank.values() for topic in rule.answered_by.topics}
    count = 0
    for fact in seen.told:
        if count == 2 or fact.teller != "contact" or fact.fresh or fact.private or fact.topic in covered:
            continue
        if speech.holds_any(fact.topic.replace("_", " "), seen.playbook.not_confirmed):
            continue
        extra = _told_words(fact, seen)
        counted = re.match(r"(?:about |around |some |roughly )?[\d£$€¥]", fact.value.casefold())
        bare = "value" in extra and not re.search(r"[^\W\d_]", extra["value"].text)
        said = seen.say(seen.playbook.earlier_facts, extra) if counted and not bare else None
        said = said or seen.say(seen.playbook.earlier_topics, extra)
        if said is not None:
            count += 1
            because = tuple(dict.fromkeys(fact.pointers))
            yield _Draft(fact.topic, said.text, because, "questions.earlier_facts")
