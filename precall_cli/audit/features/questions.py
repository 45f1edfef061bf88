# ruff: noqa: E501  (a pattern is read whole)
"""Features of questions: whether a turn of the agent asks, whether a turn of the contact gives the answer unasked."""

from __future__ import annotations

import re

import numpy as np

from precall_cli.audit.features.shared import flags, lead_of, margin_of, once, once_a_call, turns_of
from precall_cli.audit.forms import same_form
from precall_cli.audit.match import Array
from precall_cli.audit.reading import Features, Reading, gives, wanted_answer
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import Known, Question


@once
def asks(
    reading: Reading, item: Question | Known, rank: int, count: int, others: list[str]
) -> tuple[list[int], Features]:
    """Whether each agent turn asks for an item. `others` are the ids of all other items that can be asked for."""
    turns = turns_of(reading, agent=True)
    table = reading.table
    known = isinstance(item, Known)
    text = (
        f"{item.topic.replace('_', ' ')} {item.answer}"
        if isinstance(item, Known)
        else f"{item.question} {item.topic.replace('_', ' ')}"
    )
    wanted = content(text + " " + " ".join(item.cues))
    row = table.row(item.id, "asks")[turns]
    rest = table.rows(others, "asks")[:, turns]
    kind = "any" if isinstance(item, Known) else wanted_answer(item.question)
    answers = None if known else table.row(item.id, "answers")
    reply = np.array(
        [
            max((answers[r] for r in reading.replies(t)), default=-8.0) if answers is not None else 0.0
            for t in turns
        ]
    )
    told_before, answer_lead = _given(reading, item.id, turns) if not known else (np.zeros(1), np.zeros(1))
    place = np.array([reading.place(t) for t in turns])
    due = 0.15 + 0.6 * (rank + 0.5) / max(count, 1)
    value = item.answer if isinstance(item, Known) else ""
    words = np.array([shared(wanted, reading.heard[t]) for t in turns])
    form = np.array(
        [0.0 if isinstance(item, Known) else same_form(item.question, reading.turns[t].text) for t in turns]
    )
    told = _told_by(item.told_by or "") if isinstance(item, Known) else None
    features: Features = {
        "net": row,
        "answered": np.clip(reply, -8, 4),
        "answer_lead": answer_lead,
        "told_before": told_before,
        "margin": margin_of(row, rest),
        "lead": lead_of(row),
        "words": words,
        "type": np.array([gives(kind, reading.reply_text(t)) for t in turns]),
        "form": form,
        "words_other_form": words * (form < 0),
        "off_place": np.zeros(len(turns)) if known else np.abs(place - due),
        "value": np.array([reading.names_value(value, t) for t in turns]),
        "reply_value": np.array(
            [shared(content(value), content(reading.reply_text(t))) if value else 0.0 for t in turns]
        ),
        "reply_told": np.array(
            [float(bool(told.search(reading.reply_text(t)))) if told else 0.0 for t in turns]
        ),
        **_of_agent_turns(reading),
    }
    return turns, features


def _given(reading: Reading, item: str, turns: list[int]) -> tuple[Array, Array]:
    """At each agent turn: how well an earlier turn of the contact answers the question, and how far the reply to this
    turn leads all others in that.
    """
    row = np.clip(reading.table.row(item, "answers"), -8, 8)
    best = sorted(reading.contact, key=lambda t: (-float(row[t]), t))[:4]
    before = np.full(len(turns), -8.0)
    lead = np.zeros(len(turns))
    highest, heard = -8.0, 0
    for column, turn in enumerate(turns):
        while heard < len(reading.contact) and reading.contact[heard] < turn:
            highest = max(highest, float(row[reading.contact[heard]]))
            heard += 1
        before[column] = highest
        replies = reading.replies(turn)
        other = next((float(row[t]) for t in best if t not in replies), -8.0)
        lead[column] = max((float(row[t]) for t in replies), default=-8.0) - other
    return before, np.clip(lead, -6, 6)


