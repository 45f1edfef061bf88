"""The guard: a model's draft is data, and code reads every word of it.

Pure functions: a draft and a task give the complaints, in the order of the draft. Whether the contact may be
called is no question here: that is the gate's alone, and no draft has a place to answer it.

Rules, by name:
`no_source`, `pointer`            what an item rests on must stand in the brief that the model saw
`not_cited`, `invented_name`, `invented_number`, `invented_money`, `invented_date`, `invented_fact`
                                  nothing is said that stands neither in what is cited nor in the frame
`promise`, `claim`                nothing is offered or claimed beyond the ladder and the seller's own words
`asks_known`                      what is known is named and confirmed, never asked
`withheld_mentioned`, `human_claim`, `against_frame`, `permission_claimed`, `order_like`, `link_or_number`
                                  grave: a draft that has one of these left is not trusted at all
`disclosure_missing`, `stop_missing`, `stop_changed`, `stop_weak`, `unknown_item`
                                  what law, policy and playbook put in stays as it is
`other_objective`, `other_rung`   the kind of objective and the ladder are the playbook's
`over_limit`, `repeats`, `empty`, `too_long`, `not_plain`, `cue`
                                  the policy's limits, and words that can be said
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from precall_cli.claude.answered import find_answered, find_asked_anew
from precall_cli.claude.asserted import find_assertion_faults
from precall_cli.claude.draft import DraftKept, DraftStop, PlanDraft
from precall_cli.claude.facts import find_fact_faults, find_pointer_faults
from precall_cli.claude.ground import Ground, make_ground
from precall_cli.claude.manner import Fault, Kind, find_manner_faults
from precall_cli.claude.task import Task
from precall_cli.claude.vocabulary import COMMITMENTS, ENDING
from precall_cli.claude.words import all_stems, common_stems, common_words, stem, words_of

MAX_OWN_STOPS = 2
"""Stop conditions that a model may add."""
MAX_CUES = 6
"""Cues of one item that are read."""
_ENDING = frozenset(stem(word) for word in ENDING)
_COMMITMENTS = frozenset(stem(word) for word in COMMITMENTS)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in a draft that breaks a rule."""

    place: str
    """Where in the draft: `opening`, `qualification/0`, `disclosures/d1`."""
    rule: str
    """Which rule."""
    what: str
    """What is wrong, without repeating what must not be repeated."""
    grave: bool = False
    """Whether the whole draft is not trusted while it stands."""


def check_draft(draft: PlanDraft, task: Task) -> tuple[Complaint, ...]:
    """Everything that is wrong with a draft; nothing when all of it may be used."""
    ground = make_ground(task)
    found = [
        *_objective(draft, ground),
        *_opening(draft, ground),
        *_kept(
            "disclosures", draft.disclosures, [d.id for d in task.frame.disclosures], "disclosure_missing"
        ),
        *_questions(draft, ground),
        *_objections(draft, ground),
        *_next_steps(draft, ground),
        *_stops(draft, ground),
        *_kept("known", draft.known, _known_ids(task), ""),
    ]
    return tuple(dict.fromkeys(found))


def _known_ids(task: Task) -> list[str]:
    return [known.id for known in task.frame.coordination.known] if task.frame.coordination else []


def _placed(place: str, faults: Iterable[Fault]) -> Iterator[Complaint]:
    for fault in faults:
        yield Complaint(place, fault.rule, fault.what, fault.grave)


def _texts(
    place: str,
    texts: Sequence[tuple[str, str, Kind]],
    because: tuple[str, ...],
    ground: Ground,
    *,
    needed: bool = True,
) -> Iterator[Complaint]:
    """The rules that hold for every item: its pointers, and each of its texts."""
    yield from _placed(place, find_pointer_faults(because, ground, needed=needed))
    cited = ground.cited(because)
    heard = all_stems(text for _, text, kind in texts if kind == "heard")
    for field, text, kind in texts:
        if text in ground.given:
            continue
        yield from _placed(place, find_manner_faults(field, text, kind, ground))
        if kind in ("spoken", "told", "heard"):
            yield from _placed(place, find_fact_faults(field, text[:2_000], cited, ground))
            yield from _placed(place, find_assertion_faults(field, text[:2_000], cited, ground, heard))


def _objective(draft: PlanDraft, ground: Ground) -> Iterator[Complaint]:
    item, wanted = draft.objective, ground.task.frame.objective.type
    if item.type != wanted:
        yield Complaint("objective", "other_objective", f"is {item.type}, but this call is for {wanted}")
    yield from _texts("objective", [("statement", item.statement, "told")], item.because, ground)


def _opening(draft: PlanDraft, ground: Ground) -> Iterator[Complaint]:
    item = draft.opening
    texts: list[tuple[str, str, Kind]] = [("line", item.line, "spoken"), ("strategy", item.strategy, "label")]
    yield from _texts("opening", texts, item.because, ground)


def _questions(draft: PlanDraft, ground: Ground) -> Iterator[Complaint]:
    answered, most = find_answered(ground), ground.task.limits.questions
    seen: list[frozenset[str]] = []
    for index, item in enumerate(draft.qualification):
        place = f"qualification/{index}"
        if index >= most:
            yield Complaint(place, "over_limit", f"is question {index + 1}, the policy allows {most}")
            continue
        texts: list[tuple[str, str, Kind]] = [
            ("question", item.question, "spoken"),
            ("topic", item.topic or "topic", "label"),
        ]
        yield from _texts(place, texts, item.because, ground)
        for fact in find_asked_anew(item.topic, item.question, answered):
            yield Complaint(place, "asks_known", f"asks for what {fact.by} answers already")
        yield from _repeats(place, item.question, seen)


