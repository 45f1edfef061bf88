"""Every rule of the playbook against one plan: which gave an item, and why each other did not.

What fired is read off the plan itself; the reasons of the rest are found by asking each rule's conditions
anew. So an explanation never says that a rule fired whose item is not in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from precall_cli.planner.conditions import _TESTS, describe_condition
from precall_cli.planner.evidence import is_own_call
from precall_cli.planner.playbook import Lines, Playbook, QuestionRule, When, find_placeholders
from precall_cli.planner.playbook_check import EARLIER_FACTS
from precall_cli.planner.questions import _agenda, _counts, _reason_on_record
from precall_cli.planner.situation import Situation, make_situation
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan, Item
from precall_cli.records.policy import Policy
from precall_cli.records.trace import RuleTrace


class _Rule(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def when(self) -> When: ...


def explain_playbook(
    brief: Brief, policy: Policy, playbook: Playbook, plan: CallPlan, *, now: datetime
) -> list[RuleTrace]:
    """Each rule of the playbook once, in the order of a plan: fired with the facts behind it, or why not."""
    seen = make_situation(brief, policy, playbook, now)
    trivial = plan.planner is not None and plan.planner.depth == "trivial"
    depth = "trivial" if trivial else policy.planning.depth
    caps, limits = playbook.depths[depth], policy.limits
    return [
        *_first_fit("objectives", playbook.objectives, plan.objective, seen),
        *_first_fit("openings", playbook.openings, plan.opening, seen),
        *_disclosures(playbook, plan),
        *_questions(playbook, plan, seen, min(caps.questions, limits.questions), depth == "deep"),
        *_objections(playbook, plan, seen, min(caps.objections, limits.objections)),
        *_ladders(playbook, plan, seen, min(caps.next_steps, limits.next_steps)),
        *_stops(playbook, plan, seen, trivial),
        *_coordination(plan, seen, trivial),
    ]


def _items(plan: CallPlan) -> dict[str, Item]:
    """The plan's items by the name of their rule, without what stands behind the name."""
    return {
        (item.rule or "").split(";")[0].split(" ")[0].removesuffix(".check").removesuffix(".confirm"): item
        for _, item in plan.items()
    }


def _fired(name: str, item: Item) -> RuleTrace:
    facts = ", ".join(item.because)
    return RuleTrace(
        name, True, f"{item.id}, because of {facts}" if facts else f"{item.id}, always", item.because
    )


def _not(name: str, reason: str, pointers: Sequence[str] = ()) -> RuleTrace:
    return RuleTrace(name, False, reason, tuple(pointers))


def _unmet(when: When, seen: Situation) -> str:
    """The parts of a condition that do not hold, in words; empty where all do."""
    parts = []
    for part, test in _TESTS.items():
        wanted = getattr(when, part)
        if wanted is not None and wanted != () and test(wanted, seen) is None:
            parts.append(describe_condition(When(**{part: wanted})))
    return "wants " + "; ".join(parts) if parts else ""


def _unsayable(lines: Lines, seen: Situation) -> str:
    """Which words the brief cannot fill; empty where one of the texts can be said."""
    if seen.say(lines) is not None:
        return ""
    missing = dict.fromkeys(n for text in lines for n in find_placeholders(text) if n not in seen.words)
    return "this brief has no words for " + ", ".join(f"{{{name}}}" for name in missing)


def _first_fit(part: str, rules: Sequence[_Rule], item: Item | None, seen: Situation) -> Iterator[RuleTrace]:
    """A list of which the first rule that fits and can be said is taken."""
    chosen = item.rule if item is not None else ""
    past = False
    for rule in rules:
        name = f"{part}.{rule.id}"
        if item is not None and name == chosen:
            past = True
            yield _fired(name, item)
            continue
        lines: Lines = getattr(rule, "statement", ()) or getattr(rule, "line", ())
        later = f"{chosen} comes first and fits" if past else ""
        yield _not(name, _unmet(rule.when, seen) or later or _unsayable(lines, seen))


def _disclosures(playbook: Playbook, plan: CallPlan) -> Iterator[RuleTrace]:
    items = _items(plan)
    given = {rule.kind for rule in playbook.disclosures if f"disclosures.{rule.id}" in items}
    for rule in playbook.disclosures:
        name = f"disclosures.{rule.id}"
        if name in items:
            yield _fired(name, items[name])
        elif rule.kind in given:
            yield _not(name, "another wording fits the place better")
        else:
            yield _not(name, f"the gate does not ask for {rule.kind.replace('_', ' ')} to be said")


def _questions(
    playbook: Playbook, plan: CallPlan, seen: Situation, most: int, deep: bool
) -> Iterator[RuleTrace]:
    items, found = _items(plan), _agenda(seen)
    chosen = found[0].id if found else ""
    past = False
    for agenda in playbook.agendas:
        if agenda.id == chosen and not past:
            past = True
            yield RuleTrace(f"agendas.{agenda.id}", True, "the first that fits", found[1] if found else ())
        else:
            later = f"agendas.{chosen} comes first and fits" if past else ""
            yield _not(f"agendas.{agenda.id}", _unmet(agenda.when, seen) or later)
    topics = found[0].topics if found else ()
    for rule in playbook.questions:
        name = f"questions.{rule.topic}"
        if name in items:
            yield _fired(name, items[name])
        elif rule.topic not in topics:
            yield _not(name, f"is not on the agenda {chosen}" if chosen else "no agenda fits")
        else:
            yield _not(name, _unasked(rule, seen, most, deep))
    if EARLIER_FACTS in topics:
        name = f"questions.{EARLIER_FACTS}"
        if name in items:
            yield _fired(name, items[name])
        else:
            yield _not(name, "the contact told us nothing that grew old, or the limit is reached before it")


