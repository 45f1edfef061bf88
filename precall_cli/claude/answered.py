"""What is known already and must not be asked: what the contact told us lately, and colleagues openly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from precall_cli.claude.ground import Ground
from precall_cli.claude.words import content_stems, numbers_of, stem, words_of
from precall_cli.records.record import parse_time

_ASKS = (
    (
        {"budget", "spend", "funding"},
        r"\bbudget|\bset aside\b|\bspend\b|\bafford\b|\binvest\b",
        r"\bhow much (?:money|can you|do you (?:have|want))",
    ),
    (
        {"team_size", "headcount", "seats", "agents", "reps", "users", "staff", "employees", "people"},
        r"\bhow (?:many|big)\b[^?]*\b(?:people|agents?|reps?|staff|seats?|users?|folks|employees|team)\b",
        r"\bsize of (?:your|the) team\b|\bheadcount\b",
    ),
    (
        {"timeline", "timing", "deadline", "start_date", "go_live"},
        r"\bby when\b|\bhow soon\b|\bwhen (?:would|do|are|will|could)\b|\btimeline\b",
        r"\bwhat(?:'s| is) (?:the|your) (?:deadline|timing)\b",
    ),
    (
        {"decision", "decision_maker", "decision_makers", "authority", "approval"},
        r"\bwho (?:else )?(?:decides?|signs?|approves?|makes|is involved|needs to)\b|\bdecision\b",
        r"\bwho (?:else )?has (?:the|a) (?:final )?(?:say|word)\b",
    ),
    (
        {
            "current_tool",
            "telephony",
            "phone_system",
            "dialer",
            "incumbent",
            "current_vendor",
            "crm",
            "system",
        },
        r"\b(?:which|what) (?:system|tool|software|provider|phone|vendor|dialer|platform|product)\b",
        r"\busing (?:today|now|currently|at the moment)\b|\bcurrently us(?:e|ing)\b",
        r"\bwhat (?:do|are) you us(?:e|ing)\b",
    ),
)
"""Topics that go by several names, and how they are asked for."""
_ASKED = tuple(
    (frozenset(topics), re.compile("|".join(patterns), re.IGNORECASE)) for topics, *patterns in _ASKS
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One thing that is known."""

    topic: str
    value: str
    by: str
    """Who told it, in words: the id of the known item, or the contact."""


def find_answered(ground: Ground) -> tuple[Answered, ...]:
    """What colleagues told us openly, and what the contact told us within the policy's `stale_after_days`."""
    task = ground.task
    coordination = task.frame.coordination
    found = [Answered(k.topic, k.answer, k.id) for k in (coordination.known if coordination else ())]
    oldest = task.now - timedelta(days=task.policy.refresh.stale_after_days)
    own = task.brief.contact.contact_id
    for i, call in enumerate(task.brief.prior_calls):
        if (call.contact_id or own) != own:
            continue
        if call.contact_id is None and call.contact_name not in (None, "", task.brief.contact.name):
            continue
        for k, fact in enumerate(call.facts):
            pointer = f"/prior_calls/{i}/facts/{k}"
            if pointer not in ground.kept.pointers and parse_time(fact.told_at or call.at) >= oldest:
                found.append(Answered(fact.topic, fact.value, "the contact"))
    return tuple(found)


def find_asked_anew(topic: str, question: str, answered: tuple[Answered, ...]) -> Iterator[Answered]:
    """What a question asks for although it is known; naming the answer to have it confirmed is fine."""
    for fact in answered:
        if _asks_for(topic, question, fact) and not _names(question, fact.value):
            yield fact


def _asks_for(topic: str, question: str, fact: Answered) -> bool:
    wanted = _flat(fact.topic)
    if _flat(topic) == wanted:
        return True
    for topics, pattern in _ASKED:
        if wanted in topics:
            return pattern.search(question) is not None
    counted = re.search(r"\bhow (?:many|much|big|large|often|long)\b", question, re.IGNORECASE)
    said = content_stems(question)
    about = {stem(word) for word in words_of(fact.topic.replace("_", " "))}
    if about & said and len(about & said) * 2 >= len(about):
        return True
    return bool(counted and numbers_of(fact.value) and content_stems(fact.value) & said)


def _names(question: str, value: str) -> bool:
    numbers = numbers_of(value)
    if numbers:
        return numbers <= numbers_of(question)
    wanted = content_stems(value)
    return bool(wanted) and len(wanted & content_stems(question)) * 2 >= len(wanted)


def _flat(topic: str) -> str:
    return "_".join(words_of(topic.replace("_", " ")))
