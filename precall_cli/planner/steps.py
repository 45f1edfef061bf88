"""The frame of a plan: objective, opening, disclosures, ladder and stop conditions."""

from __future__ import annotations

from collections.abc import Sequence

from precall_cli.planner.conditions import find_support
from precall_cli.planner.playbook import Rung
from precall_cli.planner.situation import Situation, Word
from precall_cli.records.admission import RequiredDisclosure
from precall_cli.records.plan import Disclosure, NextStep, Objective, Opening, Rejected, StopCondition


def make_objective(seen: Situation) -> Objective:
    """What the call is for, by the first rule of the playbook that fits."""
    for rule in seen.playbook.objectives:
        support = find_support(rule.when, seen)
        said = seen.say(rule.statement) if support is not None else None
        if support is not None and said is not None:
            return Objective(
                id="objective",
                type=rule.type,
                statement=said.text,
                because=_both(support, said),
                cues=rule.cues,
                rule=f"objectives.{rule.id}",
            )
    raise AssertionError("a playbook has an objective for every brief: its cross-check says so")


def make_opening(seen: Situation) -> Opening:
    """How the call begins, by the first rule that fits and whose words the brief can fill."""
    rejected: list[Rejected] = []
    for rule in seen.playbook.openings:
        support = find_support(rule.when, seen)
        if support is None:
            continue
        said = seen.say(rule.line)
        if said is None:
            rejected.append(
                Rejected(choice=rule.strategy, rule=f"openings.{rule.id} has no words for this brief")
            )
            continue
        return Opening(
            id="opening",
            strategy=rule.strategy,
            line=said.text,
            because=_both(support, said),
            rule=f"openings.{rule.id}",
            rejected=tuple(rejected),
        )
    raise AssertionError("a playbook has an opening for every brief: its cross-check says so")


def make_disclosures(seen: Situation, required: Sequence[RequiredDisclosure]) -> tuple[Disclosure, ...]:
    """One item for each kind that is required, in the wording of the place; asking goes before telling."""
    items: list[Disclosure] = []
    place = seen.brief.jurisdiction_code
    for kind in ("ai_voice", "recording"):
        demands = [r for r in required if r.kind == kind]
        if not demands:
            continue
        fits = [
            d
            for d in seen.playbook.disclosures
            if d.kind == kind and (not d.places or _lies_in(place, d.places))
        ]
        rule = next((d for d in fits if d.places), fits[0])
        ask = any(r.ask for r in demands)
        said = seen.say(rule.ask if ask else rule.text) or Word(rule.text[-1])
        pointers = [r.pointer for r in demands if seen.has(r.pointer)] or ["/jurisdiction"]
        sources = "; ".join(dict.fromkeys(r.source for r in demands if r.source))
        items.append(
            Disclosure(
                id=f"d{len(items) + 1}",
                text=said.text,
                due="opening",
                because=tuple(dict.fromkeys(pointers)),
                cues=rule.cues,
                rule=f"disclosures.{rule.id}" + (f"; {sources}" if sources else ""),
            )
        )
    return tuple(items)


def _lies_in(place: str, places: Sequence[str]) -> bool:
    return any(place == wanted or place.startswith(f"{wanted}-") for wanted in places)


def make_next_steps(seen: Situation, objective: Objective, most: int) -> tuple[NextStep, ...]:
    """The ladder of the objective: the rungs that this brief allows, the most wanted first."""
    for ladder in seen.playbook.ladders:
        support = find_support(ladder.when, seen) if objective.type in ladder.objectives else None
        if support is None:
            continue
        steps = [
            (rung, step)
            for rung in ladder.rungs
            if (step := _step(rung, ladder.id, support, seen)) is not None
        ]
        kept = _shortened(steps, most)
        return tuple(step.model_copy(update={"id": f"n{n}"}) for n, step in enumerate(kept, start=1))
    return ()


def _step(rung: Rung, ladder: str, support: tuple[str, ...], seen: Situation) -> NextStep | None:
    allowed = find_support(rung.when, seen)
    step, ask = seen.say(rung.step), seen.say(rung.ask)
    if allowed is None or step is None or ask is None:
        return None
    pointers = dict.fromkeys((*support, *allowed, *step.because, *ask.because))
    return NextStep(
        id="n",
        step=step.text,
        ask=ask.text,
        because=tuple(p for p in pointers if p != "/contact/name"),
        cues=rung.cues,
        rule=f"ladders.{ladder}.{rung.id}",
    )


def _shortened(steps: list[tuple[Rung, NextStep]], most: int) -> list[NextStep]:
    """At most `most` rungs: from the bottom up the optional ones go first, then the others."""
    while len(steps) > most:
        optional = [i for i, (rung, _) in enumerate(steps) if rung.optional]
        del steps[optional[-1] if optional else -1]
    return [step for _, step in steps]


def make_stops(seen: Situation, *, trivial: bool) -> tuple[StopCondition, ...]:
    """When to stop; a trivial plan carries only what must stand in every plan."""
    stops: list[StopCondition] = []
    for rule in seen.playbook.stops:
        support = find_support(rule.when, seen)
        condition, action = seen.say(rule.condition), seen.say(rule.action)
        if support is None or condition is None or action is None or (trivial and not rule.trivial):
            continue
        stops.append(
            StopCondition(
                id=f"s{len(stops) + 1}",
                condition=condition.text,
                action=action.text,
                because=support,
                cues=rule.cues,
                rule=f"stops.{rule.id}",
            )
        )
    return tuple(stops)


def _both(support: tuple[str, ...], said: Word) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*support, *said.because)))