@once_a_call
def _of_agent_turns(reading: Reading) -> Features:
    """What each agent turn is like, whatever the question."""
    turns = turns_of(reading, agent=True)
    return {
        "act": reading.table.question[turns],
        "question": flags(reading, turns, "question"),
        "gap": flags(reading, turns, "gap", "invites"),
        "again": flags(reading, turns, "again"),
        "read_back": flags(reading, turns, "read_back"),
        "scheduling": flags(reading, turns, "scheduling", "permission"),
        "small_talk": flags(reading, turns, "small_talk"),
        "opening": np.array([float(k == 0) for k in range(len(turns))]),
        "offers": np.clip(reading.offers_best[turns], -8, 4),
        "handles": np.clip(reading.handles_best[turns], -8, 4),
        "farewell": flags(reading, turns, "farewell"),
    }


def _told_by(name: str) -> Wording:
    """Words by which a contact says that it was told before: "told you", or the name of who told it."""
    names = [re.escape(part) for part in name.lower().split() if len(part) > 2]
    return Wording(
        r"\b(?:"
        + "|".join([*names, "told you", "said so", "already", "should know", "have that", "must have said"])
        + r")\b"
    )


@once_a_call
def _agents_before(reading: Reading) -> list[int | None]:
    """For each turn of the contact the agent's last one before it."""
    return [max((a for a in reading.agent if a < t), default=None) for t in turns_of(reading, agent=False)]


_UNASKED = Wording(
    r"\b(?:before (?:you|ya|u) (?:even )?(?:ask|say|go)|by the way|mind(?: you)?\W|for what it'?s worth|if you (?:must|want to) (?:know|write)|save you|i'?ll tell you|"
    r"oh,? and|and also|also,|besides|plus|another thing|other thing|i might (?:as well )?(?:add|say|mention)|(?:just )?so you know|you should know|as it happens|the thing is)\b|\bfyi\b"
)
"""How people bring in what nobody asked."""


@once
def answers(reading: Reading, item: Question, others: list[str]) -> tuple[list[int], Features]:
    """Whether each contact turn gives what a question is after, unasked."""
    turns = turns_of(reading, agent=False)
    table = reading.table
    row = table.row(item.id, "answers")[turns]
    rest = table.rows(others, "answers")[:, turns]
    asks_row = table.row(item.id, "asks")
    wanted = content(f"{item.question} {item.topic.replace('_', ' ')} " + " ".join(item.cues))
    kind = wanted_answer(item.question)
    asked_here = np.array([-8.0 if a is None else asks_row[a] for a in _agents_before(reading)])
    features: Features = {
        "net": row,
        "margin": margin_of(row, rest),
        "lead": lead_of(row),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "type": np.array([gives(kind, reading.turns[t].text) for t in turns]),
        "asked_here": np.clip(asked_here, -8, 4),
        **_of_contact_turns(reading),
    }
    return turns, features


@once_a_call
def _of_contact_turns(reading: Reading) -> Features:
    """What each contact turn is like, whatever the question."""
    turns = turns_of(reading, agent=False)
    asked_other = np.array(
        [
            max(
                (reading.asks_best[a.i] for a in reading.turns[max(0, t - 2) : t] if a.speaker == "agent"),
                default=-8.0,
            )
            for t in turns
        ]
    )
    question = reading.table.question
    return {
        "long": np.array([min(reading.length(t), 40) / 40 for t in turns]),
        "follows_own": np.array([float(reading.before(t) is not None) for t in turns]),
        "asked_other": np.clip(asked_other, -8, 4),
        "question": flags(reading, turns, "question"),
        "objects": np.clip(reading.objects_best[turns], -8, 4),
        "unasked": np.array([float(bool(_UNASKED.search(reading.turns[t].text))) for t in turns]),
        "clauses": np.array([min(len(reading.turns[t].clauses), 5) / 5 for t in turns]),
        "question_before": np.array(
            [-8.0 if a is None else float(question[a]) for a in _agents_before(reading)]
        ),
    }