def _unasked(rule: QuestionRule, seen: Situation, most: int, deep: bool) -> str:
    """Why a question of the agenda is not in the plan; asked in the order in which the planner asks."""
    if most == 0:
        return "the limit is 0 questions"
    if unmet := _unmet(rule.when, seen):
        return unmet
    if rule.deep_only and not deep:
        return "only a deep plan asks it"
    told = [t for t in seen.told if t.topic in rule.answered_by.topics and _counts(t, seen)]
    answered = next((t for t in told if t.fresh or t.teller == "colleague"), None)
    if answered is not None:
        return f"answered already, at {', '.join(answered.pointers)}"
    if rule.answered_by.prior_objections and any(
        c.objections and is_own_call(c, seen.brief) for c in seen.brief.prior_calls
    ):
        return "an objection of an earlier call answers it"
    if rule.answered_by.history and _reason_on_record(seen):
        return "the account's history answers it"
    if told and all(t.private for t in told):
        return "what answers it was told in confidence"
    return _unsayable(rule.question, seen) or f"over the limit of {most} questions"


def _objections(playbook: Playbook, plan: CallPlan, seen: Situation, most: int) -> Iterator[RuleTrace]:
    items = _items(plan)
    for rule in playbook.objections:
        name = f"objections.{rule.id}"
        if name in items:
            item = items[name]
            yield RuleTrace(name, True, f"{item.id} {(item.rule or '').partition(' ')[2]}", item.because)
            yield from (_not(f"{name}.{each.choice}", each.rule) for each in item.rejected)
            continue
        signs = [_unmet(signal.when, seen) for signal in rule.signals]
        if all(signs):
            yield _not(name, f"no sign of it: {' | '.join(dict.fromkeys(signs))}")
        elif most == 0:
            yield _not(name, "the limit is 0 objections")
        else:
            yield _not(name, _unsayable(rule.objection, seen) or f"likelier ones fill the limit of {most}")
    if "raised_before" in items:
        yield _fired("raised_before", items["raised_before"])
    else:
        yield _not(
            "raised_before", "no objection on record that the library does not know, or no room for it"
        )


def _ladders(playbook: Playbook, plan: CallPlan, seen: Situation, most: int) -> Iterator[RuleTrace]:
    items = _items(plan)
    chosen = ""
    for ladder in playbook.ladders:
        name = f"ladders.{ladder.id}"
        if plan.objective.type not in ladder.objectives:
            yield _not(name, f"serves {', '.join(ladder.objectives)}, not {plan.objective.type}")
            continue
        unmet = _unmet(ladder.when, seen)
        if unmet or chosen:
            yield _not(name, unmet or f"ladders.{chosen} comes first and fits")
            continue
        chosen = ladder.id
        yield RuleTrace(name, True, f"the first for {plan.objective.type} that fits")
        for rung in ladder.rungs:
            at = f"{name}.{rung.id}"
            if at in items:
                yield _fired(at, items[at])
            else:
                short = f"left out: at most {most} rungs" + (", optional ones first" if rung.optional else "")
                reason = _unmet(rung.when, seen) or _unsayable(rung.step, seen) or _unsayable(rung.ask, seen)
                yield _not(at, reason or short)


def _stops(playbook: Playbook, plan: CallPlan, seen: Situation, trivial: bool) -> Iterator[RuleTrace]:
    items = _items(plan)
    for rule in playbook.stops:
        name = f"stops.{rule.id}"
        if name in items:
            yield _fired(name, items[name])
        elif trivial and not rule.trivial:
            yield _not(name, "a trivial plan does not carry it")
        else:
            words = _unsayable(rule.condition, seen) or _unsayable(rule.action, seen)
            yield _not(name, _unmet(rule.when, seen) or words)


def _coordination(plan: CallPlan, seen: Situation, trivial: bool) -> Iterator[RuleTrace]:
    known = plan.coordination.known if plan.coordination else ()
    withheld = plan.coordination.do_not_mention if plan.coordination else ()
    if known:
        pointers = tuple(p for item in known for p in item.because)
        yield RuleTrace("coordination.known", True, ", ".join(item.id for item in known), pointers)
    elif trivial:
        yield _not("coordination.known", "a trivial plan carries nothing that is known")
    elif not seen.coordinated:
        yield _not("coordination.known", "the policy does not coordinate accounts, nor is a colleague named")
    else:
        yield _not("coordination.known", "no colleague told us anything openly")
    if withheld:
        pointers = tuple(p for item in withheld for p in item.because)
        yield RuleTrace("coordination.withheld", True, ", ".join(item.id for item in withheld), pointers)
    else:
        yield _not("coordination.withheld", "nothing was told in confidence")
