"""Why the agent said it: from words of the call to the plan items that they realise, or to none.

A question about a call names words, a turn, or a plan item. The answer is a value: the turns that were
meant, the items whose evidence lies there, when each was due, and, when no item asked for it, the nearest
one and what the brief knew of the matter. The facts themselves are for the report to look up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from precall_cli.audit.due import find_known, when_due
from precall_cli.errors import BadInput
from precall_cli.records.audit import Audit, AuditItem, Deviation
from precall_cli.records.json_text import Json
from precall_cli.records.plan import CallPlan, ItemKind
from precall_cli.records.transcript import Transcript, Turn

NEAR = 55.0
"""Similarity, 0 to 100, from which an item is worth naming as the nearest."""
FAR = 42.0
"""Similarity from which it is named where no item asked for what was said."""
MAX_TURNS = 3
"""Most turns that words are looked up in, the best matches first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one turn of the call, or one item of the plan, has to do with the plan."""

    turn: Turn | None
    """The turn that was asked about; None for an item that never came up."""
    items: tuple[AuditItem, ...]
    """The plan items whose evidence lies in the turn."""
    deviations: tuple[Deviation, ...]
    """The deviations that show in the turn or belong to those items."""
    nearest: str | None
    """The nearest item, when none has its evidence here."""
    words: str = ""
    """The words that were asked about, where nobody said them."""
    due: tuple[tuple[str, str], ...] = ()
    """For each of `items`, and for the nearest: its id, and when it was due in this call, in words."""
    known: tuple[str, ...] = ()
    """Pointers to what the brief knew of the matter, where no item asked for it."""


def complete(answer: Answer, plan: CallPlan, transcript: Transcript, audit: Audit, brief: Json) -> Answer:
    """The answer with when each item was due, and, where none asked for it, what the brief knew."""
    ids = [entry.item for entry in answer.items] + ([answer.nearest] if answer.nearest else [])
    due = tuple((item_id, when_due(plan, transcript, audit, item_id)) for item_id in ids)
    if answer.items:
        return replace(answer, due=due)
    near = next((item.words() for _, item in plan.items() if item.id == answer.nearest), "")
    asked = answer.words or (answer.turn.text if answer.turn else "")
    return replace(answer, due=due, known=find_known(brief, asked) or find_known(brief, near))


def explain_item(plan: CallPlan, transcript: Transcript, audit: Audit, item_id: str) -> Answer:
    """What became of one plan item. Raises BadInput, naming the plan's ids, when there is none such."""
    entries = {entry.item: entry for entry in audit.items}
    if item_id not in entries:
        raise BadInput(f"the plan has no item {item_id!r}", hint="It has: " + ", ".join(entries))
    entry = entries[item_id]
    first = next((t for t in entry.turns if t < len(transcript.turns)), None)
    turn = transcript.turns[first] if first is not None else None
    return Answer(turn, (entry,), tuple(d for d in audit.deviations if d.item == item_id), None)


def explain_turn(plan: CallPlan, transcript: Transcript, audit: Audit, number: int) -> Answer:
    """What the plan has to do with one turn. Raises BadInput when the call has no such turn."""
    if not 0 <= number < len(transcript.turns):
        last = len(transcript.turns) - 1
        raise BadInput(f"the call has no turn {number}", hint=f"Its turns go from 0 to {last}.")
    turn = transcript.turns[number]
    items = tuple(entry for entry in audit.items if number in entry.turns)
    ids = {entry.item for entry in items}
    deviations = tuple(d for d in audit.deviations if number in d.turns or (d.item in ids and not d.turns))
    return Answer(turn, items, deviations, None if items else nearest_item(plan, turn.text, FAR))


def explain_words(plan: CallPlan, transcript: Transcript, audit: Audit, words: str) -> tuple[Answer, ...]:
    """What the plan has to do with words: the agent's turns that hold them, the best matches first.

    An item that is about these words answers too where no such turn realises it: what the agent asked in
    other words, or, which answers *why not*, never asked. Words that stand nowhere are answered with the
    nearest item alone.
    """
    found = [explain_turn(plan, transcript, audit, number) for number in _turns_with(transcript, words)]
    found.sort(key=lambda answer: not answer.items)
    about = nearest_item(plan, words)
    if about is not None and not any(entry.item == about for answer in found for entry in answer.items):
        return (explain_item(plan, transcript, audit, about), *found[: MAX_TURNS - 1])
    if found:
        return tuple(found[:MAX_TURNS])
    return (Answer(None, (), (), nearest_item(plan, words, least=FAR), words=words),)


def explain_deviations(plan: CallPlan, transcript: Transcript, audit: Audit) -> tuple[Answer, ...]:
    """An answer for each departure from the plan that was found, in the audit's order."""
    entries = {entry.item: entry for entry in audit.items}
    answers: list[Answer] = []
    for deviation in audit.deviations:
        if deviation.logged == "unconfirmed":
            continue
        first = next((t for t in deviation.turns if t < len(transcript.turns)), None)
        turn = transcript.turns[first] if first is not None else None
        items = (entries[deviation.item],) if deviation.item else ()
        nearest = None if items or turn is None else nearest_item(plan, turn.text)
        answers.append(Answer(turn, items, (deviation,), nearest))
    return tuple(answers)


def nearest_item(plan: CallPlan, text: str, least: float = NEAR) -> str | None:
    """The id of the plan item most like `text`, or None when none is at least so near."""
    from rapidfuzz import fuzz, utils

    scored = [
        (fuzz.token_set_ratio(text, item.words(), processor=utils.default_process), _rank(kind), item.id)
        for kind, item in plan.items()
    ]
    best = max(scored, key=lambda entry: (entry[0], -entry[1]), default=None)
    return best[2] if best and best[0] >= least else None


def _rank(kind: ItemKind) -> int:
    """Questions before the rest, where two items are equally near."""
    return 0 if kind == "qualification" else 1


def _turns_with(transcript: Transcript, words: str) -> list[int]:
    """Turns that hold the words: the agent's before the contact's, literal before alike."""
    from rapidfuzz import fuzz, utils

    wanted = utils.default_process(words)
    if not wanted:
        return []
    found: list[tuple[bool, float, int]] = []
    for turn in transcript.turns:
        said = utils.default_process(turn.text)
        score = 100.0 if wanted in said else fuzz.partial_ratio(wanted, said, score_cutoff=88)
        if score and len(said) >= len(wanted):
            found.append((turn.speaker != "agent", -score, turn.i))
    return [number for _, _, number in sorted(found)]
