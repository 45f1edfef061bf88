"""What the contact may hold against it: the likeliest objections, each with one handling chosen by rule."""

from __future__ import annotations

from dataclasses import dataclass

from precall_cli.planner import speech
from precall_cli.planner.conditions import describe_condition, find_support
from precall_cli.planner.evidence import is_own_call
from precall_cli.planner.playbook import Handling, ObjectionRule
from precall_cli.planner.situation import Situation, Word
from precall_cli.records.plan import Objection, Rejected

RAISED_WEIGHT = 100
"""What the contact has said before weighs as much as the strongest sign can."""


@dataclass(frozen=True, slots=True)
class _Likely:
    """An objection with how likely it is, and what makes it so."""

    rule: ObjectionRule
    weight: int
    because: tuple[str, ...]


def make_objections(seen: Situation, most: int) -> tuple[Objection, ...]:
    """At most `most` objections, the likeliest first; equals keep the order of the playbook."""
    likely = [found for rule in seen.playbook.objections if (found := _weigh(rule, seen)) is not None]
    likely.sort(key=lambda found: -found.weight)
    drafts = [
        *_unknown(seen, likely),
        *(draft for found in likely if (draft := _draft(found, seen)) is not None),
    ]
    return tuple(
        Objection(**{**draft.model_dump(exclude_unset=True), "id": f"o{n}"})
        for n, draft in enumerate(drafts[:most], start=1)
    )


def _weigh(rule: ObjectionRule, seen: Situation) -> _Likely | None:
    best: _Likely | None = None
    for signal in rule.signals:
        support = find_support(signal.when, seen)
        if support is not None and (best is None or signal.weight > best.weight):
            best = _Likely(rule, signal.weight, support)
    return best


def _draft(found: _Likely, seen: Situation) -> Objection | None:
    said = seen.say(found.rule.objection)
    if said is None:
        return None
    name = f"objections.{found.rule.id}"
    rejected: list[Rejected] = []
    chosen: tuple[Handling, Word, tuple[str, ...]] | None = None
    for handling in found.rule.handlings:
        support = find_support(handling.when, seen)
        response = seen.say(handling.response)
        if support is None or response is None:
            why = f"{name}.handlings.{handling.id} wants {describe_condition(handling.when)}"
            rejected.append(Rejected(choice=handling.id, rule=why))
        elif chosen is None:
            chosen = handling, response, support
        else:
            rejected.append(
                Rejected(choice=handling.id, rule=f"{name}.handlings: {chosen[0].id} comes first and fits")
            )
    if chosen is None:
        return None
    handling, response, support = chosen
    pointers = (*found.because, *support, *said.because, *response.because)
    return Objection(
        id="o",
        objection=said.text,
        handling=handling.id,
        response=response.text,
        because=tuple(p for p in dict.fromkeys(pointers) if p != "/contact/name"),
        cues=found.rule.cues,
        rule=f"{name} (weight {found.weight}), handling {handling.id}",
        rejected=tuple(rejected),
    )


def _unknown(seen: Situation, likely: list[_Likely]) -> list[Objection]:
    """What the contact said before and the library does not know, in words that may be said."""
    covered = {pointer for found in likely for pointer in found.because}
    template = seen.playbook.raised_before
    drafts: list[Objection] = []
    seen_texts: set[str] = set()
    for i, call in enumerate(seen.brief.prior_calls):
        for k, text in enumerate(call.objections):
            pointer = f"/prior_calls/{i}/objections/{k}"
            words = speech.phrase(text)
            if pointer in covered or words is None or words.casefold() in seen_texts:
                continue
            if not (seen.coordinated or is_own_call(call, seen.brief)):
                continue
            seen_texts.add(words.casefold())
            extra = {"objection": Word(words, (pointer,))}
            said, response = seen.say(template.objection, extra), seen.say(template.response, extra)
            if said and response:
                drafts.append(
                    Objection(
                        id="o",
                        objection=said.text,
                        handling=template.handling,
                        response=response.text,
                        because=(pointer,),
                        cues=(words,),
                        rule="raised_before",
                    )
                )
    return drafts