def _objections(draft: PlanDraft, ground: Ground) -> Iterator[Complaint]:
    most = ground.task.limits.objections
    seen: list[frozenset[str]] = []
    for index, item in enumerate(draft.objections):
        place = f"objections/{index}"
        if index >= most:
            yield Complaint(place, "over_limit", f"is objection {index + 1}, the policy allows {most}")
            continue
        texts: list[tuple[str, str, Kind]] = [
            ("objection", item.objection, "heard"),
            ("response", item.response, "told"),
            ("handling", item.handling or "handling", "label"),
        ]
        yield from _texts(place, texts, item.because, ground)
        yield from _repeats(place, item.objection, seen)


def _next_steps(draft: PlanDraft, ground: Ground) -> Iterator[Complaint]:
    order = [step.id for step in ground.task.frame.next_steps]
    most, last = ground.task.limits.next_steps, -1
    for index, item in enumerate(draft.next_steps):
        place = f"next_steps/{index}"
        if item.rung not in order:
            yield Complaint(place, "other_rung", "is no rung of the ladder")
            continue
        if index >= most:
            yield Complaint(place, "over_limit", f"is rung {index + 1}, the policy allows {most}")
            continue
        if order.index(item.rung) <= last:
            yield Complaint(place, "other_rung", "stands twice or out of the ladder's order")
            continue
        last = order.index(item.rung)
        texts: list[tuple[str, str, Kind]] = [("step", item.step, "told"), ("ask", item.ask, "spoken")]
        yield from _texts(place, texts, item.because, ground, needed=False)
        yield from _commitments(place, f"{item.step} {item.ask}", ground)


def _commitments(place: str, text: str, ground: Ground) -> Iterator[Complaint]:
    """Nouns of what a company commits to: only those that the ladder has."""
    said = frozenset(stem(word) for word in words_of(text))
    if extra := (said & _COMMITMENTS) - ground.everywhere.stems:
        yield Complaint(
            place, "promise", f"offers what the ladder does not have ({', '.join(sorted(extra))})"
        )


def _stops(draft: PlanDraft, ground: Ground) -> Iterator[Complaint]:
    frame = {stop.id: stop for stop in ground.task.frame.stop_conditions}
    yield from _kept(
        "stop_conditions",
        [DraftKept(id=s.id, cues=s.cues) for s in draft.stop_conditions if s.id],
        list(frame),
        "stop_missing",
    )
    own = 0
    for index, item in enumerate(draft.stop_conditions):
        place = f"stop_conditions/{item.id if item.id in frame else index}"
        if item.id in frame:
            kept = frame[item.id]
            if (item.condition, item.action) not in (("", ""), (kept.condition, kept.action)):
                yield Complaint(place, "stop_changed", "has other words than the frame")
        elif not item.id:
            own += 1
            yield from _own_stop(place, item, own, ground)


def _own_stop(place: str, item: DraftStop, number: int, ground: Ground) -> Iterator[Complaint]:
    if number > MAX_OWN_STOPS:
        yield Complaint(place, "over_limit", f"is one of more than {MAX_OWN_STOPS} of the model's own")
        return
    texts: list[tuple[str, str, Kind]] = [
        ("condition", item.condition, "heard"),
        ("action", item.action, "told"),
    ]
    yield from _texts(place, texts, (), ground, needed=False)
    if not _ENDING & all_stems([item.action]):
        yield Complaint(place, "stop_weak", "has an action that ends nothing")


def _kept(part: str, items: Sequence[DraftKept], wanted: Sequence[str], missing: str) -> Iterator[Complaint]:
    """Items of the frame by their ids: none unknown, none twice, and where it matters none missing."""
    given = [item.id for item in items]
    for index, item in enumerate(items[:50]):
        if item.id not in wanted:
            yield Complaint(f"{part}/{index}", "unknown_item", "names an id that the frame does not have")
        elif item.id in given[:index]:
            yield Complaint(f"{part}/{index}", "repeats", "names an id a second time")
    for name in wanted if missing else ():
        if name not in given:
            yield Complaint(f"{part}/{name}", missing, "is left out of the draft")


def _repeats(place: str, text: str, seen: list[frozenset[str]]) -> Iterator[Complaint]:
    said = frozenset(stem(word) for word in words_of(text[:500]))
    if any(len(said & other) >= 0.8 * max(1, len(said | other)) for other in seen):
        yield Complaint(place, "repeats", "says again what an earlier one says")
    seen.append(said)


def usable_cues(
    cues: Sequence[str], ground: Ground, near: Sequence[str] = (), *, strict: bool = False
) -> tuple[str, ...]:
    """The cues that may stand in a plan: short, plain, specific, each once, none that tells a secret.

    With `near`, a cue speaks of the same thing: it shares a word that says something with one of these texts,
    or, unless `strict`, two longer words of any kind. What an audit must find said is strict.
    """
    wanted = frozenset(stem(word) for text in near for word in words_of(text) if len(word) > 1)
    telling = wanted - common_stems()
    longer = frozenset(word for word in wanted if len(word) > 3)
    kept: dict[str, None] = {}
    for cue in cues[:50]:
        said = words_of(cue[:200])
        plain = 1 <= len(said) <= 8 and len(cue) <= 60 and " ".join(cue.split()) == cue
        specific = any(len(w) > 2 and w not in common_words() for w in said) or len(said) >= 3
        if near:
            stems = {stem(word) for word in said}
            specific = bool(telling & stems) or (not strict and len(longer & stems) >= 2)
        if plain and specific and not any(find_manner_faults("cue", cue, "cue", ground)):
            kept[cue] = None
    return tuple(kept)[:MAX_CUES]
